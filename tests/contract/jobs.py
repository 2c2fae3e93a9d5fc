"""Jobs and events for the tests of the stores."""

from itertools import count

from google.protobuf.timestamp_pb2 import Timestamp

from csvconverter.v1.events_pb2 import JobEvent, JobFinished, LogEmitted
from csvconverter.v1.jobs_pb2 import Job, JobStatus
from storage.interfaces import Accepted, Claim, JobStore, Submission

lives = count(1)


def submission(
    job_id: str = "job",
    user_id: str = "ann",
    *,
    second: int = 0,
    life: str = "",
    request_id: str = "",
    fingerprint: str = "",
) -> Submission:
    """Return a job that is submitted so many seconds after a certain time, in a life of its own."""
    job = Job(
        job_id=job_id,
        user_id=user_id,
        status=JobStatus.JOB_STATUS_QUEUED,
        created_at=Timestamp(seconds=1_800_000_000 + second),
        uid=life or f"life-{next(lives):06d}",
    )
    return Submission(job, request_id, fingerprint)


async def submit(jobs: JobStore, submitted: Submission, queue_size: int | None = None) -> Accepted:
    """Have a job accepted as a server does, but for its files."""
    await jobs.reserve(submitted)
    return await jobs.create(submitted, queue_size)


def said(message: str) -> JobEvent:
    return JobEvent(log_emitted=LogEmitted(message=message))


def finished(claim: Claim, status: JobStatus = JobStatus.JOB_STATUS_SUCCEEDED) -> JobEvent:
    job = Job()
    job.CopyFrom(claim.stored.job)
    job.status = status
    return JobEvent(job_finished=JobFinished(job=job))


async def unfinished_claim(jobs: JobStore, lease_seconds: float = 30.0) -> Claim:
    """Claim the next job, which there must be; a negative lease has run out already."""
    claim = await jobs.claim("supervisor", lease_seconds)
    assert claim
    return claim


async def payloads(jobs: JobStore, life: str) -> list[str | None]:
    """Return what kinds of events a life has seen."""
    return [event.WhichOneof("payload") for event in await jobs.events(life, 0) or []]
