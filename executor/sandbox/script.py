"""Executes a script in this process as `python script.py input.csv output.csv` would, and says how it ended."""

import atexit
import contextlib
import gc
import linecache
import os
import random
import sys
import types
from dataclasses import dataclass

import numpy

from agents.script_runner import Outcome
from executor.sandbox.failure import DETAIL_CHARACTERS, UNSHOWN, explain, formatted, one_line
from executor.sandbox.protocol import INPUT, OUTPUT, SCRIPT


@dataclass(frozen=True)
class Ending:
    """How a script ended."""

    status: int
    failure: Outcome | None = None  # None when the exit status has to speak for itself
    detail: str = ""  # one line


def run_script(script: bytes) -> Ending:
    """Execute it as the main module, to the end that the interpreter itself would give it.

    An exception is always told with its traceback; `sys.excepthook` is not asked.
    """
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
    atexit._run_exitfuncs()
    main.__dict__.clear()  # files that the script left open are written out when they go
    gc.collect()
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
    try:
        if leaving.code is None:
            return Ending(0)
        if isinstance(leaving.code, int):
            return Ending(int(leaving.code) & 0xFF)
        words = str(leaving.code)
    except BaseException:
        words = UNSHOWN
    _print_error(f"{words}\n")
    return Ending(1, Outcome.CRASHED, one_line(words, DETAIL_CHARACTERS))


def _failed(error: BaseException) -> Ending:
    outcome, detail = explain(error)
    _print_error(formatted(error))
    return Ending(1, outcome, detail)


def _print_error(text: str) -> None:
    """Write behind what the script has printed, whatever it has made of its streams."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()
    left = text.encode("utf-8", "backslashreplace")
    while left:
        left = left[os.write(2, left) :]
