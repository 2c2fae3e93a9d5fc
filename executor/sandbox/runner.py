"""Runs scripts in sealed children: the sandbox, which owns the zygote, and runners, each with a connection to it."""

import socket
import tempfile
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Self

from agents.script_runner import Outcome, ScriptRun
from executor.sandbox.exchange import SandboxLost, SandboxTooWeak, run_in_child
from executor.sandbox.folder import keep_output, output_size, run_folder
from executor.sandbox.launch import ZygoteProcess
from executor.sandbox.limits import Limits
from executor.sandbox.protocol import Request
from executor.sandbox.verdict import judge_end, judge_output

__all__ = ["Sandbox", "SandboxLost", "SandboxTooWeak", "SandboxedRunner"]

PROBE = "import sys\nopen(sys.argv[2], 'w').write('sealed')\n"


class Sandbox:
    """Owns the zygote: starts it, starts it again when it died, and hands out connections.

    A connection may be given to another process; it is lost when the zygote dies.
    """

    def __init__(self, minimum: Collection[str] = ()) -> None:
        """Start the zygote and see which layers it puts on; with less than the minimum no script ever starts.

        Raises:
            SandboxTooWeak: a layer of the minimum is missing.
            SandboxLost: the zygote did not start.
        """
        self._minimum = tuple(minimum)
        self._lock = threading.Lock()
        self._closed = False
        self._zygote = ZygoteProcess(self._minimum)
        try:
            self.layers = self._probe()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def zygote_pid(self) -> int:
        """The process id of the zygote, which changes when it died."""
        return self._zygote.pid

    def connect(self) -> socket.socket:
        """Open a new connection, for one SandboxedRunner here or in another process.

        Raises:
            SandboxLost: the sandbox is closed, or the zygote was dead and did not start again.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs, self._lock:
                self._hand_over(theirs)
        except BaseException:
            ours.close()
            raise
        return ours

    def close(self) -> None:
        """End the zygote and every run."""
        with self._lock:
            self._closed = True
            self._zygote.close()

    def _hand_over(self, connection: socket.socket) -> None:
        if self._closed:
            raise SandboxLost("The sandbox is closed.")
        try:
            self._zygote.hand_over(connection)
        except OSError:  # it is dead
            self._zygote.close()
            self._zygote = ZygoteProcess(self._minimum)
            self._zygote.hand_over(connection)

    def _probe(self) -> tuple[str, ...]:
        with tempfile.TemporaryDirectory() as name, SandboxedRunner(self.connect(), Limits()) as runner:
            folder = Path(name)
            (folder / "input.csv").touch()
            run = runner.run(PROBE, folder / "input.csv", folder / "output.csv")
        if run.outcome is not Outcome.COMPLETED:
            raise SandboxLost(f"The sandbox cannot run even a trivial script: {run.detail}\n{run.log}")
        return run.layers


class SandboxedRunner:
    """Runs scripts over one connection, one at a time; a ScriptRunner."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        """Take over the connection; every run has these limits."""
        self._connection = connection
        self._request = Request(limits)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; a run that is under way in another thread dies, and raises SandboxLost there."""
        with suppress(OSError):  # the zygote may be gone
            self._connection.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._connection.close()

    def run(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        """Run `python script.py input.csv output.csv` in a folder with just these files, and wait for its end.

        Raises:
            SandboxLost: the zygote is gone; this runner is of no more use.
            SandboxTooWeak: a layer of the minimum is missing; nothing was run.
        """
        limits = self._request.limits
        with self._lock, run_folder(script, input_file, output_file) as folder:
            end = run_in_child(self._connection, self._request, folder)
            verdict = judge_end(end.answer, end.failure, end.log, limits) or judge_output(output_size(folder), limits)
            outcome, detail = verdict
            if outcome is Outcome.COMPLETED:
                keep_output(folder, output_file)
        return ScriptRun(
            outcome=outcome,
            detail=detail,
            log=end.log,
            seconds=end.answer.seconds,
            cpu_seconds=end.answer.cpu_seconds,
            peak_memory_bytes=end.answer.peak_memory_bytes,
            layers=end.layers,
        )
