"""Watches jobs as cheaply as Python can, so that what is measured is the server.

python -m benchmarks.watch_receiver HOST:PORT PATH KEY WATCHERS CONNECTIONS EVENTS

All watch the same job, with the RPC of that path. Prints "ready" when every watch has been heard, then for each event,
once all watches have it, their delays in milliseconds as a JSON array. An event is a log line whose message is the time
at which it was made, from time.monotonic_ns().

It speaks just as much HTTP/2 as that takes: no library reads thousands of frames in a few milliseconds.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator

from csvconverter.v1.services_pb2 import WatchJobRequest, WatchJobResponse

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE = 0, 1, 4, 6, 8  # kinds of frames
END_STREAM = ACK = 1
END_HEADERS = 4
FRAME_HEAD, MESSAGE_HEAD = 9, 5  # bytes
WIDEST_WINDOW = 2**31 - 1
FIRST_WINDOW = 65535
INITIAL_WINDOW_SIZE = 4  # a setting
REQUEST = WatchJobRequest(client_id="bench", job_id="job", after_sequence=2).SerializeToString()  # those to come

Message = tuple[int, bytes]  # when it came, in nanoseconds, and what it is


class Connection:
    """One connection with many watches."""

    def __init__(self, address: str, path: str, key: str) -> None:
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        settings = INITIAL_WINDOW_SIZE.to_bytes(2) + WIDEST_WINDOW.to_bytes(4)
        window = (WIDEST_WINDOW - FIRST_WINDOW).to_bytes(4)
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0, settings) + frame(WINDOW_UPDATE, 0, 0, window))
        self._headers = b"".join(
            literal(name, value)
            for name, value in (
                (":method", "POST"),
                (":scheme", "http"),
                (":path", path),
                (":authority", address),
                ("content-type", "application/grpc"),
                ("te", "trailers"),
                ("x-api-key", key),
            )
        )
        self._next_stream = 1
        self._unread = bytearray()
        self._messages: dict[int, bytearray] = {}

    def watch(self) -> None:
        """Begin one more watch."""
        body = b"\0" + len(REQUEST).to_bytes(4) + REQUEST
        stream, self._next_stream = self._next_stream, self._next_stream + 2
        self.socket.sendall(frame(HEADERS, END_HEADERS, stream, self._headers) + frame(DATA, END_STREAM, stream, body))

    def messages(self) -> Iterator[Message]:
        """Yield what has come, whole messages only."""
        received = self.socket.recv(1 << 20)
        now = time.monotonic_ns()
        if not received:
            sys.exit("the server closed a connection")
        self._unread += received
        at = 0
        while len(self._unread) >= (start := at + FRAME_HEAD) + (size := int.from_bytes(self._unread[at : at + 3])):
            kind, flags = self._unread[at + 3], self._unread[at + 4]
            stream, at = int.from_bytes(self._unread[at + 5 : start]), start + size
            payload = self._unread[start:at]
            if kind == DATA:
                message = self._messages.setdefault(stream, bytearray())
                message += payload
                if len(message) - MESSAGE_HEAD == int.from_bytes(message[1:MESSAGE_HEAD]):
                    yield now, bytes(self._messages.pop(stream)[MESSAGE_HEAD:])
            elif kind in (SETTINGS, PING) and not flags & ACK:
                self.socket.sendall(frame(kind, ACK, 0, bytes(payload) if kind == PING else b""))
        del self._unread[:at]


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """Return an HTTP/2 frame."""
    return len(payload).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + payload


def literal(name: str, value: str) -> bytes:
    """Return a header that needs no table."""
    return b"\0" + b"".join(bytes((len(text),)) + text.encode() for text in (name, value))


def main() -> None:
    """Watch as the command line says."""
    address, path, key, *numbers = sys.argv[1:]
    watchers, connections, events = map(int, numbers)
    opened = [Connection(address, path, key) for _ in range(connections)]
    readable = selectors.DefaultSelector()
    for connection in opened:
        readable.register(connection.socket, selectors.EVENT_READ, connection)

    def receive(count: int) -> list[Message]:
        came: list[Message] = []
        while len(came) < count:
            for ready, _ in readable.select():
                came += ready.data.messages()
        return came

    for number in range(watchers):
        opened[number % connections].watch()
    receive(watchers)
    print("ready", flush=True)
    for _ in range(events):
        print(json.dumps([delay(*message) for message in receive(watchers)]), flush=True)


def delay(came: int, message: bytes) -> float:
    """Return how long an event took to come, in milliseconds."""
    made = int(WatchJobResponse.FromString(message).event.log_emitted.message)
    return (came - made) / 1e6


if __name__ == "__main__":
    main()
