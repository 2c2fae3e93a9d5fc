"""The commands that train and watch."""

from pathlib import Path
from typing import Annotated

import typer

from csvconverter.cli.command import command
from csvconverter.cli.files import ByUrl, open_output, read_file
from csvconverter.cli.session import Session

app = typer.Typer()


@command(app)
async def train(
    session: Session,
    input_file: Annotated[Path, typer.Argument(metavar="IN.CSV", help="An example file.")],
    expected_output_file: Annotated[Path, typer.Argument(metavar="OUT.CSV", help="The same file as it should be.")],
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=TEXT", help="What to do with a column, in English; may be given for each column."),
    ] = None,
    instruction: Annotated[str | None, typer.Option(help="What to do in general, in English.")] = None,
    title: Annotated[str | None, typer.Option(help="A title for the job; the name of IN.CSV by default.")] = None,
    description: Annotated[str | None, typer.Option(help="What the job is for.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who asks; the user by default.")] = None,
    job_id: Annotated[str | None, typer.Option(metavar="ID", help="The job's id; an existing job is replaced.")] = None,
    script: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to save the learned script.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Do not wait: print the job's id and exit.")] = False,
    by_url: ByUrl = False,
) -> None:
    """Learn how IN.CSV becomes OUT.CSV, and show it being learned."""
    from csvconverter.cli.following import follow
    from csvconverter.cli.records import line

    if detach and script:
        raise typer.BadParameter("--script needs a finished job, so it cannot go with --detach")
    columns = column_instructions(column or [])
    example, expected = read_file(input_file), read_file(expected_output_file)
    async with session.client() as client:
        job = await client.train(
            session.user,
            example,
            expected,
            job_title=title or input_file.stem,
            owner=owner or session.user,
            job_id=job_id,
            description=description,
            general_instructions=instruction,
            column_instructions=columns,
            by_url=by_url,
        )
        if session.json:
            typer.echo(line(job))
        elif detach:
            typer.echo(job.job_id)
        if detach:
            return
        if not session.json:
            session.note(f"job {job.job_id} of {job.user_id}")
        finished = await follow(session, client, job.job_id)
        if script and "script.py" in finished.artifacts:
            with open_output(script) as file:
                await client.download(session.user, job.job_id, "script.py", file)
    exit_as(finished.status)


@command(app)
async def watch(
    session: Session,
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")],
    after: Annotated[int, typer.Option(metavar="N", min=0, help="Skip the first N events.")] = 0,
) -> None:
    """Show a job's events, past and coming, until it is finished."""
    from csvconverter.cli.following import follow

    async with session.client() as client:
        await client.get_job(session.user, job_id)  # a wrong address or id is told at once, not after many tries
        finished = await follow(session, client, job_id, after)
    exit_as(finished.status)


def column_instructions(options: list[str]) -> dict[str, str]:
    """Read NAME=TEXT options; the name ends at the first "="."""
    instructions: dict[str, str] = {}
    for option in options:
        name, separator, text = option.partition("=")
        if not separator or not name:
            raise typer.BadParameter(
                f'--column wants NAME=TEXT, such as order_date="Convert to YYYY-MM-DD": {option!r}'
            )
        if name in instructions:
            raise typer.BadParameter(f"--column names {name!r} twice; say everything about it in one text")
        instructions[name] = text
    return instructions


def exit_as(status: int) -> None:
    """Exit as failed unless the job succeeded."""
    from csvconverter.cli.exit_codes import ExitCode
    from csvconverter.v1.jobs_pb2 import JobStatus

    if status != JobStatus.JOB_STATUS_SUCCEEDED:
        raise typer.Exit(ExitCode.FAILED)
