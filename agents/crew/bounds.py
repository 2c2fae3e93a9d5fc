"""Ends requests that do not end by themselves: the client library bounds only how long a server is silent.

Servers may send a byte now and then for ever, even in place of headers, or far more than any answer has.
"""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event, Timer
from types import TracebackType
from typing import Any, Self

import httpx

MOST_BYTES = 16 << 20  # of a response: a kilobyte for each of the most tokens that are asked for


class TooLong(Exception):
    """A response that does not come to its end."""


@dataclass(frozen=True)
class Bounds:
    """How long an answer may be and take."""

    tokens: int
    seconds: float


class Deadline:
    """Closes the connection of a request when its time is over, whatever it is at."""

    def __init__(self, seconds: float) -> None:
        self.timer = Timer(seconds, self.expire)
        self.timer.daemon = True
        self.expired = Event()
        self.socket: socket.socket | None = None

    def __enter__(self) -> Self:
        self.timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.timer.cancel()

    def watch(self, request: httpx.Request) -> None:
        """Be told of what becomes of a request."""
        request.extensions["trace"] = self.note

    def note(self, event: str, facts: dict[str, Any]) -> None:
        """Keep the connection, which is another one once it is encrypted."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self.socket = facts["return_value"].get_extra_info("socket")
            if self.expired.is_set():
                self.close()

    def expire(self) -> None:
        """End it."""
        self.expired.set()
        self.close()

    def close(self) -> None:
        """Wake up whoever reads, as no timeout does that begins anew with each byte."""
        if self.socket:
            with contextlib.suppress(OSError):  # it is closed
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


class Measured(httpx.SyncByteStream):
    """The body of a response, as far as it is not endless."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self.stream = stream

    def __iter__(self) -> Iterator[bytes]:
        """Yield it piece by piece.

        Raises:
            TooLong: it is endless.
        """
        received = 0
        for part in self.stream:
            received += len(part)
            if received > MOST_BYTES:
                raise TooLong
            yield part

    def close(self) -> None:
        """Close the response."""
        self.stream.close()


def measure(response: httpx.Response) -> None:
    """Bound the body of a response; packed ones, which nobody asked for, are not unpacked, since they may be bombs."""
    response.headers.pop("content-encoding", None)
    assert isinstance(response.stream, httpx.SyncByteStream)
    response.stream = Measured(response.stream)
