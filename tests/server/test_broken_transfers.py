"""Callers who leave in the middle of a file, and servers that do."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from glob import glob
from pathlib import Path

import grpc
import pytest
import pytest_asyncio
from google.api.httpbody_pb2 import HttpBody

from csvconverter.v1.services_pb2 import ConvertRequest
from server.data_folder import DataFolder
from tests.server.caller import ALL_KEY, KEYS, Caller
from tests.server.conftest import training_request
from tests.server.server_process import ServerProcess, server_process, wait_until
from tests.server.stored_scripts import put_script

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOON = 20  # seconds, on a busy machine
MEGABYTE = b"007,Ada\n" * 131_072
SIXTY_MEGABYTES = """
import sys

with open(sys.argv[2], "wb") as target:
    for _ in range(60):
        target.write(b"007,Ada\\n" * 131_072)
"""
UPLOADING_CLIENT = """
import itertools, sys
import grpc
from google.api.httpbody_pb2 import HttpBody
from csvconverter.v1.services_pb2 import ConvertRequest
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub

def pieces():
    yield ConvertRequest(client_id="ann", job_id="large")
    for _ in itertools.count():
        yield ConvertRequest(content=HttpBody(data=b"007,Ada\\n" * 1000))

stub = ConversionServiceStub(grpc.insecure_channel(sys.argv[1]))
next(stub.Convert(pieces(), metadata=(("x-api-key", "all-key"),)))
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory) -> AsyncIterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("transfers")
    with server_process(folder, API_KEYS=KEYS) as running:
        async with Caller.connected(running.address, ALL_KEY) as caller:
            await caller.train(training_request("ann", job_id="large"))
        put_script(folder / "data", "ann", "large", SIXTY_MEGABYTES)
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def caller(server) -> AsyncIterator[Caller]:
    async with Caller.connected(server.address, ALL_KEY) as connected:
        yield connected


def spooled(server: ServerProcess, name: str = "*.csv") -> list[str]:
    scratch = DataFolder(Path(server.told["data_dir"])).scratch
    return glob(f"{scratch}/*/{name}")  # a folder may be deleted meanwhile, for which Path.glob raises


async def becomes(condition) -> bool:
    return await asyncio.to_thread(wait_until, condition, SOON)


async def upload(call) -> None:
    await call.write(ConvertRequest(client_id="ann", job_id="large"))
    await call.write(ConvertRequest(content=HttpBody(data=b"id,name\n" + 2 * MEGABYTE)))


def raw_request(server: ServerProcess, body: bytes, length: int) -> socket.socket:
    """Send the beginning of a request over REST."""
    host, port = server.told["http_address"].split(":")
    connection = socket.create_connection((host, int(port)), SOON)
    lines = ["POST /api/v1/ann/large/convert HTTP/1.1", "host: x", f"x-api-key: {ALL_KEY}", f"content-length: {length}"]
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
    return connection


async def test_an_upload_over_grpc_is_forgotten_with_its_caller(server, caller):
    call = caller.stub.Convert(metadata=caller.metadata)
    await upload(call)
    assert await becomes(lambda: spooled(server))
    call.cancel()
    assert await becomes(lambda: not spooled(server))


async def test_an_upload_over_rest_is_forgotten_with_its_caller(server):
    connection = await asyncio.to_thread(raw_request, server, 2 * MEGABYTE, 1 << 40)
    assert await becomes(lambda: spooled(server))
    connection.close()
    assert await becomes(lambda: not spooled(server))


async def test_an_upload_is_forgotten_when_its_caller_is_killed(server):
    client = await asyncio.create_subprocess_exec(sys.executable, "-c", UPLOADING_CLIENT, server.address)
    assert await becomes(lambda: spooled(server))
    client.kill()
    await client.wait()
    assert await becomes(lambda: not spooled(server))


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
async def test_a_download_is_forgotten_with_its_caller(server, caller, protocol):
    if protocol == "grpc":
        call = caller.stub.Convert(metadata=caller.metadata)
        await upload(call)
        await call.done_writing()
        assert (await call.read()).data.startswith(b"007,Ada\n")
        leave = call.cancel
    else:
        connection = await asyncio.to_thread(raw_request, server, b"id,name\n1,x\n", 12)
        assert (await asyncio.to_thread(connection.recv, 1000)).startswith(b"HTTP/1.1 200 OK")
        leave = connection.close
    assert spooled(server, "output.csv")
    leave()
    assert await becomes(lambda: not spooled(server))


async def test_more_conversions_at_once_than_can_run_take_turns(server, caller):
    async def size() -> int:
        call = caller.stub.Convert(metadata=caller.metadata)
        await call.write(ConvertRequest(client_id="ann", job_id="large", content=HttpBody(data=b"id,name\n1,x\n")))
        await call.done_writing()
        return sum([len(body.data) async for body in call])

    assert await asyncio.gather(*(size() for _ in range(8))) == [60 * len(MEGABYTE)] * 8
    assert await becomes(lambda: not spooled(server))


@asynccontextmanager
async def server_with_an_upload(folder: Path) -> AsyncIterator[tuple[ServerProcess, grpc.aio.StreamStreamCall]]:
    """Start a server of its own, for a test that ends it, and begin to send it a file."""
    with server_process(folder, "--no-gateway", API_KEYS=KEYS) as server:
        async with Caller.connected(server.address, ALL_KEY) as caller:
            await caller.train(training_request("ann", job_id="large"))
            call = caller.stub.Convert(metadata=caller.metadata)
            await upload(call)
            assert await becomes(lambda: spooled(server))
            yield server, call


async def test_an_upload_that_a_server_breaks_off_may_be_sent_again(tmp_path):
    async with server_with_an_upload(tmp_path) as (server, call):
        server.process.terminate()
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await asyncio.wait_for(call.read(), SOON)
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE
        assert await asyncio.to_thread(server.process.wait, SOON) == 0
        assert not spooled(server)


async def test_what_a_killed_server_has_spooled_is_removed_by_the_next(tmp_path):
    async with server_with_an_upload(tmp_path) as (server, _):
        server.signal_group(signal.SIGKILL)
        server.process.wait()
    assert spooled(server)
    with DataFolder(tmp_path / "data").held():  # as a server does when it starts
        assert not spooled(server)
