"""Where jobs are run: on embedded stores, with files in a bucket, with jobs in a shared database."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from executor.pool_settings import PoolSettings
from executor.sandbox.runner import Sandbox
from storage.folder_artifact_store import FolderArtifactStore
from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.settings import S3Settings
from tests.executor.place import LEASE, Place
from tests.storage.opened import open_jobs
from tests.stores.moto import Moto
from tests.stores.postgresql import PostgresServer
from tests.stores.proxy import Proxy
from tests.stores.s3 import new_bucket


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("runs")) as sandbox:
        yield sandbox


@pytest.fixture
async def place(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Place]:
    jobs = await open_jobs(f"sqlite:///{tmp_path}/jobs.db")
    artifacts = FolderArtifactStore(tmp_path / "artifacts")
    settings = PoolSettings(folder=tmp_path / "running", owner="pool", max_workers=2, lease_seconds=2)
    yield Place(tmp_path, jobs, artifacts, sandbox, settings)
    await jobs.close()
    await artifacts.close()


@pytest.fixture
async def bucket(moto: Moto) -> AsyncIterator[Proxy]:
    """Stand between a supervisor and its files."""
    async with Proxy(moto.port) as proxy:
        yield proxy


@pytest.fixture
def objects(moto: Moto) -> S3Settings:
    """Make a bucket."""
    return new_bucket(moto)


@pytest.fixture
async def far(place: Place, bucket: Proxy, objects: S3Settings) -> AsyncIterator[Place]:
    """Have the files in a bucket."""
    store = await S3ArtifactStore.open(replace(objects, endpoint_url=f"http://127.0.0.1:{bucket.port}"))
    yield replace(place, artifacts=store, settings=replace(place.settings, lease_seconds=LEASE))
    await store.close()


@pytest.fixture
async def network(postgres: PostgresServer) -> AsyncIterator[Proxy]:
    """Stand between a supervisor and its database."""
    async with Proxy(postgres.port) as proxy:
        yield proxy


@pytest.fixture
async def shared(place: Place, network: Proxy, database_url: str, postgres: PostgresServer) -> AsyncIterator[Place]:
    """Have the jobs in a database."""
    jobs = await open_jobs(database_url.replace(str(postgres.port), str(network.port)))
    yield replace(place, jobs=jobs, settings=replace(place.settings, lease_seconds=LEASE))
    await jobs.close()
