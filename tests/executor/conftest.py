"""The parts of a pool, on embedded stores."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from executor.pool_settings import PoolSettings
from executor.sandbox.runner import Sandbox
from storage.folder_artifact_store import FolderArtifactStore
from tests.executor.place import Place
from tests.storage.opened import open_jobs


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
