"""The process pool with real children, a real store and the real sandbox."""

import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from csvconverter.v1.errors_pb2 import (
    JOB_ERROR_KIND_DEADLINE_EXCEEDED,
    JOB_ERROR_KIND_INTERNAL,
    JOB_ERROR_KIND_NOT_SOLVED,
    JOB_ERROR_KIND_WORKER_LOST,
)
from csvconverter.v1.jobs_pb2 import (
    JOB_STATUS_CANCELLED,
    JOB_STATUS_FAILED,
    JOB_STATUS_QUEUED,
    JOB_STATUS_RUNNING,
    JOB_STATUS_SUCCEEDED,
    Job,
    TokenUsage,
)
from executor.pool import account
from tests.executor.place import EXPECTED, LONG_EXPECTED, LONG_INPUT, Place, until


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
    async with place.pool(lease_seconds=600):
        shutil.rmtree(place.folder / "running")  # there is no place for the job's files any more
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


async def test_pool_takes_jobs_up_though_its_database_took_no_changes_at_its_start(place: Place) -> None:
    stored = await place.submit()
    await place.jobs.claim(place.settings.owner, 600)  # an earlier pool of this name held it
    with closing(sqlite3.connect(place.folder / "jobs.db")) as database, capture_logs() as logs:
        database.execute("CREATE TRIGGER full BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'no room'); END")
        async with place.pool():
            await until(lambda: "cannot put back what was held before" in [line["event"] for line in logs])
            database.execute("DROP TRIGGER full")
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
