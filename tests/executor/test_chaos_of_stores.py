"""Both stores go away again and again, each in its own way, and every job is done all the same."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED
from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.settings import S3Settings
from tests.executor.place import EXPECTED, Place, content
from tests.storage.opened import open_jobs
from tests.stores.proxy import Proxy

CHAOS_SECONDS = 60
LONGEST_OUTAGE = 15  # for which the database's own patience does not suffice
LONGEST_PEACE = 3
JOBS = 12


@pytest.fixture
async def near(place: Place, database_url: str, objects: S3Settings) -> AsyncIterator[Place]:
    """Reach the same stores on a way that nothing disturbs."""
    jobs, artifacts = await open_jobs(database_url), await S3ArtifactStore.open(objects)
    yield replace(place, jobs=jobs, artifacts=artifacts)
    await jobs.close()
    await artifacts.close()


@pytest.mark.long
async def test_jobs_succeed_while_both_stores_go_away_again_and_again(
    near: Place, far: Place, shared: Place, bucket: Proxy, network: Proxy
) -> None:
    accepted = [await near.submit() for _ in range(JOBS)]
    async with replace(shared, artifacts=far.artifacts).pool(), asyncio.TaskGroup() as group:
        for proxy in (bucket, network):
            group.create_task(disturb(proxy))
        ended = [await near.follow(stored, "job_finished", seconds=300) for stored in accepted]
    for stored, events in zip(accepted, ended, strict=True):
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert events == await near.jobs.events(stored.life, 0)
        assert events[-1].job_finished.job.status == JOB_STATUS_SUCCEEDED
        assert await content(near, (await near.now(stored)).folder + "output.csv") == EXPECTED


async def disturb(proxy: Proxy) -> None:
    """Keep callers waiting, refuse them, or cut them off for a moment, with short times of peace in between."""
    end = time.monotonic() + CHAOS_SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(random.uniform(0, LONGEST_PEACE))
        match random.choice(("silent", "gone", "cut")):
            case "silent":
                proxy.hold()
            case "gone":
                await proxy.refuse()
            case "cut":
                await proxy.cut()
        await asyncio.sleep(random.uniform(0, LONGEST_OUTAGE))
        await proxy.restore()
