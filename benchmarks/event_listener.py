"""Waits for the events of a job in a process of its own, and prints how many milliseconds each was on its way.

python -m benchmarks.event_listener URL USER_ID JOB_ID
"""

import asyncio
import sys
import time

from storage.sql.database import open_database
from storage.sql.job_store import SqlJobStore

PATIENCE_SECONDS = 60.0


async def listen(url: str, user_id: str, job_id: str) -> None:
    """Listen until killed; a first line tells that the waiting begins."""
    jobs = SqlJobStore(await open_database(url))
    stored = await jobs.get(user_id, job_id)
    assert stored
    sequence = stored.sequence
    print("listening", flush=True)
    while True:
        await jobs.wait_for_events(stored.life, sequence, PATIENCE_SECONDS)
        for event in await jobs.events(stored.life, sequence) or []:
            sequence = event.sequence
            print((time.monotonic_ns() - int(event.log_emitted.message)) / 1e6, flush=True)


if __name__ == "__main__":
    asyncio.run(listen(*sys.argv[1:]))
