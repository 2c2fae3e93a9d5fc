"""Many watchers of one job over REST, in a process that can be killed.

python -m tests.server.sse_watchers HOST:PORT PATH KEY WATCHERS

Prints "watching" when each of them has heard something, and at the end how many different tales they were told, with
one of the tales: the updates without the heartbeats.
"""

import json
import selectors
import socket
import sys
from http.client import HTTPResponse
from io import BytesIO


class Watcher:
    def __init__(self, address: str, path: str, key: str) -> None:
        host, port = address.split(":")
        self.socket = socket.create_connection((host, int(port)))
        request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\nX-API-KEY: {key}\r\nConnection: close\r\n\r\n"
        self.socket.sendall(request.encode())
        self.received = bytearray()

    def read(self) -> bool:
        """Take what has come, and tell whether there can be more."""
        piece = self.socket.recv(1 << 20)
        self.received += piece
        return bool(piece)

    def makefile(self, mode: str) -> BytesIO:
        """Give what was received to the one who decodes it."""
        return BytesIO(self.received)

    def tale(self) -> tuple[str, ...]:
        response = HTTPResponse(self)
        response.begin()
        lines = response.read().decode().splitlines()
        updates = [line.removeprefix("data: ") for line in lines if line]
        return tuple(update for update in updates if "heartbeat" not in json.loads(update))


def main() -> None:
    address, path, key, count = sys.argv[1:]
    watchers = [Watcher(address, path, key) for _ in range(int(count))]
    readable = selectors.DefaultSelector()
    for watcher in watchers:
        readable.register(watcher.socket, selectors.EVENT_READ, watcher)
    silent = set(watchers)
    while readable.get_map():
        for key, _ in readable.select():
            if not key.data.read():
                readable.unregister(key.fileobj)
            if silent and b"data: " in key.data.received:
                silent.discard(key.data)
                if not silent:
                    say("watching")
    tales = {watcher.tale() for watcher in watchers}
    say(json.dumps({"different": len(tales), "updates": [json.loads(update) for update in tales.pop()]}))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
