"""The transactions of what is done once in a while by one of all processes: who does it, and what there is to do."""

import math

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.interfaces import StoredJob
from storage.sql.dialect import now
from storage.sql.models import ChoreRow, JobRow, ReservationRow

BEGIN = "begin"  # the name of the row that tells when the database was begun


def begun_at(session: Session) -> float:
    """See JobStore.begun_at."""
    take_chore(session, BEGIN, math.inf)
    return session.execute(select(ChoreRow.done_at).where(ChoreRow.name == BEGIN)).scalar_one()


def known_begin(session: Session) -> float | None:
    """Return the same without asking for the first time: None where nobody has asked yet."""
    return session.scalar(select(ChoreRow.done_at).where(ChoreRow.name == BEGIN))


def begin(session: Session, at: float) -> None:
    """Say that a database was begun at a time, unless that is said already."""
    if session.get(ChoreRow, BEGIN) is None:
        session.add(ChoreRow(name=BEGIN, done_at=at))


def take_chore(session: Session, name: str, every_seconds: float) -> bool:
    """See JobStore.take_chore."""
    row = session.get(ChoreRow, name, with_for_update=True)
    time = now(session)
    if row is None:
        session.add(ChoreRow(name=name, done_at=time))
    elif abs(time - row.done_at) >= every_seconds:  # a time to come is that of a clock that was wrong
        row.done_at = time
    else:
        return False
    return True


def described(session: Session, stored: StoredJob) -> None:
    """See JobStore.described."""
    session.execute(update(JobRow).where(JobRow.life == stored.life).values(described=True))


def undescribed(session: Session, limit: int) -> list[StoredJob]:
    """See JobStore.undescribed."""
    stale = select(JobRow).where(JobRow.finished_at.is_not(None), ~JobRow.described)
    return [row.stored() for row in session.scalars(stale.order_by(JobRow.finished_at).limit(limit))]


def forget_reservations(session: Session, seconds: float) -> None:
    """See JobStore.forget_reservations."""
    session.execute(delete(ReservationRow).where(ReservationRow.reserved_at <= now(session) - seconds))
