"""Jobs that are interrupted while their agents wait for the model."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_NOT_SOLVED
from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import CancelJobRequest
from tests.crew.stage import USER, Stage
from tests.language_model.answers import Hang
from tests.server.caller import ALL_KEY, Caller
from tests.server.server_process import ServerProcess, gone, wait_until

WAIT_SECONDS = 60
QUICK_SECONDS = 10
GONE_SECONDS = 2
STOP_SECONDS = 15


async def happens(condition) -> None:
    assert await asyncio.to_thread(condition.wait, WAIT_SECONDS)


def asking(server: ServerProcess, hang: Hang) -> int:
    """Return the process of a server that waits for this answer."""
    inode = inode_of(hang.callers[-1])
    [found] = [pid for pid in server.family() if f"socket:[{inode}]" in open_files(pid)]
    return found


def inode_of(port: int) -> str:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}"):
            return fields[9]
    raise AssertionError(f"nobody has port {port}")


def open_files(pid: int) -> set[str]:
    """Return what a process has open; nothing when it ends meanwhile."""
    try:
        return {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    except (FileNotFoundError, ProcessLookupError):
        return set()


@pytest.mark.parametrize("after_characters", [0, 50])
async def test_a_cancelled_job_hangs_up_at_once(crew_stage, crew, conversion, after_characters):
    hang = Hang({"script": conversion.good}, after_characters)
    await crew_stage.start_job(crew, conversion, {"coder": [hang]})
    await happens(hang.begun)
    cancelled = time.monotonic()
    await crew("CancelJob", CancelJobRequest(client_id=USER, job_id=conversion.mark))
    await happens(hang.abandoned)
    run = await crew_stage.finish(crew, conversion)
    assert time.monotonic() - cancelled < QUICK_SECONDS
    assert run.job.status == JOB_STATUS_CANCELLED
    assert run.job.token_usage.requests == 1  # the planner's, which was told before
    assert run.kinds[-1] == "job_finished"


async def test_a_worker_that_is_killed_in_a_call_costs_one_retry(crew_stage, crew, conversion):
    hang = Hang()
    await crew_stage.start_job(crew, conversion, {"coder": [hang, {"script": conversion.good}]})
    await happens(hang.begun)
    os.kill(asking(crew_stage.server, hang), signal.SIGKILL)
    run = await crew_stage.finish(crew, conversion)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert hang.abandoned.is_set()
    assert [kind for kind in run.kinds if kind in ("job_started", "attempt_lost", "job_finished")] == [
        "job_started",
        "attempt_lost",
        "job_started",
        "job_finished",
    ]
    assert run.roles == ["planner", "coder", "planner", "coder"]
    assert run.job.token_usage.requests == 3  # also what the lost attempt had paid for


@pytest.fixture(scope="module")
def short_stage(tmp_path_factory) -> Iterator[Stage]:
    """Return one whose jobs have to end soon, and whose server may be killed."""
    with Stage(tmp_path_factory.mktemp("short"), AGENTS="crew", MAX_WORKERS=2, JOB_SECONDS=20) as stage:
        yield stage


@pytest.mark.long
async def test_a_server_that_stops_does_not_wait_for_the_model(short_stage, conversion):
    hang = Hang()
    async with Caller.connected(short_stage.server.address, ALL_KEY) as caller:
        await short_stage.start_job(caller, conversion, {"coder": [hang, {"script": conversion.good}]})
        await happens(hang.begun)
    family = short_stage.server.family()
    short_stage.server.process.terminate()
    assert short_stage.server.process.wait(STOP_SECONDS) == 0
    assert wait_until(gone(family), GONE_SECONDS)
    short_stage.start()
    async with Caller.connected(short_stage.server.address, ALL_KEY) as caller:
        run = await short_stage.finish(caller, conversion)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error


@pytest.mark.long
async def test_a_server_that_is_killed_in_a_call_leaves_nothing_and_goes_on_later(short_stage, conversion):
    hang = Hang()
    async with Caller.connected(short_stage.server.address, ALL_KEY) as caller:
        await short_stage.start_job(caller, conversion, {"coder": [hang, {"script": conversion.good}]})
        await happens(hang.begun)
    family = short_stage.server.family()
    short_stage.server.process.kill()
    assert wait_until(gone(family), GONE_SECONDS)
    await happens(hang.abandoned)
    short_stage.start()
    async with Caller.connected(short_stage.server.address, ALL_KEY) as caller:
        run = await short_stage.finish(caller, conversion)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert [event.sequence for event in run.events] == list(range(1, len(run.events) + 1))
    assert run.kinds.count("job_finished") == 1


@pytest.mark.long
async def test_a_model_that_never_ends_meets_the_job_s_deadline(short_stage, conversion):
    hang = Hang({"script": conversion.good}, 20)
    async with Caller.connected(short_stage.server.address, ALL_KEY) as caller:
        answers = {"coder": [{"script": conversion.reversing}, hang]}
        await short_stage.start_job(caller, conversion, answers)
        await happens(hang.begun)
        run = await short_stage.finish(caller, conversion)
    assert hang.abandoned.is_set()
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_NOT_SOLVED
    assert "CSV_CONVERTER_JOB_SECONDS" in run.job.error.message
    assert "script.py" in run.job.artifacts  # of the attempt before
    assert run.job.token_usage.requests >= 2
