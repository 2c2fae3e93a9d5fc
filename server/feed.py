"""The events of one life of a job, read once for all who watch it."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import structlog

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.services_pb2 import WatchJobResponse
from storage.interfaces import JobStore

logger = structlog.get_logger(__name__)

KEPT_BYTES = 1 << 20  # what is kept in memory of each watched life
READ_AT_ONCE = 50  # events are at most 3 MiB each
READ_BEHIND = 4  # what one watcher that has fallen behind may hold for itself
LOOK_AGAIN_SECONDS = 60.0  # the store tells of news long before


class LifeEnded(Exception):
    """The job was replaced or deleted."""


class EventsUnreadable(Exception):
    """The store did not give them, whatever it is made of; it may do so later."""


class Update(NamedTuple):
    """An event as it is sent."""

    sequence: int
    encoded: bytes  # a WatchJobResponse

    @classmethod
    def of(cls, event: JobEvent) -> "Update":
        """Encode an event."""
        return cls(event.sequence, WatchJobResponse(event=event).SerializeToString())


class Feed:
    """Reads a life's events as they come, encodes each once and keeps the newest.

    Nothing is queued for anybody. Watchers come for what follows the last event that they have sent, each at its own
    pace; one that is further behind than what is kept gets it from the store.
    """

    def __init__(self, jobs: JobStore, life: str) -> None:
        """Begin to read at the first event."""
        self.watchers = 0
        self.last = 0  # the sequence number of the newest event; there is one from the beginning of a life on
        self.finished = False  # the newest event is the last
        self._jobs = jobs
        self._life = life
        self._kept: list[Update] = []  # without gaps, up to the newest
        self._kept_bytes = 0
        self._waiting: set[asyncio.Future[bool]] = set()
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(self._ended)

    @property
    def broken(self) -> bool:
        """Whether nothing more comes from this feed, though the life may go on; another one may read it."""
        return self._reading.done() and not self.finished

    def close(self) -> None:
        """Read no further."""
        self._reading.cancel()

    def wake(self) -> None:
        """Have everybody look again who waits."""
        for waiting in self._waiting:
            answer(waiting, True)

    async def changed(self, seconds: float) -> bool:
        """Wait until there may be something new, at most so long, and tell whether there may be.

        All watchers do this for every event; asyncio.timeout and asyncio.Event would take a third longer.
        """
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[bool] = loop.create_future()
        timer = loop.call_later(seconds, answer, waiting, False)
        self._waiting.add(waiting)
        try:
            return await waiting
        finally:
            self._waiting.remove(waiting)
            timer.cancel()

    async def after(self, sequence: int) -> Sequence[Update]:
        """Return the next events after a sequence number, none when there are none yet.

        Raises:
            LifeEnded: there are no more, since the job was replaced or deleted.
            EventsUnreadable: there may be more, but not from this feed.
        """
        while not self.last and not self._reading.done():
            await self.changed(LOOK_AGAIN_SECONDS)
        if self._reading.done():
            self._reading.result()  # raises what ended it
        if sequence >= self.last:
            return ()
        behind = self._kept[0].sequence - (sequence + 1)
        if behind > 0:
            return [Update.of(event) for event in await self._events(sequence, READ_BEHIND)]
        return self._kept[-behind:]

    async def _read(self) -> None:
        while True:
            self._keep(await self._events(self.last, READ_AT_ONCE))
            if self.finished:
                return
            await self._jobs.wait_for_events(self._life, self.last, LOOK_AGAIN_SECONDS)

    async def _events(self, after: int, limit: int) -> Sequence[JobEvent]:
        try:
            events = await self._jobs.events(self._life, after, limit)
        except Exception as error:
            raise EventsUnreadable from error
        if events is None:
            raise LifeEnded
        return events

    def _keep(self, events: Sequence[JobEvent]) -> None:
        """Take new events, let go of the oldest, and wake everybody."""
        for event in events:
            update = Update.of(event)
            self._kept.append(update)
            self._kept_bytes += len(update.encoded)
            self.last, self.finished = event.sequence, event.HasField("job_finished")
        surplus = 0
        while self._kept_bytes > KEPT_BYTES and surplus < len(self._kept) - 1:
            self._kept_bytes -= len(self._kept[surplus].encoded)
            surplus += 1
        del self._kept[:surplus]
        self.wake()

    def _ended(self, reading: asyncio.Task[None]) -> None:
        """Have the watchers find out why nothing is read any more."""
        if not reading.cancelled() and isinstance(error := reading.exception(), EventsUnreadable):
            logger.error("cannot read events", life=self._life, error=str(error.__cause__))
        self.wake()


def answer(waiting: asyncio.Future[bool], has_changed: bool) -> None:
    """Wake one who waits, unless it has been woken or has left."""
    if not waiting.done():
        waiting.set_result(has_changed)
