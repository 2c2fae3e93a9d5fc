"""A child of the zygote, from its fork to its end: it takes its places, seals itself, and runs one script."""

import contextlib
import io
import os
import sys
import traceback
from dataclasses import dataclass
from typing import NoReturn

from executor.sandbox.limits import Limits
from executor.sandbox.protocol import INPUT, OUTPUT, SCRIPT, SEALED, TOO_WEAK, Descriptors
from executor.sandbox.script import run_script
from executor.sandbox.seal import Seal

REPORT = 3
"""Where every child has its report pipe: just after the standard streams."""


@dataclass(frozen=True)
class Terms:
    """What holds for every child of one zygote."""

    zygote: int  # its process id
    seal: Seal
    minimum: frozenset[str]  # the layers without which no script starts
    kept_descriptors: frozenset[int]  # through which the interpreter reaches its libraries


def live(terms: Terms, limits: Limits, descriptors: Descriptors) -> NoReturn:
    """Be the run of the script in the given folder; never returns to what the zygote was doing."""
    status = os.EX_SOFTWARE
    try:
        _take_places(descriptors, terms.kept_descriptors)
        with open(SCRIPT, "rb") as file:
            script = file.read()
        layers = terms.seal.put_on(limits, readable=(SCRIPT, INPUT), writable=(OUTPUT,), parent=terms.zygote)
        status = _run_if_strong(script, layers, terms.minimum)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(status)


def _run_if_strong(script: bytes, layers: tuple[str, ...], minimum: frozenset[str]) -> int:
    """Run the script unless a layer is missing, and report; the exit status."""
    if missing := minimum - set(layers):
        _report(TOO_WEAK, *sorted(missing))
        return os.EX_CONFIG
    _report(SEALED, *layers)
    ending = run_script(script)
    if ending.failure is not None:
        _report(ending.failure.name, ending.detail)
    return ending.status


def _take_places(descriptors: Descriptors, kept: frozenset[int]) -> None:
    """Move to a session of its own, into the run's folder, with the log for both streams and nothing else open."""
    os.setsid()
    os.fchdir(descriptors.folder)
    os.dup2(descriptors.log, 1)
    os.dup2(descriptors.log, 2)
    os.dup2(descriptors.report, REPORT)
    _close_all_but(kept)
    sys.stdout = _stream(1)
    sys.stderr = _stream(2)


def _close_all_but(kept: frozenset[int]) -> None:
    first = REPORT + 1
    for descriptor in sorted(kept):
        os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def _stream(descriptor: int) -> io.TextIOWrapper:
    """Open a standard stream anew, since the zygote's own is set up for another kind of file."""
    return open(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _report(kind: str, *words: str) -> None:
    os.write(REPORT, " ".join((kind, *words)).encode("utf-8", "replace") + b"\n")
