"""A server that stops, and one that takes its place, while callers go on calling. No call that was taken may fail."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from glob import glob

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from csvconverter.client import ConverterClient
from csvconverter.v1.services_pb2 import GetHealthRequest, GetQueueStatusRequest, RunInferenceRequest
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub
from tests.server.caller import ALL_KEY, KEYS, Caller, Refused
from tests.server.conftest import INPUT, training_request
from tests.server.server_process import ServerProcess, server_process
from tests.server.stored_scripts import put_script

KEY = {"x-api-key": ALL_KEY}
QUEUE = "/api/v1/queue/status"
STOP_SECONDS = 15
WAIT_SECONDS = 60


class NotTaken(Exception):
    """Nobody listens."""


Call = Callable[[], Awaitable[object]]


class Customer:
    """Calls again and again; a call that is not taken is made once more."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.answered = 0
        self.refused = 0

    async def go_on(self) -> None:
        while True:
            try:
                await self.call()
                self.answered += 1
            except NotTaken:
                self.refused += 1
                await asyncio.sleep(0.02)

    async def is_answered(self) -> None:
        """Wait for an answer to a call that is made from now on."""
        wanted = self.answered + 2
        async with asyncio.timeout(WAIT_SECONDS):
            while self.answered < wanted:
                await asyncio.sleep(0.02)


def rest(client: httpx.AsyncClient) -> Call:
    async def call() -> None:
        try:
            answer = await client.get(QUEUE)
        except httpx.ConnectError:
            raise NotTaken from None
        assert answer.status_code == 200, answer.text

    return call


def rest_with_new_connections(address: str) -> Call:
    async def call() -> None:
        async with httpx.AsyncClient(base_url=f"http://{address}", headers=KEY, timeout=WAIT_SECONDS) as client:
            await rest(client)()

    return call


def unary(channel: grpc.aio.Channel) -> Call:
    async def call() -> None:
        try:
            await ConversionServiceStub(channel).GetQueueStatus(
                GetQueueStatusRequest(), metadata=tuple(KEY.items()), timeout=WAIT_SECONDS
            )
        except grpc.aio.AioRpcError as error:
            # gRPC's core turns calls away as CANCELLED, and in its own words, that arrive as it shuts down.
            if "Connection refused" not in error.details() and error.details() != "CANCELLED":
                raise
            raise NotTaken from None

    return call


async def test_our_client_waits_for_a_server_that_restarts(tmp_path):
    with server_process(tmp_path, API_KEYS=KEYS) as old:
        async with ConverterClient(old.address, api_key=ALL_KEY) as client, asyncio.TaskGroup() as group:
            asking, training = Customer(client.get_queue_status), Customer(partial(train_again, client))
            tasks = [group.create_task(customer.go_on()) for customer in (asking, training)]
            await asking.is_answered()
            await training.is_answered()
            old.process.kill()
            await asyncio.to_thread(old.process.wait, STOP_SECONDS)
            with server_process(tmp_path, API_KEYS=KEYS, GRPC_ADDRESS=old.address):
                await asking.is_answered()
                await training.is_answered()
                for task in tasks:
                    task.cancel()


async def train_again(client: ConverterClient) -> None:
    await client.train("ann", INPUT, INPUT, job_title="t", owner="o", job_id="again")


@asynccontextmanager
async def customers(server: ServerProcess) -> AsyncIterator[list[Customer]]:
    """Have one customer of each kind call all the time: REST and gRPC, through the gateway and without it."""
    http, direct = server.told["http_address"], server.address
    async with (
        httpx.AsyncClient(base_url=f"http://{http}", headers=KEY, timeout=WAIT_SECONDS) as client,
        grpc.aio.insecure_channel(http) as through_gateway,
        grpc.aio.insecure_channel(direct) as channel,
        asyncio.TaskGroup() as group,
    ):
        calls = [rest(client), rest_with_new_connections(http), unary(through_gateway), unary(channel)]
        everyone = [Customer(call) for call in calls]
        tasks = [group.create_task(customer.go_on()) for customer in everyone]
        yield everyone
        for task in tasks:
            task.cancel()


async def test_a_restart_fails_no_call_that_was_taken(tmp_path):
    with server_process(tmp_path, API_KEYS=KEYS) as old:
        async with customers(old) as everyone:
            for customer in everyone:
                await customer.is_answered()
            old.process.terminate()
            assert await asyncio.to_thread(old.process.wait, STOP_SECONDS) == 0
            assert "CANCELLED" not in old.log.read_text()  # whoever was turned away had not been let in
            places = {"GRPC_ADDRESS": old.address, "HTTP_ADDRESS": old.told["http_address"]}
            with server_process(tmp_path, API_KEYS=KEYS, **places):
                for customer in everyone:
                    await customer.is_answered()


SLOW_SCRIPT = """
import shutil, sys, time
time.sleep(1.5)
shutil.copyfile(sys.argv[1], sys.argv[2])
"""


async def test_calls_under_way_are_answered_by_a_server_that_stops(tmp_path):
    with server_process(tmp_path, API_KEYS=KEYS, MAX_WORKERS=3) as server:
        async with (
            Caller.connected(server.address, ALL_KEY) as caller,
            httpx.AsyncClient(base_url=f"http://{server.told['http_address']}", headers=KEY, timeout=60) as client,
        ):
            await caller.train(training_request("ann", job_id="slow"))
            put_script(tmp_path / "data", "ann", "slow", SLOW_SCRIPT)
            body = {"user_id": "ann", "job_id": "slow", "input_file": base64.b64encode(INPUT).decode()}
            answers = [
                asyncio.create_task(client.post("/api/v1/inference/run", json=body)),
                asyncio.create_task(client.post("/api/v1/ann/slow/convert", content=INPUT)),
                asyncio.create_task(
                    caller("RunInference", RunInferenceRequest(user_id="ann", job_id="slow", input_file=INPUT))
                ),
            ]
            scratch = tmp_path / "data" / "csv-converter-scratch"
            async with asyncio.timeout(WAIT_SECONDS):
                while len(glob(f"{scratch}/*/input.csv")) < len(answers):  # Path.glob raises when a folder goes away
                    await asyncio.sleep(0.02)
            server.process.terminate()
            told, streamed, message = await asyncio.gather(*answers)
            assert base64.b64decode(told.json()["output_csv"]) == INPUT
            assert streamed.content == INPUT
            assert message.output_csv == INPUT
        assert await asyncio.to_thread(server.process.wait, STOP_SECONDS) == 0


async def test_a_server_that_stops_says_so_while_it_still_answers(tmp_path):
    with server_process(tmp_path, API_KEYS=KEYS, DRAIN_SECONDS=5) as server:
        async with (
            Caller.connected(server.address, ALL_KEY) as caller,
            httpx.AsyncClient(base_url=f"http://{server.told['http_address']}", headers=KEY, timeout=60) as client,
        ):
            assert (await client.get("/health")).status_code == 200
            server.process.terminate()
            async with asyncio.timeout(4):
                while (health := await client.get("/health")).status_code == 200:
                    await asyncio.sleep(0.02)
            assert (health.status_code, health.headers["retry-after"]) == (503, "1")
            with pytest.raises(Refused) as refusal:
                await caller("GetHealth", GetHealthRequest())
            assert refusal.value.info.reason == "TRY_AGAIN"
            answer = await health_pb2_grpc.HealthStub(caller.channel).Check(health_pb2.HealthCheckRequest())
            assert answer.status == health_pb2.HealthCheckResponse.NOT_SERVING
            assert (await client.get(QUEUE)).status_code == 200
            assert (await caller("GetQueueStatus", GetQueueStatusRequest())).status == "stopping"
        assert await asyncio.to_thread(server.process.wait, STOP_SECONDS) == 0
