"""A user's jobs, one a line."""

import time
from collections.abc import AsyncIterator

import typer
from rich.table import Table
from rich.text import Text

from csvconverter.cli.records import line
from csvconverter.cli.session import Session
from csvconverter.cli.story import status
from csvconverter.cli.style import STATUS_STYLES
from csvconverter.cli.text import duration, percent, visible
from csvconverter.v1.jobs_pb2 import Job


async def print_jobs(session: Session, jobs: AsyncIterator[Job]) -> None:
    """Print jobs: a table for people, tabs in a pipe, JSON where it is asked for."""
    if session.on_terminal:
        await print_table(session, jobs)
        return
    async for job in jobs:
        typer.echo(line(job) if session.json else "\t".join(cells(job)))


async def print_table(session: Session, jobs: AsyncIterator[Job]) -> None:
    """Print the jobs as a table, or say that there are none."""
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("JOB", no_wrap=True)
    table.add_column("STATUS", no_wrap=True)
    for heading in ("AGE", "SCORE"):
        table.add_column(heading, no_wrap=True, justify="right")
    table.add_column("TITLE", no_wrap=True, overflow="ellipsis")
    async for job in jobs:
        job_id, word, _, score, title = cells(job)
        age = duration(time.time() - job.created_at.ToSeconds())
        table.add_row(Text(job_id), Text(word, STATUS_STYLES.get(word, "")), age, score, Text(title))
    if table.row_count:
        session.print(table)
    else:
        session.note(f"{session.user} has no jobs; `csv-converter train IN.CSV OUT.CSV` starts one")


def cells(job: Job) -> tuple[str, str, str, str, str]:
    """Return a job's id, status, time of creation (UTC), score and title."""
    created = job.created_at.ToDatetime().isoformat(" ", "seconds")
    score = percent(job.score) if job.iterations else "-"
    return visible(job.job_id), status(job), created, score, visible(job.job_title)
