"""Server programs that tests start: each works in a folder of its own and never outlives the tests."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from tests.server.server_process import wait_until

PATIENCE = 60.0  # seconds that a program may take to start or to stop, on a machine that is busy
FIXED_PORTS = range(20_000, 32_000)  # below those that callers get: none is taken away while a server is stopped

GUARD = """
while read -r told; do group=$told; done
[ -z "$group" ] || kill -s KILL -- "-$group"
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
"""
"""Ends the process group that it was told last and removes the folder when the tests end, also by a kill."""

AS_USER = """
import os, pwd, sys
user = pwd.getpwnam(sys.argv[1])
os.setgroups([])
os.setgid(user.pw_gid)
os.setuid(user.pw_uid)
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Becomes another user's program. If Popen did that, it would fork, which a process that uses gRPC does not survive."""

Command = Sequence[str | Path]


class ProgramFailed(Exception):
    """A program ended, or took too long, before it was ready; the message is the end of its log."""


class OwnedProcess:
    """A program that can be started again and again, and the folder where it works."""

    def __init__(self, name: str, user: str | None = None, place: str = "/tmp") -> None:
        """Make the folder of a program that runs as this user; None: as whoever runs the tests."""
        # Not where TMPDIR says: other users must get there, and the path of a socket has room for 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix=f"csv-converter-{name}-", dir=place))
        self.folder.chmod(0o755)
        if user:
            shutil.chown(self.folder, user)
        self._user = user
        self._log = self.folder / "log"
        self._program: subprocess.Popen[bytes] | None = None
        command = ["sh", "-c", GUARD, "guard", self.folder]
        self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    @property
    def pid(self) -> int | None:
        """The program's process, unless it was stopped."""
        return self._program and self._program.pid

    def run(self, command: Command) -> None:
        """Run a program to its end.

        Raises:
            ProgramFailed: its status is not 0.
        """
        if self._begin(command).wait(PATIENCE) != 0:
            self._fail()
        self.stop()

    def start(self, command: Command, ready: Callable[[], bool]) -> None:
        """Start a program and return when it is ready.

        Raises:
            ProgramFailed: it ended, or took too long.
        """
        program = self._begin(command)
        wait_until(lambda: ready() or program.poll() is not None, PATIENCE)
        if not ready():
            self._fail()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send the program a signal and return when it is gone; one that was stopped already is no error."""
        if self._program:
            self._program.send_signal(number)
            self._program.wait(PATIENCE)
            self._program = None
            self._tell_guard("")

    def close(self) -> None:
        """Kill the program and remove its folder."""
        self.stop(signal.SIGKILL)
        self._guard.communicate()

    def _begin(self, command: Command) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            self._program = subprocess.Popen(
                [sys.executable, "-IS", "-c", AS_USER, self._user, *command] if self._user else command,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._tell_guard(str(self._program.pid))
        return self._program

    def _fail(self) -> NoReturn:
        self.stop(signal.SIGKILL)
        raise ProgramFailed(self._log.read_text(errors="replace")[-4_000:])

    def _tell_guard(self, group: str) -> None:
        assert self._guard.stdin
        self._guard.stdin.write(f"{group}\n".encode())
        self._guard.stdin.flush()


def free_port() -> int:
    """Return a port of this machine that nobody listens on, and that the kernel gives to nobody who asks for any."""
    for port in random.sample(FIXED_PORTS, len(FIXED_PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no port of {FIXED_PORTS} is free")


def listening(port: int) -> bool:
    """Tell whether somebody takes connections on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
