"""What every JobStore tells those who put stores in order."""

import asyncio
import math
import time

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED
from storage.interfaces import JobStore, KnownLife, ReservationGone
from storage.sql.job_store import SqlJobStore
from storage.sql.models import ChoreRow
from tests.contract.conftest import OpenDatabase, OpenJobStore
from tests.contract.jobs import finished, submission, submit, unfinished_claim

JOB = {("ann", "job")}


async def test_life_is_known_from_its_reservation_to_its_end(jobs: JobStore) -> None:
    first, second = submission("job"), submission("job")
    await jobs.reserve(first)
    folder = first.stored.life_folder
    assert await jobs.known_lives(JOB) == [KnownLife(folder, exists=False)]
    await jobs.create(first)
    assert await jobs.known_lives(JOB) == [KnownLife(folder, exists=True)]
    claim = await unfinished_claim(jobs)
    assert await jobs.known_lives(JOB) == [KnownLife(folder, exists=True, attempt=1)]
    await jobs.release(claim)
    assert await jobs.known_lives(JOB) == [KnownLife(folder, exists=True)]
    claim = await unfinished_claim(jobs)
    await jobs.finish(claim, finished(claim, JOB_STATUS_FAILED), f"{folder}attempt-2/")
    assert await jobs.known_lives(JOB) == [KnownLife(folder, exists=True, committed=f"{folder}attempt-2/")]
    await jobs.reserve(second)
    assert {life.exists for life in await jobs.known_lives(JOB)} == {True, False}
    await jobs.unreserve(second)
    await jobs.delete("ann", "job")
    assert await jobs.known_lives(JOB) == []


async def test_reservation_that_ended_lets_no_job_begin(jobs: JobStore) -> None:
    for end in (
        lambda: jobs.delete("ann", "job"),
        lambda: jobs.delete_user("ann"),
        lambda: jobs.forget_reservations(0.0),
    ):
        reserved = submission("job")
        await jobs.reserve(reserved)
        await jobs.forget_reservations(3600.0)
        await end()
        with pytest.raises(ReservationGone):
            await jobs.create(reserved)
        assert await jobs.list_jobs("ann") == []


async def test_begin_of_the_database_stays(open_job_store: OpenJobStore) -> None:
    stores = [await open_job_store() for _ in range(3)]
    [begin] = set(await asyncio.gather(*(store.begun_at() for store in stores)))
    assert await stores[0].begun_at() == begin > 0


async def test_one_of_all_takes_a_chore_each_time(open_job_store: OpenJobStore) -> None:
    stores = [await open_job_store() for _ in range(3)]
    for every, takers in ((3600.0, 1), (3600.0, 0), (math.inf, 0), (0.0, 3)):
        taken = await asyncio.gather(*(store.take_chore("sweep", every) for store in stores))
        assert sum(taken) == takers
    assert await stores[0].take_chore("another", 3600.0)


async def test_chore_is_not_put_off_by_a_clock_that_was_wrong(open_another: OpenDatabase) -> None:
    database = await open_another()
    row = ChoreRow(name="sweep", done_at=time.time() + 1e9)
    await database.write(lambda session: session.add(row))
    jobs = SqlJobStore(database)
    assert await jobs.take_chore("sweep", 3600.0)
    assert not await jobs.take_chore("sweep", 3600.0)
    await jobs.close()


async def test_finished_jobs_are_undescribed_until_that_is_noted(jobs: JobStore) -> None:
    for name in ("one", "two"):
        await submit(jobs, submission(name))
    await jobs.cancel("ann", "one")
    [stale] = await jobs.undescribed()
    assert stale.job.job_id == "one"
    await jobs.described(stale)
    assert await jobs.undescribed() == []


async def test_old_jobs_expire_with_their_events_and_waiting_ones_stay(jobs: JobStore) -> None:
    for name in ("one", "two", "three"):
        await submit(jobs, submission(name))
    for name in ("one", "two"):
        await jobs.cancel("ann", name)
    assert await jobs.expire(3600.0, "retention") == []
    expired = [await jobs.expire(0.0, "retention", limit=1) for _ in range(3)]
    assert [stored.job.job_id for page in expired for stored in page] == ["one", "two"]
    assert await jobs.events(expired[0][0].life, 0) is None
    assert [stored.job.job_id for stored in await jobs.list_jobs("ann")] == ["three"]
