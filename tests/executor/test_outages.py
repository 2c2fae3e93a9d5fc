"""Stores that go away while a job is under way: the job is done once, and what it brought is there."""

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_SUCCEEDED, Job
from executor.lease import cut_off
from executor.reaper import Reaper
from executor.worker import ARTIFACTS
from storage.interfaces import ArtifactStore, JobStore, LeaseLost, StoredJob
from tests.executor.children import GO, SCRIPT, finish_when_told, work, work_when_told
from tests.executor.place import LEASE, LONG_EXPECTED, LONG_INPUT, Place, content, until
from tests.storage.opened import open_jobs
from tests.stores.processes import PATIENCE
from tests.stores.proxy import Proxy

MOVES = ["job_queued", "job_started", "job_finished"]
OUTAGE = 2.5 * LEASE  # seconds that a store is away, where nothing else is said


async def test_job_waits_for_its_files_while_their_store_is_away(far: Place, bucket: Proxy) -> None:
    stored = await far.submit()
    await bucket.refuse()
    ending = asyncio.create_task(far.supervise(work))
    await asyncio.sleep(OUTAGE)
    await bucket.restore()
    assert (await ending).status == JOB_STATUS_SUCCEEDED
    await assert_done_once(far, stored)


async def test_job_whose_files_stay_out_of_reach_gets_another_turn(far: Place, bucket: Proxy) -> None:
    stored = await far.submit()
    await bucket.refuse()
    async with far.pool(fetch_seconds=0.5):
        lost = (await far.follow(stored, "attempt_lost"))[-1].attempt_lost
        assert (lost.reason, lost.will_retry) == ("its files could not be read for 0.5 seconds", True)
        await bucket.restore()
        assert (await far.finish(stored)).status == JOB_STATUS_SUCCEEDED


async def test_job_whose_files_come_slowly_waits_for_them(far: Place, bucket: Proxy) -> None:
    stored = await far.submit(LONG_INPUT, LONG_EXPECTED)
    bucket.slow_down(len(LONG_INPUT + LONG_EXPECTED) / (2 * LEASE))
    ending = asyncio.create_task(far.supervise(work, fetch_seconds=LEASE / 2))
    assert (await ending).status == JOB_STATUS_SUCCEEDED
    await assert_done_once(far, stored)


async def test_finished_work_is_kept_while_its_store_does_not_answer(far: Place, bucket: Proxy) -> None:
    stored = await far.submit()
    async with supervised(far, finish_when_told) as (ending, folder):
        await far.follow(stored, "log_emitted")
        bucket.hold()
        (folder / GO).touch()
        async with other_server(far.jobs, far.artifacts):  # which would take a job whose lease is not renewed
            await asyncio.sleep(OUTAGE)
            await bucket.restore()
            assert (await ending).status == JOB_STATUS_SUCCEEDED
    await assert_done_once(far, stored)


async def test_job_is_cancelled_while_the_store_of_its_files_does_not_answer(far: Place, bucket: Proxy) -> None:
    stored = await far.submit()
    async with supervised(far, finish_when_told) as (ending, folder):
        await far.follow(stored, "log_emitted")
        bucket.hold()
        (folder / GO).touch()
        await until(lambda: (folder / ARTIFACTS).exists())
        await far.jobs.cancel("acme", stored.job.job_id)
        assert (await far.finish(stored)).status == JOB_STATUS_CANCELLED
        await bucket.restore()
        await ending


async def test_no_event_is_lost_or_doubled_while_the_database_is_away(shared: Place, network: Proxy) -> None:
    stored = await shared.submit()
    async with supervised(shared, work_when_told) as (ending, folder), other_server(shared.jobs, shared.artifacts):
        await shared.follow(stored, "log_emitted")
        await network.refuse()
        await asyncio.sleep(OUTAGE)
        await network.restore()
        (folder / GO).touch()
        assert (await ending).status == JOB_STATUS_SUCCEEDED
    events = await shared.jobs.events(stored.life, 0) or []
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    said = [int(event.log_emitted.message) for event in events if event.HasField("log_emitted")]
    assert said == list(range(1, len(said) + 1))
    assert [event.WhichOneof("payload") for event in events if not event.HasField("log_emitted")] == MOVES


async def test_job_that_another_server_took_meanwhile_is_left_to_it(
    shared: Place, network: Proxy, database_url: str
) -> None:
    stored = await shared.submit()
    elsewhere = replace(shared, jobs=await open_jobs(database_url))
    async with supervised(shared, finish_when_told) as (ending, folder):
        await shared.follow(stored, "log_emitted")
        await network.refuse()
        (folder / GO).touch()
        async with asyncio.timeout(PATIENCE):
            while not await elsewhere.jobs.reap():
                await asyncio.sleep(LEASE / 4)
        assert (await elsewhere.supervise(work, owner="another")).status == JOB_STATUS_SUCCEEDED
        await network.restore()
        with pytest.raises(LeaseLost):
            await ending
    assert (await elsewhere.now(stored)).folder.endswith("attempt-2/")
    assert {path.parent.name for path in shared.folder.glob("artifacts/**/script.py")} == {"attempt-2"}
    await elsewhere.jobs.close()


async def test_pool_stops_soon_while_both_stores_are_silent(
    far: Place, shared: Place, bucket: Proxy, network: Proxy
) -> None:
    place = replace(shared, artifacts=far.artifacts)
    stored = await place.submit(LONG_INPUT, LONG_EXPECTED)
    async with place.pool():
        await place.follow(stored, "job_started")
        bucket.hold()
        network.hold()
        asked_at = time.monotonic()
    assert time.monotonic() - asked_at < 8
    assert not multiprocessing.active_children()
    await bucket.restore()
    await network.restore()


@asynccontextmanager
async def supervised(place: Place, work: Callable[..., None]) -> AsyncIterator[tuple["asyncio.Task[Job]", Path]]:
    """Have the next job supervised; yield what will become of it, and the folder where its child works."""
    ending = asyncio.create_task(place.supervise(work))
    await until(lambda: list(place.settings.folder.glob("tmp*")))
    [folder] = place.settings.folder.glob("tmp*")
    try:
        yield ending, folder
    finally:
        ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)


@asynccontextmanager
async def other_server(jobs: JobStore, artifacts: ArtifactStore) -> AsyncIterator[None]:
    """Have a server look for jobs to take over."""
    looking = asyncio.create_task(Reaper(jobs, artifacts, LEASE).keep_looking())
    try:
        yield
    finally:
        await cut_off(looking)


async def assert_done_once(place: Place, stored: StoredJob) -> None:
    """Make sure that a job was done by its first attempt, and that its script can be read."""
    events = await place.jobs.events(stored.life, 0) or []
    assert [event.WhichOneof("payload") for event in events if not event.HasField("log_emitted")] == MOVES
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert await content(place, (await place.now(stored)).folder + "script.py") == SCRIPT
