"""Following a job to its end."""

import asyncio

from csvconverter.cli.session import DEFAULT_USER, Session
from csvconverter.cli.text import visible
from csvconverter.cli.views import view_for
from csvconverter.client import ConverterClient
from csvconverter.v1.jobs_pb2 import Job


async def follow(session: Session, client: ConverterClient, job_id: str, after_sequence: int = 0) -> Job:
    """Show a job's events until it is finished and return it as it stands then."""
    with view_for(session) as view:
        try:
            async for event in client.watch(
                session.user,
                job_id,
                after_sequence,
                on_lost=lambda error: view.connection_lost(visible(error.message)),
            ):
                view.show(event)
                after_sequence = event.sequence
        except asyncio.CancelledError:
            user = "" if session.user == DEFAULT_USER else f" --user {session.user}"
            rest = f"csv-converter watch {job_id} --after {after_sequence}{user}"
            session.note(f"the job goes on; see the rest with: {rest}")
            raise
    return event.job_finished.job
