"""A child of the zygote: it waits as a spare, takes one request, seals itself to the end, and runs that script."""

import contextlib
import functools
import io
import os
import select
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from typing import NoReturn

from agents.script_runner import Outcome
from executor.sandbox import interpreter
from executor.sandbox.clock import watch_time
from executor.sandbox.failure import SYSTEM_CALLS, by_rule
from executor.sandbox.protocol import INPUT, OUTPUT, SCRIPT, SEALED, TOO_WEAK, Descriptors, Request, receive
from executor.sandbox.script import run_script
from executor.sandbox.seal import HalfSeal, Seal
from executor.sandbox.trap import watch_calls

REPORT = 3
"""Where a script's child has its report pipe: just after the standard streams."""


@dataclass(frozen=True)
class Terms:
    """What holds for every child of one zygote."""

    zygote: int  # its process id
    seal: Seal
    minimum: frozenset[str]  # the layers without which no script starts
    runs: int  # a descriptor of the folder of the runs' folders
    kept_descriptors: frozenset[int]  # through which the interpreter reaches its libraries


def live(terms: Terms, orders: socket.socket) -> NoReturn:
    """Get ready, wait for a request, and be its run; never returns to what the zygote was doing."""
    status = os.EX_SOFTWARE
    leave = os._exit  # which the script may replace
    try:
        os.setsid()
        _close_all_but({orders.fileno(), terms.runs, terms.seal.proc, *terms.kept_descriptors})
        # only now is there surely room for another: the zygote may have as many as it can
        orders = socket.socket(fileno=interpreter.out_of_the_way(orders.fileno()))
        os.dup2(0, REPORT)  # so that nothing else takes the place
        half_seal = _get_ready(terms, orders)
        packet, descriptors = receive(orders, len(Descriptors._fields))
        if packet:  # else the zygote is gone
            status = _run(terms, half_seal, Request.decode(packet), Descriptors(*descriptors))
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        leave(status)


def _get_ready(terms: Terms, orders: socket.socket) -> HalfSeal | OSError:
    """Do what takes long and is the same for every script; what goes wrong is told when somebody listens."""
    watch_calls(functools.partial(_report, Outcome.REFUSED.name, by_rule(SYSTEM_CALLS), "the system call"))
    try:
        half_seal = terms.seal.begin(terms.zygote)
    except OSError as error:
        return error
    if not select.select([orders], [], [], 0)[0]:
        interpreter.touch_memory()
    return half_seal


def _run(terms: Terms, half_seal: HalfSeal | OSError, request: Request, descriptors: Descriptors) -> int:
    """Seal this process to the end, and run the script unless a layer is missing; the exit status."""
    folder = os.open(request.folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=terms.runs)
    os.fchdir(folder)
    _take_places(descriptors)
    if isinstance(half_seal, OSError):
        raise half_seal
    with open(SCRIPT, "rb") as file:
        script = file.read()
    layers = half_seal.finish(request.limits, readable=(SCRIPT, INPUT), writable=(OUTPUT,))
    _close_all_but({REPORT, *terms.kept_descriptors})
    if missing := terms.minimum - set(layers):
        _report(TOO_WEAK, *sorted(missing))
        return os.EX_CONFIG
    _report(SEALED, f"{time.process_time():.6f}", *layers)
    watch_time(request.limits, functools.partial(_report, Outcome.TIMED_OUT.name))
    ending = run_script(script)
    if ending.failure is not None:
        _report(ending.failure.name, ending.detail)
    return ending.status


def _take_places(descriptors: Descriptors) -> None:
    """Have the log for both streams, and the report where it is looked for; the last may be where the log was."""
    os.dup2(descriptors.log, 1)
    os.dup2(descriptors.log, 2)
    os.dup2(descriptors.report, REPORT)
    sys.stdout = _stream(1)
    sys.stderr = _stream(2)


def _close_all_but(kept: set[int]) -> None:
    """Close every other descriptor past the standard streams."""
    first = REPORT
    for descriptor in sorted(kept):
        os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def _stream(descriptor: int) -> io.TextIOWrapper:
    """Open a standard stream anew, since the zygote's own is set up for another kind of file."""
    return open(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _report(kind: str, *words: str) -> None:
    os.write(REPORT, " ".join((kind, *words)).encode("utf-8", "replace") + b"\n")
