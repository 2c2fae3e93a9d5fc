"""The transactions by which jobs go, and those that tell which files are left behind when something was interrupted."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.orm import Session

from storage.interfaces import KnownLife, StoredJob
from storage.sql.acceptance import named
from storage.sql.audit_log import audit
from storage.sql.dialect import now
from storage.sql.models import ChoreRow, JobRow, ReservationRow
from storage.sql.topics import note_end


def delete_job(session: Session, user_id: str, job_id: str, by: str) -> StoredJob | None:
    """See JobStore.delete."""
    reserved = (ReservationRow.user_id == user_id) & (ReservationRow.job_id == job_id)
    deleted = _delete(session, named(user_id, job_id), reserved)
    audit(session, by, "delete", user_id, job_id)
    return deleted[0] if deleted else None


def delete_user(session: Session, user_id: str, by: str) -> None:
    """See JobStore.delete_user."""
    _delete(session, JobRow.user_id == user_id, ReservationRow.user_id == user_id)
    audit(session, by, "delete-user", user_id)


def _delete(session: Session, jobs: ColumnElement[bool], reservations: ColumnElement[bool]) -> list[StoredJob]:
    session.execute(delete(ReservationRow).where(reservations))
    rows = session.scalars(delete(JobRow).where(jobs).returning(JobRow)).all()
    for row in rows:
        note_end(session, row.life)
    return [row.stored() for row in rows]


def expire(session: Session, finished_before: float, by: str, limit: int) -> list[StoredJob]:
    """See JobStore.expire."""
    old = select(JobRow.life).where(JobRow.finished_at < finished_before).order_by(JobRow.finished_at).limit(limit)
    rows = session.scalars(delete(JobRow).where(JobRow.life.in_(old)).returning(JobRow)).all()
    for row in rows:
        note_end(session, row.life)
        audit(session, by, "delete", row.user_id, row.job_id)
    return [row.stored() for row in rows]


def known_lives(session: Session, jobs: Collection[tuple[str, str]]) -> list[KnownLife]:
    """See JobStore.known_lives."""
    rows = session.scalars(select(JobRow).where(tuple_(JobRow.user_id, JobRow.job_id).in_(jobs)))
    reservations = session.scalars(
        select(ReservationRow).where(tuple_(ReservationRow.user_id, ReservationRow.job_id).in_(jobs))
    )
    return [
        *(KnownLife(row.stored().life_folder, True, row.folder, row.attempt) for row in rows),
        *(KnownLife(f"{row.user_id}/{row.job_id}/{row.life}/", exists=False) for row in reservations),
    ]


def forget_reservations(session: Session, reserved_before: float) -> None:
    """See JobStore.forget_reservations."""
    session.execute(delete(ReservationRow).where(ReservationRow.reserved_at < reserved_before))


def described(session: Session, stored: StoredJob) -> None:
    """See JobStore.described."""
    session.execute(update(JobRow).where(JobRow.life == stored.life).values(described_seq=stored.sequence))


def undescribed(session: Session, limit: int) -> list[StoredJob]:
    """See JobStore.undescribed."""
    stale = select(JobRow).where(JobRow.finished_at.is_not(None), JobRow.described_seq < JobRow.last_seq)
    return [row.stored() for row in session.scalars(stale.order_by(JobRow.finished_at).limit(limit))]


def take_chore(session: Session, name: str, every_seconds: float) -> bool:
    """See JobStore.take_chore."""
    time = now(session)
    row = session.get(ChoreRow, name, with_for_update=True)
    if row is None:
        session.add(ChoreRow(name=name, done_at=time))
    elif row.done_at + every_seconds <= time:
        row.done_at = time
    else:
        return False
    return True
