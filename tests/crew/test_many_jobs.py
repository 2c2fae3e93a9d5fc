import asyncio
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED
from tests.crew.conversions import Conversion
from tests.crew.stage import Stage
from tests.language_model.answers import Hang
from tests.server.caller import ALL_KEY, Caller

MANY = 32
MEBIBYTE = 1024 * 1024
MOST_BYTES = 64 * MEBIBYTE  # of one workflow that waits for the model, beside what all of them share


def own_bytes(pids: Iterable[int]) -> int:
    """Return the memory that belongs to these processes alone."""
    found = [re.findall(r"^Private_\w+:\s+(\d+) kB", smaps(pid), re.MULTILINE) for pid in pids]
    return sum(int(part) * 1024 for parts in found for part in parts)


def smaps(pid: int) -> str:
    return Path(f"/proc/{pid}/smaps_rollup").read_text()


@pytest.mark.long
async def test_thirty_two_workflows_go_on_at_once_each_with_its_own_answers(tmp_path):
    jobs = [Conversion(f"many{number}x", rows=12 + number) for number in range(MANY)]
    hangs = [Hang({"script": job.good}, after_characters=100) for job in jobs]
    with Stage(tmp_path, AGENTS="crew", MAX_WORKERS=MANY) as stage:
        async with Caller.connected(stage.server.address, ALL_KEY) as caller:
            before = stage.server.family()
            answers = [{"coder": [{"script": job.crashing}, hang]} for job, hang in zip(jobs, hangs, strict=True)]
            running = [
                asyncio.create_task(stage.train(caller, job, given)) for job, given in zip(jobs, answers, strict=True)
            ]
            for hang in hangs:
                assert await asyncio.to_thread(hang.begun.wait, 300)
            workers = stage.server.family() - before
            assert own_bytes(workers) / MANY < MOST_BYTES
            for hang in hangs:
                hang.released.set()
            runs = await asyncio.gather(*running)
    assert {run.job.status for run in runs} == {JOB_STATUS_SUCCEEDED}
    assert {run.job.metrics.rows for run in runs} == {12 + number for number in range(MANY)}
    for job, run in zip(jobs, runs, strict=True):
        scripts = [event.script_written.script for event in run.events if event.HasField("script_written")]
        assert scripts == [job.crashing, job.good]
        assert run.job.token_usage.requests == 5
