"""What the stores ask of a database, and which one a URL names.

A transaction is a plain function of a session. It does nothing but read and write through the session, so it can be run
again: after a lost connection, or when another process has changed the same rows meanwhile.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from storage.sql.topics import Ring

T = TypeVar("T")

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://")
POOL_SIZE = 10  # connections, as long as nothing else is said


class DatabaseUnusable(Exception):
    """The database cannot be opened; the message says why and what to do, without a password."""


class Database(Protocol):
    """Transactions on one database, for all stores of a process."""

    kind: str  # such as "sqlite"
    look_seconds: float  # after which changes made by other processes are to be looked for, heard of or not
    changes: int  # how many transactions of this process have changed something

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run queries, each of which sees one state of the database; two may see two.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        ...

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run a transaction that is committed when the function returns, and rolled back when it raises.

        Its effect is there once or, when this raises, not at all.

        Raises:
            OSError: with ENOSPC when the disk is full.
            StoreUnavailable: the database cannot be reached.
        """
        ...

    def on_ring(self, hear: Callable[[Ring], None]) -> None:
        """Have a function called, in the event loop, with what committed transactions have noted."""
        ...

    async def close(self) -> None:
        """Let go of all connections; calls under way come to their end first, or to StoreUnavailable."""
        ...


async def open_database(url: str, pool_size: int = POOL_SIZE) -> Database:
    """Open the database behind a URL, such as `sqlite:////folder/jobs.db` or `postgresql://user@host/name`.

    Its tables are brought up to date; processes that start together take turns.

    Raises:
        DatabaseUnusable: it cannot be reached, is damaged, or was changed by a newer version of this program.
    """
    if url.startswith(SQLITE) and url.removeprefix(SQLITE) not in ("", ":memory:"):
        from storage.sql.sqlite import SqliteDatabase

        return await SqliteDatabase.open(Path(url.removeprefix(SQLITE)))
    if url.startswith(POSTGRESQL):
        from storage.sql.postgresql.database import PostgresqlDatabase

        return await PostgresqlDatabase.open(url, pool_size)
    kind = url.partition("://")[0] if "://" in url else "what is no URL"
    hint = "write postgresql://user@host/name or sqlite:////folder/jobs.db"
    raise DatabaseUnusable(f"jobs cannot be kept in {kind}; {hint}")
