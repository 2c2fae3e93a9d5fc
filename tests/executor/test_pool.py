"""The process pool with real children, a real store and the real sandbox."""

import asyncio
import json
import multiprocessing
import os
import signal
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from csvconverter.v1.errors_pb2 import (
    JOB_ERROR_KIND_DEADLINE_EXCEEDED,
    JOB_ERROR_KIND_INTERNAL,
    JOB_ERROR_KIND_NOT_SOLVED,
    JOB_ERROR_KIND_WORKER_LOST,
)
from csvconverter.v1.events_pb2 import JobEvent, LogEmitted, PlanProposed
from csvconverter.v1.jobs_pb2 import (
    JOB_STATUS_CANCELLED,
    JOB_STATUS_FAILED,
    JOB_STATUS_QUEUED,
    JOB_STATUS_RUNNING,
    JOB_STATUS_SUCCEEDED,
    Job,
    TokenUsage,
)
from executor.child import Child, EventChannel
from executor.pool import PoolSettings, ProcessPool, account
from executor.sandbox.runner import Sandbox
from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import StoredJob, Submission
from storage.sql.job_store import SqlJobStore
from tests.contract.jobs import submit
from tests.storage.opened import open_jobs

INPUT = b"id,name\n007, ada LOVELACE\n008,grace hopper \n009,alan turing\n"
EXPECTED = b"id,name\n007,Ada Lovelace\n008,Grace Hopper\n009,Alan Turing\n"
LONG_INPUT = b"id,name\n" + b"".join(b"%07d, ada LOVELACE\n" % row for row in range(60_000))
LONG_EXPECTED = b"id,name\n" + b"".join(b"%07d,Ada Lovelace\n" % row for row in range(60_000))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("runs")) as sandbox:
        yield sandbox


@dataclass
class Place:
    """Stores in a folder, and pools that work on them."""

    folder: Path
    jobs: SqlJobStore
    artifacts: FolderArtifactStore
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

    async def follow(self, stored: StoredJob, until: str) -> list[JobEvent]:
        """Return the events up to and including the first of a kind."""
        seen: list[JobEvent] = []
        async with asyncio.timeout(60):
            while not any(event.WhichOneof("payload") == until for event in seen):
                await self.jobs.wait_for_events(stored.life, len(seen), 1)
                seen += await self.jobs.events(stored.life, len(seen)) or []
        return seen

    async def finish(self, stored: StoredJob) -> Job:
        return (await self.follow(stored, "job_finished"))[-1].job_finished.job


@pytest.fixture
async def place(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Place]:
    jobs = await open_jobs(f"sqlite:///{tmp_path}/jobs.db")
    artifacts = FolderArtifactStore(tmp_path / "artifacts")
    settings = PoolSettings(folder=tmp_path / "running", owner="pool", max_workers=2, lease_seconds=2)
    yield Place(tmp_path, jobs, artifacts, sandbox, settings)
    await jobs.close()
    await artifacts.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("this root may not mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


async def kill_a_worker() -> None:
    await until(multiprocessing.active_children)
    child = multiprocessing.active_children()[0]
    child.kill()
    await until(lambda: child.exitcode is not None)


async def test_job_goes_from_files_to_a_script_that_passed(place: Place) -> None:
    stored = await place.submit()
    async with place.pool():
        events = await place.follow(stored, "job_finished")
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    names = [event.WhichOneof("payload") for event in events]
    assert names[:4] == ["job_queued", "job_started", "files_read", "iteration_started"]
    assert names[-2:] == ["script_tested", "job_finished"]
    job = (await place.now(stored)).job
    assert job.status == JOB_STATUS_SUCCEEDED
    assert (job.iterations, job.score, job.metrics.rows) == (1, 1.0, 3)
    assert list(job.artifacts) == ["input.csv", "expected.csv", "script.py", "plan.json", "report.json", "output.csv"]
    assert [path.name for path in (place.folder / "running").iterdir()] == ["home"]


async def test_instruction_for_a_column_of_neither_file_is_reported_once(place: Place) -> None:
    stored = await place.submit(email="Convert to lowercase")
    async with place.pool():
        job = await place.finish(stored)
    assert job.status == JOB_STATUS_SUCCEEDED
    assert [warning for warning in job.warnings if "email" in warning] == [
        "there is an instruction for 'email', which is a column of neither file: it is ignored"
    ]


async def test_artifacts_and_metadata_are_stored(place: Place) -> None:
    stored = await place.submit()
    async with place.pool():
        await place.finish(stored)
        folder = (await place.now(stored)).folder
        metadata = place.folder / "artifacts/acme" / stored.job.job_id / "metadata.json"
        await until(lambda: metadata.exists() and json.loads(metadata.read_text())["status"] != "RUNNING")
    output = b"".join([piece async for piece in place.artifacts.read(folder + "output.csv")])
    assert output == EXPECTED
    report = json.loads(b"".join([piece async for piece in place.artifacts.read(folder + "report.json")]))
    assert report["test_passed"] is True
    assert json.loads(metadata.read_text())["status"] == "SUCCEEDED"


async def test_what_cannot_be_explained_fails_and_says_what_differs(place: Place) -> None:
    stored = await place.submit(wanted=EXPECTED.replace(b"Turing", b"qzx81"))
    async with place.pool():
        job = await place.finish(stored)
    assert job.status == JOB_STATUS_FAILED
    assert job.error.kind == JOB_ERROR_KIND_NOT_SOLVED
    assert "name" in job.error.message
    assert 0 < job.score < 1
    assert "script.py" in job.artifacts


async def test_file_that_cannot_be_read_in_the_end_fails_its_job_and_says_why(place: Place) -> None:
    stored = await place.submit(given=b"a" * 9_000_000 + b"\n")  # the server finds no end of its header
    async with place.pool():
        job = await place.finish(stored)
    assert job.error.kind == JOB_ERROR_KIND_NOT_SOLVED
    assert job.error.message.startswith("a file cannot be read: ")


async def test_killed_worker_costs_its_job_one_retry_and_the_others_nothing(place: Place) -> None:
    long = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool():
        await place.follow(long, "job_started")
        await kill_a_worker()
        other = await place.submit()
        assert (await place.finish(other)).status == JOB_STATUS_SUCCEEDED
        names = [event.WhichOneof("payload") for event in await place.follow(long, "job_finished")]
    assert (await place.now(long)).job.status == JOB_STATUS_SUCCEEDED
    assert names.count("attempt_lost") == 1
    assert names.count("job_started") == 2
    assert "attempt_lost" not in [e.WhichOneof("payload") for e in await place.follow(other, "job_finished")]


async def test_job_whose_worker_is_killed_twice_fails_and_says_so(place: Place) -> None:
    stored = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool():
        for _ in range(2):
            await kill_a_worker()
        job = await place.finish(stored)
    assert job.status == JOB_STATUS_FAILED
    assert job.error.kind == JOB_ERROR_KIND_WORKER_LOST


async def test_running_job_is_cancelled_at_once(place: Place) -> None:
    stored = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool():
        await until(multiprocessing.active_children)
        await place.jobs.cancel("acme", stored.job.job_id)
        job = await place.finish(stored)
        await until(lambda: not multiprocessing.active_children())
    assert job.status == JOB_STATUS_CANCELLED


async def test_job_that_is_ended_keeps_what_it_has_reached(place: Place) -> None:
    stored = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool():
        await place.follow(stored, "iteration_started")
        metadata = json.loads((place.folder / "artifacts" / "acme" / stored.job.job_id / "metadata.json").read_text())
        assert metadata["status"] == "RUNNING"
        await place.jobs.cancel("acme", stored.job.job_id)
        job = await place.finish(stored)
    assert (job.status, job.iterations) == (JOB_STATUS_CANCELLED, 1)


def tell_when_stopped(channel: EventChannel) -> None:
    """Tell what a step cost when it is too late."""

    def tell(*_: object) -> None:
        channel.send(JobEvent(iteration=1, plan_proposed=PlanProposed(token_usage=TokenUsage(requests=3))))
        os._exit(0)

    signal.signal(signal.SIGTERM, tell)
    channel.send(JobEvent(iteration=1, log_emitted=LogEmitted(message="ready")))
    time.sleep(600)


async def test_what_a_worker_told_last_counts_when_its_job_is_cancelled(place: Place) -> None:
    stored = await place.submit()
    async with place.pool(max_workers=0) as pool:
        claim = await place.jobs.claim(pool.settings.owner, 60)
        assert claim
        child = Child.start(tell_when_stopped)
        ending = asyncio.create_task(pool.follow(claim, child))
        await place.follow(stored, "log_emitted")
        await place.jobs.cancel("acme", stored.job.job_id)
        finished = await ending
        await child.stop()
    assert finished
    assert finished.job_finished.job.status == JOB_STATUS_CANCELLED
    assert finished.job_finished.job.token_usage.requests == 3


async def test_job_past_its_deadline_fails_and_its_worker_is_gone(place: Place) -> None:
    stored = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool(job_seconds=0.3):
        job = await place.finish(stored)
    assert job.status == JOB_STATUS_FAILED
    assert job.error.kind == JOB_ERROR_KIND_DEADLINE_EXCEEDED
    assert not multiprocessing.active_children()


async def test_job_whose_files_are_gone_fails_at_once_and_says_so(place: Place) -> None:
    stored = await place.submit()
    await place.artifacts.remove([stored.life_folder + "expected.csv"])
    async with place.pool():
        events = await place.follow(stored, "job_finished")
    assert [event.WhichOneof("payload") for event in events] == ["job_queued", "job_started", "job_finished"]
    error = events[-1].job_finished.job.error
    assert error.kind == JOB_ERROR_KIND_INTERNAL
    assert "train it again" in error.message


async def test_attempt_that_breaks_is_given_up_without_waiting_for_its_lease(place: Place) -> None:
    stored = await place.submit()
    (place.folder / "artifacts/acme" / stored.job.job_id / "metadata.json").mkdir()  # it cannot be written
    async with place.pool(lease_seconds=600):
        events = await place.follow(stored, "job_finished")
    assert [event.WhichOneof("payload") for event in events].count("attempt_lost") == 2
    assert events[-1].job_finished.job.error.kind == JOB_ERROR_KIND_WORKER_LOST


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a disk that is full")
async def test_attempt_that_a_full_disk_ends_says_so(place: Place) -> None:
    stored = await place.submit(LONG_INPUT, LONG_EXPECTED)
    with small_disk(place.folder / "small"):
        async with place.pool(folder=place.folder / "small"):
            job = await place.finish(stored)
    assert job.error.kind == JOB_ERROR_KIND_WORKER_LOST
    assert "no space left on its disk" in job.error.message


async def test_replaced_job_stops_the_old_one_and_the_new_one_is_done(place: Place) -> None:
    old = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool():
        await until(multiprocessing.active_children)
        new = await place.submit(job_id=old.job.job_id)
        assert (await place.finish(new)).status == JOB_STATUS_SUCCEEDED
        await until(lambda: not multiprocessing.active_children())
    assert await place.jobs.events(old.life, 0) is None


async def test_stopped_pool_gives_its_jobs_back_and_the_next_one_does_them(place: Place) -> None:
    stored = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool():
        await until(multiprocessing.active_children)
    assert (await place.now(stored)).job.status == JOB_STATUS_QUEUED
    assert not multiprocessing.active_children()
    async with place.pool():
        assert (await place.finish(stored)).status == JOB_STATUS_SUCCEEDED


async def test_job_of_a_pool_that_vanished_is_taken_up_when_its_lease_runs_out(place: Place) -> None:
    stored = await place.submit()
    assert await place.jobs.claim("gone:1", 0.5)
    assert (await place.now(stored)).job.status == JOB_STATUS_RUNNING
    async with place.pool(lease_seconds=0.5):
        assert (await place.finish(stored)).status == JOB_STATUS_SUCCEEDED


async def test_lost_zygote_costs_one_retry(place: Place) -> None:
    stored = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool():
        await place.follow(stored, "script_written")
        os.kill(place.sandbox.zygote_pid, signal.SIGKILL)
        assert (await place.finish(stored)).status == JOB_STATUS_SUCCEEDED


def test_log_tells_how_a_job_ended_and_what_it_asked_of_a_model() -> None:
    job = Job(status=JOB_STATUS_SUCCEEDED, iterations=2)
    assert account(job) == {"status": "SUCCEEDED", "iterations": 2}
    job.token_usage.CopyFrom(TokenUsage(prompt_tokens=7, completion_tokens=8, requests=2, cost_usd=0.5))
    used = {"prompt_tokens": 7, "completion_tokens": 8, "requests": 2, "cost_usd": 0.5}
    assert account(job) == {"status": "SUCCEEDED", "iterations": 2} | used
