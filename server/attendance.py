"""Looks whether the stores are there: the log says when one goes and when it is back, and health tells it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
ANSWER_SECONDS = 5.0
NO_KEY = ".csv-converter/attendance"  # nothing is ever stored there


class Attendance:
    """Which stores are away, as they were a few seconds ago."""

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore, look_seconds: float = LOOK_SECONDS) -> None:
        self.look_seconds = look_seconds
        self.away: frozenset[str] = frozenset()  # as GetHealthResponse names them
        self._looks: dict[str, Callable[[], Awaitable[object]]] = {
            "job_store": jobs.load,
            "artifact_store": lambda: look_into(artifacts),
        }

    async def start(self, tell: Callable[[bool], Awaitable[None]]) -> None:
        """Begin to look, and tell whether all stores are there when that changes."""
        self._looking = asyncio.create_task(self._keep_looking(tell))

    async def stop(self) -> None:
        """Look no more."""
        self._looking.cancel()
        await asyncio.wait([self._looking])

    async def _keep_looking(self, tell: Callable[[bool], Awaitable[None]]) -> None:
        while True:
            before = self.away
            self.away = frozenset([name for name, look in self._looks.items() if not await self._answers(name, look)])
            if bool(before) != bool(self.away):
                await tell(not self.away)
            await asyncio.sleep(self.look_seconds)

    async def _answers(self, name: str, look: Callable[[], Awaitable[object]]) -> bool:
        """Look for one store, and log when it went or came back."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await look()
        except Exception as error:
            if name not in self.away:
                logger.error("a store is away", store=name, error=str(error) or "it does not answer in time")
            return False
        if name in self.away:
            logger.info("a store is back", store=name)
        return True


async def look_into(artifacts: ArtifactStore) -> None:
    """Ask for a file that is not there; only a store that is there can say so."""
    with suppress(ArtifactMissing):
        await anext(aiter(artifacts.read(NO_KEY)))
