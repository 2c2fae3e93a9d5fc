"""Runs scripts in sealed children: the sandbox, which owns the zygote, and runners, each with a connection to it."""

import os
import socket
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Self

from agents.script_runner import Outcome, ScriptRun
from executor.sandbox.exchange import SandboxLost, SandboxTooWeak, run_in_child
from executor.sandbox.folder import keep_output, make_empty, open_output, remove_abandoned, run_folder
from executor.sandbox.launch import ZygoteProcess
from executor.sandbox.layers import LAYERS
from executor.sandbox.limits import Limits
from executor.sandbox.output import judge_output
from executor.sandbox.protocol import OUTPUT, Request, Setup
from executor.sandbox.verdict import judge_end

__all__ = ["Sandbox", "SandboxLost", "SandboxTooWeak", "SandboxedRunner"]

PROBE = f"open('{OUTPUT}', 'w').write('sealed')\n"
SPARES = min(4, os.cpu_count() or 1)


class Sandbox:
    """Owns the zygote: starts it, starts it again when it died, and hands out connections.

    A connection may be given to another process; it is lost when the zygote dies.
    """

    def __init__(
        self, folder: Path, minimum: Collection[str] = (), layers: Collection[str] = LAYERS, spares: int = SPARES
    ) -> None:
        """Start the zygote and see which layers it puts on.

        Args:
            folder: where all runs take place, made when it is missing; nothing else may be in it. On the filesystem of
                the inputs and outputs these are linked and renamed instead of copied.
            minimum: the layers without which no script ever starts.
            layers: those that are put on where the machine has them.
            spares: how many children wait for scripts, each with about 10 MB of its own.

        Raises:
            SandboxTooWeak: a layer of the minimum is missing.
            SandboxLost: the zygote did not start.
        """
        make_empty(folder)
        self.folder = folder.resolve()  # links and dots on the way need not lead anywhere inside
        self._setup = Setup(str(self.folder), tuple(layers), tuple(minimum), spares)
        self._lock = threading.Lock()
        self._closed = False
        self._start()

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
            OSError: this process may open no more descriptors.
        """
        with self._lock:
            if self._closed:
                raise SandboxLost("The sandbox is closed.")
            remove_abandoned(self.folder)
            try:
                return self._zygote.connect()
            except SandboxLost:  # it is dead
                self._zygote.close()
                self._start()
                return self._zygote.connect()

    def runner(self, limits: Limits) -> "SandboxedRunner":
        """Return a runner with a connection of its own.

        Raises:
            SandboxLost: as `connect`.
        """
        return SandboxedRunner(self.connect(), self.folder, limits)

    def close(self) -> None:
        """End the zygote and every run."""
        with self._lock:
            self._closed = True
            self._zygote.close()

    def _start(self) -> None:
        """Start a zygote, and have it seal a script that does nothing, to see with which layers."""
        self._zygote = ZygoteProcess(self._setup)
        try:
            self.layers = self._probe()
        except BaseException:
            self._zygote.close()
            raise

    def _probe(self) -> tuple[str, ...]:
        with self._zygote.connect() as connection, run_folder(PROBE, Path(os.devnull), self.folder) as folder:
            end = run_in_child(connection, Request(folder.name, Limits()))
            if (folder / OUTPUT).read_text() != "sealed":
                raise SandboxLost(f"The sandbox cannot run even a trivial script: {end.failure}\n{end.log}")
            return end.layers


class SandboxedRunner:
    """Runs scripts over one connection, one at a time; a ScriptRunner."""

    def __init__(self, connection: socket.socket, folder: Path, limits: Limits) -> None:
        """Take over a connection to a sandbox, whose folder this is; every run has these limits."""
        self._connection = connection
        self._folder = folder
        self._limits = limits
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
            OSError: the disk is full, for the files of the run or for what the script wrote.
        """
        limits = self._limits
        with self._lock, run_folder(script, input_file, self._folder) as folder:
            end = run_in_child(self._connection, Request(folder.name, limits))
            verdict = judge_end(end.answer, end.failure, end.log, limits)
            outcome, detail = verdict or judge_output(open_output(folder), limits)
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
