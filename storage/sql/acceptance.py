"""The transactions by which jobs are accepted, and cancelled before anybody has begun with them."""

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from csvconverter.v1.events_pb2 import JobEvent, JobQueued
from csvconverter.v1.jobs_pb2 import JobStatus
from storage.interfaces import Accepted, QueueFull, RequestIdReused, ReservationGone, StoredJob, Submission
from storage.sql.attempts import end
from storage.sql.audit_log import audit
from storage.sql.dialect import now, take_turns
from storage.sql.journal import record
from storage.sql.models import JobRow, ReservationRow
from storage.sql.topics import Change, Topic, note, note_end

ACCEPTING = 0x637177  # the number by which transactions that fill the queue take turns


def reserve(session: Session, submission: Submission) -> None:
    """See JobStore.reserve."""
    job = submission.job
    session.add(ReservationRow(life=job.uid, user_id=job.user_id, job_id=job.job_id, reserved_at=now(session)))


def unreserve(session: Session, submission: Submission) -> bool:
    """See JobStore.unreserve; tell whether there was a reservation."""
    gone = delete(ReservationRow).where(ReservationRow.life == submission.job.uid).returning(ReservationRow.life)
    return session.scalar(gone) is not None


def create(session: Session, submission: Submission, queue_size: int | None) -> Accepted:
    """See JobStore.create."""
    job = submission.job
    take_turns(session, ACCEPTING)  # or more would be accepted at the same time than there is room for
    if repeated := same_request(session, submission):
        unreserve(session, submission)
        return Accepted(stored=repeated, repeated=True, replaced=None)
    if queue_size is not None and not has_room(session, submission, queue_size):
        raise QueueFull(f"{queue_size} jobs wait")
    if not unreserve(session, submission):
        raise ReservationGone(f"job {job.job_id} of {job.user_id} was deleted while its files were stored")
    old = session.scalars(delete(JobRow).where(named(job.user_id, job.job_id)).returning(JobRow)).one_or_none()
    row = JobRow.of(submission)
    queued = JobEvent(job_queued=JobQueued(jobs_ahead=count(session, JobStatus.JOB_STATUS_QUEUED), job_uid=job.uid))
    session.add(row)
    session.flush()  # events refer to the row
    record(session, row, [queued])
    audit(session, submission.by, "train", job.user_id, job.job_id)
    if old:
        note_end(session, old.life)
    return Accepted(stored=row.stored(), repeated=False, replaced=old.stored() if old else None)


def cancel(session: Session, user_id: str, job_id: str, by: str) -> StoredJob | None:
    """See JobStore.cancel."""
    take_turns(session, ACCEPTING)  # or a job that is just being replaced would be neither the old one nor the new one
    row = session.scalar(select(JobRow).where(named(user_id, job_id)).with_for_update())
    if row is None:
        return None
    if row.state == JobStatus.JOB_STATUS_QUEUED:
        end(session, row, JobStatus.JOB_STATUS_CANCELLED)
    elif row.state == JobStatus.JOB_STATUS_RUNNING and not row.cancel_requested:
        row.cancel_requested = True
        note(session, Topic(Change.CANCEL, row.life), 1)
    else:
        return row.stored()
    audit(session, by, "cancel", user_id, job_id)
    return row.stored()


def has_room(session: Session, submission: Submission, queue_size: int) -> bool:
    """See JobStore.has_room."""
    job = submission.job
    if count(session, JobStatus.JOB_STATUS_QUEUED) < queue_size:
        return True
    replaced = named(job.user_id, job.job_id) & (JobRow.state == JobStatus.JOB_STATUS_QUEUED)
    return bool(session.scalar(select(exists().where(replaced | requested(submission)))))


def count(session: Session, state: JobStatus) -> int:
    """Count the jobs in a state."""
    return session.scalar(select(func.count()).where(JobRow.state == state)) or 0


def named(user_id: str, job_id: str) -> ColumnElement[bool]:
    """Select a job."""
    return (JobRow.user_id == user_id) & (JobRow.job_id == job_id)


def requested(submission: Submission) -> ColumnElement[bool]:
    """Select the job that the same request started before; no job has an empty request id."""
    return (JobRow.user_id == submission.job.user_id) & (JobRow.request_id == submission.request_id)


def same_request(session: Session, submission: Submission) -> StoredJob | None:
    """Return the job that the same request started before.

    Raises:
        RequestIdReused: the request id belongs to another body.
    """
    if not submission.request_id:
        return None
    row = session.scalar(select(JobRow).where(requested(submission)))
    if row and row.fingerprint != submission.fingerprint:
        raise RequestIdReused(f"request id {submission.request_id} belongs to job {row.job_id} and another body")
    return row.stored() if row else None
