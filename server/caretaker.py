"""Puts in order what kills and outages leave behind, and deletes what is too old: one server does it for all."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from storage.interfaces import ArtifactStore, AuditLog, JobStore, StoreUnavailable
from storage.metadata import write_metadata
from storage.orphans import remove_orphans, sweep
from storage.ownership import check_ownership
from storage.transfers import KEEP_SECONDS, delete_downloads, expire_transfers

logger = structlog.get_logger(__name__)

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
RETENTION = "retention"  # stands in the audit trail in place of a key
AT_ONCE = 100  # jobs that are read or deleted in one transaction


@dataclass(frozen=True)
class Care:
    """How long what is kept, and how often who looks after it. Times are seconds."""

    keep_jobs: float = 0.0  # after they have finished; 0: for ever
    keep_audit: float = 365 * DAY  # 0: for ever
    leave_alone: float = HOUR  # nothing that was begun less long ago is taken for left behind
    describe_every: float = MINUTE
    expire_every: float = 10 * MINUTE
    sweep_every: float = 6 * HOUR  # it lists the whole store
    look_every: float = 20.0  # asks whether it is time


@dataclass(frozen=True)
class Chore:
    """Something that one of all servers does once in a while; it can be interrupted and done again at any point."""

    name: str
    every: float
    do: Callable[[], Awaitable[None]]


class Caretaker:
    """Does its chores one beside the other, so that a long sweep holds up nothing, nor one that cannot be done."""

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore, audit: AuditLog, care: Care) -> None:
        self.jobs = jobs
        self.artifacts = artifacts
        self.audit = audit
        self.care = care
        self.chores: Sequence[Chore] = (
            Chore("describe", care.describe_every, self.describe),
            Chore("expire transfers", care.expire_every, self.expire_transfers),
            Chore("expire audit", care.expire_every, self.expire_audit),
            Chore("expire jobs", care.expire_every, self.expire_jobs),
            Chore("sweep", care.sweep_every, self.sweep),
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; the database learns beforehand that it is this old, so that no older file is taken for its own."""
        await self.jobs.begun_at()
        self._tasks = [asyncio.create_task(self._keep(chore)) for chore in self.chores]

    async def stop(self) -> None:
        """Leave the rest to the next server."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def look(self, chore: Chore) -> None:
        """Do a chore if it is time and no other server does it."""
        try:
            if await self.jobs.take_chore(chore.name, chore.every):
                await self.do(chore)
        except StoreUnavailable as error:
            logger.warning("a chore has to wait for a store", chore=chore.name, error=str(error))
        except Exception:
            logger.exception("a chore broke", chore=chore.name)

    async def do(self, chore: Chore) -> None:
        """Do a chore whose turn is taken; begin again while a store is away, since the next turn may be hours away."""
        while True:
            try:
                return await chore.do()
            except StoreUnavailable as error:
                logger.warning("a chore has to wait for a store", chore=chore.name, error=str(error))
            await asyncio.sleep(self.care.look_every)

    async def describe(self) -> None:
        """Write the metadata.json that a kill or a store that was away left behind the job."""
        for stored in await self.jobs.undescribed(AT_ONCE):
            job = {"user_id": stored.job.user_id, "job_id": stored.job.job_id}
            try:
                await write_metadata(self.jobs, self.artifacts, stored.job)
            except OSError as error:  # such as a folder of that name: the others need not wait for it
                logger.warning("metadata.json cannot be written", **job, error=str(error))
            else:
                logger.info("metadata.json was brought in step", **job)

    async def expire_transfers(self) -> None:
        """Delete files that callers have sent or were offered for a while."""
        await expire_transfers(self.artifacts, time.time() - KEEP_SECONDS)

    async def expire_audit(self) -> None:
        """Delete entries of the audit trail that are older than they are kept."""
        if self.care.keep_audit:
            await self.audit.forget(self.care.keep_audit)

    async def expire_jobs(self) -> None:
        """Delete jobs that are older than they are kept, with their files."""
        while self.care.keep_jobs:
            expired = await self.jobs.expire(self.care.keep_jobs, RETENTION, AT_ONCE)
            if not expired:
                return
            for stored in expired:
                await remove_orphans(self.jobs, self.artifacts, f"{stored.job.user_id}/{stored.job.job_id}/")
                await delete_downloads(self.artifacts, stored.job.user_id, stored.job.job_id)
            logger.info("jobs were deleted that are older than they are kept", jobs=len(expired))

    async def sweep(self) -> None:
        """Remove what interrupted calls, attempts and deletions left in the stores.

        Raises:
            FilesOfAnotherDatabase: the files were given away, or two servers of two databases marked them together.
        """
        await self.jobs.forget_reservations(self.care.leave_alone)
        await self.artifacts.tidy(self.care.leave_alone)
        begun_at, now = await self.jobs.begun_at(), time.time()
        await check_ownership(self.artifacts, begun_at)
        if removed := await sweep(self.jobs, self.artifacts, begun_at, now - self.care.leave_alone):
            logger.info("files were removed that belong to no job", files=removed)

    async def _keep(self, chore: Chore) -> None:
        while True:
            await self.look(chore)
            await asyncio.sleep(min(chore.every, self.care.look_every))
