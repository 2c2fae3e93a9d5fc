"""The transactions of attempts: a job is claimed, held, moved on, and given back or finished."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from csvconverter.v1.errors_pb2 import JobError, JobErrorKind
from csvconverter.v1.events_pb2 import AttemptLost, JobEvent, JobFinished, JobStarted
from csvconverter.v1.jobs_pb2 import Job, JobStatus
from storage.interfaces import Claim, LeaseLost, StoredJob
from storage.sql.dialect import now
from storage.sql.journal import record
from storage.sql.models import JobRow

MOST_ABANDONED = 10  # attempts; a job that may be what kills its supervisors is not tried for ever
MOVES = {"job_queued", "job_started", "attempt_lost", "job_finished"}  # events that only the store writes
FINISHED = {JobStatus.JOB_STATUS_SUCCEEDED, JobStatus.JOB_STATUS_FAILED, JobStatus.JOB_STATUS_CANCELLED}
GONE = "its supervisor is gone"


def claimable(time: float) -> ColumnElement[bool]:
    """Select the jobs that may be claimed."""
    return (JobRow.state == JobStatus.JOB_STATUS_QUEUED) & (JobRow.available_at <= time)


def claim(session: Session, owner: str, lease_seconds: float) -> Claim | None:
    """See JobStore.claim."""
    time = now(session)
    in_order = select(JobRow).where(claimable(time)).order_by(JobRow.priority, JobRow.position)
    row = session.scalar(in_order.limit(1).with_for_update(skip_locked=True))
    if row is None:
        return None
    row.attempt += 1
    row.lease_owner, row.lease_expires_at = owner, time + lease_seconds
    record(session, row, [JobEvent(job_started=JobStarted(attempt=row.attempt))])
    return Claim(stored=row.stored(), attempt=row.attempt, owner=owner)


def renew(session: Session, claim: Claim, lease_seconds: float) -> bool:
    """See JobStore.renew."""
    row = held(session, claim)
    row.lease_expires_at = now(session) + lease_seconds
    return row.cancel_requested


def append(session: Session, claim: Claim, events: Sequence[JobEvent], after_sequence: int | None) -> None:
    """See JobStore.append."""
    if moves := MOVES.intersection(event.WhichOneof("payload") or "" for event in events):
        raise ValueError(f"only the store writes {', '.join(sorted(moves))}; use finish, lose or release")
    row = held(session, claim)
    if after_sequence is None or row.last_seq == after_sequence:  # only the holder writes events of a running job
        record(session, row, events)


def finish(session: Session, claim: Claim, finished: JobEvent, folder: str) -> None:
    """See JobStore.finish."""
    check_end(claim, finished)
    if is_committed(session, claim, folder):
        return
    row = held(session, claim)
    record(session, row, [finished])
    row.folder = folder
    row.lease_owner = row.lease_expires_at = None


def lose(session: Session, claim: Claim, reason: str) -> None:
    """See JobStore.lose."""
    row = held(session, claim)
    row.lost_attempts += 1
    give_back(session, row, reason, given_up=row.lost_attempts >= row.max_attempts)


def release(session: Session, claim: Claim, reason: str, delay_seconds: float) -> None:
    """See JobStore.release."""
    row = held(session, claim)
    row.available_at = now(session) + delay_seconds
    give_back(session, row, reason, given_up=False)


def reap(session: Session, owner: str) -> list[StoredJob]:
    """See JobStore.reap."""
    gone = JobRow.lease_owner == owner if owner else JobRow.lease_expires_at < now(session)
    lost = select(JobRow).where(JobRow.state == JobStatus.JOB_STATUS_RUNNING, gone)
    rows = session.scalars(lost.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.abandoned_attempts += 1
        give_back(session, row, GONE, given_up=row.abandoned_attempts >= MOST_ABANDONED)
    return [row.stored() for row in rows]


def held(session: Session, claim: Claim) -> JobRow:
    """Return the claim's row, which this transaction holds from now on.

    Raises:
        LeaseLost: the job belongs to someone else.
    """
    row = session.get(JobRow, claim.stored.life, with_for_update=True)
    expected = (JobStatus.JOB_STATUS_RUNNING, claim.owner, claim.attempt)
    if row is None or (row.state, row.lease_owner, row.attempt) != expected:
        raise LeaseLost(f"attempt {claim.attempt} of job {claim.stored.job.job_id} is no longer held by {claim.owner}")
    return row


def is_committed(session: Session, claim: Claim, folder: str) -> bool:
    """Tell whether the claim's job has finished with this folder, which no other attempt has."""
    row = session.get(JobRow, claim.stored.life, with_for_update=True)
    return bool(folder) and row is not None and row.folder == folder


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


def give_back(session: Session, row: JobRow, reason: str, *, given_up: bool) -> None:
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


def end(session: Session, row: JobRow, status: JobStatus, error: JobError | None = None) -> None:
    """Finish a job that no supervisor finishes."""
    job = Job.FromString(row.job)
    job.status = status
    if error:
        job.error.CopyFrom(error)
    record(session, row, [JobEvent(job_finished=JobFinished(job=job))])
