"""Stores that close their database, for those who open one store only."""

from storage.sql.database import Database, open_database
from storage.sql.job_store import SqlJobStore
from storage.sql.key_store import SqlKeyStore


class WithItsDatabase:
    """What makes a store close its database, too."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.database = database

    async def close(self) -> None:
        await super().close()
        await self.database.close()


class OwnJobStore(WithItsDatabase, SqlJobStore):
    pass


class OwnKeyStore(WithItsDatabase, SqlKeyStore):
    pass


async def open_jobs(url: str) -> OwnJobStore:
    return OwnJobStore(await open_database(url))


async def open_keys(url: str) -> OwnKeyStore:
    return OwnKeyStore(await open_database(url))
