"""The transactions by which jobs go, and that which tells whose files are left behind."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.orm import Session

from csvconverter.v1.jobs_pb2 import JobStatus
from storage.interfaces import KnownLife, StoredJob, life_folder
from storage.sql.acceptance import named
from storage.sql.audit_log import audit
from storage.sql.dialect import now
from storage.sql.models import JobRow, ReservationRow
from storage.sql.topics import note_end

AT_ONCE = 100  # jobs of a user that one transaction deletes


def delete_job(session: Session, user_id: str, job_id: str, by: str) -> StoredJob | None:
    """See JobStore.delete."""
    reserved = (ReservationRow.user_id == user_id) & (ReservationRow.job_id == job_id)
    begun = unreserve_all(session, reserved)
    row = session.scalars(delete(JobRow).where(named(user_id, job_id)).returning(JobRow)).one_or_none()
    if row:
        note_end(session, row.life)
    if row or begun:
        audit(session, by, "delete", user_id, job_id)
    return row.stored() if row else None


def delete_user(session: Session, user_id: str, by: str, *, begins: bool) -> bool:
    """See JobStore.delete_user; delete some of the jobs, note the first time who asks, and tell whether more are left.

    All jobs of a user may have millions of events, and no transaction may take that long.
    """
    begun = unreserve_all(session, ReservationRow.user_id == user_id)
    some = select(JobRow.life).where(JobRow.user_id == user_id).limit(AT_ONCE)
    lives = session.scalars(delete(JobRow).where(JobRow.life.in_(some)).returning(JobRow.life)).all()
    for life in lives:
        note_end(session, life)
    if begins and (lives or begun):
        audit(session, by, "delete-user", user_id)
    return len(lives) == AT_ONCE


def unreserve_all(session: Session, reservations: ColumnElement[bool]) -> bool:
    """End reservations, and tell whether there were any."""
    return bool(session.scalars(delete(ReservationRow).where(reservations).returning(ReservationRow.life)).all())


def expire(session: Session, seconds: float, by: str, limit: int) -> list[StoredJob]:
    """See JobStore.expire."""
    finished_before = JobRow.finished_at < now(session) - seconds
    old = select(JobRow.life).where(finished_before).order_by(JobRow.finished_at).limit(limit)
    rows = session.scalars(delete(JobRow).where(JobRow.life.in_(old)).returning(JobRow)).all()
    for row in rows:
        note_end(session, row.life)
        audit(session, by, "delete", row.user_id, row.job_id)
    return [row.stored() for row in rows]


def known_lives(session: Session, jobs: Collection[tuple[str, str]]) -> list[KnownLife]:
    """See JobStore.known_lives; the jobs themselves, which may be large, are not read."""
    reserved = select(ReservationRow).where(tuple_(ReservationRow.user_id, ReservationRow.job_id).in_(jobs))
    reservations = session.scalars(reserved).all()  # first: one that becomes a job meanwhile is found twice, not never
    columns = (JobRow.user_id, JobRow.job_id, JobRow.life, JobRow.state, JobRow.folder, JobRow.attempt)
    rows = session.execute(select(*columns).where(tuple_(JobRow.user_id, JobRow.job_id).in_(jobs))).all()
    return [
        *(KnownLife(life_folder(row.user_id, row.job_id, row.life), exists=False) for row in reservations),
        *(known_life(*row) for row in rows),
    ]


def known_life(user_id: str, job_id: str, life: str, state: int, folder: str, attempt: int) -> KnownLife:
    """Return the life of a job; only an attempt that runs can still be committed."""
    running = attempt if state == JobStatus.JOB_STATUS_RUNNING else 0
    return KnownLife(life_folder(user_id, job_id, life), exists=True, committed=folder, attempt=running)
