"""The commands about jobs that exist."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from csvconverter.cli.command import command
from csvconverter.cli.files import ByUrl, open_output
from csvconverter.cli.session import Session
from csvconverter.cli.text import size

app = typer.Typer()

JobId = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


class Status(StrEnum):
    """Where a job can stand, as the command line takes it."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@command(app)
async def jobs(
    session: Session, status: Annotated[Status | None, typer.Option(help="Only jobs that stand here.")] = None
) -> None:
    """List the jobs, the newest first."""
    from csvconverter.cli.job_list import print_jobs

    wanted = f"JOB_STATUS_{status.name if status else 'UNSPECIFIED'}"
    async with session.client() as client:
        await print_jobs(session, client.list_jobs(session.user, wanted))


@command(app)
async def show(
    session: Session,
    job_id: JobId,
    script: Annotated[bool, typer.Option("--script", help="Print the learned script instead.")] = False,
) -> None:
    """Tell what a job learned, in sentences."""
    from csvconverter.cli.description import print_description, print_script
    from csvconverter.cli.records import line

    async with session.client() as client:
        if script:
            await print_script(session, client, job_id)
            return
        job = await client.get_job(session.user, job_id)
    if session.json:
        typer.echo(line(job))
    else:
        print_description(session, job)


@command(app)
async def cancel(session: Session, job_id: JobId) -> None:
    """Cancel a job; a finished one stays as it is."""
    from csvconverter.cli.records import line
    from csvconverter.cli.story import status

    async with session.client() as client:
        job = await client.cancel_job(session.user, job_id)
    typer.echo(line(job) if session.json else status(job))


@command(app)
async def delete(
    session: Session,
    job_id: JobId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a job with its events and files."""
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Delete job {job_id} of {session.user} with all its files?", abort=True, err=True)
    async with session.client() as client:
        await client.delete_job(session.user, job_id)
    if session.json:
        session.record(user_id=session.user, job_id=job_id, deleted=True)
    elif session.on_terminal:
        session.note(f"deleted {job_id}")


@command(app)
async def download(
    session: Session,
    job_id: JobId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the files that `show` lists.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is standard output.")
    ] = None,
    by_url: ByUrl = False,
) -> None:
    """Save one of a job's files, such as script.py or report.json."""
    target = output or Path(Path(name).name)
    async with session.client() as client:
        with open_output(target) as file:
            written = await client.download(session.user, job_id, name, file, by_url=by_url)
    if session.json:
        session.record(job_id=job_id, name=name, output_file=str(target), bytes=written)
    else:
        session.note(f"wrote {target}: {size(written)}")
