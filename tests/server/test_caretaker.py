"""What the caretaker of all servers does."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from csvconverter.v1.jobs_pb2 import Job
from server.caretaker import DAY, HOUR, Care, Caretaker, Chore
from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import AuditEntry, JobStore, StoreUnavailable
from storage.metadata import metadata_key, write_metadata
from storage.ownership import MARK, FilesOfAnotherDatabase
from storage.sql.audit_log import SqlAuditLog
from storage.sql.database import open_database
from storage.sql.job_store import SqlJobStore
from tests.contract.jobs import finished, submission, submit, unfinished_claim

SOON = 30


class Place:
    """The stores, and what lies in the folder of files."""

    def __init__(self, jobs: JobStore, audit: SqlAuditLog, folder: Path) -> None:
        self.jobs = jobs
        self.audit = audit
        self.folder = folder
        self.artifacts = FolderArtifactStore(folder)

    def caretaker(self, **care: float) -> Caretaker:
        return Caretaker(self.jobs, self.artifacts, self.audit, Care(**care))

    async def lay(self, key: str, content: bytes = b"x", seconds_ago: float = 2 * HOUR) -> None:
        await self.artifacts.put(key, content)
        os.utime(self.folder / key, (time.time() - seconds_ago,) * 2)

    def files(self) -> set[str]:
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}

    async def train(self, job_id: str) -> Job:
        """Have a job done, with one file."""
        submitted = submission(job_id)
        await submit(self.jobs, submitted)
        claim = await unfinished_claim(self.jobs)
        folder = f"{claim.stored.life_folder}attempt-1/"
        await self.artifacts.put(folder + "script.py", b"script")
        await self.jobs.finish(claim, finished(claim), folder)
        return submitted.job


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    database = await open_database(f"sqlite:///{tmp_path}/jobs.db")
    jobs, audit = SqlJobStore(database), SqlAuditLog(database)
    yield Place(jobs, audit, tmp_path / "artifacts")
    await jobs.close()
    await audit.close()
    await database.close()


LIFE = "0123456789abcdef" * 2


async def test_sweep_removes_what_is_ours_and_known_to_no_job(place: Place) -> None:
    caretaker = place.caretaker()
    await place.jobs.begun_at()
    left = f"ann/gone/{LIFE}/attempt-1/script.py", "ann/gone/metadata.json"
    for key, content in zip(left, (b"x", b'{"user_id": "ann", "job_id": "gone"}'), strict=True):
        await place.lay(key, content, seconds_ago=-DAY)
    caretaker.care = replace(caretaker.care, leave_alone=-2 * DAY)  # as if all that lay there for a day
    foreign = {
        "ann/gone/metadata.json.bak",
        "backups/2026/metadata.json",
        "backups/2025/metadata.json",
        f"backups/{LIFE}",
        f"cache/md5/{LIFE}/content",
        f"cache/md5/{LIFE}/attempt-1/parts/1",
        "readme.txt",
    }
    for key in foreign:
        await place.lay(key, b'["no job"]' if "2025" in key else b"no json", seconds_ago=-DAY)
    job = await place.train("kept")
    with capture_logs() as logs:
        await caretaker.sweep()
    assert place.files() == foreign | {f"ann/kept/{job.uid}/attempt-1/script.py"}
    assert [entry["files"] for entry in logs] == [len(left)]


async def test_sweep_leaves_alone_what_may_be_under_way_and_what_was_there_before_the_database(place: Place) -> None:
    fresh, old = f"ann/a/{LIFE}/input.csv", f"ann/b/{LIFE}/input.csv"
    await place.lay(fresh, seconds_ago=HOUR / 2)
    await place.lay(old, seconds_ago=2 * HOUR)
    await place.caretaker().sweep()  # asks the database for the first time, which is younger than both
    assert place.files() == {fresh, old}


async def test_files_that_were_given_to_another_database_are_not_swept(place: Place) -> None:
    caretaker = place.caretaker()
    caretaker.care = replace(caretaker.care, leave_alone=-2 * DAY)
    await place.jobs.begun_at()
    await place.lay(f"ann/a/{LIFE}/input.csv", seconds_ago=-DAY)
    await place.artifacts.put(MARK, b"another")
    with pytest.raises(FilesOfAnotherDatabase):
        await caretaker.sweep()
    assert place.files() == {f"ann/a/{LIFE}/input.csv", MARK}


async def test_metadata_that_a_kill_left_behind_is_written(place: Place) -> None:
    jobs = [await place.train(f"job-{number}") for number in range(3)]
    await write_metadata(place.jobs, place.artifacts, jobs[0])
    caretaker = place.caretaker()
    with capture_logs() as logs:
        await caretaker.describe()
        await caretaker.describe()
    assert [entry["job_id"] for entry in logs] == ["job-1", "job-2"]
    for job in jobs:
        assert json.loads((place.folder / metadata_key(job)).read_text())["status"] == "SUCCEEDED"


async def test_metadata_that_cannot_be_written_keeps_no_other_from_it(place: Place) -> None:
    blocked, job = [await place.train(name) for name in ("blocked", "other")]
    (place.folder / metadata_key(blocked) / "folder").mkdir(parents=True)
    await place.caretaker().describe()
    assert (place.folder / metadata_key(job)).is_file()


async def expire(caretaker: Caretaker) -> None:
    for chore in caretaker.chores:
        if chore.name.startswith("expire"):
            await chore.do()


async def test_what_is_older_than_it_is_kept_goes_and_that_is_noted(place: Place) -> None:
    for name in ("one", "two"):
        await write_metadata(place.jobs, place.artifacts, await place.train(name))
    waiting = submission("waits")
    await submit(place.jobs, waiting)
    await place.audit.record([AuditEntry(time.time() - 2 * DAY, "key", "convert", "ann", "one")])
    await expire(place.caretaker(keep_jobs=DAY, keep_audit=3 * DAY))
    await expire(place.caretaker(keep_jobs=0, keep_audit=0))
    assert len(await place.jobs.list_jobs("ann")) == 3
    await expire(place.caretaker(keep_jobs=1e-9, keep_audit=DAY))
    assert [stored.job.job_id for stored in await place.jobs.list_jobs("ann")] == ["waits"]
    assert place.files() == set()
    entries = await place.audit.entries()
    assert [(entry.job_id, entry.action) for entry in entries if entry.key_id == "retention"] == [
        ("two", "delete"),
        ("one", "delete"),
    ]
    assert not [entry for entry in entries if entry.key_id == "key"]


async def test_one_of_all_servers_does_a_chore(place: Place) -> None:
    done = []

    async def note() -> None:
        done.append(1)

    servers = [place.caretaker() for _ in range(3)]
    for _ in range(2):
        await asyncio.gather(*(server.look(Chore("note", HOUR, note)) for server in servers))
    assert len(done) == 1
    await servers[0].look(Chore("note", 0.0, note))
    assert len(done) == 2


async def test_store_that_is_away_is_waited_for(place: Place) -> None:
    looks = []

    async def fail_first() -> None:
        looks.append(1)
        if len(looks) == 1:
            raise StoreUnavailable("the bucket does not answer")

    caretaker = place.caretaker(look_every=0.01)
    caretaker.chores = [Chore("fail first", HOUR, fail_first)]
    with capture_logs() as logs:
        await caretaker.start()
        async with asyncio.timeout(SOON):
            while len(looks) < 2:
                await asyncio.sleep(0.01)
        await caretaker.stop()
    assert [entry["error"] for entry in logs] == ["the bucket does not answer"]
