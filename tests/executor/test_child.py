"""A supervised child: its events, its end, and what it has not imported."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from csvconverter.v1.events_pb2 import JobEvent, LogEmitted
from executor.child import Child, EventChannel


def say(text: str) -> JobEvent:
    return JobEvent(log_emitted=LogEmitted(message=text))


def send_all(texts: list[str], channel: EventChannel) -> None:
    for text in texts:
        channel.send(say(text))


def send_process_facts(channel: EventChannel) -> None:
    channel.send(say(f"{os.getpid()} {os.getsid(0)} {'grpc' in sys.modules}"))


def ignore_sigterm(channel: EventChannel) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    channel.send(say("deaf"))
    time.sleep(600)


def die_while_writing(channel: EventChannel) -> None:
    channel.send(say("whole"))
    channel.connection.sendall((1000).to_bytes(4, "big") + b"cut off")
    os.kill(os.getpid(), signal.SIGKILL)


@asynccontextmanager
async def running(target: Callable[..., None], *arguments: Any) -> AsyncIterator[Child]:
    child = Child.start(target, *arguments)
    try:
        yield child
    finally:
        await child.stop()


async def messages(child: Child) -> list[str]:
    return [event.log_emitted.message async for events in child.batches() for event in events]


async def test_events_arrive_whole_and_in_order() -> None:
    texts = [f"{number}" for number in range(5000)] + ["x" * 5_000_000, "last"]
    async with running(send_all, texts) as child:
        assert await messages(child) == texts


async def test_child_speaks_on_while_what_it_said_is_handled_and_waits_when_that_is_much() -> None:
    texts = ["x" * 100] * 60_000
    async with running(send_all, texts) as child:
        batches = child.batches()
        counts = [len(await anext(batches))]
        await asyncio.to_thread(child.process.join, 0.5)
        assert child.process.is_alive()
        counts += [len(events) async for events in batches]
    assert sum(counts) == len(texts)
    assert max(counts) > 5_000  # many times what a socket holds


async def test_child_leads_a_session_and_has_imported_no_grpc() -> None:
    async with running(send_process_facts) as child:
        (facts,) = await messages(child)
        assert facts == f"{child.process.pid} {child.process.pid} False"


async def test_killed_child_ends_the_stream_and_loses_only_what_was_cut() -> None:
    async with running(die_while_writing) as child:
        assert await messages(child) == ["whole"]
        assert await child.stop() == -signal.SIGKILL


async def test_child_that_ignores_sigterm_is_killed() -> None:
    async with running(ignore_sigterm) as child:
        assert [event.log_emitted.message for event in await anext(child.batches())] == ["deaf"]
        assert await child.stop() == -signal.SIGKILL


async def test_child_dies_with_its_supervisor() -> None:
    async with running(ignore_sigterm) as child:
        await anext(child.batches())
        child.life.close()
        child.process.join(5)
        assert child.process.exitcode == -signal.SIGKILL
