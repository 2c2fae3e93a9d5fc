"""What an attack is: a script, what stops it, and what its success looks like to the owner of the sandbox."""

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agents.script_runner import Outcome, ScriptRun
from attacks.scene import Aftermath, Company, Scene
from executor.sandbox.limits import MEBIBYTE, Limits

OWNER = "owner"
"""What the runner and the zygote do whatever the layers: a fresh child, a wall clock, a look at what was left."""

UNPRIVILEGED = "unprivileged"
"""Not being root, whether by the identity layer or because the owner is an ordinary user."""

LIMITS = Limits(wall_seconds=20, cpu_seconds=20, memory_bytes=128 * MEBIBYTE, output_bytes=MEBIBYTE)

PREAMBLE = """\
import ctypes, errno, os, resource, signal, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def call(function, *arguments):
    '''Call a function of libc by its name, or the kernel by a number, as C would.'''
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    if isinstance(function, int):
        words.insert(0, ctypes.c_long(function))
        function = 'syscall'
    result = getattr(libc, function)(*words)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""
"""How every attack begins, after the names that it learns of its scene."""


@dataclass(frozen=True)
class Stop:
    """How a stopped attack ends: its outcome, and what its detail says."""

    outcome: Outcome | None  # None where nothing fails, and nothing comes of it
    words: str = ""  # a regular expression

    def fits(self, run: ScriptRun) -> bool:
        """Whether the run ended so."""
        return self.outcome is None or (run.outcome is self.outcome and bool(re.search(self.words, run.detail)))


HARMLESS = Stop(None)
DENIED = Stop(Outcome.REFUSED, "rules for files: .*Permission denied")
FORBIDDEN = Stop(Outcome.REFUSED, "rules for system calls: .*Operation not permitted")
NOT_THERE = Stop(Outcome.CRASHED, "No such file or directory")
NO_THREAD = Stop(Outcome.REFUSED, "rules for system calls: .*can't start new thread")
NO_SUCH_PROCESS = Stop(Outcome.CRASHED, "No such process")
NO_MORE_PROCESSES = Stop(Outcome.CRASHED, "Resource temporarily unavailable")
TOO_LARGE = Stop(Outcome.OUTPUT_TOO_LARGE, f"more than {LIMITS.output_bytes} bytes")
TIMED_OUT = Stop(Outcome.TIMED_OUT, "longer than")
OUT_OF_MEMORY = Stop(Outcome.OUT_OF_MEMORY, "more than 128 MiB of memory")


def ended(call: str) -> Stop:
    """Describe the end by a system call that no script may make."""
    return Stop(Outcome.REFUSED, f"the system call {call}\\b")


Key = str | tuple[str, ...]
"""A layer, OWNER or UNPRIVILEGED; or several that stop an attack only together."""


def shows_the_prize(after: Aftermath) -> bool:
    """Whether the owner's secret came out, or the script's own sign that it got through."""
    return after.scene.secret in after.seen or after.scene.won in after.seen


@dataclass(frozen=True)
class Attack:
    """A hostile script, named for what becomes of it."""

    name: str
    script: str
    stopped_by: Mapping[Key, Stop]  # each of which alone stops it; of those in force, the script meets the first
    succeeded: Callable[[Aftermath], bool] = shows_the_prize
    next_script: str = ""  # the run that follows, where the harm is to be seen there
    limits: Limits = LIMITS
    company: Company | None = None  # what goes on outside during the run
    possible: Callable[[], bool] = lambda: True  # whether this machine has what is attacked

    def expected(self, in_force: frozenset[str]) -> Stop | None:
        """Say what the script meets where just these are in force; None when it gets through."""
        return next((stop for key, stop in self.stopped_by.items() if together(key) <= in_force), None)

    def scripts(self, scene: Scene, names: Mapping[str, object]) -> list[str]:
        """Return the script, and the one that follows, told the names of their scene."""
        told = "".join(f"{name} = {value!r}\n" for name, value in (scene.names() | dict(names)).items())
        texts = [text for text in (self.script, self.next_script) if text]
        return [told + PREAMBLE + textwrap.dedent(text).strip() + "\n" for text in texts]


def together(key: Key) -> frozenset[str]:
    """Split a key of `stopped_by`."""
    return frozenset((key,) if isinstance(key, str) else key)
