"""Several processes on one database, some of them killed."""

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from csvconverter.v1.jobs_pb2 import JobStatus
from tests.contract.jobs import finished, payloads, said
from tests.storage.opened import OwnJobStore, open_jobs
from tests.stores.postgresql import PostgresServer

REPOSITORY = Path(__file__).parents[2]
WHOLE_LIFE = ["job_queued", "job_started", "log_emitted", "log_emitted", "log_emitted", "job_finished"]
KILLED_AFTER = (1, 2, 7)  # lines: while a process adds jobs, does its own, does those that others left
PATIENCE = 60.0  # seconds


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database that has no tables yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jobs.db"
    postgres: PostgresServer = request.getfixturevalue("postgres")
    name = request.node.originalname[:60]
    postgres.query(f"CREATE DATABASE {name}")
    return postgres.url(name)


async def test_processes_that_start_together_take_turns_and_share_the_work(url: str) -> None:
    names, count = ["ann", "bob", "cid"], 8
    processes = [await start(url, name, count) for name in names]
    outputs = await asyncio.wait_for(asyncio.gather(*(process.communicate() for process in processes)), PATIENCE)

    assert [errors.decode() for _, errors in outputs] == ["", "", ""]
    done = [line for output, _ in outputs for line in output.decode().split() if line != "open"]
    assert sorted(done) == sorted(f"{name}-{number}" for name in names for number in range(count))
    jobs = await open_jobs(url)
    for life in done:
        assert await payloads(jobs, life) == WHOLE_LIFE
    await jobs.close()


async def test_killed_process_loses_nothing_and_leaves_jobs_that_can_be_finished(url: str) -> None:
    told: set[bytes] = set()
    for lines in KILLED_AFTER:
        process = await start(url, f"user-{lines}", 5)
        assert process.stdout
        told |= {await asyncio.wait_for(process.stdout.readline(), PATIENCE) for _ in range(lines)}
        process.kill()
        await process.communicate()

    jobs = await open_jobs(url)
    for line in told - {b"open\n"}:
        assert await payloads(jobs, line.decode().strip()) == WHOLE_LIFE
    await every_lease_runs_out(jobs)
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
    if file := url.partition("sqlite:///")[2]:
        assert integrity(Path(file)) == ["ok"]


async def start(url: str, name: str, count: int) -> asyncio.subprocess.Process:
    arguments = [sys.executable, "-W", "error", "-m", "tests.storage.worker_process", url, name, str(count)]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*arguments, cwd=REPOSITORY, stdout=pipe, stderr=pipe)


async def every_lease_runs_out(jobs: OwnJobStore) -> None:
    expire = text("UPDATE jobs SET lease_expires_at = 0 WHERE lease_expires_at IS NOT NULL")
    await jobs.database.write(lambda session: session.execute(expire))
    await jobs.reap()


def integrity(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    connection.close()
    return found
