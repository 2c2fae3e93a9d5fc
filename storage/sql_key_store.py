"""Keys in an SQL database."""

from collections.abc import Mapping

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.calls import Calls, uninterrupted
from storage.database import Database
from storage.interfaces import StoredKey
from storage.models import KeyRow


class SqlKeyStore:
    """A KeyStore on SQLAlchemy. Revisions are given in the order of commits, so a reader who asks on misses none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls = Calls()

    @classmethod
    async def open(cls, url: str) -> "SqlKeyStore":
        """Open the database, such as `sqlite:////folder/jobs.db`, and bring its tables up to date."""
        return cls(await Database.open(url))

    @uninterrupted
    async def add(self, key: StoredKey) -> None:
        """See KeyStore."""
        async with self._database.write() as session:
            session.add(KeyRow.of(key, await _next_revision(session)))

    @uninterrupted
    async def list_keys(self) -> list[StoredKey]:
        """See KeyStore."""
        query = select(KeyRow).order_by(KeyRow.created_at, KeyRow.key_id)
        async with self._database.read() as session:
            return [row.stored() for row in await session.scalars(query)]

    @uninterrupted
    async def revoke(self, key_id: str, revoked_at: float) -> StoredKey | None:
        """See KeyStore."""
        async with self._database.write() as session:
            row = await session.get(KeyRow, key_id, with_for_update=True)
            if row and row.revoked_at is None:
                row.revoked_at = revoked_at
                row.revision = await _next_revision(session)
        return row.stored() if row else None

    @uninterrupted
    async def changes(self, after_revision: int) -> list[StoredKey]:
        """See KeyStore."""
        query = select(KeyRow).where(KeyRow.revision > after_revision).order_by(KeyRow.revision)
        async with self._database.read() as session:
            return [row.stored() for row in await session.scalars(query)]

    @uninterrupted
    async def used(self, times: Mapping[str, float]) -> None:
        """See KeyStore."""
        async with self._database.write() as session:
            for key_id, last_used_at in times.items():
                await session.execute(update(KeyRow).where(KeyRow.key_id == key_id).values(last_used_at=last_used_at))

    async def close(self) -> None:
        """See KeyStore."""
        await self._calls.wait()
        await self._database.close()


async def _next_revision(session: AsyncSession) -> int:
    return (await session.scalar(select(func.max(KeyRow.revision))) or 0) + 1
