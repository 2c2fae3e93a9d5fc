"""Files far larger than anybody's memory."""

import hashlib
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from google.api.httpbody_pb2 import HttpBody

from csvconverter.v1.services_pb2 import ConvertRequest
from server.data_folder import DataFolder
from tests.server.caller import ALL_KEY, KEYS, Caller
from tests.server.conftest import training_request
from tests.server.server_process import ServerProcess, server_process
from tests.server.stored_scripts import put_script

pytestmark = pytest.mark.long

GIGABYTE = 10**9
MEGABYTE = 10**6
MOST_MEMORY = 250 * MEGABYTE  # of each process
COPY = """
import shutil
import sys

with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
    shutil.copyfileobj(source, target, 1 << 20)
"""


@contextmanager
def memory_watched(server: ServerProcess) -> Iterator[Counter]:
    """Note the largest resident memory of each of the server's processes, in bytes."""
    largest: Counter = Counter()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            for pid in server.family():
                largest[pid] = max(largest[pid], resident(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield largest
    finally:
        over.set()
        thread.join()


def resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except (FileNotFoundError, ProcessLookupError):
        return 0


class Rows:
    """A CSV file of a size, made as it is read, and the digest of what was read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.digest = hashlib.sha256()

    async def pieces(self) -> AsyncIterator[bytes]:
        left = self.size
        block = b"007,Ada\n" * 32_768
        for piece in (b"id,name\n", *[block] * (left // len(block) + 1)):
            self.digest.update(piece[:left])
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return


@pytest.fixture
async def server(tmp_path) -> AsyncIterator[ServerProcess]:
    with server_process(tmp_path, API_KEYS=KEYS) as running:
        async with Caller.connected(running.address, ALL_KEY) as caller:
            await caller.train(training_request("ann", job_id="copy"))
        put_script(tmp_path / "data", "ann", "copy", COPY)
        yield running


async def through_rest(server: ServerProcess, file: Rows, received) -> None:
    url = f"http://{server.told['http_address']}/api/v1/ann/copy/convert"
    async with (
        httpx.AsyncClient(timeout=300) as client,
        client.stream("POST", url, content=file.pieces(), headers={"x-api-key": ALL_KEY}) as answer,
    ):
        assert (answer.status_code, answer.headers["content-length"]) == (200, str(file.size))
        async for piece in answer.aiter_raw():
            received.update(piece)


async def through_grpc(server: ServerProcess, file: Rows, received) -> None:
    async def requests() -> AsyncIterator[ConvertRequest]:
        yield ConvertRequest(client_id="ann", job_id="copy")
        async for piece in file.pieces():
            yield ConvertRequest(content=HttpBody(data=piece))

    async with Caller.connected(server.address, ALL_KEY) as caller:
        async for body in caller.stub.Convert(requests(), metadata=caller.metadata):
            received.update(body.data)


async def test_a_large_artifact_passes_in_bounded_memory(server, tmp_path):
    learned = b"# a script\n" * (100 * MEGABYTE // 11)
    put_script(tmp_path / "data", "ann", "copy", learned.decode())
    url = f"http://{server.told['http_address']}/api/v1/ann/copy/artifacts/script.py"
    received = hashlib.sha256()
    with memory_watched(server) as largest:
        async with (
            httpx.AsyncClient(timeout=300) as client,
            client.stream("GET", url, headers={"x-api-key": ALL_KEY}) as answer,
        ):
            async for piece in answer.aiter_raw():
                received.update(piece)
    assert received.digest() == hashlib.sha256(learned).digest()
    assert max(largest.values()) < MOST_MEMORY


@pytest.mark.parametrize("send", [through_rest, through_grpc])
async def test_a_gigabyte_passes_in_bounded_memory(server, tmp_path, send):
    file, received = Rows(GIGABYTE), hashlib.sha256()
    with memory_watched(server) as largest:
        await send(server, file, received)
    assert received.digest() == file.digest.digest()
    assert largest[server.process.pid] > 0
    assert max(largest.values()) < MOST_MEMORY
    assert not list(DataFolder(tmp_path / "data").scratch.glob("*/input.csv"))
