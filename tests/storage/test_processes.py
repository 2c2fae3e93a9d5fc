"""Several processes on one SQLite file, some of them killed."""

import asyncio
import sqlite3
import sys
from pathlib import Path

from csvconverter.v1.jobs_pb2 import JobStatus
from storage.interfaces import JobStore
from tests.contract.jobs import finished, payloads, said
from tests.storage.opened import open_jobs

REPOSITORY = Path(__file__).parents[2]
WHOLE_LIFE = ["job_queued", "job_started", "log_emitted", "log_emitted", "log_emitted", "job_finished"]
KILLED_AFTER = (1, 2, 7)  # lines: while a process adds jobs, does its own, does those that others left
PATIENCE = 60.0  # seconds


async def test_processes_that_start_together_take_turns_and_share_the_work(tmp_path: Path) -> None:
    names, count = ["ann", "bob", "cid"], 8
    processes = [await start(tmp_path, name, count) for name in names]
    outputs = await asyncio.wait_for(asyncio.gather(*(process.communicate() for process in processes)), PATIENCE)

    assert [errors.decode() for _, errors in outputs] == ["", "", ""]
    done = [line for output, _ in outputs for line in output.decode().split() if line != "open"]
    assert sorted(done) == sorted(f"{name}-{number}" for name in names for number in range(count))
    jobs = await open_jobs(url(tmp_path))
    for life in done:
        assert await payloads(jobs, life) == WHOLE_LIFE
    await jobs.close()


async def test_killed_process_loses_nothing_and_leaves_jobs_that_can_be_finished(tmp_path: Path) -> None:
    told: set[bytes] = set()
    for lines in KILLED_AFTER:
        process = await start(tmp_path, f"user-{lines}", 5)
        assert process.stdout
        told |= {await asyncio.wait_for(process.stdout.readline(), PATIENCE) for _ in range(lines)}
        process.kill()
        await process.communicate()

    jobs = await open_jobs(url(tmp_path))
    for line in told - {b"open\n"}:
        assert await payloads(jobs, line.decode().strip()) == WHOLE_LIFE
    await every_lease_runs_out(tmp_path, jobs)
    while claim := await jobs.claim("the last", lease_seconds=60):
        await jobs.append(claim, [said("again")])
        await jobs.finish(claim, finished(claim), "")
    for lines in KILLED_AFTER:
        for stored in await jobs.list_jobs(f"user-{lines}"):
            assert stored.job.status == JobStatus.JOB_STATUS_SUCCEEDED
            events = await jobs.events(stored.life, 0) or []
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
            assert [event.HasField("job_finished") for event in events].index(True) == len(events) - 1
    await jobs.close()
    assert integrity(tmp_path) == ["ok"]


async def start(folder: Path, name: str, count: int) -> asyncio.subprocess.Process:
    arguments = [sys.executable, "-W", "error", "-m", "tests.storage.worker_process", url(folder), name, str(count)]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*arguments, cwd=REPOSITORY, stdout=pipe, stderr=pipe)


async def every_lease_runs_out(folder: Path, jobs: JobStore) -> None:
    with sqlite3.connect(folder / "jobs.db") as connection:
        connection.execute("UPDATE jobs SET lease_expires_at = 0 WHERE lease_expires_at IS NOT NULL")
    connection.close()
    await jobs.reap()


def integrity(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "jobs.db")
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    connection.close()
    return found


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/jobs.db"
