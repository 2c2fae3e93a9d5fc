"""What every ArtifactStore keeps to."""

import asyncio
import time
from pathlib import Path

import pytest

from storage.interfaces import ArtifactMissing, ArtifactStore

LARGE = bytes(range(256)) * 12 * 1024  # 3 MiB

ATOMIC = pytest.mark.parametrize("artifacts", ["folder", "moto"], indirect=True)
"""For what is replaced or deleted while others use it: rclone writes over its files and removes folders as it goes."""

BAD_KEYS = ["", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", "a//b", "./a", "a/.", "a\0b"]


@pytest.mark.parametrize("content", [b"", b"id\n007\n", LARGE], ids=["empty", "small", "large"])
async def test_content_comes_back_as_it_was(artifacts: ArtifactStore, tmp_path: Path, content: bytes) -> None:
    await artifacts.put("ann/job/life/input.csv", content)
    await artifacts.fetch("ann/job/life/input.csv", tmp_path / "fetched")
    assert await read(artifacts, "ann/job/life/input.csv") == content
    assert (tmp_path / "fetched").read_bytes() == content


async def test_file_is_stored_as_a_copy(artifacts: ArtifactStore, tmp_path: Path) -> None:
    source = tmp_path / "output.csv"
    source.write_bytes(LARGE)
    await artifacts.put("ann/output.csv", source)
    source.write_bytes(b"changed")
    assert await read(artifacts, "ann/output.csv") == LARGE


async def test_content_comes_in_pieces(artifacts: ArtifactStore) -> None:
    await artifacts.put("ann/large", LARGE)
    pieces = [len(piece) async for piece in artifacts.read("ann/large")]
    assert len(pieces) >= 3
    assert max(pieces) <= 1024 * 1024


async def test_put_replaces_what_was_there(artifacts: ArtifactStore) -> None:
    await artifacts.put("ann/file", LARGE)
    await artifacts.put("ann/file", b"new")
    assert await read(artifacts, "ann/file") == b"new"


@ATOMIC
async def test_reader_sees_one_content_or_the_other_whole(artifacts: ArtifactStore) -> None:
    contents = {letter * 2 * 1024 * 1024 for letter in (b"a", b"b")}
    await artifacts.put("ann/file", min(contents))

    async def keep_writing() -> None:
        for _ in range(5):
            for content in contents:
                await artifacts.put("ann/file", content)

    writing = asyncio.create_task(keep_writing())
    while not writing.done():
        assert await read(artifacts, "ann/file") in contents
    await writing


async def test_missing_artifact_is_reported(artifacts: ArtifactStore, tmp_path: Path) -> None:
    await artifacts.put("ann/job/file", b"")
    for key in ("ann/job/other", "ann/job", "ann/job/file/below"):
        with pytest.raises(ArtifactMissing, match=key):
            await read(artifacts, key)
        with pytest.raises(ArtifactMissing):
            await artifacts.fetch(key, tmp_path / "fetched")
        assert not (tmp_path / "fetched").exists()


async def test_delete_removes_all_below_a_prefix_and_nothing_else(artifacts: ArtifactStore) -> None:
    for key in ("ann/job/life/a", "ann/job/life/attempt-1/b", "ann/job-2/life/c", "ann/jo"):
        await artifacts.put(key, key.encode())
    await artifacts.delete("ann/job/")
    await artifacts.delete("ann/job/")
    for key in ("ann/job/life/a", "ann/job/life/attempt-1/b"):
        with pytest.raises(ArtifactMissing):
            await read(artifacts, key)
    assert await read(artifacts, "ann/job-2/life/c") == b"ann/job-2/life/c"
    assert await read(artifacts, "ann/jo") == b"ann/jo"


async def test_remove_takes_one_artifact_and_nothing_else(artifacts: ArtifactStore) -> None:
    for key in ("ann/job/metadata.json", "ann/job/life/a"):
        await artifacts.put(key, key.encode())
    for key in ("ann/job/metadata.json", "ann/job/metadata.json", "ann/other/file"):
        await artifacts.remove([key])
    with pytest.raises(ArtifactMissing):
        await read(artifacts, "ann/job/metadata.json")
    assert await read(artifacts, "ann/job/life/a") == b"ann/job/life/a"


async def test_many_artifacts_are_removed_together(artifacts: ArtifactStore) -> None:
    for key in ("ann/job/a", "ann/job/life/b", "bob/job/c"):
        await artifacts.put(key, key.encode())
    await artifacts.remove([])
    await artifacts.remove(["ann/job/a", "bob/job/c", "bob/job/missing"])
    assert await listed(artifacts, "") == {"ann/job/life/b": 14}


async def test_list_tells_what_lies_below_a_prefix(artifacts: ArtifactStore) -> None:
    before = time.time()
    for key in ("ann/job/life/a", "ann/job/metadata.json", "ann/job-2/life/a"):
        await artifacts.put(key, key.encode())
    assert await listed(artifacts, "ann/job/") == {"ann/job/life/a": 14, "ann/job/metadata.json": 21}
    assert len(await listed(artifacts, "")) == 3
    assert await listed(artifacts, "bob/") == {}
    times = [file.modified_at async for page in artifacts.list("") for file in page]
    assert all(before - 2 < modified_at < time.time() + 2 for modified_at in times)  # some stores count whole seconds


async def test_tidying_leaves_what_is_whole(artifacts: ArtifactStore) -> None:
    await artifacts.put("ann/job/life/a", b"x")
    await artifacts.tidy(0)
    assert await read(artifacts, "ann/job/life/a") == b"x"


@ATOMIC
async def test_deleting_and_storing_at_the_same_time_loses_nothing(artifacts: ArtifactStore) -> None:
    async def live(life: int) -> None:
        await artifacts.put(f"ann/job/{life}/file", b"x")
        assert await read(artifacts, f"ann/job/{life}/file") == b"x"
        await asyncio.gather(*(artifacts.delete(f"ann/job/{life}/") for _ in range(2)))

    for _ in range(10 if artifacts.kind == "folder" else 2):  # nothing but folders comes and goes with its files
        await asyncio.gather(*map(live, range(10)))


@ATOMIC
async def test_storing_what_is_deleted_at_the_same_time_is_no_error(artifacts: ArtifactStore) -> None:
    stored = asyncio.Event()

    async def keep_deleting() -> None:
        while not stored.is_set():
            await artifacts.delete("ann/job/")

    async def keep_storing() -> None:
        for _ in range(100 if artifacts.kind == "folder" else 10):
            await artifacts.put("ann/job/metadata.json", b"{}")
        stored.set()

    async with asyncio.timeout(60):
        await asyncio.gather(keep_deleting(), keep_storing())


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_key_that_is_no_place_below_the_root_is_refused(
    artifacts: ArtifactStore, tmp_path: Path, key: str
) -> None:
    for attempt in (
        artifacts.put(key, b""),
        read(artifacts, key),
        artifacts.fetch(key, tmp_path / "fetched"),
        artifacts.delete(f"{key}/"),
    ):
        with pytest.raises(ValueError, match="the key"):
            await attempt


async def test_prefix_without_a_slash_is_refused(artifacts: ArtifactStore) -> None:
    with pytest.raises(ValueError, match="slash"):
        await artifacts.delete("ann/job")
    with pytest.raises(ValueError, match="slash"):
        await listed(artifacts, "ann/job")


async def read(artifacts: ArtifactStore, key: str) -> bytes:
    return b"".join([piece async for piece in artifacts.read(key)])


async def listed(artifacts: ArtifactStore, prefix: str) -> dict[str, int]:
    """Return the sizes of what lies below a prefix."""
    return {file.key: file.size async for page in artifacts.list(prefix) for file in page}
