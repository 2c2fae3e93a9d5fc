"""The command that converts files."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from csvconverter.cli.command import command
from csvconverter.cli.files import STANDARD, ByUrl, open_input, open_output
from csvconverter.cli.session import Session
from csvconverter.cli.text import size

app = typer.Typer()


@command(app)
async def convert(
    session: Session,
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="The id of a job that succeeded.")],
    input_file: Annotated[Path, typer.Argument(metavar="NEW.CSV", help="The file to convert; - is standard input.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is standard output.")
    ] = None,
    by_url: ByUrl = False,
) -> None:
    """Convert a file, which goes in pieces, with the script that a job learned."""
    if output is None and (session.json or sys.stdout.isatty()):
        raise typer.BadParameter("say where the converted file goes: -o FILE, or -o - for standard output")
    if output == STANDARD and session.json:
        raise typer.BadParameter("--json and the converted file cannot both go to standard output; give -o FILE")
    if by_url and input_file == STANDARD:
        raise typer.BadParameter("--by-url needs a file, whose length is known before it is sent")
    target = output or STANDARD
    started = time.monotonic()
    async with session.client() as client:
        with open_input(input_file) as source, open_output(target) as sink:
            warnings = await client.convert(session.user, job_id, source, sink, by_url=by_url)
    seconds = time.monotonic() - started
    if session.json:
        written = target.stat().st_size
        session.record(
            job_id=job_id, output_file=str(target), bytes=written, seconds=round(seconds, 3), warnings=warnings
        )
        return
    for warning in warnings:
        session.note(f"! {warning}")
    if target != STANDARD:
        session.note(f"wrote {target}: {size(target.stat().st_size)} in {seconds:.1f} s")
