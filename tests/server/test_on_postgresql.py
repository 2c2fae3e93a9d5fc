"""Two servers that share a PostgreSQL and a bucket are one service, also when the database restarts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import CancelJobRequest, DeleteJobRequest, GetHealthRequest, WatchJobRequest
from server.main import running_server
from tests.server.caller import ALL_KEY, Caller, Refused
from tests.server.conftest import settings_for, training_request
from tests.server.test_lifecycle import long_training
from tests.stores.postgresql import PostgresServer
from tests.stores.rclone import Rclone

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOON = 60  # seconds


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def callers(
    postgres: PostgresServer, rclone: Rclone, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[Caller]]:
    """Start two servers."""
    shared = {"database_url": postgres.create_database()} | rclone.variables(rclone.create_bucket())
    async with AsyncExitStack() as parts:
        callers = []
        for name in ("first", "second"):
            settings = settings_for(tmp_path_factory.mktemp(name), **shared)
            server = await parts.enter_async_context(running_server(settings, with_gateway=False))
            callers.append(await parts.enter_async_context(Caller.connected(str(server.grpc_address), ALL_KEY)))
        yield callers


async def train(caller: Caller, user: str, **others: object) -> str:
    """Start a job and return its id."""
    return (await caller("StartTraining", training_request(user, **others))).job_id


async def follow(caller: Caller, user: str, job_id: str, until: str) -> list[JobEvent]:
    """Watch a job up to an event."""
    request = WatchJobRequest(client_id=user, job_id=job_id)
    events: list[JobEvent] = []
    async with asyncio.timeout(SOON):
        async for update in caller.stream("WatchJob", request):
            if update.HasField("event"):
                events.append(update.event)
                if update.event.HasField(until):
                    return events
    raise AssertionError(f"the watch ended without {until}")


async def train_long(caller: Caller, user: str, job_id: str) -> str:
    """Start a job that ends by itself only after a while, and return its id once a worker is on it."""
    await caller("StartTraining", long_training(user, job_id))
    await follow(caller, user, job_id, "agent_started")
    return job_id


async def test_job_is_seen_alike_on_both_servers(callers: list[Caller], user: str) -> None:
    assert {(await caller("GetHealth", GetHealthRequest())).job_store for caller in callers} == {"postgresql"}
    job_id = await train(callers[0], user)
    seen = await asyncio.gather(*(caller.events(user, job_id) for caller in callers))
    assert seen[0] == seen[1]
    assert seen[0][-1].job_finished.job.status == JOB_STATUS_SUCCEEDED


async def test_job_is_cancelled_wherever_it_runs(callers: list[Caller], user: str) -> None:
    for number, caller in enumerate(callers * 2):
        job_id = await train_long(callers[0], user, f"long-{number}")
        await caller("CancelJob", CancelJobRequest(client_id=user, job_id=job_id))
        [*_, end] = await follow(callers[0], user, job_id, "job_finished")
        assert end.job_finished.job.status == JOB_STATUS_CANCELLED


async def test_watch_ends_when_its_job_is_deleted_on_the_other_server(callers: list[Caller], user: str) -> None:
    job_id = await train_long(callers[0], user, "long")
    watching = [asyncio.create_task(caller.events(user, job_id)) for caller in callers]
    await callers[1]("DeleteJob", DeleteJobRequest(user_id=user, job_id=job_id))
    async with asyncio.timeout(SOON):
        ends = await asyncio.gather(*watching, return_exceptions=True)
    assert [type(end) for end in ends] == [Refused, Refused]


async def test_restart_of_the_database_is_seen_by_no_job_and_no_watcher(
    callers: list[Caller], user: str, postgres: PostgresServer
) -> None:
    jobs = [await train(caller, user) for caller in callers for _ in range(2)]
    watching = [asyncio.create_task(caller.events(user, job_id)) for caller in callers for job_id in jobs]
    await follow(callers[0], user, jobs[0], "job_started")
    for end in (postgres.stop, postgres.kill):
        await asyncio.to_thread(end)
        await asyncio.to_thread(postgres.start)
    async with asyncio.timeout(SOON):
        for events in await asyncio.gather(*watching):
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
            assert not [event for event in events if event.HasField("attempt_lost")]
            assert events[-1].job_finished.job.status == JOB_STATUS_SUCCEEDED
