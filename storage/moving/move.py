"""Moves jobs, events, keys, the audit trail and files: the file to read first.

Nothing is changed where things are, nor what is there already where they go. Every step finds out for itself what is
left to do, so a move that was interrupted is simply made again.
"""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from storage.moving.file_move import FileMove
from storage.moving.progress import MoveRefused, Result, Tell
from storage.moving.table_move import TableMove
from storage.moving.tables import moved_tables
from storage.sql import chores
from storage.sql.database import Database
from storage.sql.dialect import others_connected

LEAVING_SECONDS = 2.0  # for how long a connection may be listed whose program has ended


async def check_alone(database: Database) -> None:
    """Make sure that no server works on a database, as far as it is one that knows.

    Raises:
        MoveRefused: one does.
    """
    deadline = time.monotonic() + LEAVING_SECONDS
    while others := await database.read(others_connected):
        if time.monotonic() > deadline:
            raise MoveRefused(
                f"{others} connections of servers are open to the {database.kind} database: stop them first"
            )
        await asyncio.sleep(LEAVING_SECONDS / 20)


async def table_moves(source: Database, target: Database, tell: Tell) -> list[TableMove]:
    """Return the moves of all tables, in the order in which they are to be made."""
    return [await TableMove.begin(source, target, table, tell) for table in moved_tables()]


async def carry_begin(source: Database, target: Database) -> None:
    """Let the other database be as old as this one, whose files it takes over; one that is in use already stays."""
    begun_at = await source.write(chores.begun_at)
    await target.write(partial(chores.begin, at=begun_at))


async def move(tables: Sequence[TableMove], files: FileMove | None) -> list[Result]:
    """Copy everything and compare it; files go first, so that no job arrives without its files.

    Raises:
        MoveRefused: something is in the way of a row; nothing was copied.
        StoreUnavailable: a store went away; another move goes on from there.
    """
    for table in tables:
        await table.check()
    if files:
        await files.run()
    for table in tables:
        await table.copy()
    for table in tables:
        await table.compare()
    return [part.result for part in (*tables, *([files] if files else ()))]
