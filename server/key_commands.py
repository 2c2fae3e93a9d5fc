"""`csv-converter keys`: make, list and revoke keys, whether a server runs or not."""

import json
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.operating import (
    BY_COMMAND,
    NOT_FOUND,
    fail,
    let_servers_see,
    moment,
    on_database,
    print_table,
    read_moment,
)

if TYPE_CHECKING:
    from storage.interfaces import StoredKey

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
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
    from storage.sql.key_store import SqlKeyStore

    clients, expires_at = bound_clients(client or [], every), end(expires) if expires else None
    key, kept = new_key(clients, label, expires_at)
    on_database(lambda database: SqlKeyStore(database).add(kept, BY_COMMAND), as_json)
    let_servers_see()
    if as_json:
        typer.echo(json.dumps({"key": key, **record(kept)}))
    else:
        typer.echo(key)
        told = f"key {kept.key_id} opens {'all clients' if every else ', '.join(sorted(clients))}"
        typer.echo(f"{told}; it is not kept and cannot be shown again", err=True)


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys, the oldest first; revoked and expired ones too."""
    from storage.sql.key_store import SqlKeyStore

    found = on_database(lambda database: SqlKeyStore(database).list_keys(), as_json)
    if as_json:
        for key in found:
            typer.echo(json.dumps(record(key)))
    elif not sys.stdout.isatty():
        for key in found:
            typer.echo("\t".join(cells(key)))
    elif found:
        print_table(COLUMNS, [cells(key) for key in found])
    else:
        typer.echo("there are no keys; `csv-converter keys create` makes one", err=True)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="As `list` shows it.")], as_json: AsJson = False
) -> None:
    """Revoke a key for good; afterwards no call with it is accepted, and none is under way."""
    from server.first_key import forget_key
    from server.settings import read_settings
    from storage.sql.key_store import SqlKeyStore

    revoked = on_database(lambda database: SqlKeyStore(database).revoke(key_id, time.time(), BY_COMMAND), as_json)
    if revoked is None:
        fail("there is no such key; `csv-converter keys list` lists them", as_json, NOT_FOUND)
    forget_key(read_settings().data_dir, revoked)
    let_servers_see()
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
    """Read a time to come."""
    seconds = read_moment(text, 1, "--expires")
    if seconds <= time.time():
        raise typer.BadParameter("that time has passed", param_hint="--expires")
    return seconds


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


def cells(key: "StoredKey") -> list[str]:
    """Return a key as a row of a table."""
    from csvconverter.cli.text import visible

    shown = record(key) | {"clients": ",".join(sorted(key.clients))}
    return [visible(shown[name] or "-") for name in COLUMNS]
