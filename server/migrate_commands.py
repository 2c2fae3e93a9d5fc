"""`csv-converter migrate` and `csv-converter backup`: what they are told, and what they tell."""

import json
import os
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from server.operating import FAILED, fail

if TYPE_CHECKING:
    from storage.moving.progress import Progress, Result, Tell

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
LINE_SECONDS = 1.0  # between two lines about the same step
NAMED = 20  # things that differ
INTERRUPTED = 130  # as in csvconverter.cli.exit_codes


def migrate(
    to_database: Annotated[
        str, typer.Option(metavar="URL", help="Where rows go: postgresql://user:password@host:5432/database")
    ] = "",
    to_bucket: Annotated[
        str, typer.Option(metavar="NAME", help="Where files go: a bucket that the AWS variables reach.")
    ] = "",
    to_folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A data folder for what no other option names a place.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy all jobs, keys and files elsewhere, compare them, and say what to set; stop the servers first.

    Nothing is changed where they are. When it is interrupted, run it again: it goes on.
    """
    check_options(to_database, to_bucket, to_folder)
    from server.migration import destination, to_be_set
    from server.migration import migrate as copy
    from server.settings import read_settings

    with refusing(as_json), told(as_json) as tell:
        here = read_settings()
        there = destination(here, to_database, to_bucket, to_folder)
        results = run(copy(here, there, tell))
    print_results(results, to_be_set(here, there), as_json)


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")], as_json: AsJson = False
) -> None:
    """Copy the jobs, keys and files of the data folder into a new one, while the server runs or not.

    A server that is started on the new folder finds everything as it was.
    """
    from server.backup import back_up
    from server.settings import read_settings

    with refusing(as_json), told(as_json) as tell:
        results = run(back_up(read_settings(), copy := folder.expanduser().absolute(), tell))
    print_results(results, {"CSV_CONVERTER_DATA_DIR": str(copy)}, as_json)


def check_options(database: str, bucket: str, folder: Path | None) -> None:
    """Refuse options that say nothing, or too much."""
    from storage.sql.database import POSTGRESQL

    if not (database or bucket or folder):
        raise typer.BadParameter("name a place: --to-database, --to-bucket, --to-folder, or several of them")
    if database and bucket and folder:
        raise typer.BadParameter("nothing is left for --to-folder")
    if database and not database.startswith(POSTGRESQL):
        raise typer.BadParameter("wanted postgresql://user:password@host:5432/database", param_hint="--to-database")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Do it; what is written is for this user alone."""
    import asyncio

    before = os.umask(0o077)
    try:
        return asyncio.run(work)
    finally:
        os.umask(before)


@contextmanager
def refusing(as_json: bool) -> Iterator[None]:
    """Say what is wrong and end the command."""
    from server.data_folder import DataFolderUnusable
    from server.settings import SettingsInvalid
    from storage.interfaces import StoreUnavailable
    from storage.moving.progress import MoveRefused
    from storage.ownership import FilesOfAnotherDatabase
    from storage.s3.settings import BucketUnusable
    from storage.sql.database import DatabaseUnusable

    unusable = (BucketUnusable, DatabaseUnusable, DataFolderUnusable, FilesOfAnotherDatabase)
    try:
        yield
    except (*unusable, MoveRefused, SettingsInvalid) as problem:
        fail(str(problem), as_json, FAILED)
    except (OSError, StoreUnavailable) as problem:
        fail(f"{problem}; see to that and run the command again: it goes on", as_json, FAILED)
    except KeyboardInterrupt:
        fail("interrupted; run the command again, and it goes on", as_json, INTERRUPTED)


@contextmanager
def told(as_json: bool) -> "Iterator[Tell]":
    """Show how far it is: bars on a terminal, lines in a pipe."""
    if as_json or not sys.stdout.isatty():
        yield sparing(print_json if as_json else print_line)
        return
    from rich import progress as rich

    columns = (rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn())
    with rich.Progress(*columns, rich.TimeRemainingColumn()) as bars:
        tasks: dict[str, rich.TaskID] = {}

        def show(progress: "Progress") -> None:
            step = f"{progress.doing} {progress.name}"
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=progress.total)
            bars.update(tasks[step], completed=progress.done)

        yield show


def sparing(show: "Tell") -> "Tell":
    """Leave out what is told soon after the last, unless it ends a step."""
    last = 0.0

    def tell(progress: "Progress") -> None:
        nonlocal last
        if progress.done >= progress.total or time.monotonic() > last + LINE_SECONDS:
            last = time.monotonic()
            show(progress)

    return tell


def print_line(progress: "Progress") -> None:
    """Tell it in a line."""
    typer.echo(f"{progress.doing} {progress.name}: {progress.done} of {progress.total}")


def print_json(progress: "Progress") -> None:
    """Tell it in a line for programs."""
    typer.echo(json.dumps(asdict(progress)))


def print_results(results: "Sequence[Result]", settings: dict[str, str], as_json: bool) -> None:
    """Say what was compared and what to set; exit with 1 when something differs."""
    differing = [name for result in results for name in result.differing]
    if as_json:
        told = [asdict(result) for result in results]
        typer.echo(json.dumps({"equal": not differing, "results": told, "settings": settings}))
    else:
        print_sentences(results, differing, settings)
    if differing:
        raise typer.Exit(FAILED)


def print_sentences(results: "Sequence[Result]", differing: Sequence[str], settings: dict[str, str]) -> None:
    """Say so to people."""
    from csvconverter.cli.text import visible

    for result in results:
        unknown = f", {result.unknown} left that no job knows" if result.unknown else ""
        gone = f", {len(result.gone)} deleted meanwhile" if result.gone else ""
        typer.echo(f"{result.name}: {result.compared} compared and equal, {result.copied} copied now{unknown}{gone}")
    if differing:
        named = "\n".join(f"  {visible(name)}" for name in differing[:NAMED])
        typer.echo(f"{len(differing)} differ; run the command again, and see what changes or damages them:\n{named}")
    else:
        copied = any(result.copied for result in results)
        typer.echo(f"{'Everything is there' if copied else 'Nothing was left to copy'}. A server finds it with:")
        for name, value in settings.items():
            typer.echo(f"  {name}={visible(value)}")
