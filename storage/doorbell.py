"""Wakes those who wait for a change. A ring is a hint: whoever wakes asks the store."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from typing import NamedTuple

import structlog

LOOK_SECONDS = 0.5  # how late a change made by another process may be noticed
ENDED = 2**63 - 1  # the level of everything in a life that has ended

log = structlog.get_logger(__name__)


class Change(Enum):
    """What can be waited for. Each has a level, and to wait is to wait for a higher one than is known."""

    EVENTS = "events"  # the last sequence number
    CANCEL = "cancel"  # 1 once the job is to be cancelled
    WORK = "work"  # 1 while there is a job to claim


class Topic(NamedTuple):
    """A change in one life of a job; work belongs to none."""

    change: Change
    life: str = ""


WORK = Topic(Change.WORK)


class Doorbell:
    """Connects those who wait with those who change something.

    Changes made by this process ring at once. Those of others are seen by looking at all that is waited for, together,
    twice a second.
    """

    def __init__(self, read_levels: Callable[[Sequence[Topic]], Awaitable[Mapping[Topic, int]]]) -> None:
        self._read_levels = read_levels
        self._listeners: dict[Topic, set[_Listener]] = {}
        self._closed = False
        self._looking = asyncio.create_task(self._keep_looking())

    async def wait(self, topic: Topic, level: int, seconds: float) -> None:
        """Return once the topic's level is higher, after so many seconds, or when the doorbell is closed."""
        if self._closed:
            return
        with self._listen(topic, level) as rung:
            await self._look([topic])  # after listening began, so that nothing falls between
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await rung.wait()

    def ring(self, topic: Topic, level: int) -> None:
        """Wake those who know a lower level."""
        for listener in self._listeners.get(topic, ()):
            if listener.level < level:
                listener.rung.set()

    async def close(self) -> None:
        """Wake everybody, and let nobody wait from now on."""
        self._closed = True
        for topic in self._listeners:
            self.ring(topic, ENDED)
        self._looking.cancel()
        await asyncio.wait([self._looking])

    @contextmanager
    def _listen(self, topic: Topic, level: int) -> Iterator[asyncio.Event]:
        listener = _Listener(level)
        self._listeners.setdefault(topic, set()).add(listener)
        try:
            yield listener.rung
        finally:
            self._listeners[topic].remove(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._listeners:
                try:
                    await self._look(list(self._listeners))
                except Exception as error:  # the next look may succeed, and those who wait have their own time limit
                    log.warning("cannot look for changes", error=repr(error))

    async def _look(self, topics: Sequence[Topic]) -> None:
        for topic, level in (await self._read_levels(topics)).items():
            self.ring(topic, level)


class _Listener:
    def __init__(self, level: int) -> None:
        self.level = level
        self.rung = asyncio.Event()
