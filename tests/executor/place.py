"""Stores in a folder, or real ones, and pools that work on them."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import Job
from executor.child import Child
from executor.pool import ProcessPool
from executor.pool_settings import PoolSettings
from executor.sandbox.runner import Sandbox
from executor.supervisor import StartChild, Supervisor
from storage.interfaces import ArtifactStore, JobStore, StoredJob, Submission
from tests.contract.jobs import submit

LEASE = 1.0  # second, where stores go away
INPUT = b"id,name\n007, ada LOVELACE\n008,grace hopper \n009,alan turing\n"
EXPECTED = b"id,name\n007,Ada Lovelace\n008,Grace Hopper\n009,Alan Turing\n"
LONG_INPUT = b"id,name\n" + b"".join(b"%07d, ada LOVELACE\n" % row for row in range(60_000))
LONG_EXPECTED = b"id,name\n" + b"".join(b"%07d,Ada Lovelace\n" % row for row in range(60_000))


@dataclass
class Place:
    """Stores, and pools that work on them."""

    folder: Path
    jobs: JobStore
    artifacts: ArtifactStore
    sandbox: Sandbox
    settings: PoolSettings

    @asynccontextmanager
    async def pool(self, **settings: object) -> AsyncIterator[ProcessPool]:
        pool = ProcessPool(self.jobs, self.artifacts, self.sandbox, replace(self.settings, **settings))
        await pool.start()
        await pool.forkserver.ready()  # from here on every child is a worker
        try:
            yield pool
        finally:
            await pool.stop()

    async def supervise(self, work: Callable[..., None], owner: str = "supervisor", **settings: object) -> Job:
        """Claim the next job and take it to its end, with a child that does something else than a worker."""
        claim = await self.jobs.claim(owner, self.settings.lease_seconds)
        assert claim
        self.settings.folder.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=self.settings.folder) as folder:
            own = replace(self.settings, **settings)
            return await Supervisor(self.jobs, self.artifacts, claim, Path(folder), own).supervise(starting(work))

    async def submit(
        self, given: bytes = INPUT, wanted: bytes = EXPECTED, job_id: str = "", **instructions: str
    ) -> StoredJob:
        uid = uuid.uuid4().hex
        job = Job(job_id=job_id or uuid.uuid4().hex, user_id="acme", column_instructions=instructions, uid=uid)
        submission = Submission(job)
        await self.artifacts.put(submission.stored.life_folder + "input.csv", given)
        await self.artifacts.put(submission.stored.life_folder + "expected.csv", wanted)
        return (await submit(self.jobs, submission)).stored

    async def now(self, stored: StoredJob) -> StoredJob:
        found = await self.jobs.get("acme", stored.job.job_id)
        assert found
        return found

    async def follow(self, stored: StoredJob, until: str, seconds: float = 60) -> list[JobEvent]:
        """Return the events up to and including the first of a kind."""
        seen: list[JobEvent] = []
        async with asyncio.timeout(seconds):
            while not any(event.WhichOneof("payload") == until for event in seen):
                await self.jobs.wait_for_events(stored.life, len(seen), 1)
                seen += await self.jobs.events(stored.life, len(seen)) or []
        return seen

    async def finish(self, stored: StoredJob) -> Job:
        return (await self.follow(stored, "job_finished"))[-1].job_finished.job


async def content(place: Place, key: str) -> bytes:
    """Read a whole artifact."""
    return b"".join([piece async for piece in place.artifacts.read(key)])


def starting(work: Callable[..., None]) -> StartChild:
    """Return what starts a child for a supervisor."""

    async def start(job: Job, folder: Path) -> Child:
        return Child.start(work, job.SerializeToString(), str(folder))

    return start


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)
