"""Watches: a job's events from any sequence number on, then those to come."""

import asyncio
import time
from collections.abc import AsyncIterator

from csvconverter.v1.errors_pb2 import ERROR_REASON_JOB_REPLACED, ERROR_REASON_TRY_AGAIN
from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED, Job
from csvconverter.v1.services_pb2 import Heartbeat, WatchJobRequest, WatchJobResponse
from server.errors import Refusal
from server.listing import existing_job
from storage.interfaces import JobStore, StoredJob

FINISHED = {JOB_STATUS_SUCCEEDED, JOB_STATUS_FAILED, JOB_STATUS_CANCELLED}
HEARTBEAT_SECONDS = 10.0


class Watches:
    """All watches of this server, so that they can be ended together."""

    def __init__(self, jobs: JobStore, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
        """Take the store and how long a watch is silent before it says that it is alive."""
        self.jobs = jobs
        self.heartbeat_seconds = heartbeat_seconds
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End every watch with a status that says how to resume."""
        self._stopping.set()

    async def watch(self, request: WatchJobRequest) -> AsyncIterator[WatchJobResponse]:
        """Yield the events after the caller's last one, and heartbeats, until job_finished has been seen.

        Raises:
            Refusal: JOB_NOT_FOUND, JOB_REPLACED, or TRY_AGAIN when the server stops.
        """
        stored = await existing_job(self.jobs, request.client_id, request.job_id)
        last, last_told = request.after_sequence, time.monotonic()
        while True:
            finished = is_finished(stored.job)  # asked before the events are read: none can come in between
            events = await self.jobs.events(stored.life, last)
            if events is None:
                raise await self._ended(request)
            for event in events:
                yield WatchJobResponse(event=event)
                last, last_told = event.sequence, time.monotonic()
                finished = event.HasField("job_finished")
            if finished:
                return
            if events:
                continue
            await self._wait(stored.life, last, last_told + self.heartbeat_seconds - time.monotonic())
            if time.monotonic() >= last_told + self.heartbeat_seconds:
                yield heartbeat()
                last_told = time.monotonic()
                stored = await self._again(stored)

    async def _wait(self, life: str, last: int, seconds: float) -> None:
        """Wait for a sign of news, at most so long.

        Raises:
            Refusal: TRY_AGAIN when the server stops.
        """
        waiting = asyncio.create_task(self.jobs.wait_for_events(life, last, max(seconds, 0.0)))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            stopping.cancel()
        if self._stopping.is_set():
            message = f"the server stops: watch again with after_sequence {last}"
            raise Refusal(ERROR_REASON_TRY_AGAIN, message, after_sequence=str(last))

    async def _again(self, stored: StoredJob) -> StoredJob:
        """Return the same life of a job as it stands now; one that has ended stays as it was."""
        current = await self.jobs.get(stored.job.user_id, stored.job.job_id)
        return current if current and current.life == stored.life else stored

    async def _ended(self, request: WatchJobRequest) -> Refusal:
        """Return why the life that was watched has no events any more."""
        await existing_job(self.jobs, request.client_id, request.job_id)
        return Refusal(ERROR_REASON_JOB_REPLACED, "the job has been replaced: watch again from after_sequence 0")


def is_finished(job: Job) -> bool:
    """Tell whether nothing more happens to a job."""
    return job.status in FINISHED


def heartbeat() -> WatchJobResponse:
    """Return a sign of life."""
    update = WatchJobResponse(heartbeat=Heartbeat())
    update.heartbeat.heartbeat_time.GetCurrentTime()
    return update
