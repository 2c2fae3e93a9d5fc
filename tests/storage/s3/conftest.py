"""Stores on an empty bucket of rclone, which checks signatures and keeps its objects when it is killed."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.bucket import Bucket
from storage.s3.settings import S3Settings
from tests.stores.proxy import Proxy
from tests.stores.rclone import Rclone
from tests.stores.s3 import new_bucket


@pytest.fixture
def settings(rclone: Rclone) -> S3Settings:
    return new_bucket(rclone)


@pytest.fixture
async def bucket(settings: S3Settings) -> AsyncIterator[Bucket]:
    opened = await Bucket.open(settings)
    yield opened
    await opened.close()


@pytest.fixture
def artifacts(bucket: Bucket) -> S3ArtifactStore:
    return S3ArtifactStore(bucket)


@pytest.fixture
async def proxy(rclone: Rclone) -> AsyncIterator[Proxy]:
    async with Proxy(rclone.port) as between:
        yield between


@pytest.fixture
async def remote(settings: S3Settings, proxy: Proxy) -> AsyncIterator[S3ArtifactStore]:
    """Open the same bucket through a network that may fail."""
    url = f"http://127.0.0.1:{proxy.port}"
    store = await S3ArtifactStore.open(replace(settings, endpoint_url=url, call_seconds=3))
    yield store
    await store.close()


async def unfinished(bucket: Bucket) -> list[str]:
    """Return the keys of the uploads that have begun and not ended."""
    page = await bucket.ask_whether("list_multipart_uploads", {"NoSuchUpload"})
    return [upload["Key"] for upload in (page or {}).get("Uploads", ())]
