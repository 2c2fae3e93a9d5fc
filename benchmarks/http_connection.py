"""One HTTP/1.1 connection that is kept alive: as little of a client as can be, so that it is not what is measured."""

import asyncio
import re
from collections.abc import AsyncIterable
from typing import Self

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)")


class HttpConnection:
    """Sends a request and reads its answer, one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, address: str) -> Self:
        """Connect to `host:port`."""
        host, _, port = address.rpartition(":")
        return cls(*await asyncio.open_connection(host, int(port)))

    async def call(self, request: bytes) -> tuple[int, int]:
        """Send a whole request; return the status of the answer and the length of its body."""
        self._writer.write(request)
        return await self._answer()

    async def upload(self, head: bytes, body: AsyncIterable[bytes]) -> tuple[int, int]:
        """Send a body in pieces; the rest is as with `call`."""
        self._writer.write(head)
        async for piece in body:
            self._writer.write(piece)
            await self._writer.drain()
        return await self._answer()

    async def _answer(self) -> tuple[int, int]:
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        assert length, head
        missing = size = int(length[1])
        while missing:
            missing -= len(await self._reader.read(min(missing, 1 << 20)))
        return int(head.split(b" ", 2)[1]), size

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()


def head(method: str, path: str, key: str, length: int = 0) -> bytes:
    """Return the head of a request with a body of this length."""
    lines = [f"{method} {path} HTTP/1.1", "host: benchmark", f"x-api-key: {key}", f"content-length: {length}"]
    return "\r\n".join([*lines, "content-type: application/json", "", ""]).encode()
