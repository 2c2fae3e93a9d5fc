"""A job that takes too much ends by itself and says why; the real child and the real sandbox."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.agent_factory import AgentSettings
from agents.planner_agent import NothingLeft
from agents.workflow import Attempt, Training
from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_OUT_OF_MEMORY
from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED, Job
from csvconverter.v1.plans_pb2 import VERDICT_MISMATCHED, VERDICT_REFUSED, Plan, TestError, TestReport
from executor.child import Child
from executor.sandbox.limits import MEBIBYTE, Limits
from executor.sandbox.runner import Sandbox
from executor.worker import WorkOrder, explain_failure, limits_of_test, run_job

SMALL_INPUT, SMALL_EXPECTED = b"id\n007\n008\n", b"id\n7\n8\n"
MANY_CELLS = b"id,name\n" + b"".join(b"%07d,%07d\n" % (row, 7 * row) for row in range(400_000))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("runs")) as sandbox:
        yield sandbox


async def events_of(order: WorkOrder, sandbox: Sandbox) -> list[JobEvent]:
    with sandbox.connect() as connection:
        child = Child.start(run_job, order, connection)
    async with asyncio.timeout(120):
        try:
            return [event async for events in child.batches() for event in events]
        finally:
            await child.stop()


def ordered(folder: Path, sandbox: Sandbox, given: bytes, wanted: bytes) -> WorkOrder:
    (folder / "input.csv").write_bytes(given)
    (folder / "expected.csv").write_bytes(wanted)
    job = Job(job_id="job", user_id="acme").SerializeToString()
    return WorkOrder(job, str(folder), str(sandbox.folder), AgentSettings(), Limits(niceness=3), 1024 * MEBIBYTE)


async def test_examples_that_fill_the_memory_fail_their_job_and_say_so(tmp_path: Path, sandbox: Sandbox) -> None:
    order = replace(ordered(tmp_path, sandbox, MANY_CELLS, MANY_CELLS), memory_bytes=64 * MEBIBYTE)
    finished = (await events_of(order, sandbox))[-1].job_finished.job
    assert finished.status == JOB_STATUS_FAILED
    assert finished.error.kind == JOB_ERROR_KIND_OUT_OF_MEMORY
    assert "64 MiB" in finished.error.message


async def test_small_examples_need_little(tmp_path: Path, sandbox: Sandbox) -> None:
    order = replace(ordered(tmp_path, sandbox, SMALL_INPUT, SMALL_EXPECTED), memory_bytes=64 * MEBIBYTE)
    assert (await events_of(order, sandbox))[-1].job_finished.job.status == JOB_STATUS_SUCCEEDED


def test_output_that_cannot_be_the_expected_one_need_not_be_read(tmp_path: Path, sandbox: Sandbox) -> None:
    ordered(tmp_path, sandbox, SMALL_INPUT, SMALL_EXPECTED)
    assert limits_of_test(Limits(), tmp_path).output_bytes == MEBIBYTE + 4 * len(SMALL_EXPECTED)
    assert limits_of_test(Limits(output_bytes=10), tmp_path).output_bytes == 10


def test_script_that_was_refused_last_is_told_beside_the_best_one() -> None:
    refused = TestReport(verdict=VERDICT_REFUSED, errors_found=[TestError(issue="Line 3 opens another file.")])
    differing = TestReport(
        verdict=VERDICT_MISMATCHED, score=0.5, errors_found=[TestError(column="a", issue="It differs.")]
    )
    attempts = [Attempt(number, Plan(), "", report) for number, report in enumerate((differing, refused), 1)]
    assert explain_failure(Training(attempts, NothingLeft("nothing is left"))) == (
        "nothing is left. The last script was refused: Line 3 opens another file. "
        "The best script has 50.0% of the cells right. a: It differs."
    )
