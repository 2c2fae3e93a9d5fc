"""How long one event takes to reach all who watch its job: 1,000 watchers in another process, over 10 connections.

Measured from before the event is stored until each watcher has it whole. Beside it, in turns, the least that gRPC for
Python takes: as many bare streams that all send the same bytes at the same moment, with nothing stored and nobody asked
for a key.
"""

import asyncio
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast

import grpc
import structlog
from google.protobuf.timestamp_pb2 import Timestamp
from grpc_health.v1.health import aio as health_aio

from benchmarks.figure import Figure
from csvconverter.v1.events_pb2 import JobEvent, LogEmitted
from csvconverter.v1.jobs_pb2 import JOB_STATUS_QUEUED, Job
from csvconverter.v1.services_pb2 import WatchJobResponse
from server.conversion_service import ConversionService
from server.door import grpc_server, listen
from server.interceptors import CallInterceptor
from server.key_ring import KeyRing
from server.main import key_limits
from server.open_calls import OpenCalls
from server.settings import Settings
from server.watching import Watches
from storage.interfaces import Submission
from storage.sql.database import open_database
from storage.sql.job_store import SqlJobStore
from storage.sql.key_store import SqlKeyStore

WATCHERS, CONNECTIONS, ROUNDS = 1000, 10, 20
KEY = "benchmark-key"
REST_SECONDS = 0.2  # between two events
NO_HEARTBEATS = 3600.0
WATCH = "/csvconverter.v1.ConversionService/WatchJob"
BARE = "/bare/Stream"

Send = Callable[[], Awaitable[None]]


class Bare(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types
    """Streams that send what they are given, all at once."""

    def __init__(self) -> None:
        self._given = asyncio.get_running_loop().create_future()

    def service(self, details: Any) -> Any:
        """Return the one method."""
        return grpc.unary_stream_rpc_method_handler(self._stream) if details.method == BARE else None

    async def _stream(self, request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield b""
        while True:
            yield await asyncio.shield(self._given)

    async def send(self) -> None:
        """Give all streams one event."""
        given, self._given = self._given, asyncio.get_running_loop().create_future()
        given.set_result(WatchJobResponse(event=stamped()).SerializeToString())


def measure() -> Iterator[Figure]:
    """Take turns, so that a busy machine slows both."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    ours, bare = asyncio.run(fan_out())
    baseline = f"bare grpc.aio streams, {statistics.median(bare):.1f} ms; 99% of ours within {nearly_all(ours):.1f} ms"
    yield Figure("watch.fanout_1000_p50_ms", statistics.median(ours), "ms", "lower", baseline)
    ratio = statistics.median(ours) / statistics.median(bare)
    yield Figure("watch.fanout_vs_bare", ratio, "ratio", "lower", "bare grpc.aio streams")


def nearly_all(delays: list[float]) -> float:
    """Return the delay below which 99% stay."""
    return statistics.quantiles(delays, n=100)[-1]


async def fan_out() -> tuple[list[float], list[float]]:
    """Return the delays of all events at all watchers, and those of the bare streams, in milliseconds."""
    async with AsyncExitStack() as parts:
        append, bare, address = await parts.enter_async_context(server())
        watchers = await parts.enter_async_context(receiver(address, WATCH))
        streams = await parts.enter_async_context(receiver(address, BARE))
        delays: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for send, output, into in ((append, watchers, delays[0]), (bare.send, streams, delays[1])):
                await asyncio.sleep(REST_SECONDS)
                await send()
                into += json.loads(await output.readline())
        return delays


@asynccontextmanager
async def server() -> AsyncIterator[tuple[Send, Bare, str]]:
    """Run the server without workers, with one job that is about to have events; return what sends one."""
    with tempfile.TemporaryDirectory() as name:
        given = {"data_dir": name, "grpc_address": "127.0.0.1:0", "api_keys": f"{KEY}=*"}
        settings = Settings.model_validate(given)
        url = f"sqlite:///{name}/jobs.db"
        database = await open_database(url)
        jobs, keys = SqlJobStore(database), SqlKeyStore(database)
        calls, watches, bare = OpenCalls(key_limits(settings)), Watches(jobs, NO_HEARTBEATS), Bare()
        ring = KeyRing(keys, settings.configured_callers(), calls)
        await ring.start()
        nothing = cast("Any", None)  # no other call is made
        service = ConversionService(jobs, nothing, nothing, nothing, nothing, watches, nothing, nothing)
        interceptor = CallInterceptor(ring, calls, nothing, settings.max_upload_bytes)
        running = grpc_server(service, health_aio.HealthServicer(), interceptor, settings)
        running.add_generic_rpc_handlers((bare,))
        address = listen(running, settings.grpc_address)
        await running.start()
        yield await worker(jobs), bare, str(address)
        watches.stop()
        await running.stop(0)
        await ring.stop()
        await keys.close()
        await jobs.close()
        await database.close()


async def worker(jobs: SqlJobStore) -> Send:
    """Take up a new job and return what appends an event to it."""
    created = Timestamp()
    created.GetCurrentTime()
    job = Job(user_id="bench", job_id="job", status=JOB_STATUS_QUEUED, created_at=created, uid="life")
    await jobs.reserve(Submission(job))
    await jobs.create(Submission(job))
    claim = await jobs.claim("worker", 3600)
    assert claim

    async def append() -> None:
        await jobs.append(claim, [stamped()])

    return append


def stamped() -> JobEvent:
    """Return an event that says when it was made."""
    return JobEvent(log_emitted=LogEmitted(message=str(time.monotonic_ns())))


@asynccontextmanager
async def receiver(address: str, path: str) -> AsyncIterator[asyncio.StreamReader]:
    """Run the watchers, and return what they print once all of them have been heard."""
    numbers = map(str, (WATCHERS, CONNECTIONS, ROUNDS))
    command = (sys.executable, "-m", "benchmarks.watch_receiver", address, path, KEY, *numbers)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=1 << 24)
    assert process.stdout
    await process.stdout.readline()
    yield process.stdout
    await process.wait()
