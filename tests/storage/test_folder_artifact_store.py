"""What only holds for artifacts in a folder."""

import asyncio
import os
from pathlib import Path

import pytest

from storage.folder_artifact_store import FolderArtifactStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"


@pytest.fixture
def artifacts(root: Path) -> FolderArtifactStore:
    return FolderArtifactStore(root)


async def test_emptied_folders_go_and_foreign_files_stay(artifacts: FolderArtifactStore, root: Path) -> None:
    await artifacts.put("ann/job/life/file", b"")
    await artifacts.put("bob/job/life/file", b"")
    (root / "bob" / "notes.txt").write_text("not ours")
    await artifacts.delete("ann/job/life/")
    await artifacts.delete("bob/job/life/")
    assert below(root) == ["bob", "bob/notes.txt"]


async def test_root_stays_when_everything_is_deleted(artifacts: FolderArtifactStore, root: Path) -> None:
    await artifacts.put("ann/file", b"")
    await artifacts.delete("ann/")
    assert below(root.parent) == ["artifacts"]


async def test_call_that_is_cancelled_has_ended_when_it_returns(artifacts: FolderArtifactStore, root: Path) -> None:
    writing = asyncio.create_task(artifacts.put("ann/file", bytes(20_000_000)))
    async with asyncio.timeout(30):
        while not below(root):
            await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert below(root) == ["ann", "ann/file"]


async def test_symbolic_links_do_not_lead_out(artifacts: FolderArtifactStore, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    await artifacts.put("bob/file", b"")
    (root / "ann").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    for attempt in (
        artifacts.put("ann/new", b""),
        artifacts.put("file", b""),
        artifacts.fetch("ann/secret", tmp_path / "fetched"),
        artifacts.fetch("file", tmp_path / "fetched"),
        artifacts.delete("ann/"),
    ):
        with pytest.raises(ValueError, match="does not name a place"):
            await attempt
    assert below(outside) == ["secret"]


async def test_deleting_a_folder_leaves_what_its_links_point_to(
    artifacts: FolderArtifactStore, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("")
    await artifacts.put("ann/job/file", b"")
    (root / "ann" / "job" / "link").symlink_to(outside)
    await artifacts.delete("ann/")
    assert (outside / "file").exists()


async def test_root_may_itself_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    artifacts = FolderArtifactStore(tmp_path / "link")
    await artifacts.put("ann/file", b"x")
    assert [len(piece) async for piece in artifacts.read("ann/file")] == [1]


async def test_failed_put_leaves_nothing_behind(artifacts: FolderArtifactStore, root: Path, tmp_path: Path) -> None:
    await artifacts.put("ann/file", b"old")
    with pytest.raises(FileNotFoundError):
        await artifacts.put("ann/file", tmp_path / "missing")
    assert below(root) == ["ann", "ann/file"]
    assert [len(piece) async for piece in artifacts.read("ann/file")] == [3]


async def test_abandoned_reader_closes_its_file(artifacts: FolderArtifactStore) -> None:
    await artifacts.put("ann/file", bytes(3 * 1024 * 1024))
    before = len(os.listdir("/proc/self/fd"))
    reader = artifacts.read("ann/file")
    await anext(reader)
    assert len(os.listdir("/proc/self/fd")) == before + 1
    await reader.aclose()
    assert len(os.listdir("/proc/self/fd")) == before


async def test_large_file_does_not_stop_the_loop(artifacts: FolderArtifactStore) -> None:
    putting = asyncio.create_task(artifacts.put("ann/file", bytes(32 * 1024 * 1024)))
    turns = 0
    while not putting.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 1


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
