"""Moving a lot: with kills at any moment, and in memory that does not grow with what is moved."""

import asyncio
import json
import os
import random
import subprocess
import uuid
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from csvconverter.v1.jobs_pb2 import Job, JobStatus
from server.data_folder import DataFolder
from storage.folder_artifact_store import FolderArtifactStore
from storage.ownership import MARK, mark
from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.settings import S3Settings
from storage.sql.database import open_database
from storage.sql.models import EventRow, JobRow
from tests.server.server_process import COMMAND, environment
from tests.storage.filled import filled_folder
from tests.storage.test_moving import Place
from tests.stores.rclone import Rclone

pytestmark = pytest.mark.long

JOBS, EVENTS_A_JOB = 20_000, 10
LARGE_BYTES = 500_000_000  # rclone takes half a minute to join the parts of a gigabyte
PEAK_MEGABYTES = 300


def started(folder: Path, store: Rclone, *arguments: str) -> subprocess.Popen[str]:
    """Start a migration as a process."""
    return subprocess.Popen(
        [COMMAND, "migrate", "--json", *arguments],
        env=environment(folder) | store.variables(""),
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(process: subprocess.Popen[str], seconds: float) -> subprocess.Popen[str] | None:
    """Kill a process after so many seconds; return it when it had come to its end by then."""
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    return process


async def test_a_migration_that_is_killed_again_and_again_comes_to_the_same_end(tmp_path, database_url, rclone: Rclone):
    folder, bucket = DataFolder(tmp_path / "data"), rclone.create_bucket()
    places = ("--to-database", database_url, "--to-bucket", bucket)
    folder.make()
    database, artifacts = await filled_folder(folder.root, count=100)
    source = Place(database, artifacts)
    chance, kills = random.Random(6), 0
    while (process := killed(started(folder.root, rclone, *places), chance.uniform(0, 2 + kills))) is None:
        kills += 1
    assert kills > 3
    assert process.returncode == 0
    async with AsyncExitStack() as parts:
        arrived = await open_database(database_url)
        files = await S3ArtifactStore.open(
            S3Settings(
                bucket,
                endpoint_url=rclone.endpoint_url,
                access_key=rclone.access_key,
                secret_key=rclone.secret_key,
            )
        )
        for part in (database, arrived, files):
            parts.push_async_callback(part.close)
        target = Place(arrived, files)
        assert await target.contents() == await source.contents() | {MARK: await mark(files)}
        assert await target.rows() == await source.rows()
    again = started(folder.root, rclone, *places)
    told = json.loads(again.communicate()[0].splitlines()[-1])
    assert (again.returncode, told["equal"]) == (0, True)
    assert {result["copied"] for result in told["results"]} == {0}


def add_jobs(session: Session) -> None:
    """Add many finished jobs with many events."""
    state = JobStatus.JOB_STATUS_SUCCEEDED
    for start in range(0, JOBS, 1000):
        rows = [
            {
                "life": uuid.uuid4().hex,
                "user_id": "ann",
                "job_id": f"job-{number}",
                "position": f"{number:020}",
                "state": state,
                "job": Job(
                    user_id="ann", job_id=f"job-{number}", status=state, description="x" * 300
                ).SerializeToString(),
                "fingerprint": "0" * 64,
                "last_seq": EVENTS_A_JOB,
                "finished_at": 1.0,
            }
            for number in range(start, start + 1000)
        ]
        session.execute(insert(JobRow), rows)
        events = [
            {"life": row["life"], "seq": seq, "event": os.urandom(300)}
            for row in rows
            for seq in range(1, EVENTS_A_JOB + 1)
        ]
        session.execute(insert(EventRow), events)


async def test_memory_does_not_grow_with_what_is_moved(tmp_path, database_url, rclone: Rclone):
    folder, bucket = DataFolder(tmp_path / "data"), rclone.create_bucket()
    folder.make()
    database = await open_database(folder.database_url)
    await database.write(add_jobs)
    life = await database.read(
        lambda session: session.scalar(select(func.min(JobRow.life)).where(JobRow.job_id == "job-7"))
    )
    await database.close()
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(LARGE_BYTES)
    await FolderArtifactStore(folder.artifacts).put(f"ann/job-7/{life}/input.csv", large)
    process = started(folder.root, rclone, "--to-database", database_url, "--to-bucket", bucket)
    told = json.loads(process.stdout.read().splitlines()[-1])
    _, process.returncode, usage = await asyncio.to_thread(os.wait4, process.pid, 0)
    process.stdout.close()
    assert (process.returncode, told["equal"]) == (0, True)
    compared = {result["name"]: result["compared"] for result in told["results"]}
    assert compared == {"jobs": JOBS, "events": JOBS * EVENTS_A_JOB, "files": 1, "audit": 0, "keys": 0}
    assert usage.ru_maxrss / 1000 < PEAK_MEGABYTES
