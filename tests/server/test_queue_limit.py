"""A queue that is full."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from csvconverter.v1.services_pb2 import GetQueueStatusRequest
from tests.server.caller import ALL_KEY, Caller, Refused
from tests.server.conftest import QuietServer, training_request


@pytest_asyncio.fixture
async def full(tmp_path) -> AsyncIterator[Caller]:
    """Let one job wait, and no other."""
    server = QuietServer(tmp_path, queue_size=1)
    await server.start(heartbeat_seconds=10)
    async with Caller.connected(server.address, ALL_KEY) as caller:
        assert (await status(caller)).can_accept_new_jobs
        await caller("StartTraining", training_request("ann", job_id="first", request_id="once"))
        yield caller
    await server.stop()


async def status(caller: Caller):
    return (await caller("GetQueueStatus", GetQueueStatusRequest())).capacity_utilization


async def test_a_further_job_is_refused_and_leaves_no_files(full, tmp_path):
    assert not (await status(full)).can_accept_new_jobs
    with pytest.raises(Refused) as refusal:
        await full("StartTraining", training_request("bob"))
    assert (refusal.value.info.reason, refusal.value.info.metadata) == ("QUEUE_FULL", {"queue_size": "1"})
    assert refusal.value.retry.retry_delay.ToSeconds() == 10
    assert not (tmp_path / "artifacts" / "bob").exists()


async def test_what_does_not_make_it_longer_is_accepted(full):
    repeated = await full("StartTraining", training_request("ann", job_id="first", request_id="once"))
    assert repeated.job_id == "first"
    await full("StartTraining", training_request("ann", job_id="first", job_title="Again"))
