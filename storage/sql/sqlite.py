"""SQLite: one file on this machine. Each transaction runs as a whole in a thread, since the driver blocks."""

import asyncio
import errno
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from storage.interfaces import StoreUnavailable
from storage.sql.database import DatabaseUnusable
from storage.sql.tables import migrate
from storage.sql.topics import Ring, noted

T = TypeVar("T")

BUSY_SECONDS = 10  # how long a writer waits for another process's transaction
THREADS = 4  # one writes, the others read


class SqliteDatabase:
    """A Database in one file.

    Writers of one process queue up here, in order. SQLite admits one writer at a time and lets the others poll, which
    starves some of them when many wait.
    """

    kind = "sqlite"
    look_seconds = 0.5  # no other process tells of its changes

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = sessionmaker(engine.execution_options(read_only=True), expire_on_commit=False)
        self._writing = sessionmaker(engine, expire_on_commit=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite")
        self._turn = asyncio.Lock()
        self._hear: Callable[[Ring], None] = lambda _: None
        self.changes = 0

    @classmethod
    async def open(cls, path: Path) -> "SqliteDatabase":
        """Open the file, which is made with its folder when it is not there.

        Raises:
            DatabaseUnusable: it is no database, or a newer version of this program has changed the tables.
        """
        try:
            return cls(await asyncio.to_thread(_open, path))
        except (DBAPIError, sqlite3.Error) as error:
            raise DatabaseUnusable(f"the database {path} does not open: {getattr(error, 'orig', error)}") from error

    async def read(self, work: Callable[[Session], T]) -> T:
        """See Database."""
        return (await self._run(self._reading, work))[0]

    async def write(self, work: Callable[[Session], T]) -> T:
        """See Database."""
        async with self._turn:
            result, rings = await self._run(self._writing, work)
        self.changes += 1
        for ring in rings:
            self._hear(ring)
        return result

    def on_ring(self, hear: Callable[[Ring], None]) -> None:
        """See Database."""
        self._hear = hear

    async def close(self) -> None:
        """See Database."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    async def _run(self, sessions: sessionmaker[Session], work: Callable[[Session], T]) -> tuple[T, list[Ring]]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _transact, sessions, work)


def _transact(sessions: sessionmaker[Session], work: Callable[[Session], T]) -> tuple[T, list[Ring]]:
    try:
        with sessions.begin() as session:
            return work(session), noted(session)
    except OperationalError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        if code == sqlite3.SQLITE_BUSY:
            raise StoreUnavailable("another process keeps the database busy") from error
        raise


def _open(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    _switch_to_wal(path)
    engine = create_engine(URL.create("sqlite", database=str(path)), pool_size=THREADS)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            migrate(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _switch_to_wal(path: Path) -> None:
    """Make the file one with a write-ahead log, which it then stays.

    WAL with synchronous NORMAL keeps every commit when processes are killed; the last ones can be lost with the power.
    SQLite does not wait when two connections switch at once: it refuses the later one, whatever its busy timeout.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)


def _configure(connection: Any, _record: object) -> None:
    """Set up one connection."""
    connection.isolation_level = None  # the driver begins no transactions of its own
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that becomes a writer later would fail instead of waiting."""
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
