"""Work on the stores that goes on one call at a time, when it is told to, and can be killed between any two."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from server.errors import Refusal
from storage.interfaces import ArtifactStore, JobStore


class Killed(BaseException):
    """Nothing is done any more, not even what is done when something goes wrong."""


class Worker:
    """Something that uses stores, as one of the servers on them does."""

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore) -> None:
        self.jobs: Any = Stepped(jobs, self)
        self.artifacts: Any = Stepped(artifacts, self)
        self._dead = False
        self._turn: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self._task.done()

    async def begin(self, work: Callable[["Worker"], Coroutine[Any, Any, object]]) -> None:
        """Go on up to the first call."""
        self._task = asyncio.create_task(work(self))
        await self._until_it_waits()

    async def steps(self, number: int) -> None:
        """Let so many calls be made, as far as there are, and go on up to the next."""
        for _ in range(number):
            if self._turn and not self.done:
                self._arrived.clear()
                self._turn.set_result(None)
                await self._until_it_waits()

    async def finish(self) -> None:
        """Let all calls be made; a refusal is as good an end as any."""
        while not self.done:
            await self.steps(1)
        if (error := self._task.exception()) and not isinstance(error, Killed | Refusal):
            raise error

    async def kill(self) -> None:
        """Make no further call."""
        self._dead = True
        if self._turn and not self._turn.done():
            self._turn.set_exception(Killed())
        await asyncio.wait([self._task])
        if (error := self._task.exception()) and not isinstance(error, Killed | Refusal):
            raise error

    async def wait_for_turn(self) -> None:
        """Wait until the next call may be made."""
        if self._dead:
            raise Killed
        self._turn = asyncio.get_running_loop().create_future()
        self._arrived.set()
        await self._turn

    async def _until_it_waits(self) -> None:
        arrival = asyncio.create_task(self._arrived.wait())
        await asyncio.wait([arrival, self._task], return_when=asyncio.FIRST_COMPLETED)
        arrival.cancel()


class Stepped:
    """A store each of whose calls waits for its worker's turn; so does each page of a list."""

    def __init__(self, store: object, worker: Worker) -> None:
        self._store = store
        self._worker = worker

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if inspect.isasyncgenfunction(method):

            async def in_turns(*args: Any) -> AsyncIterator[Any]:
                await self._worker.wait_for_turn()
                async for piece in method(*args):
                    yield piece
                    await self._worker.wait_for_turn()

            return in_turns

        async def in_turn(*args: Any, **kwargs: Any) -> Any:
            await self._worker.wait_for_turn()
            return await method(*args, **kwargs)

        return in_turn
