"""One object on its way from a bucket."""

import asyncio

import aiohttp
from aiobotocore.response import StreamingBody
from botocore.exceptions import BotoCoreError

from storage.interfaces import StoreUnavailable
from storage.s3.bucket import TRIES, Bucket

PIECE_BYTES = 1024 * 1024
BROKEN = (aiohttp.ClientError, BotoCoreError)


class Download:
    """Reads one content whole, however often its connection breaks, and holds none for a reader who takes his time."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket = bucket
        self._key = key
        self._body: StreamingBody | None = None  # stands where the next piece begins
        self._content: tuple[str, int] | None = None  # what the store calls it, and its size
        self._position = 0
        self._pause: asyncio.TimerHandle | None = None

    async def piece(self) -> bytes:
        """Return the next MiB or what is left of it; nothing at the end.

        Raises:
            ArtifactMissing: there is no such key, or it was deleted meanwhile.
            StoreUnavailable: it cannot be read, or was replaced meanwhile.
        """
        if self._pause:
            self._pause.cancel()
        if self._content and self._position == self._content[1]:
            return b""
        async with self._bucket.asking(self._key):
            piece = await self._next()
        self._position += len(piece)
        self._pause = asyncio.get_running_loop().call_later(self._bucket.settings.pause_seconds, self.close)
        return piece

    def close(self) -> None:
        """Give the connection back; the next piece opens another."""
        if self._pause:
            self._pause.cancel()
        if self._body:
            self._body.close()
        self._body = None

    async def _next(self, tries: int = TRIES) -> bytes:
        body = self._body = self._body or await self._open()
        try:
            return await piece_of(body)
        except BROKEN:
            self.close()
            if tries == 1:
                raise
        return await self._next(tries - 1)

    async def _open(self) -> StreamingBody:
        """Read on from where it stood; not every store heeds a condition, but each names what it sends."""
        rest = {"Range": f"bytes={self._position}-"} if self._position else {}
        answer = await self._bucket.call("get_object", Key=self._key, **rest)
        body: StreamingBody = answer["Body"]
        content = answer["ETag"], self._position + answer["ContentLength"]
        if self._content not in (None, content):
            body.close()
            raise StoreUnavailable(f"{self._key} was replaced while it was read")
        self._content = content
        return body


async def piece_of(body: StreamingBody) -> bytes:
    """Return a MiB, or what is left."""
    parts: list[bytes] = []
    missing = PIECE_BYTES
    while missing and (part := await body.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
