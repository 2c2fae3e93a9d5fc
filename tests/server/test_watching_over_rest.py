"""Watches as REST callers have them: server-sent events through the real gateway."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio

from csvconverter.v1.events_pb2 import JobEvent, LogEmitted
from gateway.config import GatewayOptions
from gateway.launcher import Gateway
from tests.server.caller import ALL_KEY
from tests.server.conftest import training_request
from tests.server.test_watching import EVENTS, finish, until, watch, work

GONE_SECONDS = 2


@pytest_asyncio.fixture
async def gateway(quiet_server, tmp_path):
    running = await Gateway.start(GatewayOptions("127.0.0.1:0", quiet_server.socket, access_log=tmp_path / "log"))
    yield running
    await running.stop()


@pytest_asyncio.fixture
async def rest(gateway):
    headers = {"x-api-key": ALL_KEY}
    async with httpx.AsyncClient(base_url=f"http://{gateway.address}", headers=headers, timeout=30) as client:
        yield client


@asynccontextmanager
async def watchers(gateway, user, count):
    """Run so many watchers of one job in a process of their own, and yield it once they all have heard something."""
    command = (gateway.address, f"/api/v1/{user}/mine/events", ALL_KEY, str(count))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.server.sse_watchers", *command), stdout=asyncio.subprocess.PIPE, limit=1 << 26
    )
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 60) == b"watching\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def updates(rest, user, after="0"):
    """Return the updates of a whole watch."""
    async with rest.stream("GET", f"/api/v1/{user}/mine/events?after_sequence={after}") as answer:
        assert answer.status_code == 200, await answer.aread()
        return [json.loads(line.removeprefix("data: ")) async for line in answer.aiter_lines() if line]


async def test_events_end_with_the_terminal_one_and_resume_anywhere(rest, quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    await work(quiet_server.jobs)
    told = await updates(rest, user)
    assert [update["event"]["sequence"] for update in told] == list(range(1, EVENTS + 1))
    assert told[-1]["event"]["job_finished"]["job"]["status"] == "JOB_STATUS_SUCCEEDED"
    for after in (1, 5, EVENTS - 1):
        assert await updates(rest, user, str(after)) == told[after:]
    for beyond in (EVENTS, 1000, 2**31 - 1):
        assert await updates(rest, user, str(beyond)) == []


@pytest.mark.parametrize("wrong", ["-1", "one", "1.5", "2147483648", ""])
async def test_what_is_no_sequence_number_is_named(rest, quiet, user, wrong):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    answer = await rest.get(f"/api/v1/{user}/mine/events?after_sequence={wrong}")
    assert answer.status_code == 422, answer.text
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["query", "after_sequence"]]


async def test_a_silent_watch_begins_at_once_and_is_kept_alive(rest, quiet, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    async with rest.stream("GET", f"/api/v1/{user}/mine/events?after_sequence=1") as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-cache", "no")
        lines = (line async for line in answer.aiter_lines() if line)
        for _ in range(3):
            line = await anext(lines)
            assert "heartbeat_time" in json.loads(line.removeprefix("data: "))["heartbeat"]


async def test_a_stopping_server_tells_rest_callers_that_the_job_goes_on(rest, quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    watching = asyncio.create_task(updates(rest, user))
    await until(lambda: quiet_server.watches.count)
    quiet_server.watches.stop()
    told = await watching
    assert told[-1]["interrupted"] == {
        "reason": "ERROR_REASON_TRY_AGAIN",
        "message": "the server stops: watch again with after_sequence 1",
        "after_sequence": 1,
    }


async def test_watchers_who_vanish_at_once_leave_nothing_and_the_job_goes_on(gateway, quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    staying = asyncio.create_task(watch(quiet, user))
    await until(lambda: quiet_server.watches.count)
    tasks = len(asyncio.all_tasks())
    async with watchers(gateway, user, 200) as process:
        assert quiet_server.watches.count == 201
        process.kill()
        async with asyncio.timeout(GONE_SECONDS):
            while quiet_server.watches.count > 1 or len(asyncio.all_tasks()) > tasks:
                await asyncio.sleep(0.01)
    await work(quiet_server.jobs)
    assert await staying == list(range(1, EVENTS + 1))
    await until(lambda: quiet_server.watches.count == 0)


@pytest.mark.long
async def test_thousand_watchers_of_hundreds_of_events_see_the_same(gateway, quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    async with watchers(gateway, user, 1000) as process:
        claim = await quiet_server.jobs.claim("worker", 600)
        for number in range(397):
            await quiet_server.jobs.append(claim, [JobEvent(log_emitted=LogEmitted(message=f"{number} " * 20))])
        await finish(quiet_server.jobs, claim)
        told = json.loads(await asyncio.wait_for(process.stdout.readline(), 300))
    assert told["different"] == 1
    assert [update["event"]["sequence"] for update in told["updates"]] == list(range(1, 401))
