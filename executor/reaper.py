"""Puts jobs back into the queue whose supervisor is gone."""

import asyncio
import time
from collections.abc import Sequence

import structlog

from storage.interfaces import ArtifactStore, JobStore, StoredJob, StoreUnavailable
from storage.metadata import describe

LOOKS = 4  # in the time of a lease

logger = structlog.get_logger(__name__)


class Reaper:
    """Looks for attempts whose lease has run out.

    While the database is away nobody can renew a lease. So nothing is taken from anybody before the database has
    answered for as long as a lease lasts.
    """

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore, lease_seconds: float) -> None:
        self._jobs = jobs
        self._artifacts = artifacts
        self._lease_seconds = lease_seconds

    async def keep_looking(self) -> None:
        """Put back what nobody holds any longer, for ever."""
        pause = self._lease_seconds / LOOKS
        trusted_from = time.monotonic() + self._lease_seconds
        while True:
            await asyncio.sleep(pause)
            asked_at = time.monotonic()
            try:
                await self._jobs.load()
                if time.monotonic() > asked_at + pause:
                    raise StoreUnavailable("the database has let us wait")
                if time.monotonic() >= trusted_from:
                    await self.describe(await self._jobs.reap())
            except StoreUnavailable:  # of which others tell in the log
                trusted_from = time.monotonic() + self._lease_seconds
            except Exception:
                logger.exception("cannot look for lost jobs")

    async def describe(self, given_back: Sequence[StoredJob]) -> None:
        """Bring the metadata of jobs in step that were put back."""
        for stored in given_back:
            await describe(self._jobs, self._artifacts, stored.job)
