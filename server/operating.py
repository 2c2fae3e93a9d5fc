"""What the commands of operators share: the database that the settings name, times, tables, and how they fail.

Nothing heavy is imported at the top: the command line loads this module whatever it is asked for.
"""

import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from server.settings import Settings
    from storage.sql.database import Database

T = TypeVar("T")

BY_COMMAND = "command-line"  # stands in the audit trail in place of a key
FAILED, NOT_FOUND = 1, 5  # as in csvconverter.cli.exit_codes
SECONDS = {"min": 60, "h": 3600, "d": 86400}


def on_database(do: "Callable[[Database], Awaitable[T]]", as_json: bool) -> T:
    """Do something on the database that the settings name, whether a server runs or not."""
    import asyncio

    from server.data_folder import DataFolderUnusable
    from server.settings import SettingsInvalid, read_settings
    from storage.interfaces import StoreUnavailable
    from storage.sql.database import DatabaseUnusable

    try:
        settings = read_settings()
        folder = settings.folder
        if not settings.database_url:
            folder.make()
        with folder.writing():
            return asyncio.run(open_and_do(settings, do))
    except (SettingsInvalid, DatabaseUnusable, DataFolderUnusable, StoreUnavailable) as problem:
        fail(str(problem), as_json, FAILED)


async def open_and_do(settings: "Settings", do: "Callable[[Database], Awaitable[T]]") -> T:
    """Open the database, do something, and close it again."""
    from storage.sql.database import open_database

    database = await open_database(settings.store_url)
    try:
        return await do(database)
    finally:
        await database.close()


def is_there(settings: "Settings") -> bool:
    """Tell whether there is a database to look into."""
    return bool(settings.database_url) or settings.folder.database.exists()


def let_servers_see() -> None:
    """Wait until every server that may run on the database goes by what was changed in its keys."""
    from server.keys import VIEW_SECONDS
    from server.settings import read_settings

    settings = read_settings()
    if settings.database_url or settings.folder.in_use():
        time.sleep(VIEW_SECONDS)


def moment(seconds: float | None) -> str | None:
    """Return a time as text."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def read_moment(text: str, sign: int, option: str) -> float:
    """Read a time as seconds since 1970: a date, or so much from now on (sign 1), or ago (-1)."""
    if given := re.fullmatch(r"(\d{1,6})(min|h|d)", text):
        return time.time() + sign * int(given[1]) * SECONDS[given[2]]
    try:
        date = datetime.fromisoformat(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        raise typer.BadParameter("wanted 30min, 12h, 90d or a date such as 2030-01-31", param_hint=option) from None


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows for people."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name.removesuffix("_at").replace("_", " ").upper())
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def fail(message: str, as_json: bool, code: int) -> NoReturn:
    """Say what is wrong and end the command."""
    typer.echo(json.dumps({"error": {"message": message}}) if as_json else message, err=True)
    raise typer.Exit(code)
