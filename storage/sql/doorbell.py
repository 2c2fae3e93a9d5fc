"""Wakes those who wait for a change. A ring is a hint: whoever wakes asks the store."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import structlog

from storage.sql.topics import ENDED, Ring, Topic

log = structlog.get_logger(__name__)


class Doorbell:
    """Connects those who wait with those who change something.

    What is heard rings at once. Changes of which nothing is heard are seen by looking at all that is waited for,
    together, every so many seconds.
    """

    def __init__(
        self, read_levels: Callable[[Sequence[Topic]], Awaitable[Mapping[Topic, int]]], look_seconds: float
    ) -> None:
        self._read_levels = read_levels
        self._look_seconds = look_seconds
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
        while True:
            await asyncio.sleep(self._look_seconds)
            if self._listeners:
                try:
                    await self._look(list(self._listeners))
                except Exception as error:  # the next look may succeed, and those who wait have their own time limit
                    log.warning("cannot look for changes", error=repr(error))

    async def _look(self, topics: Sequence[Topic]) -> None:
        for topic, level in (await self._read_levels(topics)).items():
            self.ring(Ring(topic, level))


class _Listener:
    def __init__(self, level: int) -> None:
        self.level = level
        self.rung = asyncio.Event()
