"""Envoy's admin interface, which is a socket in the run folder that only this user can open."""

import asyncio
import json
import os
import socket
from http.client import HTTPConnection, HTTPException
from pathlib import Path


class Admin:
    """Asks a running Envoy about itself."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def ready(self) -> bool:
        """Return whether Envoy takes requests; False also while it does not answer at all."""
        try:
            return (await self._ask("GET", "/ready")).strip() == "LIVE"
        except OSError:
            return False

    async def listening_address(self) -> str:
        """Return `host:port` of the one listener, as bound."""
        listeners = json.loads(await self._ask("GET", "/listeners?format=json"))["listener_statuses"]
        address = listeners[0]["local_address"]["socket_address"]
        host = f"[{address['address']}]" if ":" in address["address"] else address["address"]
        return f"{host}:{address['port_value']}"

    async def requests(self) -> tuple[int, int]:
        """Return how many requests are being answered, streams included, and how many there have been."""
        told = await self._ask("GET", "/stats?filter=^http.rest.downstream_rq_(active|total)$")
        counts = dict(line.split(": ") for line in told.splitlines())
        return int(counts["http.rest.downstream_rq_active"]), int(counts["http.rest.downstream_rq_total"])

    async def post(self, path: str) -> None:
        """Tell Envoy to do something."""
        await self._ask("POST", path)

    async def _ask(self, method: str, path: str) -> str:
        return await asyncio.to_thread(ask, self._path, method, path)


class SocketConnection(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=5)
        self._path = path

    def connect(self) -> None:
        """Connect to the path instead of a host; through its folder, since a socket's path has 107 bytes at most."""
        folder = os.open(self._path.parent, os.O_PATH)
        try:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(self.timeout)
            self.sock.connect(f"/proc/self/fd/{folder}/{self._path.name}")
        finally:
            os.close(folder)


def ask(path: Path, method: str, target: str) -> str:
    """Make one request and return the body of the answer.

    Raises:
        OSError: nobody answers.
    """
    connection = SocketConnection(path)
    try:
        connection.request(method, target)
        return connection.getresponse().read().decode()
    except HTTPException as error:
        raise ConnectionError(f"Envoy's admin interface broke off: {error}") from error
    finally:
        connection.close()
