"""How the server stands: its health and its load."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata

from csvconverter.v1.errors_pb2 import ERROR_REASON_TRY_AGAIN
from csvconverter.v1.services_pb2 import CapacityUtilization, GetHealthResponse, GetQueueStatusResponse, QueueInfo
from server.errors import Refusal
from storage.interfaces import JobStore

APP_NAME = "AI CSV Converter"
DISTRIBUTION = "csv-converter-server"
USUAL_JOB_SECONDS = 10.0


@dataclass
class Standing:
    """What the server is made of, and whether it is stopping."""

    jobs: JobStore
    max_workers: int
    queue_size: int
    parts: dict[str, str]  # kinds of parts, as GetHealthResponse names them
    sandbox_layers: Callable[[], Collection[str]]  # those that are in force now
    stores_away: Callable[[], Collection[str]]  # those that cannot be reached now, as GetHealthResponse names them
    stopping: bool = field(default=False, init=False)

    @cached_property
    def version(self) -> str:
        """The version that is installed; finding it out takes longer than any call."""
        return metadata.version(DISTRIBUTION)

    @property
    def status(self) -> str:
        """One word."""
        if self.stopping:
            return "stopping"
        return "degraded" if self.stores_away() else "healthy"

    def health(self) -> GetHealthResponse:
        """Return what GetHealth answers.

        Raises:
            Refusal: TRY_AGAIN from a server that stops, so that whoever balances the load turns to another.
        """
        if self.stopping:
            raise Refusal(ERROR_REASON_TRY_AGAIN, "the server stops: call it again when it is back, or another one")
        return GetHealthResponse(
            status=self.status,
            app_name=APP_NAME,
            version=self.version,
            sandbox_layers=self.sandbox_layers(),
            stores_away=self.stores_away(),
            **self.parts,
        )

    async def queue(self) -> GetQueueStatusResponse:
        """Return what GetQueueStatus answers."""
        load = await self.jobs.load()
        active = min(load.running, self.max_workers)  # a lost worker's job counts as running until its lease ends
        return GetQueueStatusResponse(
            status=self.status,
            queue_info=QueueInfo(
                max_workers=self.max_workers,
                active_jobs=active,
                available_workers=self.max_workers - active,
                queue_size=load.queued,
            ),
            capacity_utilization=CapacityUtilization(
                workers_busy_percent=100 * active / self.max_workers,
                can_accept_new_jobs=not self.stopping and load.queued < self.queue_size,
                estimated_wait_time_minutes=self._wait_seconds(active, load.queued) / 60,
            ),
        )

    def _wait_seconds(self, active: int, queued: int) -> float:
        """Estimate how long a new job would wait: not at all while a worker is free for it."""
        ahead = active + queued - self.max_workers
        return max(0, ahead + 1) * USUAL_JOB_SECONDS / self.max_workers
