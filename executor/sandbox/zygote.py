"""The zygote: a small process with pandas imported that forks one sealed child per run, and some in advance.

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
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from executor.sandbox import cgroup, child, interpreter, namespaces
from executor.sandbox.layers import CGROUP, LAYERS, NAMESPACES
from executor.sandbox.protocol import READY, Answer, Descriptors, Request, Setup, receive
from executor.sandbox.seal import MACHINE_FILES, Seal, die_first, hide_memory

NO_ROOM_SECONDS = 0.5  # until a spare that could not be forked is tried again


@dataclass(frozen=True)
class Spare:
    """A child that waits for a request."""

    pid: int
    orders: socket.socket


@dataclass
class Run:
    """A child that has not been reaped."""

    pid: int
    pidfd: int
    started: float  # on the monotonic clock
    deadline: float
    timed_out: bool = False

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

    def __init__(self, control: socket.socket, terms: child.Terms, spares: int) -> None:
        """`control` brings connections, and its end ends everything; so many spares wait at any time."""
        self._control = control
        self._terms = terms
        self._wanted_spares = spares
        self._spares: deque[Spare] = deque()
        self._next_fork = 0.0  # not before is a missing spare added, on the monotonic clock
        self._runs: dict[socket.socket, Run] = {}
        self._selector = selectors.PollSelector()  # unlike epoll it holds nothing that a child would share
        self._open = True

    def serve(self) -> None:
        """Work until the owner is gone; its end takes every child along, since they die with their parent."""
        self._selector.register(self._control, selectors.EVENT_READ, self._accept)
        with contextlib.suppress(BrokenPipeError):  # the owner is gone already
            self._control.send(READY)
        while self._open:
            for key, _ in self._selector.select(self._seconds_to_wait()):
                key.data()
            self._enforce_deadlines()
            self._add_spare()

    def _accept(self) -> None:
        """Take one more connection, or see that the owner is gone."""
        packet, descriptors = receive(self._control, 1)
        if not packet:
            self._open = False
        for descriptor in descriptors:
            client = socket.socket(fileno=descriptor)
            self._selector.register(client, selectors.EVENT_READ, functools.partial(self._hear, client))

    def _hear(self, client: socket.socket) -> None:
        """Start what a client asks for, or drop a client that is gone or asks for two things at once."""
        packet, descriptors = receive(client, len(Descriptors._fields))
        try:
            if packet and client not in self._runs and len(descriptors) == len(Descriptors._fields):
                self._start(client, packet, descriptors)
            else:
                self._drop(client)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _start(self, client: socket.socket, packet: bytes, descriptors: list[int]) -> None:
        """Give a request to a child; the wall clock starts."""
        started = time.monotonic()
        try:
            deadline = started + Request.decode(packet).limits.wall_seconds
            pid = self._give(packet, descriptors)
        except (OSError, ValueError, TypeError, KeyError) as error:  # no room for a process; or this is no request
            sys.stderr.write(f"The sandbox could not start a run: {error}\n")
            self._drop(client)
            return
        run = Run(pid, os.pidfd_open(pid), started, deadline)
        self._runs[client] = run
        self._selector.register(run.pidfd, selectors.EVENT_READ, functools.partial(self._finish, client, run))

    def _give(self, packet: bytes, descriptors: list[int]) -> int:
        """Give a request to the spare that has waited longest, or to a new child; its process id.

        Raises:
            OSError: there is no room for another process.
        """
        while True:
            spare = self._spares.popleft() if self._spares else self._fork()
            with spare.orders:
                try:
                    socket.send_fds(spare.orders, [packet], descriptors)
                except BrokenPipeError:  # somebody killed it while it waited
                    os.waitpid(spare.pid, 0)
                else:
                    return spare.pid

    def _fork(self) -> Spare:
        """Fork a child that waits.

        Raises:
            OSError: there is no room for another process.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if pid == 0:
            child.live(self._terms, theirs)
        theirs.close()
        return Spare(pid, ours)

    def _add_spare(self) -> None:
        """Replace one spare that was taken, between other work; where there is no room for it, not before long."""
        if len(self._spares) < self._wanted_spares and self._next_fork <= time.monotonic():
            try:
                self._spares.append(self._fork())
            except OSError:
                self._next_fork = time.monotonic() + NO_ROOM_SECONDS

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

    def _seconds_to_wait(self) -> float | None:
        """Return the time to the next deadline, or to the next spare where one is missing."""
        due = [run.deadline for run in self._runs.values() if not run.timed_out]
        if len(self._spares) < self._wanted_spares:
            due.append(self._next_fork)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _enforce_deadlines(self) -> None:
        now = time.monotonic()
        for run in self._runs.values():
            if run.deadline <= now and not run.timed_out:
                run.timed_out = True
                run.kill()


def main() -> None:
    """Serve the control socket whose descriptor is the first argument; the second is the setup."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # who ignores it, as the owner's own parent may have, cannot wait
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    setup = Setup.decode(sys.argv[2])
    proc = interpreter.open_folder("/proc")  # which is none of the files that namespaces leave
    libraries = interpreter.library_folders()
    die_first()
    around = surround(setup, libraries)
    hide_memory()
    interpreter.warm_up()
    kept = interpreter.import_only_from(libraries)
    terms = child.Terms(
        zygote=os.getpid(),
        seal=Seal(libraries, setup.layers, around, proc),
        minimum=frozenset(setup.minimum),
        runs=interpreter.open_folder(setup.runs),
        kept_descriptors=frozenset(kept),
    )
    Zygote(control, terms, setup.spares).serve()


def surround(setup: Setup, libraries: list[str]) -> list[str]:
    """Put on the layers that this process and all of its children share; those that are in force, outermost first."""
    entering: dict[str, Callable[[], bool]] = {
        CGROUP: cgroup.enter,  # first, while the files of control groups can be seen
        NAMESPACES: lambda: namespaces.enter((*libraries, *MACHINE_FILES), setup.runs),
    }
    entered = {layer for layer, enter in entering.items() if layer in setup.layers and enter()}
    return [layer for layer in LAYERS if layer in entered]


if __name__ == "__main__":
    main()
