"""Jobs and their events in an SQL database."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from csvconverter.v1.events_pb2 import JobEvent, JobQueued, JobStarted
from csvconverter.v1.jobs_pb2 import JobStatus
from storage.attempts import MOST_ATTEMPTS, check_end, end, give_back, held
from storage.calls import Calls, uninterrupted
from storage.database import Database
from storage.doorbell import ENDED, WORK, Change, Doorbell, Topic
from storage.interfaces import Accepted, Claim, QueueFull, QueueLoad, RequestIdReused, StoredJob, Submission
from storage.journal import record
from storage.models import EventRow, JobRow

QUEUED, RUNNING = JobStatus.JOB_STATUS_QUEUED, JobStatus.JOB_STATUS_RUNNING
MOVES = {"job_queued", "job_started", "attempt_lost", "job_finished"}  # events that only the store writes
LOAD_SECONDS = 0.25  # for how long what other processes do may stay uncounted
STOPPED = "the server stopped"
GONE = "its supervisor is gone"


class SqlJobStore:
    """A JobStore on SQLAlchemy; every change is one transaction that holds the job's row, so writers take turns."""

    def __init__(self, database: Database) -> None:
        self.kind = database.kind
        self._database = database
        self._calls = Calls()
        self._doorbell = Doorbell(self._levels)
        self._counting = asyncio.Lock()
        self._load = QueueLoad(queued=0, running=0)
        self._counted_after = -1  # changes of this process
        self._counted_at = 0.0

    @classmethod
    async def open(cls, url: str) -> "SqlJobStore":
        """Open the database, such as `sqlite:////folder/jobs.db`, and bring its tables up to date."""
        return cls(await Database.open(url))

    @uninterrupted
    async def create(self, submission: Submission, queue_size: int | None = None) -> Accepted:
        """See JobStore."""
        async with self._database.write() as session:
            if repeated := await _same_request(session, submission):
                return Accepted(stored=repeated, repeated=True, replaced=None)
            if queue_size is not None and not await _has_room(session, submission, queue_size):
                raise QueueFull(f"{queue_size} jobs wait")
            same_name = _named(submission.job.user_id, submission.job.job_id)
            old = (await session.scalars(delete(JobRow).where(same_name).returning(JobRow))).one_or_none()
            ahead = await _count(session, QUEUED)
            queued = JobEvent(job_queued=JobQueued(jobs_ahead=ahead, job_uid=submission.job.uid))
            row = JobRow.of(submission)
            session.add(row)
            await session.flush()  # events refer to the row
            record(session, row, [queued])
        self._doorbell.ring(WORK, 1)
        if old:
            self._ring_end(old.life)
        return Accepted(stored=row.stored(), repeated=False, replaced=old.stored() if old else None)

    @uninterrupted
    async def has_room(self, submission: Submission, queue_size: int) -> bool:
        """See JobStore."""
        async with self._database.read() as session:
            return await _has_room(session, submission, queue_size)

    @uninterrupted
    async def get(self, user_id: str, job_id: str) -> StoredJob | None:
        """See JobStore."""
        async with self._database.read() as session:
            row = await session.scalar(select(JobRow).where(_named(user_id, job_id)))
        return row.stored() if row else None

    @uninterrupted
    async def list_jobs(
        self, user_id: str, *, status: JobStatus | None = None, after: str = "", limit: int | None = None
    ) -> list[StoredJob]:
        """See JobStore."""
        query = select(JobRow).where(JobRow.user_id == user_id).order_by(JobRow.position.desc()).limit(limit)
        if status is not None:
            query = query.where(JobRow.state == status)
        if after:
            query = query.where(JobRow.position < after)
        async with self._database.read() as session:
            return [row.stored() for row in await session.scalars(query)]

    async def load(self) -> QueueLoad:
        """See JobStore."""
        async with self._counting:  # one counts for all who ask
            changes, now = self._database.changes, time.monotonic()
            if changes != self._counted_after or now > self._counted_at + LOAD_SECONDS:
                self._load = await self._count_jobs()
                self._counted_after, self._counted_at = changes, now
        return self._load

    @uninterrupted
    async def _count_jobs(self) -> QueueLoad:
        async with self._database.read() as session:
            return QueueLoad(queued=await _count(session, QUEUED), running=await _count(session, RUNNING))

    async def claim(self, owner: str, lease_seconds: float) -> Claim | None:
        """See JobStore."""
        claiming = self._calls.start(self._claim(owner, lease_seconds))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            self._calls.start(self._unclaim(claiming))  # nobody is there to take the job
            raise

    async def _claim(self, owner: str, lease_seconds: float) -> Claim | None:
        next_in_line = (
            select(JobRow)
            .where(_claimable())
            .order_by(JobRow.priority, JobRow.position)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write() as session:
            row = await session.scalar(next_in_line)
            if row is None:
                return None
            row.attempt += 1
            row.lease_owner, row.lease_expires_at = owner, time.time() + lease_seconds
            record(session, row, [JobEvent(job_started=JobStarted(attempt=row.attempt))])
        self._ring_events(row)
        return Claim(stored=row.stored(), attempt=row.attempt, owner=owner)

    async def _unclaim(self, claiming: asyncio.Task[Claim | None]) -> None:
        if claim := await claiming:
            await self.release(claim)

    @uninterrupted
    async def renew(self, claim: Claim, lease_seconds: float) -> bool:
        """See JobStore."""
        async with self._database.write() as session:
            row = await held(session, claim)
            row.lease_expires_at = time.time() + lease_seconds
        return row.cancel_requested

    @uninterrupted
    async def append(self, claim: Claim, events: Sequence[JobEvent]) -> None:
        """See JobStore."""
        if moves := MOVES.intersection(event.WhichOneof("payload") or "" for event in events):
            raise ValueError(f"only the store writes {', '.join(sorted(moves))}; use finish, lose or release")
        async with self._database.write() as session:
            row = await held(session, claim)
            record(session, row, events)
        self._ring_events(row)

    @uninterrupted
    async def finish(self, claim: Claim, finished: JobEvent, folder: str) -> None:
        """See JobStore."""
        check_end(claim, finished)
        async with self._database.write() as session:
            row = await held(session, claim)
            record(session, row, [finished])
            row.folder = folder
            row.lease_owner = row.lease_expires_at = None
        self._ring_events(row)

    @uninterrupted
    async def lose(self, claim: Claim, reason: str) -> None:
        """See JobStore."""
        async with self._database.write() as session:
            row = await held(session, claim)
            row.lost_attempts += 1
            give_back(session, row, reason, given_up=row.lost_attempts >= row.max_attempts)
        self._ring_queue(row)

    @uninterrupted
    async def release(self, claim: Claim) -> None:
        """See JobStore."""
        async with self._database.write() as session:
            row = await held(session, claim)
            give_back(session, row, STOPPED, given_up=False)
        self._ring_queue(row)

    @uninterrupted
    async def reap(self, owner: str = "") -> list[StoredJob]:
        """See JobStore."""
        gone = (JobRow.lease_expires_at < time.time()) | (JobRow.lease_owner == owner)
        lost = select(JobRow).where(JobRow.state == RUNNING, gone)
        async with self._database.write() as session:
            rows = (await session.scalars(lost.with_for_update(skip_locked=True))).all()
            for row in rows:
                give_back(session, row, GONE, given_up=row.attempt >= MOST_ATTEMPTS)
        for row in rows:
            self._ring_queue(row)
        return [row.stored() for row in rows]

    @uninterrupted
    async def cancel(self, user_id: str, job_id: str) -> StoredJob | None:
        """See JobStore."""
        async with self._database.write() as session:
            row = await session.scalar(select(JobRow).where(_named(user_id, job_id)).with_for_update())
            if row is None:
                return None
            if row.state == QUEUED:
                end(session, row, JobStatus.JOB_STATUS_CANCELLED)
            elif row.state == RUNNING:
                row.cancel_requested = True
        self._ring_events(row)
        self._doorbell.ring(Topic(Change.CANCEL, row.life), 1)
        return row.stored()

    @uninterrupted
    async def events(self, life: str, after_sequence: int, limit: int = 500) -> list[JobEvent] | None:
        """See JobStore."""
        query = select(EventRow.event).where(EventRow.life == life, EventRow.seq > after_sequence)
        async with self._database.read() as session:
            stored = (await session.scalars(query.order_by(EventRow.seq).limit(limit))).all()
            if not stored and not await session.scalar(select(exists().where(JobRow.life == life))):
                return None
        return [JobEvent.FromString(event) for event in stored]

    async def wait_for_events(self, life: str, after_sequence: int, seconds: float) -> None:
        """See JobStore."""
        await self._doorbell.wait(Topic(Change.EVENTS, life), after_sequence, seconds)

    async def wait_for_cancel(self, life: str, seconds: float) -> None:
        """See JobStore."""
        await self._doorbell.wait(Topic(Change.CANCEL, life), 0, seconds)

    async def wait_for_work(self, seconds: float) -> None:
        """See JobStore."""
        await self._doorbell.wait(WORK, 0, seconds)

    @uninterrupted
    async def delete(self, user_id: str, job_id: str) -> StoredJob | None:
        """See JobStore."""
        deleted = await self._delete(_named(user_id, job_id))
        return deleted[0] if deleted else None

    @uninterrupted
    async def delete_user(self, user_id: str) -> None:
        """See JobStore."""
        await self._delete(JobRow.user_id == user_id)

    async def close(self) -> None:
        """See JobStore."""
        await self._doorbell.close()
        await self._calls.wait()
        await self._database.close()

    async def _delete(self, which: ColumnElement[bool]) -> list[StoredJob]:
        async with self._database.write() as session:
            rows = (await session.scalars(delete(JobRow).where(which).returning(JobRow))).all()
        for row in rows:
            self._ring_end(row.life)
        return [row.stored() for row in rows]

    @uninterrupted
    async def _levels(self, topics: Sequence[Topic]) -> Mapping[Topic, int]:
        """Read how far the topics have come."""
        lives = {topic.life for topic in topics if topic.life}
        query = select(JobRow.life, JobRow.last_seq, JobRow.cancel_requested).where(JobRow.life.in_(lives))
        async with self._database.read() as session:
            levels = {WORK: int(await session.scalar(select(exists().where(_claimable()))) or 0)}
            for life, last_seq, cancel_requested in await session.execute(query):
                levels[Topic(Change.EVENTS, life)] = last_seq
                levels[Topic(Change.CANCEL, life)] = int(cancel_requested)
        return {topic: levels.get(topic, ENDED) for topic in topics}

    def _ring_events(self, row: JobRow) -> None:
        self._doorbell.ring(Topic(Change.EVENTS, row.life), row.last_seq)

    def _ring_queue(self, row: JobRow) -> None:
        self._ring_events(row)
        self._doorbell.ring(WORK, 1)

    def _ring_end(self, life: str) -> None:
        self._doorbell.ring(Topic(Change.EVENTS, life), ENDED)
        self._doorbell.ring(Topic(Change.CANCEL, life), ENDED)


def _named(user_id: str, job_id: str) -> ColumnElement[bool]:
    return (JobRow.user_id == user_id) & (JobRow.job_id == job_id)


def _claimable() -> ColumnElement[bool]:
    return (JobRow.state == QUEUED) & (JobRow.available_at <= time.time())


async def _count(session: AsyncSession, state: JobStatus) -> int:
    return await session.scalar(select(func.count()).where(JobRow.state == state)) or 0


async def _has_room(session: AsyncSession, submission: Submission, queue_size: int) -> bool:
    job = submission.job
    if await _count(session, QUEUED) < queue_size:
        return True
    replaced = _named(job.user_id, job.job_id) & (JobRow.state == QUEUED)
    return bool(await session.scalar(select(exists().where(replaced | _requested(submission)))))


def _requested(submission: Submission) -> ColumnElement[bool]:
    """Select the job that the same request started before; no job has an empty request id."""
    return (JobRow.user_id == submission.job.user_id) & (JobRow.request_id == submission.request_id)


async def _same_request(session: AsyncSession, submission: Submission) -> StoredJob | None:
    if not submission.request_id:
        return None
    row = await session.scalar(select(JobRow).where(_requested(submission)))
    if row and row.fingerprint != submission.fingerprint:
        raise RequestIdReused(f"request id {submission.request_id} belongs to job {row.job_id} and another body")
    return row.stored() if row else None
