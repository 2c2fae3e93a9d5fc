"""What only holds for artifacts in a bucket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import pytest

from storage.interfaces import ArtifactMissing, StoreUnavailable
from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.bucket import Bucket
from storage.s3.settings import S3Settings
from tests.contract.test_artifact_store import LARGE, listed
from tests.storage.s3.conftest import unfinished
from tests.stores.moto import Moto
from tests.stores.rclone import Rclone
from tests.stores.s3 import new_bucket


async def test_thousands_of_objects_are_listed_and_deleted(rclone: Rclone, settings: S3Settings) -> None:
    for job in range(5):
        (rclone.folder_of(settings.bucket) / "ann" / f"job-{job}").mkdir(parents=True)
        for number in range(1000):
            (rclone.folder_of(settings.bucket) / "ann" / f"job-{job}" / f"{number}").touch()
    artifacts = await S3ArtifactStore.open(settings)
    await artifacts.put("bob/job/file", b"")
    pages = [len(page) async for page in artifacts.list("ann/")]
    assert sum(pages) == 5000
    assert max(pages) <= 1000
    await artifacts.delete("ann/")
    assert await listed(artifacts, "") == {"bob/job/file": 0}
    await artifacts.close()


async def test_objects_of_strange_names_are_deleted_as_well(rclone: Rclone, settings: S3Settings) -> None:
    (rclone.folder_of(settings.bucket) / "ann").mkdir()
    for name in ("plain", "bell\a", "ü &%<>+?", "-"):
        (rclone.folder_of(settings.bucket) / "ann" / name).touch()
    artifacts = await S3ArtifactStore.open(settings)
    assert len(await listed(artifacts, "ann/")) == 4
    await artifacts.delete("ann/")
    assert await listed(artifacts, "") == {}
    await artifacts.close()


async def test_tidying_ends_old_uploads_of_ours_and_no_others(artifacts: S3ArtifactStore, bucket: Bucket) -> None:
    ours = {f"ann/job/{'0' * 32}/input.csv", f".downloads/ann/job/{'0' * 32}"}
    others = {"backups/2026.tar", f"cache/md5/{'0' * 32}/content"}
    for key in ours | others:
        await bucket.ask("create_multipart_upload", Key=key)
    await artifacts.tidy(3600)
    assert set(await unfinished(bucket)) == ours | others
    await artifacts.tidy(0)
    assert set(await unfinished(bucket)) == others


@pytest.fixture
async def forgetful(moto: Moto) -> AsyncIterator[S3ArtifactStore]:
    """Open a store that keeps no connection for a reader who is not reading just now."""
    store = await S3ArtifactStore.open(new_bucket(moto, pause_seconds=0))
    yield store
    await store.close()


async def test_slow_reader_gets_one_content_whole_without_holding_a_connection(forgetful: S3ArtifactStore) -> None:
    await forgetful.put("ann/file", LARGE)
    assert await read_slowly(forgetful) == LARGE


async def test_slow_reader_is_told_of_a_content_that_is_no_more(forgetful: S3ArtifactStore) -> None:
    await forgetful.put("ann/file", LARGE)
    with pytest.raises(StoreUnavailable, match="ann/file was replaced"):
        await read_slowly(forgetful, forgetful.put("ann/file", LARGE[::-1]))
    with pytest.raises(ArtifactMissing, match="ann/file"):
        await read_slowly(forgetful, forgetful.remove(["ann/file"]))


async def read_slowly(store: S3ArtifactStore, after_the_first: Awaitable[None] | None = None) -> bytes:
    pieces = []
    async for piece in store.read("ann/file"):
        if not pieces and after_the_first:
            await after_the_first
        pieces.append(piece)
        await asyncio.sleep(0.01)
    return b"".join(pieces)


@pytest.mark.parametrize("size", [1, 9 * 1024 * 1024], ids=["whole", "in_parts"])
@pytest.mark.parametrize(
    ("encryption", "expected"),
    [("AES256", ("AES256", None)), ("aws:kms", ("aws:kms", None)), ("aws:kms:the-key", ("aws:kms", "the-key"))],
)
async def test_objects_are_encrypted_as_demanded(
    moto: Moto, encryption: str, expected: tuple[str, str | None], size: int
) -> None:
    bucket = await Bucket.open(new_bucket(moto, encryption=encryption))
    await S3ArtifactStore(bucket).put("ann/file", bytes(size))
    stored = await bucket.ask("head_object", Key="ann/file")
    await bucket.close()
    assert (stored["ServerSideEncryption"], stored.get("SSEKMSKeyId")) == expected
