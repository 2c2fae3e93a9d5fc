"""Keys in an SQL database."""

from collections.abc import Mapping

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.interfaces import StoredKey
from storage.sql.audit_log import audit
from storage.sql.calls import Calls, uninterrupted
from storage.sql.database import Database
from storage.sql.dialect import take_turns
from storage.sql.models import KeyRow

CHANGING = 0x637178  # the number by which transactions that take a revision take turns


class SqlKeyStore:
    """A KeyStore on SQLAlchemy. Revisions are given in the order of commits, so a reader who asks on misses none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls = Calls()

    @uninterrupted
    async def add(self, key: StoredKey, by: str = "") -> None:
        """See KeyStore."""
        await self._database.write(lambda session: _add(session, key, by))

    @uninterrupted
    async def add_first(self, key: StoredKey, by: str = "") -> bool:
        """See KeyStore."""

        def add(session: Session) -> bool:
            take_turns(session, CHANGING)
            if session.scalar(select(func.count()).select_from(KeyRow)):
                return False
            _add(session, key, by)
            return True

        return await self._database.write(add)

    @uninterrupted
    async def list_keys(self) -> list[StoredKey]:
        """See KeyStore."""
        query = select(KeyRow).order_by(KeyRow.created_at, KeyRow.key_id)
        return await self._database.read(lambda session: [row.stored() for row in session.scalars(query)])

    @uninterrupted
    async def revoke(self, key_id: str, revoked_at: float, by: str = "") -> StoredKey | None:
        """See KeyStore."""

        def revoke(session: Session) -> StoredKey | None:
            take_turns(session, CHANGING)
            row = session.get(KeyRow, key_id)
            if row and row.revoked_at is None:
                row.revoked_at = revoked_at
                row.revision = _next_revision(session)
                audit(session, by, "revoke-key", detail=key_id)
            return row.stored() if row else None

        return await self._database.write(revoke)

    @uninterrupted
    async def changes(self, after_revision: int) -> list[StoredKey]:
        """See KeyStore."""
        query = select(KeyRow).where(KeyRow.revision > after_revision).order_by(KeyRow.revision)
        return await self._database.read(lambda session: [row.stored() for row in session.scalars(query)])

    @uninterrupted
    async def used(self, times: Mapping[str, float]) -> None:
        """See KeyStore."""

        def note(session: Session) -> None:
            for key_id, last_used_at in sorted(times.items()):  # in one order, or two writers could wait for each other
                session.execute(update(KeyRow).where(KeyRow.key_id == key_id).values(last_used_at=last_used_at))

        await self._database.write(note)

    async def close(self) -> None:
        """See KeyStore."""
        await self._calls.wait()


def _add(session: Session, key: StoredKey, by: str) -> None:
    take_turns(session, CHANGING)
    session.add(KeyRow.of(key, _next_revision(session)))
    audit(session, by, "create-key", detail=key.key_id)


def _next_revision(session: Session) -> int:
    return (session.scalar(select(func.max(KeyRow.revision))) or 0) + 1
