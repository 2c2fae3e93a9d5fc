"""Puts uploaded files on the disk as they come: memory stays bounded, and so does what a caller takes of the disk."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

from csvconverter.v1.errors_pb2 import ERROR_REASON_TRY_AGAIN
from server.errors import Refusal

CHUNK_BYTES = 1 << 20
RESERVE_BYTES = 512 << 20


@dataclass(frozen=True)
class Spool:
    """The folder for files of calls under way."""

    folder: Path
    reserve_bytes: int = RESERVE_BYTES  # of the disk, for everybody's jobs and events: no file of a call grows into it
    idle_seconds: float = 60.0  # how long an upload may stand still

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Path]:
        """Make a folder for one call; it is gone, with all that is in it, when the call is over in whatever way."""
        folder = Path(mkdtemp(dir=self.folder))
        try:
            yield folder
        finally:  # large files take a while to delete, and their caller may have left
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder))

    async def write(self, pieces: AsyncIterator[bytes], target: Path) -> None:
        """Write a file as its pieces come.

        Raises:
            Refusal: TRY_AGAIN, because nothing came for too long.
            OSError: with ENOSPC when the disk is full but for the reserve.
        """
        with target.open("wb") as file:
            async for chunk in joined(self._prompt(pieces)):
                await asyncio.to_thread(self._append, file, chunk)

    async def _prompt(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Pass pieces on for as long as the next one comes in time."""
        while True:
            try:
                async with asyncio.timeout(self.idle_seconds):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError:
                message = f"nothing of the file came for {self.idle_seconds:g} seconds: send it again"
                raise Refusal(ERROR_REASON_TRY_AGAIN, message) from None
            yield piece

    def _append(self, file: BinaryIO, chunk: bytes) -> None:
        """Write what leaves the reserve untouched; the first chunk always may, for small files do no harm."""
        if file.tell() and shutil.disk_usage(self.folder).free - len(chunk) < self.reserve_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        file.write(chunk)


async def joined(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Make chunks of at least 1 MiB, the last one excepted, so that small pieces do not cost a write each."""
    chunk = bytearray()
    async for piece in pieces:
        if len(piece) >= CHUNK_BYTES and not chunk:
            yield piece  # as it is: it may be a whole file
            continue
        chunk += piece
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)
