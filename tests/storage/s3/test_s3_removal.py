"""Objects that a store does not let go, such as those under a lock."""

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from storage.interfaces import JobStore, RemovalRefused, StoreUnavailable
from storage.orphans import remove_orphans, sweep
from storage.s3.artifact_store import S3ArtifactStore
from storage.transfers import expire_transfers
from tests.storage.opened import open_jobs
from tests.storage.s3.strange_store import StrangeStore

FOLDERS = [f"ann/gone/{'0' * 32}/attempt-1/", ".uploads/ann/"]
KEYS = [f"{folder}{number}" for folder in FOLDERS for number in range(9)]
KEPT = {KEYS[0], KEYS[1], KEYS[3], KEYS[9], KEYS[13]}


@pytest.fixture
async def jobs(tmp_path: Path) -> AsyncIterator[JobStore]:
    opened = await open_jobs(f"sqlite:///{tmp_path}/jobs.db")
    yield opened
    await opened.close()


@pytest.mark.parametrize("one_by_one", [False, True], ids=["at_once", "one_by_one"])
@pytest.mark.parametrize(
    ("remove", "folder"),
    [
        (lambda _, artifacts: artifacts.delete("ann/"), FOLDERS[0]),
        (lambda jobs, artifacts: remove_orphans(jobs, artifacts, "ann/"), FOLDERS[0]),
        (lambda jobs, artifacts: sweep(jobs, artifacts, 0, math.inf), FOLDERS[0]),
        (lambda _, artifacts: expire_transfers(artifacts, math.inf), FOLDERS[1]),
    ],
    ids=["delete", "orphans", "sweep", "transfers"],
)
async def test_all_others_are_removed_and_the_first_that_is_kept_is_told(
    jobs: JobStore, remove: Callable[[JobStore, S3ArtifactStore], Awaitable[None]], folder: str, one_by_one: bool
) -> None:
    store = StrangeStore([key for key in KEYS if key.startswith(folder)], KEPT, one_by_one)
    async with store.served() as settings:
        artifacts = await S3ArtifactStore.open(settings)
        with pytest.raises(RemovalRefused, match="AccessDenied"):
            await remove(jobs, artifacts)
        await artifacts.close()
    assert store.keys == [key for key in KEYS if key in KEPT and key.startswith(folder)]


async def test_store_that_goes_away_is_asked_for_no_further_page() -> None:
    store = StrangeStore(list(KEYS), away_after=2)
    async with store.served() as settings:
        artifacts = await S3ArtifactStore.open(settings)
        with pytest.raises(StoreUnavailable) as raised:
            await artifacts.delete("ann/")
        await artifacts.close()
    assert not isinstance(raised.value, RemovalRefused)
    assert (store.keys, store.asked) == (KEYS, 3)
