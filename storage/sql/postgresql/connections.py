"""Connections to PostgreSQL: how they are made, what is asked of the server, and how they end."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit
from weakref import WeakSet

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.interfaces import StoreUnavailable
from storage.sql.postgresql.failures import FAILURES, ConnectionRefused, refusal

PROGRAM = "csv-converter"  # as the database lists its connections
CLOSE_SECONDS = 2.0
OLDEST = (14, 0)  # the first that says of itself whether it is a standby


@dataclass(frozen=True)
class Patience:
    """How long a database may take, in seconds. A call lasts at most `tries` and then one more try."""

    connect: float = 5.0  # for each host that the URL names
    statement: float = 8.0  # after which the server itself gives a statement up, also one that waits for a lock
    silence: float = 10.0  # after which a server that says nothing at all is given up
    tries: float = 10.0  # after which nothing is tried again

    @property
    def settings(self) -> str:
        """What the server is told: nobody waits for a transaction of a process that is frozen or out of reach."""
        bounds = {"statement_timeout": self.statement, "idle_in_transaction_session_timeout": self.silence}
        return ";".join(f"SET {name} = '{seconds}s'" for name, seconds in bounds.items())


PATIENCE = Patience()


class Connections:
    """All connections of a process to one database."""

    def __init__(self, url: str, patience: Patience) -> None:
        """Take a URL of libpq, which may name several hosts."""
        self._url = url
        self._latest = ""  # of a host that took a connection
        self._patience = patience
        self._made: WeakSet[asyncpg.Connection] = WeakSet()

    async def make(self) -> asyncpg.Connection:
        """Connect to the first host that is there and takes changes, and begin with the one that did last time.

        Raises:
            ConnectionRefused: none is, and that will not change in a moment.
            StoreUnavailable: none is.
        """
        problem = StoreUnavailable()
        for url in sorted(one_for_each_host(self._url), key=lambda url: url != self._latest):
            try:
                connection = await self._make(url)
            except StoreUnavailable as error:
                problem = error
            else:
                self._latest = url
                return connection
        raise problem

    async def close(self) -> None:
        """End all connections, also those to a server that does not answer."""
        await asyncio.gather(*(end(connection) for connection in list(self._made)))

    async def _make(self, url: str) -> asyncpg.Connection:
        try:
            connection = await asyncpg.connect(
                url,
                timeout=self._patience.connect,
                command_timeout=self._patience.silence,
                server_settings={"application_name": PROGRAM},
            )
            return await self._prepared(connection)
        except FAILURES as error:
            raise refusal(error) from error

    async def _prepared(self, connection: asyncpg.Connection) -> asyncpg.Connection:
        self._made.add(connection)
        try:
            check(connection)
            await connection.execute(self._patience.settings)
        except BaseException:
            connection.terminate()
            raise
        return connection


def one_for_each_host(url: str) -> list[str]:
    """Split a URL with several hosts: the driver has one time limit for all, and the first may not answer at all.

    Raises:
        ConnectionRefused: it is no URL.
    """
    try:
        parts = urlsplit("postgresql://" + url.partition("://")[2])
    except ValueError as error:
        raise refusal(error) from None
    login, at, hosts = parts.netloc.rpartition("@")
    return [urlunsplit(parts._replace(netloc=f"{login}{at}{host}")) for host in hosts.split(",")]


def check(connection: asyncpg.Connection) -> None:
    """Make sure that the server can serve.

    Raises:
        ConnectionRefused: it never will.
        StoreUnavailable: it is a standby, which may be made the primary.
    """
    server = connection.get_settings()
    if connection.get_server_version() < OLDEST:
        raise ConnectionRefused(f"PostgreSQL {OLDEST[0]} or newer is needed, and this is {server.server_version}")
    if server.server_encoding != "UTF8":
        raise ConnectionRefused(f"its encoding is {server.server_encoding}; create it with ENCODING 'UTF8'")
    if server.in_hot_standby == "on":
        raise StoreUnavailable("the server is a standby, which takes no changes; name the primary in the URL")


async def end(connection: asyncpg.Connection) -> None:
    """End a connection politely, or else at once."""
    try:
        await connection.close(timeout=CLOSE_SECONDS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


async def drop(connection: AsyncConnection) -> None:
    """Let go of a connection with which nothing more can be done, without waiting for its other end."""
    if not connection.invalidated:
        made = await connection.get_raw_connection()
        assert made.driver_connection
        made.driver_connection.terminate()
        await connection.invalidate()
