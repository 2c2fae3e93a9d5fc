"""Following a job to its end."""

import asyncio

from csvconverter.cli.session import DEFAULT_USER, Session
from csvconverter.cli.views import view_for
from csvconverter.client import ConverterClient
from csvconverter.v1.jobs_pb2 import Job


async def follow(session: Session, client: ConverterClient, job_id: str, after_sequence: int = 0) -> Job:
    """Show a job's events until it is finished and return it as it stands then."""
    job = None
    try:
        with view_for(session) as view:
            async for event in client.watch(session.user, job_id, after_sequence, on_lost=view.connection_lost):
                view.show(event)
                after_sequence = event.sequence
                if event.HasField("job_finished"):
                    job = event.job_finished.job
    except asyncio.CancelledError:
        session.note(f"the job goes on; see the rest with: {rest(session, job_id, after_sequence)}")
        raise
    return job or await client.get_job(session.user, job_id)  # nothing was left to see


def rest(session: Session, job_id: str, after_sequence: int) -> str:
    """Return the command that shows what has not been seen."""
    user = "" if session.user == DEFAULT_USER else f" --user {session.user}"
    return f"csv-converter watch {job_id} --after {after_sequence}{user}"
