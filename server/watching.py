"""Watches: a job's events from any sequence number on, then those to come."""

import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager

from csvconverter.v1.errors_pb2 import ERROR_REASON_JOB_REPLACED, ERROR_REASON_TRY_AGAIN
from csvconverter.v1.services_pb2 import Heartbeat, WatchInterrupted, WatchJobRequest, WatchJobResponse
from server.errors import Refusal
from server.feed import EventsUnreadable, Feed, LifeEnded, Update
from server.listing import existing_job, unknown_job
from storage.interfaces import JobStore, StoreUnavailable

HEARTBEAT_SECONDS = 10.0


class Watches:
    """All watches of this server; those of the same life of a job share one feed."""

    def __init__(self, jobs: JobStore, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
        """Take the store and how long a watch is silent before it says that it is alive."""
        self.jobs = jobs
        self.heartbeat_seconds = heartbeat_seconds
        self._feeds: dict[str, Feed] = {}
        self._stopping = False

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(feed.watchers for feed in self._feeds.values())

    def stop(self) -> None:
        """End every watch with a status that says how to resume."""
        self._stopping = True
        for feed in self._feeds.values():
            feed.wake()

    async def watch(self, request: WatchJobRequest) -> AsyncGenerator[bytes, None]:
        """Yield the updates of a watch, encoded, until job_finished has been seen.

        Heartbeats come at once when there is no event to begin with, and then after each silence.

        Raises:
            Refusal: JOB_NOT_FOUND, JOB_REPLACED, or TRY_AGAIN when the server stops or cannot read its store.
        """
        last, silent_from = request.after_sequence, time.monotonic() - self.heartbeat_seconds
        with self._feed(await self._life(request)) as feed:
            while not self._stopping:
                updates = await self._after(last, feed, request)
                for update in updates:
                    yield update.encoded
                    last = update.sequence
                if feed.finished and last >= feed.last:
                    return
                if updates:
                    silent_from = time.monotonic()
                elif not await feed.changed(silent_from + self.heartbeat_seconds - time.monotonic()):
                    yield heartbeat()
                    silent_from = time.monotonic()
        raise try_again("the server stops", last)

    async def _after(self, last: int, feed: Feed, request: WatchJobRequest) -> Sequence[Update]:
        try:
            return await feed.after(last)
        except LifeEnded:
            raise await self._end(last, request) from None
        except EventsUnreadable:
            raise unreadable(last) from None

    async def _end(self, last: int, request: WatchJobRequest) -> Refusal:
        """Return why a life has ended."""
        try:
            gone = not await self.jobs.get(request.client_id, request.job_id)
        except StoreUnavailable:
            return unreadable(last)
        return unknown_job(request.client_id, request.job_id) if gone else replaced()

    @contextmanager
    def _feed(self, life: str) -> Iterator[Feed]:
        """Lend the feed of a life, which is there as long as somebody watches."""
        feed = self._feeds.get(life)
        if feed is None or feed.broken:
            feed = self._feeds[life] = Feed(self.jobs, life)
        feed.watchers += 1
        try:
            yield feed
        finally:
            feed.watchers -= 1
            if not feed.watchers:
                feed.close()
                if self._feeds.get(life) is feed:
                    del self._feeds[life]

    async def _life(self, request: WatchJobRequest) -> str:
        """Return the life to watch: the one that the caller has seen before, if it has seen any."""
        stored = await existing_job(self.jobs, request.client_id, request.job_id)
        if request.job_uid not in ("", stored.life):
            raise replaced()
        return stored.life


def replaced() -> Refusal:
    """Return the refusal to go on within another life."""
    return Refusal(ERROR_REASON_JOB_REPLACED, "the job has been replaced: watch again from after_sequence 0")


def unreadable(last: int) -> Refusal:
    """Return the refusal to go on while the store is away."""
    return try_again("the server cannot read the job's events", last)


def try_again(why: str, last: int) -> Refusal:
    """Return the refusal to go on for now."""
    message = f"{why}: watch again with after_sequence {last}"
    return Refusal(ERROR_REASON_TRY_AGAIN, message, after_sequence=str(last))


def interrupted(refusal: Refusal) -> bytes:
    """Return the last update of a watch that has begun and ends before its job does."""
    after_sequence = int(refusal.metadata.get("after_sequence", 0))
    told = WatchInterrupted(reason=refusal.reason, message=refusal.message, after_sequence=after_sequence)
    return WatchJobResponse(interrupted=told).SerializeToString()


def heartbeat() -> bytes:
    """Return a sign of life."""
    update = WatchJobResponse(heartbeat=Heartbeat())
    update.heartbeat.heartbeat_time.GetCurrentTime()
    return update.SerializeToString()
