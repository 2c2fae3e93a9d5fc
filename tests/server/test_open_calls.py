"""How many calls a key may make and have open."""

import asyncio
from contextlib import ExitStack

import pytest

from csvconverter.v1.errors_pb2 import ERROR_REASON_API_KEY_INVALID
from csvconverter.v1.services_pb2 import WatchJobRequest
from server.errors import Refusal
from server.keys import Caller
from server.open_calls import KeyLimits, OpenCalls, Rate
from tests.server.caller import ACME_KEY
from tests.server.caller import Caller as Client
from tests.server.conftest import training_request

ANN, BOB = Caller("ann", frozenset("*")), Caller("bob", frozenset("*"))


def test_a_bucket_gives_its_burst_and_then_as_many_as_flow_in():
    rate = Rate(per_second=8, burst=2)
    assert [rate.take(now=100.0) for _ in range(3)] == [0, 0, 0.125]
    assert rate.take(now=100.0625) == 0.0625
    assert [rate.take(now=100.125) for _ in range(2)] == [0, 0.125]


def test_a_bucket_that_was_left_alone_is_full_and_no_fuller():
    rate = Rate(per_second=8, burst=2)
    for now in (100.0, 1000.0):
        assert [rate.take(now) for _ in range(3)] == [0, 0, 0.125]


@pytest.mark.parametrize("per_second", [3, 7, 10, 100])
def test_a_full_bucket_gives_at_any_time(per_second):
    moments = [0.1 * number for number in range(1_000)]
    assert not any(Rate(per_second, burst=1).take(now) for now in moments)


def test_what_is_refused_takes_nothing():
    rate = Rate(per_second=1, burst=1)
    rate.take(now=10.0)
    assert [rate.take(now=10.5) for _ in range(100)] == [0.5] * 100
    assert rate.take(now=11.0) == 0


def opened(calls: OpenCalls, stack: ExitStack, method: str, caller: Caller | None = ANN) -> None:
    stack.enter_context(calls.opened(caller, method))


async def test_watches_and_other_calls_are_counted_apart_and_for_each_key():
    calls = OpenCalls(KeyLimits(calls_per_second=100, call_burst=100, open_calls=1, open_watches=2))
    with ExitStack() as stack:
        for method, caller in [("WatchJob", ANN), ("WatchJob", ANN), ("GetJob", ANN), ("GetJob", BOB)]:
            opened(calls, stack, method, caller)
        for method, most in (("WatchJob", "2"), ("GetJob", "1")):
            with pytest.raises(Refusal) as refusal:
                opened(calls, stack, method)
            assert refusal.value.metadata == {"open_calls": most}
            assert refusal.value.retry_seconds == 1
        assert calls.callers() == [ANN, BOB]
    assert calls.callers() == []
    with ExitStack() as stack:
        opened(calls, stack, "GetJob")


async def test_calls_without_a_key_are_not_counted():
    calls = OpenCalls(KeyLimits(calls_per_second=1, call_burst=1, open_calls=1, open_watches=1))
    with ExitStack() as stack:
        for _ in range(10):
            opened(calls, stack, "GetHealth", caller=None)


async def test_a_call_is_ended_once_and_with_the_reason():
    calls = OpenCalls(KeyLimits(calls_per_second=100, call_burst=100, open_calls=9, open_watches=9))
    revoked = Refusal(ERROR_REASON_API_KEY_INVALID, "revoked")
    cleaned_up = asyncio.Event()

    async def call() -> None:
        with calls.opened(ANN, "Convert"):
            try:
                await asyncio.Event().wait()
            finally:
                calls.end(ANN, revoked)  # as a second look would: what is cleaned up now is not disturbed
                await asyncio.sleep(0)
                cleaned_up.set()

    running = asyncio.create_task(call())
    await asyncio.sleep(0)
    calls.end(ANN, revoked)
    with pytest.raises(Refusal, match="revoked"):
        await running
    assert cleaned_up.is_set()


async def test_a_call_that_its_caller_cancels_stays_cancelled():
    calls = OpenCalls(KeyLimits(calls_per_second=100, call_burst=100, open_calls=9, open_watches=9))

    async def call() -> None:
        with calls.opened(ANN, "Convert"):
            await asyncio.Event().wait()

    running = asyncio.create_task(call())
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert calls.callers() == []


async def test_a_caller_who_leaves_gives_its_places_back(quiet_server):
    async with Client.connected(quiet_server.address, ACME_KEY) as leaving:
        await leaving("StartTraining", training_request("acme", job_id="waiting"))
        for _ in range(3):
            await anext(leaving.stream("WatchJob", WatchJobRequest(client_id="acme", job_id="waiting")))
        assert [caller.key_id for caller in quiet_server.calls.callers()] == ["api-keys-2"]
    async with asyncio.timeout(20):
        while quiet_server.calls.callers():
            await asyncio.sleep(0.02)
