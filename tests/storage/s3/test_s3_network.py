"""Contents on their way to a bucket and back, through networks that fail."""

import asyncio
from pathlib import Path

import pytest

from storage.interfaces import StoreUnavailable
from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.bucket import CONNECTIONS, TRIES, Bucket
from tests.contract.test_artifact_store import listed, read
from tests.storage.s3.conftest import unfinished
from tests.stores.proxy import Proxy
from tests.stores.rclone import Rclone

MEBIBYTE = 1024 * 1024
LARGE = bytes(range(256)) * 4096 * 20 + b"the end"  # 20 MiB, which go up in three parts


@pytest.mark.parametrize("content", [b"small", LARGE], ids=["small", "large"])
async def test_lost_answers_are_asked_for_again(remote: S3ArtifactStore, proxy: Proxy, content: bytes) -> None:
    for words in (b"PUT /", b"partNumber=2"):
        proxy.lose_answer(words)
    await remote.put("ann/file", content)
    proxy.lose_answer(b"GET /")
    assert await read(remote, "ann/file") == content


async def test_broken_download_goes_on_where_it_stood(remote: S3ArtifactStore, proxy: Proxy, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(LARGE)
    await remote.put("ann/file", tmp_path / "source")
    for after in (5 * MEBIBYTE + 123, 7 * MEBIBYTE):
        proxy.cut_answer(after)
    await remote.fetch("ann/file", tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == LARGE


async def test_download_that_fails_leaves_no_file(remote: S3ArtifactStore, proxy: Proxy, tmp_path: Path) -> None:
    await remote.put("ann/file", LARGE)
    for _ in range(TRIES):
        proxy.cut_answer(MEBIBYTE // 2)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await remote.fetch("ann/file", tmp_path / "fetched")
    assert not (tmp_path / "fetched").exists()


async def test_upload_that_fails_leaves_nothing(remote: S3ArtifactStore, proxy: Proxy, bucket: Bucket) -> None:
    for _ in range(2 * TRIES):  # an old connection that ends is no try
        proxy.lose_request(b"partNumber=2")
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await remote.put("ann/file", LARGE)
    assert await unfinished(bucket) == []
    assert await listed(remote, "") == {}


async def test_upload_whose_end_was_not_heard_is_there(remote: S3ArtifactStore, proxy: Proxy) -> None:
    proxy.lose_answer(b"ann/file?uploadId=")
    await remote.put("ann/file", LARGE)
    assert await read(remote, "ann/file") == LARGE


async def test_upload_whose_caller_leaves_is_taken_back(remote: S3ArtifactStore, proxy: Proxy, bucket: Bucket) -> None:
    proxy.slow_down(MEBIBYTE)
    putting = asyncio.create_task(remote.put("ann/file", LARGE))
    async with asyncio.timeout(60):
        while not await unfinished(bucket):
            await asyncio.sleep(0.01)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert await unfinished(bucket) == []
    assert await listed(remote, "") == {}


async def test_readers_who_leave_give_their_connections_back(artifacts: S3ArtifactStore) -> None:
    await artifacts.put("ann/file", bytes(3 * MEBIBYTE))
    for _ in range(CONNECTIONS + 1):
        pieces = artifacts.read("ann/file")
        await anext(pieces)
        await pieces.aclose()
    await artifacts.put("ann/other", b"")


async def test_store_that_never_answers_is_given_up_and_used_again(
    remote: S3ArtifactStore, proxy: Proxy, tmp_path: Path
) -> None:
    await remote.put("ann/file", b"x")
    proxy.hold()
    await everything_fails(remote, tmp_path)
    await proxy.refuse()  # so that nothing that was held comes late
    await proxy.restore()
    assert await read(remote, "ann/file") == b"x"


async def test_store_that_dies_is_used_again_when_it_is_back(
    artifacts: S3ArtifactStore, rclone: Rclone, tmp_path: Path
) -> None:
    await artifacts.put("ann/file", b"x")
    rclone.stop()
    try:
        await everything_fails(artifacts, tmp_path)
    finally:
        rclone.start()
    assert await read(artifacts, "ann/file") == b"x"
    await artifacts.put("ann/file", b"y")
    assert await read(artifacts, "ann/file") == b"y"


async def everything_fails(store: S3ArtifactStore, folder: Path) -> None:
    attempts = (
        store.put("ann/new", b"x"),
        store.put("ann/new", LARGE),
        read(store, "ann/file"),
        store.fetch("ann/file", folder / "fetched"),
        listed(store, ""),
        store.remove(["ann/file"]),
        store.remove(["ann/file", "ann/other"]),
        store.delete("ann/"),
        store.tidy(0),
    )
    outcomes = await asyncio.wait_for(asyncio.gather(*attempts, return_exceptions=True), 60)
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * len(attempts)
