"""Files that pass the server by go with their user, with their job, and after a while."""

import os
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import Job
from storage.folder_artifact_store import FolderArtifactStore
from storage.transfers import delete_downloads, delete_transfers, expire_transfers, new_download_key, upload_key

ANN = Job(user_id="ann", job_id="job", uid="0" * 32)
OF_OTHERS = [
    upload_key("ann-2", "first"),
    new_download_key(Job(user_id="ann-2", job_id="job")),
    "ann/job/0000/input.csv",
    ".hidden/file",
]
CONVERTED = [new_download_key(ANN), new_download_key(ANN)]
SENT = [upload_key("ann", "first"), new_download_key(Job(user_id="ann", job_id="job-2"))]


@pytest.fixture
async def artifacts(tmp_path: Path) -> FolderArtifactStore:
    store = FolderArtifactStore(tmp_path)
    for key in (*CONVERTED, *SENT, *OF_OTHERS):
        await store.put(key, b"")
    return store


async def keys(artifacts: FolderArtifactStore) -> set[str]:
    return {file.key async for page in artifacts.list("") for file in page}


async def test_all_of_a_user_goes_with_the_user(artifacts: FolderArtifactStore) -> None:
    await delete_transfers(artifacts, "ann")
    assert await keys(artifacts) == set(OF_OTHERS)


async def test_what_was_converted_with_a_job_goes_with_the_job(artifacts: FolderArtifactStore) -> None:
    await delete_downloads(artifacts, "ann", "job")
    assert await keys(artifacts) == {*SENT, *OF_OTHERS}


async def test_the_old_ones_go_and_nothing_else(artifacts: FolderArtifactStore, tmp_path: Path) -> None:
    for key in (CONVERTED[0], *SENT, *OF_OTHERS[2:]):
        os.utime(tmp_path / key, (0, 1_000_000))
    assert await expire_transfers(artifacts, 2_000_000) == 3
    assert await keys(artifacts) == {CONVERTED[1], *OF_OTHERS}
