"""Jobs and their events in an SQL database. What each call does in its transaction stands in the modules beside."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import JobStatus
from storage.interfaces import Accepted, Claim, KnownLife, QueueLoad, StoredJob, Submission
from storage.sql import acceptance, attempts, chores, lookup, removal
from storage.sql.calls import Calls, uninterrupted
from storage.sql.database import Database
from storage.sql.doorbell import Doorbell
from storage.sql.topics import WORK, Change, Topic

T = TypeVar("T")

LOAD_SECONDS = 0.25  # for how long what other processes do may stay uncounted


class SqlJobStore:
    """A JobStore on SQLAlchemy; every change is one transaction that holds the job's row, so writers take turns."""

    def __init__(self, database: Database) -> None:
        self.kind = database.kind
        self._database = database
        self._calls = Calls()
        self._doorbell = Doorbell(self._levels, database.look_seconds)
        database.on_ring(self._doorbell.ring)
        self._counting = asyncio.Lock()
        self._load = QueueLoad(queued=0, running=0)
        self._counted_after = -1  # changes of this process
        self._counted_at = 0.0

    async def reserve(self, submission: Submission) -> None:
        """See JobStore."""
        await self._write(lambda session: acceptance.reserve(session, submission))

    async def unreserve(self, submission: Submission) -> None:
        """See JobStore."""
        await self._write(lambda session: acceptance.unreserve(session, submission))

    async def create(self, submission: Submission, queue_size: int | None = None) -> Accepted:
        """See JobStore."""
        return await self._write(lambda session: acceptance.create(session, submission, queue_size))

    async def has_room(self, submission: Submission, queue_size: int) -> bool:
        """See JobStore."""
        return await self._read(lambda session: acceptance.has_room(session, submission, queue_size))

    async def get(self, user_id: str, job_id: str) -> StoredJob | None:
        """See JobStore."""
        return await self._read(lambda session: lookup.get(session, user_id, job_id))

    async def list_jobs(
        self, user_id: str, *, status: JobStatus | None = None, after: str = "", limit: int | None = None
    ) -> list[StoredJob]:
        """See JobStore."""
        return await self._read(lambda session: lookup.list_jobs(session, user_id, status, after, limit))

    async def load(self) -> QueueLoad:
        """See JobStore."""
        async with self._counting:  # one counts for all who ask
            changes, now = self._database.changes, time.monotonic()
            if changes != self._counted_after or now > self._counted_at + LOAD_SECONDS:
                self._load = await self._read(lookup.load)
                self._counted_after, self._counted_at = changes, now
        return self._load

    async def claim(self, owner: str, lease_seconds: float) -> Claim | None:
        """See JobStore."""
        claiming = self._calls.start(
            self._database.write(lambda session: attempts.claim(session, owner, lease_seconds))
        )
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            self._calls.start(self._unclaim(claiming))  # nobody is there to take the job
            raise

    async def _unclaim(self, claiming: asyncio.Task[Claim | None]) -> None:
        if claim := await claiming:
            await self.release(claim)

    async def renew(self, claim: Claim, lease_seconds: float) -> bool:
        """See JobStore."""
        return await self._write(lambda session: attempts.renew(session, claim, lease_seconds))

    async def append(self, claim: Claim, events: Sequence[JobEvent], after_sequence: int | None = None) -> None:
        """See JobStore."""
        await self._write(lambda session: attempts.append(session, claim, events, after_sequence))

    async def finish(self, claim: Claim, finished: JobEvent, folder: str) -> None:
        """See JobStore."""
        await self._write(lambda session: attempts.finish(session, claim, finished, folder))

    async def lose(self, claim: Claim, reason: str) -> None:
        """See JobStore."""
        await self._write(lambda session: attempts.lose(session, claim, reason))

    async def release(self, claim: Claim, reason: str = "the server stopped", delay_seconds: float = 0.0) -> None:
        """See JobStore."""
        await self._write(lambda session: attempts.release(session, claim, reason, delay_seconds))

    async def reap(self, owner: str = "") -> list[StoredJob]:
        """See JobStore."""
        return await self._write(lambda session: attempts.reap(session, owner))

    async def cancel(self, user_id: str, job_id: str, by: str = "") -> StoredJob | None:
        """See JobStore."""
        return await self._write(lambda session: acceptance.cancel(session, user_id, job_id, by))

    async def events(self, life: str, after_sequence: int, limit: int = 500) -> list[JobEvent] | None:
        """See JobStore."""
        return await self._read(lambda session: lookup.events(session, life, after_sequence, limit))

    async def wait_for_events(self, life: str, after_sequence: int, seconds: float) -> None:
        """See JobStore."""
        await self._doorbell.wait(Topic(Change.EVENTS, life), after_sequence, seconds)

    async def wait_for_cancel(self, life: str, seconds: float) -> None:
        """See JobStore."""
        await self._doorbell.wait(Topic(Change.CANCEL, life), 0, seconds)

    async def wait_for_work(self, seconds: float) -> None:
        """See JobStore."""
        await self._doorbell.wait(WORK, 0, seconds)

    async def delete(self, user_id: str, job_id: str, by: str = "") -> StoredJob | None:
        """See JobStore."""
        return await self._write(lambda session: removal.delete_job(session, user_id, job_id, by))

    async def delete_user(self, user_id: str, by: str = "") -> None:
        """See JobStore."""
        left = await self._write(lambda session: removal.delete_user(session, user_id, by, begins=True))
        while left:
            left = await self._write(lambda session: removal.delete_user(session, user_id, by, begins=False))

    async def expire(self, seconds: float, by: str, limit: int = 100) -> list[StoredJob]:
        """See JobStore."""
        return await self._write(lambda session: removal.expire(session, seconds, by, limit))

    async def known_lives(self, jobs: Collection[tuple[str, str]]) -> list[KnownLife]:
        """See JobStore."""
        return await self._read(lambda session: removal.known_lives(session, jobs))

    async def forget_reservations(self, seconds: float) -> None:
        """See JobStore."""
        await self._write(lambda session: chores.forget_reservations(session, seconds))

    async def described(self, stored: StoredJob) -> None:
        """See JobStore."""
        await self._write(lambda session: chores.described(session, stored))

    async def undescribed(self, limit: int = 100) -> list[StoredJob]:
        """See JobStore."""
        return await self._read(lambda session: chores.undescribed(session, limit))

    async def begun_at(self) -> float:
        """See JobStore."""
        return await self._write(chores.begun_at)

    async def take_chore(self, name: str, every_seconds: float) -> bool:
        """See JobStore."""
        return await self._write(lambda session: chores.take_chore(session, name, every_seconds))

    async def close(self) -> None:
        """See JobStore."""
        await self._doorbell.close()
        await self._calls.wait()

    async def _levels(self, topics: Sequence[Topic]) -> Mapping[Topic, int]:
        return await self._read(lambda session: lookup.levels(session, topics))

    @uninterrupted
    async def _read(self, work: Callable[[Session], T]) -> T:
        return await self._database.read(work)

    @uninterrupted
    async def _write(self, work: Callable[[Session], T]) -> T:
        return await self._database.write(work)
