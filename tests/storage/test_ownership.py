"""Whose files are in a bucket."""

from pathlib import Path

import pytest

from storage.folder_artifact_store import FolderArtifactStore
from storage.moving.move import carry_begin
from storage.ownership import MARK, FilesOfAnotherDatabase, take_ownership
from storage.sql.database import open_database
from tests.storage.opened import open_jobs


async def test_files_belong_to_the_database_that_came_first_until_they_are_given_away(tmp_path: Path) -> None:
    artifacts = FolderArtifactStore(tmp_path / "files")
    first, second = [await open_jobs(f"sqlite:///{tmp_path}/{name}.db") for name in ("first", "second")]
    for _ in range(2):
        await take_ownership(first, artifacts)
    with pytest.raises(FilesOfAnotherDatabase, match=MARK):
        await take_ownership(second, artifacts)
    await artifacts.remove([MARK])
    await take_ownership(second, artifacts)
    with pytest.raises(FilesOfAnotherDatabase):
        await take_ownership(first, artifacts)
    await first.close()
    await second.close()


async def test_database_that_was_copied_elsewhere_keeps_its_files(tmp_path: Path) -> None:
    artifacts = FolderArtifactStore(tmp_path / "files")
    here, there = [f"sqlite:///{tmp_path}/{name}.db" for name in ("here", "there")]
    jobs = await open_jobs(here)
    await take_ownership(jobs, artifacts)
    source, target = await open_database(here), await open_database(there)
    for _ in range(2):
        await carry_begin(source, target)
    await source.close()
    await target.close()
    moved = await open_jobs(there)
    await take_ownership(moved, artifacts)
    await jobs.close()
    await moved.close()
