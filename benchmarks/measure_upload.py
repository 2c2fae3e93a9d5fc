"""How fast files pass the gateway: as base64 in JSON, and raw through `convert`, beside a plain write to the same disk.

The JSON upload names no job that exists: it is carried to the server whole, checked and refused, so that no script's
time counts. The raw file is uploaded, spooled, copied by a script that does nothing else, and downloaded.
"""

import asyncio
import base64
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.http_connection import HttpConnection, head
from benchmarks.jobs import JOB, USER, put_script, train
from benchmarks.processes import KEY, RealServer, real_server

ROUNDS = 5
MEGABYTE = 1_000_000
FILE = b"id,name\n" + b"0000007,some name\n" * (50 * MEGABYTE // 18)
PIECE_BYTES = 1 << 20
COPY = """
import shutil
import sys

with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
    shutil.copyfileobj(source, target, 1 << 20)
"""


def measure() -> Iterator[Figure]:
    """Yield megabytes of the file a second."""
    with real_server() as server:
        json_rate, raw_rate, disk_rate = asyncio.run(race(server))
    baseline = f"a plain write to the disk, {disk_rate:,.0f} MB/s"
    yield Figure("upload.mb_per_second", json_rate, "MB/s", "higher", baseline)
    yield Figure("convert.mb_per_second", raw_rate, "MB/s", "higher", f"{baseline}, and in and out")


async def race(server: RealServer) -> tuple[float, float, float]:
    """Let all take turns and return the median of each."""
    await train(server)
    await put_script(server, COPY)
    connection = await HttpConnection.open(server.http_address)
    request = json_request()
    rounds = [
        (
            await rate(lambda: upload_json(connection, request)),
            await rate(lambda: convert(connection)),
            await rate(lambda: asyncio.to_thread(write)),
        )
        for _ in range(ROUNDS)
    ]
    await connection.close()
    first, second, third = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    return first, second, third


async def rate(action: Callable[[], Awaitable[None]]) -> float:
    """Return how many megabytes of the file an action takes a second."""
    started = time.perf_counter()
    await action()
    return len(FILE) / MEGABYTE / (time.perf_counter() - started)


def json_request() -> bytes:
    """Return a request with the file as a field."""
    body = {"user_id": USER, "job_id": "none", "input_file": base64.b64encode(FILE).decode()}
    text = json.dumps(body).encode()
    return head("POST", "/api/v1/inference/run", KEY, len(text)) + text


async def upload_json(connection: HttpConnection, request: bytes) -> None:
    """Send the file as a field."""
    status, _ = await connection.call(request)
    assert status == 404, status


async def convert(connection: HttpConnection) -> None:
    """Send the file as it is and take it back."""
    path = f"/api/v1/{USER}/{JOB}/convert"
    status, size = await connection.upload(head("POST", path, KEY, len(FILE)), pieces())
    assert (status, size) == (200, len(FILE)), (status, size)


async def pieces() -> AsyncIterator[bytes]:
    """Yield the file piece by piece."""
    for start in range(0, len(FILE), PIECE_BYTES):
        yield FILE[start : start + PIECE_BYTES]


def write() -> None:
    """Write the file where the server writes its own."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "file").open("wb") as file:
        for start in range(0, len(FILE), PIECE_BYTES):
            file.write(FILE[start : start + PIECE_BYTES])
