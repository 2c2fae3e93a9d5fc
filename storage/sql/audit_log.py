"""The audit trail in an SQL database."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.interfaces import BY_THE_SERVER, AuditEntry
from storage.sql.calls import Calls, uninterrupted
from storage.sql.database import Database
from storage.sql.dialect import now
from storage.sql.models import AuditRow

FORGOTTEN_AT_ONCE = 10_000


class SqlAuditLog:
    """An AuditLog on SQLAlchemy."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls = Calls()

    @uninterrupted
    async def record(self, entries: Sequence[AuditEntry]) -> None:
        """See AuditLog."""

        def add(session: Session) -> None:
            session.add_all(map(AuditRow.of, entries))

        await self._database.write(add)

    @uninterrupted
    async def entries(
        self, *, user_id: str = "", job_id: str = "", key_id: str = "", since: float = 0.0, limit: int | None = None
    ) -> list[AuditEntry]:
        """See AuditLog."""
        wanted = {AuditRow.user_id: user_id, AuditRow.job_id: job_id, AuditRow.key_id: key_id}
        conditions = [column == value for column, value in wanted.items() if value]
        query = select(AuditRow).where(AuditRow.at >= since, *conditions).order_by(AuditRow.number.desc()).limit(limit)
        return await self._database.read(lambda session: [row.stored() for row in session.scalars(query)])

    @uninterrupted
    async def forget(self, seconds: float) -> None:
        """See AuditLog."""
        while await self._database.write(lambda session: _forget_some(session, seconds)):
            pass

    async def close(self) -> None:
        """See AuditLog."""
        await self._calls.wait()


def audit(session: Session, by: str, action: str, user_id: str = "", job_id: str = "", detail: str = "") -> None:
    """Add an entry in the transaction that does what it tells of."""
    entry = AuditEntry(now(session), by or BY_THE_SERVER, action, user_id, job_id, detail)
    session.add(AuditRow.of(entry))


def _forget_some(session: Session, seconds: float) -> bool:
    """Delete the oldest entries, as many as a transaction may take the time for, and tell whether more are left."""
    old = AuditRow.at < now(session) - seconds
    last = session.scalar(select(AuditRow.at).where(old).order_by(AuditRow.at).offset(FORGOTTEN_AT_ONCE - 1).limit(1))
    session.execute(delete(AuditRow).where(old if last is None else AuditRow.at <= last))
    return last is not None
