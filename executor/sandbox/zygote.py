"""The zygote: a small process with pandas imported that forks one sealed child per run.

It has an environment of its own, one thread, no secret, and no data of any job. It lives as long as the other end of
its control socket is open, and its children live as long as it does.
"""

import contextlib
import functools
import os
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass

from executor.sandbox import child, interpreter
from executor.sandbox.limits import Limits
from executor.sandbox.protocol import MESSAGE_BYTES, READY, Answer, Descriptors, Request
from executor.sandbox.seal import Seal, hide_memory


@dataclass
class Run:
    """A child that has not been reaped."""

    pid: int
    pidfd: int
    started: float
    wall_seconds: float
    timed_out: bool = False

    @property
    def deadline(self) -> float:
        """When its wall clock runs out, on the monotonic clock."""
        return self.started + self.wall_seconds

    def kill(self) -> None:
        """End the child; nothing that it does can prevent that."""
        signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def reap(self) -> Answer:
        """Collect the dead child, and end what it may have left in its session where no layer forbade it to fork."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.pid, 0)
        os.close(self.pidfd)
        return Answer(
            status=os.waitstatus_to_exitcode(status),
            timed_out=self.timed_out,
            seconds=time.monotonic() - self.started,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_memory_bytes=usage.ru_maxrss * 1024,
        )


class Zygote:
    """One loop over new connections, requests, deaths and deadlines."""

    def __init__(self, control: socket.socket, terms: child.Terms) -> None:
        """`control` brings connections, and its end ends everything."""
        self._control = control
        self._terms = terms
        self._runs: dict[socket.socket, Run] = {}
        self._selector = selectors.PollSelector()  # unlike epoll it holds nothing that a child would share
        self._open = True

    def serve(self) -> None:
        """Work until the owner is gone; its end takes every child along, since they die with their parent."""
        self._selector.register(self._control, selectors.EVENT_READ, self._accept)
        with contextlib.suppress(BrokenPipeError):  # the owner is gone already
            self._control.send(READY)
        while self._open:
            for key, _ in self._selector.select(self._seconds_to_deadline()):
                key.data()
            self._enforce_deadlines()

    def _accept(self) -> None:
        """Take one more connection, or see that the owner is gone."""
        packet, descriptors = _receive(self._control, 1)
        if not packet:
            self._open = False
        for descriptor in descriptors:
            client = socket.socket(fileno=descriptor)
            self._selector.register(client, selectors.EVENT_READ, functools.partial(self._hear, client))

    def _hear(self, client: socket.socket) -> None:
        """Start what a client asks for, or drop a client that is gone or asks for two things at once."""
        packet, descriptors = _receive(client, len(Descriptors._fields))
        try:
            if packet and client not in self._runs and len(descriptors) == len(Descriptors._fields):
                self._start(client, Request.decode(packet).limits, Descriptors(*descriptors))
            else:
                self._drop(client)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _start(self, client: socket.socket, limits: Limits, descriptors: Descriptors) -> None:
        started = time.monotonic()
        try:
            pid = os.fork()
        except OSError as error:
            sys.stderr.write(f"The sandbox could not fork: {error}\n")
            self._drop(client)
            return
        if pid == 0:
            child.live(self._terms, limits, descriptors)
        run = Run(pid, os.pidfd_open(pid), started, limits.wall_seconds)
        self._runs[client] = run
        self._selector.register(run.pidfd, selectors.EVENT_READ, functools.partial(self._finish, client, run))

    def _finish(self, client: socket.socket, run: Run) -> None:
        """Answer a dead child's client, if it is still there."""
        self._selector.unregister(run.pidfd)
        answer = run.reap()
        if self._runs.get(client) is run:
            del self._runs[client]
            with contextlib.suppress(OSError):  # a client that vanishes now is noticed when it is heard next
                client.send(answer.encode(), socket.MSG_DONTWAIT)

    def _drop(self, client: socket.socket) -> None:
        run = self._runs.pop(client, None)
        if run is not None:
            run.kill()
        self._selector.unregister(client)
        client.close()

    def _seconds_to_deadline(self) -> float | None:
        waiting = [run.deadline for run in self._runs.values() if not run.timed_out]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    def _enforce_deadlines(self) -> None:
        now = time.monotonic()
        for run in self._runs.values():
            if run.deadline <= now and not run.timed_out:
                run.timed_out = True
                run.kill()


def main() -> None:
    """Serve the control socket whose descriptor is the first argument; the others are the minimum of layers."""
    hide_memory()
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    interpreter.warm_up()
    folders = interpreter.library_folders()
    kept = interpreter.import_only_from(folders)
    Zygote(control, child.Terms(os.getpid(), Seal(folders), frozenset(sys.argv[2:]), frozenset(kept))).serve()


def _receive(peer: socket.socket, most_descriptors: int) -> tuple[bytes, list[int]]:
    """Take the next packet with its descriptors; no packet when the other end is gone."""
    try:
        packet, descriptors, _, _ = socket.recv_fds(peer, MESSAGE_BYTES, most_descriptors)
    except ConnectionError:
        return b"", []
    return packet, descriptors


if __name__ == "__main__":
    main()
