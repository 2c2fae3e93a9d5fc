"""Wakes those who wait for a change. A ring is a hint: whoever wakes asks the store."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import structlog

from storage.sql.topics import ENDED, Ring, Topic

log = structlog.get_logger(__name__)


class Doorbell:
    """Connects those who wait with those who change something.

    What is heard rings at once. Changes of which nothing is heard are seen by looking: at what somebody begins to wait
    for, together with all others who have come meanwhile, and at all that is waited for every so many seconds.
    """

    def __init__(
        self, read_levels: Callable[[Sequence[Topic]], Awaitable[Mapping[Topic, int]]], look_seconds: float
    ) -> None:
        self._read_levels = read_levels
        self._look_seconds = look_seconds
        self._listeners: dict[Topic, set[_Listener]] = {}
        self._new: set[Topic] = set()  # that were not looked at since somebody began to wait for them
        self._somebody_came = asyncio.Event()
        self._closed = False
        self._looking = asyncio.create_task(self._keep_looking())

    async def wait(self, topic: Topic, level: int, seconds: float) -> None:
        """Return once the topic's level is higher, after so many seconds, or when the doorbell is closed."""
        if self._closed:
            return
        with self._listen(topic, level) as rung:
            self._new.add(topic)
            self._somebody_came.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await rung.wait()

    def ring(self, ring: Ring) -> None:
        """Wake those who know a lower level."""
        for listener in self._listeners.get(ring.topic, ()):
            if listener.level < ring.level:
                listener.rung.set()

    async def close(self) -> None:
        """Wake everybody, and let nobody wait from now on."""
        self._closed = True
        for topic in self._listeners:
            self.ring(Ring(topic, ENDED))
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
        loop = asyncio.get_running_loop()
        next_look = loop.time() + self._look_seconds
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(next_look):
                    await self._somebody_came.wait()
            self._somebody_came.clear()
            topics, self._new = self._new & self._listeners.keys(), set()
            if loop.time() >= next_look:
                topics, next_look = set(self._listeners), loop.time() + self._look_seconds
            if topics:
                await self._look(list(topics))

    async def _look(self, topics: Sequence[Topic]) -> None:
        try:
            levels = await self._read_levels(topics)
        except Exception as error:  # the next look may succeed, and those who wait have their own time limit
            log.warning("cannot look for changes", error=repr(error))
            return
        for topic, level in levels.items():
            self.ring(Ring(topic, level))


class _Listener:
    def __init__(self, level: int) -> None:
        self.level = level
        self.rung = asyncio.Event()
