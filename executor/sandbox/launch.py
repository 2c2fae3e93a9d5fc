"""The zygote as its owner sees it: a process to start, to hand connections to, and to end."""

import os
import socket
import subprocess
import sys

from executor.sandbox import cgroup
from executor.sandbox.exchange import SandboxLost
from executor.sandbox.protocol import MESSAGE_BYTES, READY, Setup

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "TZ": "UTC",
    # one thread: a process with more must not fork
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_IO_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""All that the zygote, and with it every script, knows of its surroundings, but for LOADER_VARIABLE."""

LOADER_VARIABLE = "LD_LIBRARY_PATH"
"""Without it an interpreter whose own libraries lie in an unusual place would not start."""

START_SECONDS = 60.0  # a cold disk may take that long to read pandas
STOP_SECONDS = 5.0


class ZygoteProcess:
    """A warm zygote; closed, it is gone with all its runs."""

    def __init__(self, setup: Setup) -> None:
        """Start it by an exec and not a fork, for the owner may have threads, and wait until it is warm.

        Raises:
            SandboxLost: it did not start.
        """
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-X",
                    "utf8",
                    "-m",
                    "executor.sandbox.zygote",
                    str(theirs.fileno()),
                    setup.encode(),
                ],
                env=ENVIRONMENT | {name: value for name, value in os.environ.items() if name == LOADER_VARIABLE},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        try:
            self._await_ready()
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def connect(self) -> socket.socket:
        """Open a new connection to it.

        Raises:
            SandboxLost: it is dead.
            OSError: this process may open no more descriptors.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                socket.send_fds(self._control, [b"connection"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise SandboxLost(f"The sandbox cannot be reached: {error}.") from error
        return ours

    def close(self) -> None:
        """End it and every run; once more does nothing."""
        self._control.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        cgroup.remove_abandoned()

    def _await_ready(self) -> None:
        self._control.settimeout(START_SECONDS)
        try:
            ready = self._control.recv(MESSAGE_BYTES)
        except OSError as error:
            raise SandboxLost(f"The sandbox did not start: {error}.") from error
        if ready != READY:
            raise SandboxLost("The sandbox died while it started; the lines that it printed say why.")
