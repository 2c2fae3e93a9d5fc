"""The S3 store and aiobotocore itself take turns to store objects and to read them."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import trustme
from aiobotocore.session import AioSession

from benchmarks.figure import Figure
from benchmarks.processes import ended
from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.bucket import options
from storage.s3.settings import S3Settings

ROUNDS = 9
SIZES = {"small": 10_000, "large": 64 * 1024 * 1024}  # bytes
AT_ONCE = {"small": 50, "large": 1}  # calls of one turn, one after the other
PIECE_BYTES = 1 << 20
KEY = "user/job/object"

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Bare:
    """What the store does, with nothing but the client."""

    client: Any
    bucket: str

    async def put(self, key: str, file: Path) -> None:
        """Store a file."""
        with file.open("rb") as body:
            await self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """Yield the content in pieces."""
        answer = await self.client.get_object(Bucket=self.bucket, Key=key)
        async with answer["Body"] as body:
            while piece := await body.read(PIECE_BYTES):
                yield piece


async def object_figures() -> list[Figure]:
    """Compare objects a second."""
    with tempfile.TemporaryDirectory() as name, object_server(Path(name)) as settings:
        store = await S3ArtifactStore.open(settings)
        async with AioSession().create_client("s3", **options(settings)) as client:
            bare = Bare(client, settings.bucket)
            figures = [figure for size in SIZES for figure in await race(store, bare, size, Path(name) / size)]
        await store.close()
    return figures


@contextmanager
def object_server(folder: Path) -> Iterator[S3Settings]:
    """Run a server that costs as little as can be, and speaks TLS as stores do."""
    authority = trustme.CA()
    certificate, ca_bundle = folder / "certificate.pem", folder / "authority.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(ca_bundle))
    with ended([sys.executable, "-m", "benchmarks.object_server", str(certificate)]) as server:
        address = f"https://127.0.0.1:{server.stdout.readline().strip()}"
        yield S3Settings("bucket", address, access_key="key", secret_key="secret", ca_bundle=str(ca_bundle))


async def race(store: S3ArtifactStore, bare: Bare, size: str, file: Path) -> list[Figure]:
    """Let both take turns, so that a busy machine slows them alike."""
    await asyncio.to_thread(file.write_bytes, os.urandom(SIZES[size]))
    puts, reads = [], []
    for _ in range(ROUNDS):
        puts.append([await rate(partial(who.put, KEY, file), size) for who in (store, bare)])
        reads.append([await rate(partial(read, who), size) for who in (store, bare)])
    return [figure(f"storage.s3_put_{size}", puts), figure(f"storage.s3_read_{size}", reads)]


async def read(who: S3ArtifactStore | Bare) -> None:
    """Read the object to its end."""
    async for _ in who.read(KEY):
        pass


async def rate(call: Call, size: str) -> float:
    """Return how many calls there are in a second."""
    started = time.perf_counter()
    for _ in range(AT_ONCE[size]):
        await call()
    return AT_ONCE[size] / (time.perf_counter() - started)


def figure(name: str, rounds: list[list[float]]) -> Figure:
    """Compare round by round."""
    ours, bare = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    ratio = statistics.median(one / other for one, other in rounds)
    return Figure(f"{name}_vs_bare", ratio, "ratio", "higher", f"aiobotocore {bare:,.3g}/s, the store {ours:,.3g}/s")
