"""Opens the database, brings its tables up to date and hands out transactions."""

import asyncio
import errno
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

BUSY_SECONDS = 10  # how long a writer waits for another process's transaction


class Database:
    """Transactions on one database.

    Writers of one process queue up here, in order. SQLite admits one writer at a time and lets the others poll, which
    starves some of them when many wait.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.kind = engine.dialect.name
        self._engine = engine
        self._reading = async_sessionmaker(engine.execution_options(read_only=True), expire_on_commit=False)
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._turn = asyncio.Lock()
        self.changes = 0  # how many transactions of this process have changed something

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Connect and apply the migrations that are missing; processes that start together take turns.

        Raises:
            ValueError: the URL names no SQLite file, or a newer version of this program has changed the tables.
        """
        engine = _sqlite_engine(make_url(url))
        await asyncio.to_thread(_switch_to_wal, engine.url.database)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_migrate)
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that sees one state of the database and changes nothing."""
        async with self._reading.begin() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that is committed at the end of the block, or rolled back when it raises.

        Raises:
            OSError: with ENOSPC when the disk is full.
        """
        try:
            async with self._turn, self._writing.begin() as session:
                yield session
            self.changes += 1
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _sqlite_engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        found = url.render_as_string(hide_password=True)
        raise ValueError(f"jobs are kept in an SQLite file, but the URL is {found}; write sqlite:////folder/jobs.db")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"))
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _switch_to_wal(path: str | None) -> None:
    """Make the file one with a write-ahead log, which it then stays.

    WAL with synchronous NORMAL keeps every commit when processes are killed; the last ones can be lost with the power.
    SQLite does not wait when two connections switch at once: it refuses the later one, whatever its busy timeout.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    with closing(sqlite3.connect(path or "", timeout=BUSY_SECONDS)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)


def _configure(connection: Any, _record: object) -> None:
    """Set up one SQLite connection."""
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


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        hint = "was it written by a newer version of this program?"
        raise ValueError(f"the database cannot be brought up to date: {error}; {hint}") from error
