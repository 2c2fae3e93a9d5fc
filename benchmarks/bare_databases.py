"""The least that a driver must do to keep events: to number them, and to find jobs again."""

import sqlite3
from collections.abc import Sequence
from typing import Protocol

import asyncpg

NUMBER = "UPDATE jobs SET last_seq = last_seq + $1 WHERE life = $2 RETURNING last_seq"
ADD = "INSERT INTO events (life, seq, event) VALUES ($1, $2, $3)"
GET = "SELECT job FROM jobs WHERE user_id = $1 AND job_id = $2"
LIST = "SELECT job FROM jobs WHERE user_id = $1 ORDER BY position DESC"


class BareDatabase(Protocol):
    """A driver on the tables that a store has made."""

    async def append(self, life: str, events: Sequence[bytes]) -> None:
        """Store events of a life with their numbers, in one transaction."""
        ...

    async def get(self, user_id: str, job_id: str) -> bytes:
        """Return one job."""
        ...

    async def list_jobs(self, user_id: str) -> list[bytes]:
        """Return a user's jobs, the newest first."""
        ...

    async def close(self) -> None:
        """End the connection."""
        ...


class BareSqlite:
    """sqlite3, in the thread of its caller."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> "BareSqlite":
        """Connect as the store does."""
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA synchronous = NORMAL")
        return cls(connection)

    async def append(self, life: str, events: Sequence[bytes]) -> None:
        """See BareDatabase."""
        self._connection.execute("BEGIN IMMEDIATE")
        [(last,)] = self._connection.execute(sqlite(NUMBER), (len(events), life)).fetchall()
        self._connection.executemany(sqlite(ADD), rows(life, last, events))
        self._connection.execute("COMMIT")

    async def get(self, user_id: str, job_id: str) -> bytes:
        """See BareDatabase."""
        job: bytes = self._connection.execute(sqlite(GET), (user_id, job_id)).fetchone()[0]
        return job

    async def list_jobs(self, user_id: str) -> list[bytes]:
        """See BareDatabase."""
        return [job for (job,) in self._connection.execute(sqlite(LIST), (user_id,))]

    async def close(self) -> None:
        """See BareDatabase."""
        self._connection.close()


class BarePostgresql:
    """asyncpg."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> "BarePostgresql":
        """Connect."""
        return cls(await asyncpg.connect(url))

    async def append(self, life: str, events: Sequence[bytes]) -> None:
        """See BareDatabase."""
        async with self._connection.transaction():
            last = await self._connection.fetchval(NUMBER, len(events), life)
            await self._connection.executemany(ADD, rows(life, last, events))

    async def get(self, user_id: str, job_id: str) -> bytes:
        """See BareDatabase."""
        job: bytes = await self._connection.fetchval(GET, user_id, job_id)
        return job

    async def list_jobs(self, user_id: str) -> list[bytes]:
        """See BareDatabase."""
        return [row["job"] for row in await self._connection.fetch(LIST, user_id)]

    async def close(self) -> None:
        """See BareDatabase."""
        await self._connection.close()


def sqlite(statement: str) -> str:
    """Mark the parameters of a statement as sqlite3 wants them."""
    return statement.replace("$", "?")


def rows(life: str, last: int, events: Sequence[bytes]) -> list[tuple[str, int, bytes]]:
    """Return events with the numbers that end with the last one."""
    return [(life, last - len(events) + number, event) for number, event in enumerate(events, 1)]
