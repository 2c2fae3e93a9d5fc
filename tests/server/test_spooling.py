"""Uploaded files on their way to the disk."""

import asyncio
import errno

import pytest

from csvconverter.v1.errors_pb2 import ERROR_REASON_TRY_AGAIN
from server.errors import Refusal
from server.spooling import CHUNK_BYTES, Spool, joined

MORE_THAN_ANY_DISK = 1 << 62


async def stream(*pieces: bytes):
    for piece in pieces:
        yield piece


async def never():
    yield b"id,name\n"
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "pieces",
    [(), (b"",), (b"a",), (b"a", b"b" * CHUNK_BYTES), (b"a" * CHUNK_BYTES, b"b"), (b"ab" * 1000,) * 2000],
    ids=["none", "empty", "small", "small and large", "large and small", "many"],
)
async def test_a_file_is_written_as_it_comes(tmp_path, pieces):
    await Spool(tmp_path).write(stream(*pieces), tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"".join(pieces)


async def test_small_pieces_are_written_together():
    chunks = [chunk async for chunk in joined(stream(*[b"x" * 1000] * 3000))]
    assert [len(chunk) >= CHUNK_BYTES for chunk in chunks] == [True, True, False]


async def test_a_file_does_not_grow_into_the_reserve_of_the_disk(tmp_path):
    with pytest.raises(OSError, match="No space left") as error:
        await Spool(tmp_path, MORE_THAN_ANY_DISK).write(stream(*[b"x" * CHUNK_BYTES] * 9), tmp_path / "file")
    assert error.value.errno == errno.ENOSPC
    assert (tmp_path / "file").stat().st_size == CHUNK_BYTES


async def test_a_small_file_is_taken_by_an_almost_full_disk(tmp_path):
    await Spool(tmp_path, MORE_THAN_ANY_DISK).write(stream(b"id,name\n", b"1,x\n"), tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"id,name\n1,x\n"


async def test_an_upload_that_stands_still_is_given_up(tmp_path):
    with pytest.raises(Refusal, match=r"nothing of the file came for 0\.1 seconds") as refusal:
        await Spool(tmp_path, idle_seconds=0.1).write(never(), tmp_path / "file")
    assert refusal.value.reason == ERROR_REASON_TRY_AGAIN


async def test_a_slow_upload_is_not_given_up(tmp_path):
    async def slowly():
        for _ in range(20):
            await asyncio.sleep(0.05)
            yield b"x"

    await Spool(tmp_path, idle_seconds=0.5).write(slowly(), tmp_path / "file")
    assert (tmp_path / "file").stat().st_size == 20


@pytest.mark.parametrize("end", ["success", "failure", "cancellation"])
async def test_a_place_is_gone_when_its_call_is_over(tmp_path, end):
    reached = asyncio.Event()

    async def call():
        async with Spool(tmp_path).place() as folder:
            (folder / "file").write_bytes(b"x")
            reached.set()
            if end == "failure":
                raise ValueError
            if end == "cancellation":
                await asyncio.Event().wait()

    running = asyncio.create_task(call())
    await reached.wait()
    if end == "cancellation":
        running.cancel()
    await asyncio.wait([running])
    assert not list(tmp_path.iterdir())
