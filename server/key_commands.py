"""`csv-converter keys`: make, list and revoke keys of the data folder, whether a server runs on it or not."""

import json
import re
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from server.data_folder import DataFolder
    from storage.interfaces import KeyStore, StoredKey

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SECONDS = {"min": 60, "h": 3600, "d": 86400}
FAILED, NOT_FOUND = 1, 5  # as in csvconverter.cli.exit_codes
COLUMNS = ("key_id", "state", "clients", "created_at", "last_used_at", "expires_at", "label")


@app.command()
def create(
    client: Annotated[list[str] | None, typer.Option(metavar="ID", help="A client whose data it opens.")] = None,
    every: Annotated[bool, typer.Option("--all", help="It opens the data of all clients.")] = False,
    label: Annotated[str, typer.Option(metavar="TEXT", help="Says what the key is for.")] = "",
    expires: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it ends: 12h, 90d, or a date such as 2030-01-31 (UTC).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this one time."""
    from server.keys import new_key

    clients, expires_at = bound_clients(client or [], every), end(expires) if expires else None
    key, kept = new_key(clients, label, expires_at)
    work(lambda keys: keys.add(kept), as_json)
    if as_json:
        typer.echo(json.dumps({"key": key, **record(kept)}))
    else:
        typer.echo(key)
        told = f"key {kept.key_id} opens {'all clients' if every else ', '.join(sorted(clients))}"
        typer.echo(f"{told}; it is not kept and cannot be shown again", err=True)


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys, the oldest first; revoked and expired ones too."""
    found = work(lambda keys: keys.list_keys(), as_json)
    if as_json:
        for key in found:
            typer.echo(json.dumps(record(key)))
    elif not sys.stdout.isatty():
        for key in found:
            typer.echo("\t".join(cells(key)))
    elif found:
        print_table([cells(key) for key in found])
    else:
        typer.echo("there are no keys; `csv-converter keys create` makes one", err=True)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="As `list` shows it.")], as_json: AsJson = False
) -> None:
    """Revoke a key for good; afterwards no call with it is accepted, and none is under way."""
    from server.first_key import forget_key

    revoked = work(lambda keys: keys.revoke(key_id, time.time()), as_json)
    if revoked is None:
        fail("there is no such key; `csv-converter keys list` lists them", as_json, NOT_FOUND)
    forget_key(data_folder().root, revoked)
    typer.echo(json.dumps(record(revoked)) if as_json else f"key {revoked.key_id} is revoked")


def bound_clients(clients: Sequence[str], every: bool) -> frozenset[str]:
    """Return what a key is bound to."""
    from server.keys import ANY_CLIENT, IDENTIFIER

    if every == bool(clients):
        raise typer.BadParameter("name the clients with --client, or say --all")
    if not all(map(IDENTIFIER.fullmatch, clients)):
        raise typer.BadParameter("wanted letters, digits, dots, underscores and hyphens", param_hint="--client")
    return frozenset([ANY_CLIENT] if every else clients)


def end(text: str) -> float:
    """Read a time to come, from now on or as a date, as seconds since 1970."""
    if given := re.fullmatch(r"(\d{1,6})(min|h|d)", text):
        return time.time() + int(given[1]) * SECONDS[given[2]]
    try:
        date = datetime.fromisoformat(text)
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            "wanted 30min, 12h, 90d or a date such as 2030-01-31", param_hint="--expires"
        ) from None
    if seconds <= time.time():
        raise typer.BadParameter("that time has passed", param_hint="--expires")
    return seconds


def work(on_keys: "Callable[[KeyStore], Coroutine[Any, Any, T]]", as_json: bool) -> T:
    """Do something with the stored keys; when this returns, a server that runs goes by it."""
    import asyncio

    from server.data_folder import DataFolderUnusable
    from server.keys import VIEW_SECONDS
    from server.settings import SettingsInvalid
    from storage.sql.database import DatabaseUnusable, open_database
    from storage.sql.key_store import SqlKeyStore

    async def open_and_work() -> T:
        database = await open_database(folder.database_url)
        try:
            return await on_keys(SqlKeyStore(database))
        finally:
            await database.close()

    try:
        folder = data_folder()
        folder.make()
        with folder.writing():
            done = asyncio.run(open_and_work())
    except (SettingsInvalid, DatabaseUnusable, DataFolderUnusable) as problem:
        fail(str(problem), as_json, FAILED)
    if folder.in_use():
        time.sleep(VIEW_SECONDS)
    return done


def data_folder() -> "DataFolder":
    """Return the folder that the settings name."""
    from server.data_folder import DataFolder
    from server.settings import read_settings

    return DataFolder(read_settings().data_dir)


def record(key: "StoredKey") -> dict[str, Any]:
    """Return a key as JSON values."""
    from server.keys import state

    return {
        "key_id": key.key_id,
        "state": state(key),
        "clients": sorted(key.clients),
        "label": key.label,
        **{name: moment(getattr(key, name)) for name in ("created_at", "last_used_at", "expires_at", "revoked_at")},
    }


def moment(seconds: float | None) -> str | None:
    """Return a time as text."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def cells(key: "StoredKey") -> list[str]:
    """Return a key as a row of a table."""
    from csvconverter.cli.text import visible

    shown = record(key) | {"clients": ",".join(sorted(key.clients))}
    return [visible(shown[name] or "-") for name in COLUMNS]


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print keys for people."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for name in COLUMNS:
        table.add_column(name.removesuffix("_at").replace("_", " ").upper())
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def fail(message: str, as_json: bool, code: int) -> NoReturn:
    """Say what is wrong and end the command."""
    typer.echo(json.dumps({"error": {"message": message}}) if as_json else message, err=True)
    raise typer.Exit(code)
