"""One run over a connection, as the runner's side sees it: ask, listen to the child, take the answer."""

import io
import os
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from executor.sandbox.log import Head, Tail
from executor.sandbox.protocol import MESSAGE_BYTES, SEALED, TOO_WEAK, Answer, Descriptors, Request

GRACE_SECONDS = 10.0  # past the wall clock, for the zygote to say that it has run out
DRAIN_SECONDS = 1.0  # for what is still in the pipes of a dead child
REPORT_BYTES = 4 * 1024  # a child says less; a script that has taken the pipe over is cut off
CHUNK_BYTES = 64 * 1024

Sink = Callable[[bytes], None]


class SandboxLost(Exception):
    """The zygote is gone or cannot do its work: a new connection reaches a new one."""


class SandboxTooWeak(Exception):
    """A layer is missing without which the owner lets nothing run."""


@dataclass(frozen=True)
class End:
    """All that is known of a run whose child is dead, but for its output."""

    answer: Answer  # the processor time of which is the script's alone
    layers: tuple[str, ...]
    failure: str  # the outcome's name and the detail, as the child reported them; empty when it did not
    log: str


def run_in_child(connection: socket.socket, request: Request) -> End:
    """Have the folder's script run, and wait for its end.

    Raises:
        SandboxLost: no child ran, or nobody knows how it ended.
        SandboxTooWeak: a layer of the minimum is missing; nothing was run.
    """
    log, report = Tail(request.limits.log_bytes), Head(REPORT_BYTES)
    with ExitStack() as stack:
        log_pipe, log_entry = stack.enter_context(_pipe())
        report_pipe, report_entry = stack.enter_context(_pipe())
        _send(connection, request, Descriptors(log_entry.fileno(), report_entry.fileno()))
        log_entry.close()
        report_entry.close()
        sinks: dict[io.FileIO, Sink] = {log_pipe: log.append, report_pipe: report.append}
        answer = _listen(connection, sinks, request.limits.wall_seconds + GRACE_SECONDS)
    before, layers, failure = _read_report(report.text(), answer, log.text())
    return End(replace(answer, cpu_seconds=max(0.0, answer.cpu_seconds - before)), layers, failure, log.text())


@contextmanager
def _pipe() -> Iterator[tuple[io.FileIO, io.FileIO]]:
    """Open a pipe: the end to read from and the end to write to."""
    exit_end, entry = os.pipe()
    with io.FileIO(exit_end, "rb") as readable, io.FileIO(entry, "wb") as writable:
        yield readable, writable


def _send(connection: socket.socket, request: Request, descriptors: Descriptors) -> None:
    try:
        socket.send_fds(connection, [request.encode()], descriptors)
    except OSError as error:
        raise SandboxLost(f"The sandbox cannot be reached: {error}.") from error


def _listen(connection: socket.socket, sinks: dict[io.FileIO, Sink], seconds: float) -> Answer:
    """Empty the pipes into their sinks while the child runs, and to their ends once the answer is there."""
    answer: Answer | None = None
    deadline = time.monotonic() + seconds
    with selectors.PollSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        for pipe, sink in sinks.items():
            selector.register(pipe, selectors.EVENT_READ, sink)
        while selector.get_map() and (remaining := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(remaining):
                if key.fileobj is connection:
                    answer = _receive(connection)
                    deadline = time.monotonic() + DRAIN_SECONDS
                    selector.unregister(connection)
                elif chunk := os.read(key.fd, CHUNK_BYTES):
                    key.data(chunk)
                else:
                    selector.unregister(key.fileobj)
    if answer is None:
        raise SandboxLost(f"The sandbox gave no answer within {seconds:g} seconds.")
    return answer


def _receive(connection: socket.socket) -> Answer:
    try:
        packet = connection.recv(MESSAGE_BYTES)
    except OSError as error:
        raise SandboxLost(f"The sandbox broke off: {error}.") from error
    if not packet:
        raise SandboxLost("The sandbox died or was closed while the script ran.")
    return Answer.decode(packet)


def _read_report(report: str, answer: Answer, log: str) -> tuple[float, tuple[str, ...], str]:
    """Find the processor time before the script began, the layers, and the failure, if there was one."""
    sealed, _, failure = report.partition("\n")
    kind, *words = sealed.split() or [""]
    if kind == TOO_WEAK:
        raise SandboxTooWeak(f"The sandbox of this machine is too weak: it lacks {' '.join(words)}.")
    if kind == SEALED:
        return float(words[0]), tuple(words[1:]), failure.partition("\n")[0]
    if answer.timed_out:
        return 0.0, (), ""
    raise SandboxLost(f"The sandbox could not seal a child: {log.strip() or answer}.")
