"""Every implementation of the interfaces, opened on an empty folder."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import ArtifactStore, JobStore, KeyStore
from storage.sql_job_store import SqlJobStore
from storage.sql_key_store import SqlKeyStore

OpenJobStore = Callable[[], Awaitable[JobStore]]
OpenKeyStore = Callable[[], Awaitable[KeyStore]]


@pytest.fixture(params=["sqlite"])
async def open_job_store(tmp_path: Path) -> AsyncIterator[OpenJobStore]:
    """Open another store on the same jobs, as a restarted or a second server does."""
    opened: list[JobStore] = []

    async def open_one() -> JobStore:
        opened.append(await SqlJobStore.open(f"sqlite:///{tmp_path}/jobs.db"))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def jobs(open_job_store: OpenJobStore) -> JobStore:
    return await open_job_store()


@pytest.fixture(params=["folder"])
async def artifacts(tmp_path: Path) -> AsyncIterator[ArtifactStore]:
    store = FolderArtifactStore(tmp_path / "artifacts")
    yield store
    await store.close()


@pytest.fixture(params=["sqlite"])
async def open_key_store(tmp_path: Path) -> AsyncIterator[OpenKeyStore]:
    """Open another store on the same keys, as another process does."""
    opened: list[KeyStore] = []

    async def open_one() -> KeyStore:
        opened.append(await SqlKeyStore.open(f"sqlite:///{tmp_path}/jobs.db"))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def keys(open_key_store: OpenKeyStore) -> KeyStore:
    return await open_key_store()
