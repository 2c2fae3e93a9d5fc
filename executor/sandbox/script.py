"""Executes a script in this process as `python script.py input.csv output.csv` would, and says how it ended."""

import atexit
import errno
import gc
import linecache
import random
import socket
import sys
import traceback
import types
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType

import numpy

from agents.script_runner import Outcome
from executor.sandbox.protocol import INPUT, OUTPUT, SCRIPT

DETAIL_CHARACTERS = 500
PARSER_OUT_OF_MEMORY = "C error: out of memory"  # what pandas's parser says, in an exception of its own


@dataclass(frozen=True)
class Ending:
    """How a script ended."""

    status: int
    failure: Outcome | None = None  # None when the exit status has to speak for itself
    detail: str = ""  # one line


def run_script(script: bytes) -> Ending:
    """Execute it as the main module, to the end that the interpreter itself would give it."""
    main = _main_module(script)
    random.seed()
    numpy.random.seed()
    try:
        exec(compile(script, SCRIPT, "exec", dont_inherit=True), main.__dict__)
        ending = Ending(0)
    except SystemExit as leaving:
        ending = _left(leaving)
    except BaseException as error:
        ending = _failed(error)
    main.__dict__.clear()  # files that the script left open are written out when they go
    gc.collect()
    atexit._run_exitfuncs()
    return ending


def _main_module(script: bytes) -> types.ModuleType:
    main = types.ModuleType("__main__")
    main.__file__ = SCRIPT
    sys.modules["__main__"] = main
    sys.argv = [SCRIPT, INPUT, OUTPUT]
    lines = script.decode("utf-8", "replace").splitlines(keepends=True)
    linecache.cache[SCRIPT] = (len(script), None, lines, SCRIPT)
    return main


def _left(leaving: SystemExit) -> Ending:
    """Do as Python does with what sys.exit was given: nothing, a number, or a last word to print."""
    if leaving.code is None:
        return Ending(0)
    if isinstance(leaving.code, int):
        return Ending(leaving.code & 0xFF)
    sys.stderr.write(f"{leaving.code}\n")
    return Ending(1, Outcome.CRASHED, _one_line(str(leaving.code)))


def _failed(error: BaseException) -> Ending:
    """Print the traceback, from the script's first line on."""
    traceback.print_exception(type(error), error, _from_script(error.__traceback__))
    outcome = _outcome_of(error)
    last_line = _one_line(traceback.format_exception_only(error)[-1])
    if outcome is Outcome.REFUSED:  # "Operation not permitted" alone does not say which
        last_line += _place(error.__traceback__)
    return Ending(1, outcome, last_line)


def _place(trace: TracebackType | None) -> str:
    """Quote the line of the script from which the error came."""
    lines = [step.lineno for step in traceback.extract_tb(trace) if step.filename == SCRIPT and step.lineno]
    return f" (line {lines[-1]}: {_one_line(linecache.getline(SCRIPT, lines[-1]))})" if lines else ""


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
