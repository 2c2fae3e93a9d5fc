"""`csv-converter audit`: who did what, as the database of the settings knows it."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.operating import moment, on_database, print_table, read_moment

if TYPE_CHECKING:
    from storage.interfaces import AuditEntry

COLUMNS = ("at", "key_id", "action", "user_id", "job_id", "detail")
SHOWN = 100


def audit(
    user: Annotated[str, typer.Option(metavar="ID", help="Only what was done with this user's data.")] = "",
    job: Annotated[str, typer.Option(metavar="ID", help="Only what was done with a job of this id.")] = "",
    key: Annotated[str, typer.Option(metavar="ID", help="Only what was done with this key.")] = "",
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only from this time on: 12h or 90d ago, or a date (UTC).")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Only the newest ones.")] = SHOWN,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one entry a line.")] = False,
) -> None:
    """Show who did what: which key, when, with which job. The newest entry comes last."""
    from storage.sql.audit_log import SqlAuditLog

    begin = read_moment(since, -1, "--since") if since else 0.0
    found = on_database(
        lambda database: SqlAuditLog(database).entries(
            user_id=user, job_id=job, key_id=key, since=begin, limit=limit + 1
        ),
        as_json,
    )
    print_entries(list(reversed(found[:limit])), as_json)
    if len(found) > limit:
        typer.echo(f"these are the newest {limit}; --limit shows more, --since names a time", err=True)


def print_entries(entries: "list[AuditEntry]", as_json: bool) -> None:
    """Print entries: a table for people, tabs in a pipe, JSON where it is asked for."""
    if as_json:
        for entry in entries:
            typer.echo(json.dumps(record(entry)))
    elif not sys.stdout.isatty():
        for entry in entries:
            typer.echo("\t".join(cells(entry)))
    elif entries:
        print_table(COLUMNS, [cells(entry) for entry in entries])
    else:
        typer.echo("nothing was noted", err=True)


def record(entry: "AuditEntry") -> dict[str, Any]:
    """Return an entry as JSON values."""
    return vars(entry) | {"at": moment(entry.at)}


def cells(entry: "AuditEntry") -> list[str]:
    """Return an entry as a row of a table."""
    from csvconverter.cli.text import visible

    return [visible(str(record(entry)[name] or "-")) for name in COLUMNS]
