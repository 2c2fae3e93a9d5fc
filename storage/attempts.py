"""The rules for attempts: who holds one, and what becomes of its job when it ends."""

from sqlalchemy.ext.asyncio import AsyncSession

from csvconverter.v1.errors_pb2 import JobError, JobErrorKind
from csvconverter.v1.events_pb2 import AttemptLost, JobEvent, JobFinished
from csvconverter.v1.jobs_pb2 import Job, JobStatus
from storage.interfaces import Claim, LeaseLost
from storage.journal import record
from storage.models import JobRow

MOST_ATTEMPTS = 10  # a job that may be what kills its supervisors is not tried for ever
FINISHED = {JobStatus.JOB_STATUS_SUCCEEDED, JobStatus.JOB_STATUS_FAILED, JobStatus.JOB_STATUS_CANCELLED}


async def held(session: AsyncSession, claim: Claim) -> JobRow:
    """Return the claim's row, which this transaction holds from now on.

    Raises:
        LeaseLost: the job belongs to someone else.
    """
    row = await session.get(JobRow, claim.stored.life, with_for_update=True)
    expected = (JobStatus.JOB_STATUS_RUNNING, claim.owner, claim.attempt)
    if row is None or (row.state, row.lease_owner, row.attempt) != expected:
        raise LeaseLost(f"attempt {claim.attempt} of job {claim.stored.job.job_id} is no longer held by {claim.owner}")
    return row


def check_end(claim: Claim, event: JobEvent) -> None:
    """Make sure that an event ends the claim's job.

    Raises:
        ValueError: it is no job_finished, or that of another job, or one that leaves the job unfinished.
    """
    end, job = event.job_finished.job, claim.stored.job
    if end.status not in FINISHED:
        found = f"{event.WhichOneof('payload')} with {JobStatus.Name(end.status)}"
        raise ValueError(f"a job ends with job_finished and SUCCEEDED, FAILED or CANCELLED, not with {found}")
    if (end.user_id, end.job_id) != (job.user_id, job.job_id):
        raise ValueError(f"job {job.job_id} of {job.user_id} cannot end as job {end.job_id} of {end.user_id}")


def give_back(session: AsyncSession, row: JobRow, reason: str, *, given_up: bool) -> None:
    """End an attempt that brought no result: queue the job again, or finish it when it is not to be tried again."""
    will_retry = not given_up and not row.cancel_requested
    lost = AttemptLost(attempt=row.attempt, reason=reason, will_retry=will_retry)
    record(session, row, [JobEvent(attempt_lost=lost)])
    row.lease_owner = row.lease_expires_at = None
    if row.cancel_requested:
        end(session, row, JobStatus.JOB_STATUS_CANCELLED)
    elif given_up:
        message = (
            f"No attempt of {row.attempt} came to its end; the last did not because {reason}. Train the job again."
        )
        error = JobError(kind=JobErrorKind.JOB_ERROR_KIND_WORKER_LOST, message=message)
        end(session, row, JobStatus.JOB_STATUS_FAILED, error)


def end(session: AsyncSession, row: JobRow, status: JobStatus, error: JobError | None = None) -> None:
    """Finish a job that no supervisor finishes."""
    job = Job.FromString(row.job)
    job.status = status
    if error:
        job.error.CopyFrom(error)
    record(session, row, [JobEvent(job_finished=JobFinished(job=job))])
