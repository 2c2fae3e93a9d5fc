"""The transactions that only read: jobs, lists of them, their events, and how far all that has come."""

from collections.abc import Mapping, Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import Job, JobStatus
from storage.interfaces import QueueLoad, StoredJob
from storage.sql.acceptance import named
from storage.sql.attempts import claimable
from storage.sql.dialect import now
from storage.sql.models import EventRow, JobRow
from storage.sql.topics import ENDED, WORK, Change, Topic


def get(session: Session, user_id: str, job_id: str) -> StoredJob | None:
    """See JobStore.get."""
    row = session.scalar(select(JobRow).where(named(user_id, job_id)))
    return row.stored() if row else None


def list_jobs(
    session: Session, user_id: str, status: JobStatus | None, after: str, limit: int | None
) -> list[StoredJob]:
    """See JobStore.list_jobs."""
    parts = (JobRow.job, JobRow.life, JobRow.folder, JobRow.last_seq)  # to read whole rows takes twice as long
    query = select(*parts).where(JobRow.user_id == user_id).order_by(JobRow.position.desc()).limit(limit)
    if status is not None:
        query = query.where(JobRow.state == status)
    if after:
        query = query.where(JobRow.position < after)
    return [StoredJob(Job.FromString(job), life, folder, last) for job, life, folder, last in session.execute(query)]


def load(session: Session) -> QueueLoad:
    """See JobStore.load."""
    unfinished = (JobStatus.JOB_STATUS_QUEUED, JobStatus.JOB_STATUS_RUNNING)
    query = select(JobRow.state, func.count()).where(JobRow.state.in_(unfinished)).group_by(JobRow.state)
    jobs = dict(session.execute(query).all())
    return QueueLoad(*(jobs.get(state, 0) for state in unfinished))


def events(session: Session, life: str, after_sequence: int, limit: int) -> list[JobEvent] | None:
    """See JobStore.events."""
    query = select(EventRow.event).where(EventRow.life == life, EventRow.seq > after_sequence)
    stored = session.scalars(query.order_by(EventRow.seq).limit(limit)).all()
    if not stored and not session.scalar(select(exists().where(JobRow.life == life))):
        return None
    return [JobEvent.FromString(event) for event in stored]


def levels(session: Session, topics: Sequence[Topic]) -> Mapping[Topic, int]:
    """Return how far topics have come."""
    found = {WORK: has_work(session)} if WORK in topics else {}
    if lives := {topic.life for topic in topics if topic.life}:
        query = select(JobRow.life, JobRow.last_seq, JobRow.cancel_requested).where(JobRow.life.in_(lives))
        for life, last_seq, cancel_requested in session.execute(query):
            found[Topic(Change.EVENTS, life)] = last_seq
            found[Topic(Change.CANCEL, life)] = int(cancel_requested)
    return {topic: found.get(topic, ENDED) for topic in topics}


def has_work(session: Session) -> int:
    """Return 1 when there is a job to claim, else 0."""
    return int(session.scalar(select(exists().where(claimable(now(session))))) or 0)
