"""What runs in the sealed child: one script, as `python script.py input.csv output.csv` would."""

import atexit
import contextlib
import errno
import gc
import io
import linecache
import os
import random
import socket
import sys
import traceback
import types
from collections.abc import Iterator
from types import TracebackType
from typing import NoReturn

from agents.script_runner import Outcome
from executor.sandbox.protocol import INPUT, OUTPUT, SCRIPT, SEALED, TOO_WEAK, Request
from executor.sandbox.seal import Seal

FIRST_FREE_DESCRIPTOR = 4
REPORT = 3
"""The report pipe, just after the standard streams."""

PARSER_OUT_OF_MEMORY = "C error: out of memory"
"""What pandas's parser says, in an exception of its own."""

DETAIL_CHARACTERS = 500


def run(request: Request, seal: Seal, folder: int, log: int, report: int, keep: set[int], parent: int) -> NoReturn:
    """Become the run of the script in this folder; everything that this process has of others is closed."""
    status = os.EX_SOFTWARE
    try:
        _take_places(folder, log, report, keep)
        with open(SCRIPT, "rb") as file:
            script = file.read()
        layers = seal.put_on(request.limits, readable=(SCRIPT, INPUT), writable=(OUTPUT,), parent=parent)
        if set(request.minimum) <= set(layers):
            _report(SEALED, *layers)
            status = _run_script(script)
        else:
            _report(TOO_WEAK, *layers)
    except BaseException:
        traceback.print_exc()
    finally:
        _flush()
        os._exit(status)


def _take_places(folder: int, log: int, report: int, keep: set[int]) -> None:
    """Move to a session of its own, into the run's folder, with the log for both streams and nothing else open."""
    os.setsid()
    os.fchdir(folder)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(report, REPORT, inheritable=False)
    start = FIRST_FREE_DESCRIPTOR
    for kept in sorted(keep):
        os.closerange(start, kept)
        start = kept + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))
    sys.stdout = _stream(1)
    sys.stderr = _stream(2)


def _stream(descriptor: int) -> io.TextIOWrapper:
    """Open a standard stream anew, since the zygote's own is set up for another kind of file."""
    return open(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _run_script(script: bytes) -> int:
    """Execute it as the main module; its exit status."""
    main = types.ModuleType("__main__")
    main.__file__ = SCRIPT
    sys.modules["__main__"] = main
    sys.argv = [SCRIPT, INPUT, OUTPUT]
    lines = script.decode("utf-8", "replace").splitlines(keepends=True)
    linecache.cache[SCRIPT] = (len(script), None, lines, SCRIPT)
    random.seed()
    _seed_numpy()
    try:
        exec(compile(script, SCRIPT, "exec"), main.__dict__)
        status = 0
    except SystemExit as leaving:
        status = _exit_status(leaving)
    except BaseException as error:
        status = _failed(error)
    main.__dict__.clear()  # files that the script left open are written out when they go
    gc.collect()
    atexit._run_exitfuncs()
    return status


def _seed_numpy() -> None:
    import numpy

    numpy.random.seed()


def _exit_status(leaving: SystemExit) -> int:
    """Do as Python does with what sys.exit was given: nothing, a number, or a last word to print."""
    if leaving.code is None:
        return 0
    if isinstance(leaving.code, int):
        return leaving.code & 0xFF
    sys.stderr.write(f"{leaving.code}\n")
    _report(Outcome.CRASHED.name, _one_line(str(leaving.code)))
    return 1


def _failed(error: BaseException) -> int:
    """Print the traceback, from the script's first line on, and report how it failed."""
    traceback.print_exception(type(error), error, _from_script(error.__traceback__))
    last_line = traceback.format_exception_only(error)[-1]
    _report(_outcome_of(error).name, _one_line(last_line))
    return 1


def _from_script(step: TracebackType | None) -> TracebackType | None:
    while step is not None and step.tb_frame.f_code.co_filename != SCRIPT:
        step = step.tb_next
    return step


def _outcome_of(error: BaseException) -> Outcome:
    for cause in _causes(error):
        number = cause.errno if isinstance(cause, OSError) else None
        if isinstance(cause, MemoryError) or number == errno.ENOMEM or PARSER_OUT_OF_MEMORY in str(cause):
            return Outcome.OUT_OF_MEMORY
        if isinstance(cause, PermissionError | socket.gaierror):
            return Outcome.REFUSED
        if number == errno.EFBIG:
            return Outcome.OUTPUT_TOO_LARGE
    return Outcome.CRASHED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and what led to it, as a traceback shows them."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:DETAIL_CHARACTERS]


def _report(kind: str, *words: str) -> None:
    os.write(REPORT, " ".join((kind, *words)).encode("utf-8", "replace") + b"\n")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
