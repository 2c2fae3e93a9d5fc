"""A claim that is held from its beginning to its end, whatever is done with the job meanwhile."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from executor.persistence import persist
from storage.interfaces import Claim, JobStore

T = TypeVar("T")


class CancelRequested(Exception):
    """The job is to be cancelled."""


class TimeUp(Exception):
    """The work took longer than it may."""


class Lease:
    """Renews a claim, also through a store that is away: it is ours until another supervisor has taken the job."""

    def __init__(self, jobs: JobStore, claim: Claim, seconds: float) -> None:
        self._jobs = jobs
        self._claim = claim
        self._seconds = seconds

    async def __aenter__(self) -> Self:
        self._holding = asyncio.create_task(self._hold())
        return self

    async def __aexit__(self, *_: object) -> None:
        await cut_off(self._holding)

    async def during(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Do some work as long as the job is to be done and ours.

        Raises:
            CancelRequested, LeaseLost, TimeUp: the work was cut off for this reason.
        """
        working = asyncio.create_task(work)
        try:
            await asyncio.wait({working, self._holding}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            if not self._holding.done():
                raise TimeUp
            self._holding.result()
            raise CancelRequested
        finally:
            await cut_off(working)

    async def _hold(self) -> None:
        """Renew the lease until the job is to be cancelled; from then on it ends soon, and as CANCELLED in any case."""
        while not await persist(self._renew_and_wait):
            pass

    async def _renew_and_wait(self) -> bool:
        """Return whether the job is to be cancelled; if not, wait until that may have changed, or for a while."""
        cancelled = await self._jobs.renew(self._claim, self._seconds)
        if not cancelled:
            await self._jobs.wait_for_cancel(self._claim.stored.life, self._seconds / 4)
        return cancelled


async def cut_off(task: "asyncio.Task[Any]") -> None:
    """Cancel a task and return when it has ended, in whatever way."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
