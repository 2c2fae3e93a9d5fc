"""Hears what other servers tell. All of it is a hint, so nothing depends on whether it is heard, or true."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncpg
import structlog

from storage.sql.postgresql.connections import Connections
from storage.sql.postgresql.failures import reason
from storage.sql.topics import Ring

CHANNEL = "csv_converter"
PULSE_SECONDS = 5.0  # how often it is made sure that the connection is still there
RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


async def keep_listening(connections: Connections, hear: Callable[[Ring], None]) -> None:
    """Listen until cancelled, on a connection of its own that is made again whenever it is lost."""
    told = False
    while True:
        try:
            connection = await connections.make()
            told = False
            await listen(connection, hear)
        except Exception as error:
            if not told:  # again and again, though the database may be away for long
                log.warning("cannot hear of changes made by other servers", error=reason(error))
            told = True
        await asyncio.sleep(RETRY_SECONDS)


async def listen(connection: asyncpg.Connection, hear: Callable[[Ring], None]) -> None:
    """Listen until the connection is lost."""
    lost = asyncio.Event()

    def on_notification(_connection: object, _process: int, _channel: str, payload: object) -> None:
        with suppress(ValueError):  # of a newer version, or of somebody else
            hear(Ring.parse(str(payload)))

    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, on_notification)
        while not lost.is_set():
            await connection.execute("SELECT 1")
            with suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), PULSE_SECONDS)
    finally:
        connection.terminate()
