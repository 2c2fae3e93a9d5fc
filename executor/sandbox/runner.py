"""Runs scripts in sealed children: the sandbox, which owns the zygote, and runners, each with a connection to it."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Self

from agents.script_runner import Outcome, ScriptRun
from executor.sandbox.exchange import SandboxLost, run_in_child
from executor.sandbox.folder import keep_output, output_size, run_folder
from executor.sandbox.limits import Limits
from executor.sandbox.protocol import MESSAGE_BYTES, READY, Request
from executor.sandbox.verdict import judge_end, judge_output

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
"""Without it an interpreter that was built with shared libraries in an unusual place would not start."""

START_SECONDS = 60.0  # a cold disk may take that long to read pandas
STOP_SECONDS = 5.0
PROBE = "import sys\nopen(sys.argv[2], 'w').write('sealed')\n"


class Sandbox:
    """Owns the zygote: starts it, starts it again when it died, and hands out connections.

    A connection may be given to another process; it is lost when the zygote dies.
    """

    def __init__(self, minimum: Collection[str] = ()) -> None:
        """Start the zygote and see which layers it puts on.

        Raises:
            SandboxTooWeak: a layer of the minimum is missing.
            SandboxLost: the zygote did not start.
        """
        self._lock = threading.Lock()
        self._process, self._control = _start_zygote()
        try:
            self.layers = self._probe(minimum)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self) -> socket.socket:
        """Open a new connection, for one SandboxedRunner here or in another process.

        Raises:
            SandboxLost: the zygote was dead and did not start again.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, self._lock:
            try:
                self._hand_over(theirs)
            except OSError:  # the zygote is dead
                self.close()
                self._process, self._control = _start_zygote()
                self._hand_over(theirs)
        return ours

    def close(self) -> None:
        """End the zygote and every run."""
        self._control.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _hand_over(self, connection: socket.socket) -> None:
        socket.send_fds(self._control, [b"connection"], [connection.fileno()])

    def _probe(self, minimum: Collection[str]) -> tuple[str, ...]:
        with tempfile.TemporaryDirectory() as name, SandboxedRunner(self.connect(), Limits(), minimum) as runner:
            folder = Path(name)
            (folder / "input.csv").touch()
            run = runner.run(PROBE, folder / "input.csv", folder / "output.csv")
        if run.outcome is not Outcome.COMPLETED:
            raise SandboxLost(f"The sandbox cannot run even a trivial script: {run.detail}\n{run.log}")
        return run.layers


class SandboxedRunner:
    """Runs scripts over one connection, one at a time; a ScriptRunner."""

    def __init__(self, connection: socket.socket, limits: Limits, minimum: Collection[str] = ()) -> None:
        """Take over the connection; no script starts with less than the minimum of layers."""
        self._connection = connection
        self._request = Request(limits, tuple(minimum))
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; a run that is under way dies."""
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


def _start_zygote() -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a warm zygote: its process and control socket. An exec and not a fork, for the owner may have threads."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    loader = {LOADER_VARIABLE: os.environ[LOADER_VARIABLE]} if LOADER_VARIABLE in os.environ else {}
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-m", "executor.sandbox.zygote", str(theirs.fileno())],
            env=ENVIRONMENT | loader,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    control.settimeout(START_SECONDS)
    try:
        if control.recv(MESSAGE_BYTES) != READY:
            raise SandboxLost("The sandbox died while it started; its error output says why.")
    except (OSError, SandboxLost) as error:
        control.close()
        process.kill()
        process.wait()
        raise SandboxLost(f"The sandbox did not start: {error}") from error
    return process, control
