"""A proxy before a server of this machine, which does to it what networks do.

async with Proxy(server.port) as proxy:
    url = server.url("database_1", proxy.port)
    proxy.lose_answer(b"COMMIT")
"""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from tests.stores.processes import free_port

MOST_BYTES = 64 * 1024
SLOW_SECONDS = 0.02  # between two pieces, where they are slow
CONTINUE = b"HTTP/1.1 100 "  # no answer, but the leave to send the rest of the request
TLS_WANTED = bytes.fromhex("0000000804d2162f")  # how a caller of PostgreSQL asks for TLS


@dataclass
class Stream:
    """One direction of a connection."""

    reader: StreamReader
    writer: StreamWriter
    asks: bool  # towards the server
    request: bytearray  # the beginning of what was asked since the last answer; of the connection, not the direction
    passed: int = 0  # bytes

    def note(self, piece: bytes) -> None:
        """Remember what has passed."""
        self.passed += len(piece)
        if self.asks:
            self.request[len(self.request) :] = piece[: MOST_BYTES - len(self.request)]
        elif not piece.startswith(CONTINUE):
            self.request.clear()


Fault = Callable[[Stream, bytes], int | None]
"""Tells how much of the piece that comes next is the last to pass; None where nothing is the matter."""


class Proxy:
    """Passes everything on until it is told to do worse."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None, postgresql: bool = False) -> None:
        """Stand before a port of this machine; callers must speak TLS where a context is given, or PostgreSQL's TLS."""
        self.port = free_port()
        self._before = port
        self._tls = tls
        self._postgresql = postgresql
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._passing = asyncio.Event()
        self._bytes_per_second = float("inf")
        self._faults: list[Fault] = []  # each happens once

    async def __aenter__(self) -> Self:
        await self.restore()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.refuse()

    async def restore(self) -> None:
        """Pass everything on from now on, also what was held."""
        self._faults.clear()
        self._bytes_per_second = float("inf")
        self._passing.set()
        if self._server is None:
            at_once = None if self._postgresql else self._tls
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, ssl=at_once)

    async def refuse(self) -> None:
        """End all connections and take none."""
        if self._server:
            self._server.close()
            self._server = None
        await self.cut()

    async def cut(self) -> None:
        """End the connections that there are."""
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def hold(self) -> None:
        """Take connections and whatever is sent, and pass nothing on, as when a cable is pulled."""
        self._passing.clear()

    def slow_down(self, bytes_per_second: float) -> None:
        """Pass no more than so much in each direction of a connection."""
        self._bytes_per_second = bytes_per_second

    def lose_request(self, words: bytes) -> None:
        """End the next connection that asks with these words, before they pass."""
        self._faults.append(lambda stream, piece: 0 if stream.asks and words in piece else None)

    def lose_answer(self, words: bytes) -> None:
        """End the next connection that asks with these words when the server has answered."""
        self._faults.append(lambda stream, _: 0 if not stream.asks and words in stream.request else None)

    def cut_request(self, after: int) -> None:
        """End the next connection that asks more than so many bytes when these have passed."""
        self._faults.append(lambda stream, piece: beyond(after, stream, piece) if stream.asks else None)

    def cut_answer(self, after: int) -> None:
        """End the next connection that answers more than so many bytes when these have passed."""
        self._faults.append(lambda stream, piece: None if stream.asks else beyond(after, stream, piece))

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        connection.add_done_callback(lambda _: writer.close())

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            if self._postgresql and self._tls:
                await self._agree_on_tls(reader, writer)
            await self._connect(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the caller or the server has left

    async def _agree_on_tls(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer as a PostgreSQL does that takes no connection without TLS."""
        if await reader.readexactly(len(TLS_WANTED)) != TLS_WANTED:
            raise ConnectionRefusedError
        writer.write(b"S")
        assert self._tls
        await writer.start_tls(self._tls)

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass on in both directions until one of them ends."""
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._before)
        request = bytearray()
        streams = Stream(reader, to_server, True, request), Stream(from_server, writer, False, request)
        passing = [asyncio.create_task(self._pass(stream)) for stream in streams]
        try:
            await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        finally:
            to_server.close()
            for task in passing:
                task.cancel()
            await asyncio.gather(*passing, return_exceptions=True)

    async def _pass(self, stream: Stream) -> None:
        while True:
            piece = await stream.reader.read(self._piece_bytes())
            await self._passing.wait()
            if not piece:
                return
            await asyncio.sleep(len(piece) / self._bytes_per_second)
            last = self._last_to_pass(stream, piece)
            stream.writer.write(piece[:last])
            await stream.writer.drain()
            if last is not None:
                return
            stream.note(piece)

    def _piece_bytes(self) -> int:
        return max(1, int(min(MOST_BYTES, self._bytes_per_second * SLOW_SECONDS)))

    def _last_to_pass(self, stream: Stream, piece: bytes) -> int | None:
        if piece.startswith(CONTINUE):
            return None
        for fault in self._faults:
            if (last := fault(stream, piece)) is not None:
                self._faults.remove(fault)
                return last
        return None


def beyond(limit: int, stream: Stream, piece: bytes) -> int | None:
    """Return how much of a piece passes where it goes beyond a limit."""
    return limit - stream.passed if stream.passed + len(piece) > limit else None
