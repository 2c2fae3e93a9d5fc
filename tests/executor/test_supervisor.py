"""What becomes of a claimed job: it is cancelled, deleted or too slow, and nothing of it is lost or left."""

import asyncio
import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_SUCCEEDED
from storage.interfaces import LeaseLost
from tests.executor.children import GO, finish_when_told, tell_when_stopped, work
from tests.executor.place import Place, until


async def test_what_a_worker_told_last_counts_when_its_job_is_cancelled(place: Place) -> None:
    stored = await place.submit()
    ending = asyncio.create_task(place.supervise(tell_when_stopped))
    await place.follow(stored, "log_emitted")
    await place.jobs.cancel("acme", stored.job.job_id)
    finished = await ending
    assert finished.status == JOB_STATUS_CANCELLED
    assert finished.token_usage.requests == 3


async def test_job_succeeds_whose_metadata_cannot_be_written(place: Place) -> None:
    stored = await place.submit()
    (place.folder / "artifacts/acme" / stored.job.job_id / "metadata.json").mkdir()
    assert (await place.supervise(work)).status == JOB_STATUS_SUCCEEDED
    assert [job.life for job in await place.jobs.undescribed()] == [stored.life]


async def test_deleted_job_ends_its_child_at_once_and_leaves_no_file(place: Place) -> None:
    stored = await place.submit()
    ending = asyncio.create_task(place.supervise(tell_when_stopped, lease_seconds=600))
    await place.follow(stored, "log_emitted")
    await place.jobs.delete("acme", stored.job.job_id)
    with pytest.raises(LeaseLost):
        await ending
    assert not multiprocessing.active_children()
    assert files(place) == {f"{stored.life_folder}input.csv", f"{stored.life_folder}expected.csv"}


async def test_job_that_is_deleted_between_its_files_and_its_end_leaves_no_file(place: Place) -> None:
    stored = await place.submit()
    ending = asyncio.create_task(place.supervise(finish_when_told))
    await place.follow(stored, "log_emitted")
    [folder] = place.settings.folder.glob("tmp*")
    with closing(sqlite3.connect(place.folder / "jobs.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")  # nobody else writes, so the job cannot finish
        (folder / GO).touch()
        await until(lambda: f"{stored.life_folder}attempt-1/script.py" in files(place))
        database.execute("DELETE FROM jobs")
        database.execute("COMMIT")
    with pytest.raises(LeaseLost):
        await ending
    assert files(place) == {f"{stored.life_folder}input.csv", f"{stored.life_folder}expected.csv"}


def files(place: Place) -> set[str]:
    root = place.folder / "artifacts"
    return {path.relative_to(root).as_posix() for path in Path(root).rglob("*") if path.is_file()}
