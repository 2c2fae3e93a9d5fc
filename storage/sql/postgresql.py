"""PostgreSQL: one database for many servers."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import asyncpg
import structlog
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from storage.interfaces import OutcomeUnknown, StoreUnavailable
from storage.sql.database import DatabaseUnusable
from storage.sql.tables import migrate
from storage.sql.topics import Ring, noted

T = TypeVar("T")

CHANNEL = "csv_converter"
PROGRAM = "csv-converter"  # as the database lists its connections
MIGRATING = 0x637376  # the number by which servers that start together take turns
CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 30.0
PATIENCE_SECONDS = 10.0  # for how long a call waits for a database that is away
CONFLICTS = 5  # how often a transaction may find that another one was faster, before that is a fault of ours
DELAYS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # between tries; the last one from then on
CONFLICT_STATES = (
    "40001",
    "40P01",
    "23505",
)  # a transaction that was in the way; a row that another one has just added
LOST_STATES = ("08", "57P", "53300")  # connections that end, servers that start or stop, no connection left
UNUSABLE = (DBAPIError, OSError, StoreUnavailable, asyncpg.PostgresError, asyncpg.ClientConfigurationError)
TELL = text("SELECT pg_notify(:channel, ring) FROM unnest(CAST(:rings AS text[])) AS ring")
OWN_NUMBER = text("SELECT CAST(pg_current_xact_id_if_assigned() AS text)")  # of the transaction that asks
FATE = text("SELECT pg_xact_status(CAST(CAST(:transaction AS text) AS xid8))")
COMMITTED = {"committed": True, "aborted": False}

log = structlog.get_logger(__name__)


class PostgresqlDatabase:
    """A Database that many servers share.

    A transaction is run again when its connection is lost, when another transaction was in its way, or when another one
    has added the same row first. When the connection is lost in the very moment of the commit, the database is asked
    what became of the transaction: so its effect is there once, also when the database was restarted meanwhile.
    """

    kind = "postgresql"
    look_seconds = 1.0  # it tells of changes, unless the connection on which it does is lost

    def __init__(self, engine: AsyncEngine, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        self._engine = engine
        self._connect = connect
        self._reading = async_sessionmaker(
            engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
            expire_on_commit=False,
        )
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._hear: Callable[[Ring], None] = lambda _: None
        self._listening: asyncio.Task[None] | None = None
        self._closed = False
        self.changes = 0

    @classmethod
    async def open(cls, url: str, pool_size: int) -> "PostgresqlDatabase":
        """Connect, with all that libpq's URLs can say: several hosts, sslmode, sslrootcert, passfile, options.

        Raises:
            DatabaseUnusable: it cannot be reached, or a newer version of this program has changed the tables.
        """
        dsn = "postgresql://" + url.partition("://")[2]

        async def connect() -> asyncpg.Connection:
            return await asyncpg.connect(
                dsn,
                timeout=CONNECT_SECONDS,
                command_timeout=STATEMENT_SECONDS,
                server_settings={"application_name": PROGRAM},
            )

        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=connect,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=PATIENCE_SECONDS,
        )
        database = cls(engine, connect)
        try:
            await database._persist(database._migrate_once)
        except UNUSABLE as error:
            await database.close()
            raise DatabaseUnusable(f"the database cannot be used: {reason(error)}") from error
        except BaseException:
            await database.close()
            raise
        return database

    async def read(self, work: Callable[[Session], T]) -> T:
        """See Database."""

        async def once() -> T:
            async with self._reading.begin() as session:
                return await session.run_sync(work)

        return await self._persist(once)

    async def write(self, work: Callable[[Session], T]) -> T:
        """See Database."""
        result, rings = await self._persist(lambda: self._write_once(work))
        self.changes += 1
        for ring in rings:
            self._hear(ring)
        return result

    def on_ring(self, hear: Callable[[Ring], None]) -> None:
        """See Database."""
        self._hear = hear
        self._listening = asyncio.create_task(self._keep_listening())

    async def close(self) -> None:
        """See Database."""
        self._closed = True
        if self._listening:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await self._engine.dispose()

    async def _migrate_once(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
            await connection.run_sync(migrate)

    async def _write_once(self, work: Callable[[Session], T]) -> tuple[T, list[Ring]]:
        async with self._writing() as session:
            result, transaction, rings = await session.run_sync(_transact, work)
            try:
                await session.commit()
            except Exception as error:
                if not (transaction and is_lost(error)):
                    raise
                committed = await self._was_committed(transaction)
                if not committed:
                    raise
        return result, rings

    async def _was_committed(self, transaction: str) -> bool:
        """Ask what became of a transaction whose commit was sent and never answered."""
        try:
            return await self._persist(lambda: self._fate(transaction))
        except StoreUnavailable as error:
            raise OutcomeUnknown("the database went away while it stored something") from error

    async def _fate(self, transaction: str) -> bool:
        async with self._reading.begin() as session:
            fate = await session.scalar(FATE, {"transaction": transaction})
        if fate not in COMMITTED:
            raise StoreUnavailable(f"the database says of its transaction {transaction}: {fate}")
        return COMMITTED[fate]

    async def _persist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try again while what is in the way may pass, as long as patience lasts."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        conflicts = 0
        async for delay in delays():
            try:
                return await attempt()
            except Exception as error:
                conflicts += is_conflict(error)
                if isinstance(error, OutcomeUnknown) or not may_pass(error) or conflicts > CONFLICTS:
                    raise
                if self._closed or asyncio.get_running_loop().time() + delay > deadline:
                    raise StoreUnavailable(f"the database cannot be reached: {reason(error)}") from error
        raise AssertionError("delays never end")

    async def _keep_listening(self) -> None:
        """Hear of what other servers have changed; what is missed while the connection is away is looked for."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # the database may be away: whoever waits looks once in a while
                log.warning("cannot hear of changes made by other servers", error=reason(error))
            await asyncio.sleep(self.look_seconds)

    async def _listen(self) -> None:
        connection = await self._connect()
        ended = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, self._on_notification)
            await ended.wait()
        finally:
            connection.terminate()

    def _on_notification(self, _connection: object, _process: int, _channel: str, payload: object) -> None:
        with suppress(ValueError):  # of a newer version
            self._hear(Ring.parse(str(payload)))


def _transact(session: Session, work: Callable[[Session], T]) -> tuple[T, str | None, list[Ring]]:
    """Run a transaction up to its commit; return its number too, if it has changed anything, and what it noted."""
    result = work(session)
    session.flush()
    rings = noted(session)
    if rings:
        session.execute(TELL, {"channel": CHANNEL, "rings": [ring.text() for ring in rings]})
    return result, session.scalar(OWN_NUMBER), rings


async def delays() -> AsyncIterator[float]:
    """Yield how long it will be until the next try, and wait so long before each but the first."""
    number = 0
    while True:
        delay = DELAYS[min(number, len(DELAYS) - 1)] * random.uniform(0.5, 1.0)
        yield delay
        await asyncio.sleep(delay)
        number += 1


def may_pass(error: Exception) -> bool:
    """Tell whether the same transaction may succeed later."""
    return is_lost(error) or is_conflict(error) or isinstance(error, StoreUnavailable | NoConnectionFree)


def is_lost(error: Exception) -> bool:
    """Tell whether the connection is lost, or none can be made at the moment."""
    if isinstance(error, OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError):
        return True
    if isinstance(error, DBAPIError) and (error.connection_invalidated or isinstance(error, InterfaceError)):
        return True
    return sql_state(error).startswith(LOST_STATES)


def is_conflict(error: Exception) -> bool:
    """Tell whether another transaction was in the way."""
    return sql_state(error) in CONFLICT_STATES


def sql_state(error: Exception) -> str:
    """Return the five letters by which PostgreSQL names an error; empty for any other error."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


def reason(error: Any) -> str:
    """Say in a line what went wrong, as the driver says it."""
    told = str(getattr(error, "orig", None) or error) or type(error).__name__
    return told.splitlines()[0]
