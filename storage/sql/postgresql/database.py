"""Transactions on PostgreSQL, which are run again as long as what is in their way may pass."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import chain, repeat
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import Session

from storage.interfaces import OutcomeUnknown, StoreUnavailable
from storage.sql.database import DatabaseUnusable
from storage.sql.postgresql.connections import PATIENCE, Connections, Patience, drop
from storage.sql.postgresql.failures import explained, is_duplicate, is_lost, may_pass, told
from storage.sql.postgresql.listening import CHANNEL, keep_listening
from storage.sql.postgresql.receipt import Receipt, tell, was_committed
from storage.sql.tables import migrate
from storage.sql.topics import Ring, noted

T = TypeVar("T")

DUPLICATES = 5  # how often another transaction may have added the same row first, before that is a fault of ours
DELAYS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # seconds between tries; the last one from then on
MIGRATION_SECONDS = 300.0  # which large tables may take, each in one statement, and whoever waits for that
MIGRATING = 0x637376  # the number by which servers that start together take turns


class Done(NamedTuple, Generic[T]):
    """A transaction up to its commit."""

    result: T
    receipt: Receipt | None  # None: it has changed nothing
    rings: list[Ring]


class PostgresqlDatabase:
    """A Database that many servers share.

    A transaction is run again when its connection is lost, when another transaction was in its way, or when another one
    has added the same row first. When the connection is lost in the very moment of the commit, the database is asked
    what became of the transaction: so its effect is there once, also when the database was restarted meanwhile.
    """

    kind = "postgresql"
    look_seconds = 1.0  # it tells of changes, unless the connection on which it does is lost

    def __init__(self, url: str, pool_size: int, patience: Patience) -> None:
        self._patience = patience
        self._connections = Connections(url, patience)
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connections.make,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=patience.tries,
        )
        self._single_statements = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._hear: Callable[[Ring], None] = lambda _: None
        self._listening: asyncio.Task[None] | None = None
        self._closed = False
        self.changes = 0

    @classmethod
    async def open(cls, url: str, pool_size: int, patience: Patience = PATIENCE) -> "PostgresqlDatabase":
        """Connect and bring the tables up to date.

        Raises:
            DatabaseUnusable: it cannot be reached, or a newer version of this program has changed the tables.
        """
        unhurried = cls(url, 1, replace(patience, statement=MIGRATION_SECONDS, silence=MIGRATION_SECONDS))
        try:
            await unhurried._persist(unhurried._migrate_once, unhurried._deadline())
        except (DBAPIError, OSError, StoreUnavailable) as error:
            raise DatabaseUnusable(f"the database cannot be used: {explained(error)}") from error
        finally:
            await unhurried.close()
        return cls(url, pool_size, patience)

    async def read(self, work: Callable[[Session], T]) -> T:
        """See Database."""

        async def once() -> T:
            async with lent(self._single_statements) as connection:
                return await connection.run_sync(_look, work)

        return await self._persist(once, self._deadline())

    async def write(self, work: Callable[[Session], T]) -> T:
        """See Database."""
        deadline = self._deadline()
        done = await self._persist(lambda: self._write_once(work, deadline), deadline)
        self.changes += 1
        for ring in done.rings:
            self._hear(ring)
        return done.result

    def on_ring(self, hear: Callable[[Ring], None]) -> None:
        """See Database."""
        self._hear = hear
        self._listening = asyncio.create_task(keep_listening(self._connections, hear))

    async def close(self) -> None:
        """See Database."""
        self._closed = True
        if self._listening:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await self._connections.close()
        await self._engine.dispose()

    async def _migrate_once(self) -> None:
        async with lent(self._engine) as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
            await connection.run_sync(migrate)
            await connection.commit()

    async def _write_once(self, work: Callable[[Session], T], deadline: float) -> Done[T]:
        done: Done[T] | None = None
        try:
            async with lent(self._engine) as connection:
                done = await connection.run_sync(_transact, work)
                await connection.commit()
                return done
        except Exception as error:  # the connection was given back, or the question could wait for it for ever
            if done and done.receipt and is_lost(error) and await self._was_committed(done.receipt, deadline):
                return done
            raise

    async def _was_committed(self, receipt: Receipt, deadline: float) -> bool:
        """Ask what became of a transaction whose commit was sent and never answered."""

        async def ask() -> bool:
            async with lent(self._single_statements) as connection:
                return await connection.run_sync(was_committed, receipt)

        try:
            return await self._persist(ask, deadline)
        except (DBAPIError, StoreUnavailable) as error:
            raise OutcomeUnknown("the database went away while it stored something") from error

    def _deadline(self) -> float:
        """Return when a call that begins now is tried no more."""
        return asyncio.get_running_loop().time() + self._patience.tries

    async def _persist(self, attempt: Callable[[], Awaitable[T]], deadline: float) -> T:
        """Try again while what is in the way may pass, as long as the deadline is ahead."""
        delays = chain(DELAYS, repeat(DELAYS[-1]))
        duplicates = 0
        while True:
            delay = next(delays) * random.uniform(0.5, 1.0)  # lest two that collide do so again
            try:
                return await attempt()
            except Exception as error:
                duplicates += is_duplicate(error)
                late = self._closed or asyncio.get_running_loop().time() + delay > deadline
                if late or duplicates > DUPLICATES or not may_pass(error):
                    raise told(error) from error
            await asyncio.sleep(delay)


@asynccontextmanager
async def lent(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection, which is not used again once it is lost."""
    async with engine.connect() as connection:
        try:
            yield connection
        except BaseException as error:
            if not isinstance(error, Exception) or is_lost(error):
                await drop(connection)
            raise


def _look(connection: Connection, work: Callable[[Session], T]) -> T:
    with Session(connection) as session:
        return work(session)


def _transact(connection: Connection, work: Callable[[Session], T]) -> Done[T]:
    """Run a transaction up to its commit."""
    connection.begin()
    with Session(connection, join_transaction_mode="rollback_only") as session:
        result = work(session)
        session.flush()
        rings = noted(session)
        receipt = tell(session, CHANNEL, [ring.text() for ring in rings])
        session.commit()  # which leaves the transaction open
    return Done(result, receipt, rings)
