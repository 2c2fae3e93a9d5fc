"""Servers on the same stores, in any order of their steps and killed at any: nothing is lost, and nothing stays."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csvconverter.v1.events_pb2 import JobEvent, JobFinished
from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED, Job
from executor.worker import EXPECTED, INPUT
from server.examples import Examples
from server.spooling import Spool
from server.training import TrainingJobs
from server.transfers import Transfers
from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import ArtifactStore, JobStore, LeaseLost, StoredJob
from storage.metadata import metadata_key, write_metadata
from storage.orphans import sweep
from storage.s3.artifact_store import S3ArtifactStore
from storage.sql.database import open_database
from storage.sql.job_store import SqlJobStore
from tests.server.conftest import training_request
from tests.server.stepping import Worker
from tests.stores.s3 import new_bucket

OWNER = "supervisor"
USERS = count(1)
MADE = ("output.csv", "script.py")


@dataclass(frozen=True)
class Stores:
    """Where everything is kept, and the loop in which that is used."""

    runner: asyncio.Runner
    jobs: JobStore
    artifacts: ArtifactStore
    folder: Path


async def open_stores(parts: AsyncExitStack, request: pytest.FixtureRequest, folder: Path) -> tuple[JobStore, object]:
    shared = request.param == "postgresql and s3"
    url = request.getfixturevalue("postgres").create_database() if shared else f"sqlite:///{folder}/jobs.db"
    database = await open_database(url)
    parts.push_async_callback(database.close)
    jobs = SqlJobStore(database)
    parts.push_async_callback(jobs.close)
    if not shared:
        return jobs, FolderArtifactStore(folder / "artifacts")
    artifacts = await S3ArtifactStore.open(new_bucket(request.getfixturevalue("moto")))
    parts.push_async_callback(artifacts.close)
    return jobs, artifacts


@pytest.fixture(
    scope="module",
    params=["sqlite and folder", pytest.param("postgresql and s3", marks=pytest.mark.long)],
)
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    folder, parts = tmp_path_factory.mktemp("stores"), AsyncExitStack()
    with asyncio.Runner() as runner:
        jobs, artifacts = runner.run(open_stores(parts, request, folder))
        yield Stores(runner, jobs, artifacts, folder)
        runner.run(parts.aclose())


class World:
    """One user, and the servers that work for him."""

    def __init__(self, stores: Stores) -> None:
        self.jobs, self.artifacts, self.folder = stores.jobs, stores.artifacts, stores.folder
        self.user = f"user-{next(USERS)}"
        self.workers: list[Worker] = []

    async def begin(self, deed: str, job_id: str) -> None:
        async def work(worker: Worker) -> None:
            await getattr(self, deed)(worker, job_id)

        worker = Worker(self.jobs, self.artifacts)
        self.workers.append(worker)
        await worker.begin(work)

    def training(self, worker: Worker) -> TrainingJobs:
        examples = Examples(Transfers(worker.jobs, worker.artifacts), Spool(self.folder), 1_000)
        return TrainingJobs(worker.jobs, worker.artifacts, examples, 1_000)

    async def start(self, worker: Worker, job_id: str) -> None:
        await self.training(worker).start(training_request(self.user, job_id=job_id))

    async def repeat(self, worker: Worker, job_id: str) -> None:
        await self.training(worker).start(training_request(self.user, job_id=job_id, request_id=job_id))

    async def cancel(self, worker: Worker, job_id: str) -> None:
        await self.training(worker).cancel(self.user, job_id)

    async def delete(self, worker: Worker, job_id: str) -> None:
        await self.training(worker).delete(self.user, job_id)

    async def delete_user(self, worker: Worker, _: str) -> None:
        await self.training(worker).delete_user(self.user)

    async def attempt(self, worker: Worker, _: str) -> None:
        """Do the next job as a supervisor does, with a child that is done at once."""
        if not (claim := await worker.jobs.claim(OWNER, 30.0)):
            return
        folder = f"{claim.stored.life_folder}attempt-{claim.attempt}/"
        try:
            for name in MADE:
                await worker.artifacts.put(folder + name, b"made")
            await worker.jobs.finish(claim, succeeded(claim.stored.job), folder)
        except LeaseLost:
            await worker.artifacts.delete(folder)
        await write_metadata(worker.jobs, worker.artifacts, claim.stored.job)

    async def lose(self, worker: Worker, _: str) -> None:
        """Take jobs away from their supervisors."""
        await worker.jobs.reap(OWNER)

    async def sweep(self, worker: Worker, _: str) -> None:
        """Sweep as if everything lay there for long already."""
        await sweep(worker.jobs, worker.artifacts, 0.0, math.inf)

    async def forget(self, worker: Worker, _: str) -> None:
        """Take the servers that are storing files for dead."""
        await worker.jobs.forget_reservations(0.0)

    async def check_that_nothing_is_lost(self) -> None:
        for stored in await self.jobs.list_jobs(self.user):
            for key in needed(stored):
                assert [piece async for piece in self.artifacts.read(key)], key

    async def check_that_nothing_stays(self) -> None:
        await self.jobs.reap(OWNER)
        await self.jobs.forget_reservations(0.0)
        await sweep(self.jobs, self.artifacts, 0.0, math.inf)
        await self.check_that_nothing_is_lost()
        jobs = await self.jobs.list_jobs(self.user)
        known = {key for stored in jobs for key in (*needed(stored), metadata_key(stored.job))}
        assert {key async for key in self.files()} <= known

    async def files(self) -> AsyncIterator[str]:
        async for files in self.artifacts.list(f"{self.user}/"):
            for file in files:
                yield file.key

    async def leave(self) -> None:
        """Delete everything, with what the next sweep would do."""
        worker = Worker(self.jobs, self.artifacts)
        await worker.begin(lambda worker: self.delete_user(worker, ""))
        await worker.finish()
        assert [key async for key in self.files()] == []
        assert await self.jobs.list_jobs(self.user) == []


def succeeded(job: Job) -> JobEvent:
    finished = Job()
    finished.CopyFrom(job)
    finished.status = JOB_STATUS_SUCCEEDED
    finished.artifacts.extend(MADE)
    return JobEvent(job_finished=JobFinished(job=finished))


def needed(stored: StoredJob) -> list[str]:
    """Return the keys of the files that a job must have."""
    made = MADE if stored.job.status == JOB_STATUS_SUCCEEDED else ()
    return [stored.life_folder + INPUT, stored.life_folder + EXPECTED, *(stored.folder + name for name in made)]


STATES = ("none", "queued", "running", "succeeded", "being replaced", "being stored")
DEEDS = ("start", "attempt", "sweep", "delete", "repeat", "cancel", "delete_user", "lose", "forget")
STEPS = st.integers(0, 9)
BEGUN = st.lists(st.tuples(st.sampled_from([*DEEDS, "sweep", "attempt"]), STEPS), min_size=1, max_size=4)
GONE_ON = st.lists(st.tuples(st.integers(0, 5), STEPS), max_size=6)  # with which worker, and how many steps; 0: killed
ENDS = st.lists(st.booleans(), min_size=6, max_size=6)  # whether what is left of each worker's steps is made


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=st.sampled_from(STATES), begun=BEGUN, gone_on=GONE_ON, ends=ENDS)
def test_jobs_keep_their_files_and_files_their_jobs(
    stores: Stores, state: str, begun: list[tuple[str, int]], gone_on: list[tuple[int, int]], ends: list[bool]
) -> None:
    async def happen(world: World) -> None:
        await arrange(world, state)
        for deed, steps in begun:
            await world.begin(deed, "job-0")
            await world.workers[-1].steps(steps)
        for number, steps in gone_on:
            worker = world.workers[number % len(world.workers)]
            await (worker.steps(steps) if steps else worker.kill())
        for worker, is_finished in zip(world.workers, ends, strict=False):
            await (worker.finish() if is_finished else worker.kill())
        await world.check_that_nothing_is_lost()
        await world.check_that_nothing_stays()
        await world.leave()

    stores.runner.run(happen(World(stores)))


@pytest.mark.parametrize("deed", ["delete", "delete_user"])
@pytest.mark.parametrize("state", STATES[1:])
def test_deletion_that_is_killed_at_any_step_is_made_good_by_the_next(stores: Stores, deed: str, state: str) -> None:
    async def delete_by_halves() -> None:
        steps, whole = 0, False
        while not whole:
            world = World(stores)
            await arrange(world, state)
            await world.begin(deed, "job-0")
            await world.workers[-1].steps(steps)
            whole = world.workers[-1].done
            await world.workers.pop().kill()
            await world.begin(deed, "job-0")
            await world.workers.pop().finish()
            assert await world.jobs.list_jobs(world.user) == []
            for worker in world.workers:  # who was at work finds out, and leaves nothing
                await worker.finish()
            assert [key async for key in world.files()] == []
            steps += 1

    stores.runner.run(delete_by_halves())


def test_new_job_has_its_metadata_whenever_that_of_an_old_one_is_swept(stores: Stores) -> None:
    async def come_between() -> None:
        steps, whole = 0, False
        while not whole:
            world = World(stores)
            await world.begin("start", "job-0")
            await world.workers.pop().finish()
            [stored] = await world.jobs.list_jobs(world.user)
            await world.jobs.delete(world.user, "job-0")
            await world.begin("sweep", "job-0")
            await world.workers[0].steps(steps)
            whole = world.workers[0].done
            await world.begin("start", "job-0")
            await world.workers.pop().finish()
            await world.workers.pop().finish()
            assert metadata_key(stored.job) in {key async for key in world.files()}
            await world.leave()
            steps += 1

    stores.runner.run(come_between())


async def arrange(world: World, state: str) -> None:
    """Bring a job into a state, with those still at work on it who make it so."""
    if state in ("queued", "running", "succeeded", "being replaced"):
        await world.begin("start", "job-0")
        await world.workers.pop().finish()
    if state in ("running", "succeeded"):
        await world.begin("attempt", "job-0")
        await world.workers[-1].steps(2)
    if state == "succeeded":
        await world.workers.pop().finish()
    if state.startswith("being"):
        await world.begin("start", "job-0")
        await world.workers[-1].steps(3)
