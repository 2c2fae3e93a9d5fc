"""What a call costs: of the server itself, through the gateway as gRPC, and as REST, against a bare echo server.

The call is GetQueueStatus: it needs a key, passes everything that surrounds a call, and answers from the store. GetJob,
which reads a row, is measured beside it. The echo gets and returns as many bytes as GetQueueStatus answers, with the
same headers, from the same client. All take turns in each round, so that a busy machine slows all of them.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc

from benchmarks.echo_server import METHOD
from benchmarks.figure import Figure
from benchmarks.http_connection import HttpConnection, head
from benchmarks.jobs import JOB, METADATA, USER, train
from benchmarks.processes import KEY, RealServer, echo_server, real_server
from csvconverter.v1.services_pb2 import GetJobRequest, GetQueueStatusRequest
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub

ROUNDS = 9
TURN_SECONDS = 0.4
MANY = 16

Call = Callable[[], Awaitable[object]]


@dataclass
class Contender:
    """Something that is called: by one caller each."""

    calls: list[Call]
    rates: dict[int, list[float]] = field(default_factory=lambda: {1: [], MANY: []})  # calls a second, round by round
    seconds: list[float] = field(default_factory=list)  # of single calls of a lone caller

    async def take_turn(self, callers: int) -> None:
        """Call for a while with so many callers at the same time."""
        started = time.perf_counter()
        counts = await asyncio.gather(
            *(self._call_until(call, started + TURN_SECONDS) for call in self.calls[:callers])
        )
        self.rates[callers].append(sum(map(len, counts)) / (time.perf_counter() - started))
        if callers == 1:
            self.seconds += counts[0]

    async def _call_until(self, call: Call, end: float) -> list[float]:
        took = []
        now = time.perf_counter()
        while now < end:
            await call()
            before, now = now, time.perf_counter()
            took.append(now - before)
        return took


def measure() -> Iterator[Figure]:
    """Yield what each costs the next."""
    with echo_server() as echo, real_server() as server:
        contenders = asyncio.run(race(echo, server))
    yield ratio("rpc.direct_vs_echo", contenders, "direct", "echo", MANY)
    yield ratio("rpc.direct_vs_echo_alone", contenders, "direct", "echo", 1)
    yield ratio("rpc.get_job_vs_echo", contenders, "job", "echo", MANY)
    yield ratio("rpc.envoy_vs_direct", contenders, "envoy", "direct", MANY)
    yield ratio("rpc.envoy_vs_direct_alone", contenders, "envoy", "direct", 1)
    yield ratio("rest.vs_direct", contenders, "rest", "direct", MANY)
    yield ratio("rest.vs_direct_alone", contenders, "rest", "direct", 1)
    yield latency("rpc.direct_p50_ms", contenders, "direct", "echo")
    yield latency("rest.p50_ms", contenders, "rest", "direct")


def ratio(name: str, contenders: dict[str, Contender], one: str, other: str, callers: int) -> Figure:
    """Compare calls a second, round by round."""
    ones, others = contenders[one].rates[callers], contenders[other].rates[callers]
    value = statistics.median(a / b for a, b in zip(ones, others, strict=True))
    many = "one caller" if callers == 1 else f"{callers} callers"
    baseline = f"{many}: {one} {statistics.median(ones):,.0f}/s, {other} {statistics.median(others):,.0f}/s"
    return Figure(name, value, "ratio", "higher", baseline)


def latency(name: str, contenders: dict[str, Contender], one: str, other: str) -> Figure:
    """Tell the median of a lone caller's calls."""
    milliseconds = {key: statistics.median(contenders[key].seconds) * 1000 for key in (one, other)}
    return Figure(name, milliseconds[one], "ms", "lower", f"{other} {milliseconds[other]:.2f} ms")


async def race(echo: str, server: RealServer) -> dict[str, Contender]:
    """Let all take turns, first alone and then with many callers."""
    async with AsyncExitStack() as stack:
        contenders = await enter(stack, echo, server)
        for contender in contenders.values():  # connections are made, code is warm
            await contender.take_turn(MANY)
            contender.rates[MANY].clear()
        for _ in range(ROUNDS):
            for callers in (1, MANY):
                for contender in contenders.values():
                    await contender.take_turn(callers)
    return contenders


async def enter(stack: AsyncExitStack, echo: str, server: RealServer) -> dict[str, Contender]:
    """Connect to everybody."""
    direct = await stack.enter_async_context(grpc.aio.insecure_channel(server.grpc_address))
    envoy = await stack.enter_async_context(grpc.aio.insecure_channel(server.http_address))
    echoing = await stack.enter_async_context(grpc.aio.insecure_channel(echo))
    stub: Any = ConversionServiceStub(direct)  # type: ignore[no-untyped-call]
    through: Any = ConversionServiceStub(envoy)  # type: ignore[no-untyped-call]
    await train(server)
    answer = await stub.GetQueueStatus(GetQueueStatusRequest(), metadata=METADATA)
    size = len(answer.SerializeToString())
    connections = [await stack.enter_async_context(connection(server.http_address)) for _ in range(MANY)]
    return {
        "echo": Contender([lambda: echoing.unary_unary(METHOD)(bytes(size), metadata=METADATA)] * MANY),
        "direct": Contender([lambda: stub.GetQueueStatus(GetQueueStatusRequest(), metadata=METADATA)] * MANY),
        "job": Contender([lambda: stub.GetJob(GetJobRequest(client_id=USER, job_id=JOB), metadata=METADATA)] * MANY),
        "envoy": Contender([lambda: through.GetQueueStatus(GetQueueStatusRequest(), metadata=METADATA)] * MANY),
        "rest": Contender([rest(one) for one in connections]),
    }


def rest(connection: HttpConnection) -> Call:
    """Return the same call over REST."""
    request = head("GET", "/api/v1/queue/status", KEY)

    async def call() -> None:
        status, _ = await connection.call(request)
        assert status == 200, status

    return call


@asynccontextmanager
async def connection(address: str) -> AsyncIterator[HttpConnection]:
    """Keep a connection for a while."""
    opened = await HttpConnection.open(address)
    try:
        yield opened
    finally:
        await opened.close()
