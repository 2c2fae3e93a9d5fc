"""Seals this process, for good, layer by layer, and says which layers took."""

import math
import os
import platform
import resource
import signal
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import landlockpy
from landlockpy import AccessFS, Scope

from executor.sandbox import capabilities, kernel, seccomp
from executor.sandbox.layers import IDENTITY, LANDLOCK, RLIMITS, SECCOMP
from executor.sandbox.limits import Limits

UNPRIVILEGED_ID = 65534
"""The user and the group that a script runs as when its owner is root: nobody."""

MACHINE_FILES = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/usr/share/zoneinfo",
    "/dev/urandom",
)
"""What the interpreter looks up on any machine: shared libraries, time zones, media types."""

OPEN_FILES = 64

READ = AccessFS.READ_FILE | AccessFS.READ_DIR
WRITE = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.TRUNCATE


class Seal:
    """What is prepared once for all children."""

    def __init__(self, libraries: Iterable[str], layers: Collection[str], around: Collection[str], proc: int) -> None:
        """Assemble the filter.

        Args:
            libraries: the folders that scripts may import from.
            layers: those that are put on where the kernel has them.
            around: those that this process is in already, and all of its children with it.
            proc: a descriptor of /proc, which need not be among the files that this process sees.
        """
        self.proc = proc
        self._around = tuple(around)
        self._layers = frozenset(layers)
        self._filter = seccomp.assemble(platform.machine())
        self._libraries = sorted({os.path.realpath(path) for path in (*libraries, *MACHINE_FILES)})
        self._has_landlock = LANDLOCK in layers and landlockpy.supported()
        if self._has_landlock:
            self._ruleset().close()  # the first takes milliseconds longer than those that the children make

    def begin(self, parent: int) -> "HalfSeal":
        """Put on what is the same for every run, and prepare what is not: milliseconds that no run waits for.

        Raises:
            OSError: a layer that the kernel has could not be put on.
        """
        ruleset = self._ruleset() if self._has_landlock else None  # names folders that only the old identity reaches
        mapped = (
            os.open("self/statm", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self.proc) if RLIMITS in self._layers else None
        )
        changed_identity = IDENTITY in self._layers and _drop_identity()
        if os.geteuid() != 0 or (IDENTITY in self._layers and not changed_identity):
            capabilities.drop()  # a service's user may have been given some; this root may not become another
        _die_with(parent)
        return HalfSeal(
            self._around, mapped, ruleset, changed_identity, self._filter if SECCOMP in self._layers else None
        )

    def _ruleset(self) -> landlockpy.Ruleset:
        """Deny every access to files, TCP ports, and other processes' signals and sockets, but for the libraries."""
        ruleset = landlockpy.Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
        for path in self._libraries:
            if os.path.exists(path):
                ruleset.allow_path(path, READ if os.path.isdir(path) else AccessFS.READ_FILE)
        ruleset.allow_path("/dev/null", WRITE)
        return ruleset


@dataclass(frozen=True)
class HalfSeal:
    """A seal that lacks only what depends on the run."""

    around: tuple[str, ...]
    mapped: int | None  # a descriptor that tells how much this process has mapped; None without rlimits
    ruleset: landlockpy.Ruleset | None
    changed_identity: bool
    filter: bytes | None

    def finish(self, limits: Limits, readable: Iterable[str], writable: Iterable[str]) -> tuple[str, ...]:
        """Confine this process to its limits and to these files, for good; the layers in force, outermost first.

        Seccomp comes last, since it forbids what the others need. A layer that this kernel does not have is left out.

        Raises:
            OSError: a layer that the kernel has could not be put on.
        """
        steps = {
            RLIMITS: self._limit_resources(limits),
            LANDLOCK: self._restrict_files(readable, writable),
            IDENTITY: self.changed_identity,
            SECCOMP: self._filter_system_calls(),
        }
        return (*self.around, *(name for name, applied in steps.items() if applied))

    def _limit_resources(self, limits: Limits) -> bool:
        if self.mapped is None:
            return False
        pages = int(os.read(self.mapped, 100).split()[0])
        cpu_seconds = math.ceil(time.process_time() + limits.cpu_seconds)
        bounds = {
            resource.RLIMIT_AS: pages * resource.getpagesize() + limits.memory_bytes,
            resource.RLIMIT_FSIZE: limits.output_bytes + 1,  # so that what was cut off is seen to be too large
            resource.RLIMIT_NOFILE: OPEN_FILES,
            resource.RLIMIT_NPROC: 0,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_MEMLOCK: 0,
            resource.RLIMIT_MSGQUEUE: 0,
        }
        for limit, value in bounds.items():
            _bound(limit, value, value)
        _bound(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)  # SIGXCPU, then SIGKILL
        os.nice(limits.niceness)
        return True

    def _restrict_files(self, readable: Iterable[str], writable: Iterable[str]) -> bool:
        if self.ruleset is None:
            return False
        with self.ruleset as ruleset:
            for path in readable:
                ruleset.allow_path(path, AccessFS.READ_FILE)
            for path in writable:
                ruleset.allow_path(path, WRITE)
            ruleset.restrict()
        return True

    def _filter_system_calls(self) -> bool:
        if self.filter is None:
            return False
        kernel.control_process(kernel.PR_SET_NO_NEW_PRIVS, 1)
        return seccomp.install(self.filter)


def hide_memory() -> None:
    """Keep this process's memory, environment and descriptors from all others of its user."""
    kernel.control_process(kernel.PR_SET_DUMPABLE, 0)


def die_first() -> None:
    """Have the kernel choose among this process and its children, and not the server, when memory runs out."""
    with open("/proc/self/oom_score_adj", "wb") as file:
        file.write(b"1000")


def _bound(limit: int, soft: int, hard: int) -> None:
    """Set a limit, or leave what is tighter already: an ordinary user may not loosen it."""
    _, highest = resource.getrlimit(limit)
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(limit, (soft, hard))


def _drop_identity() -> bool:
    """Become nobody; False when there is nothing to drop, or this root may not."""
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setresgid(UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
        os.setresuid(UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
    except OSError:  # a container without the capability, or one that does not map the id
        return False
    return True


def _die_with(parent: int) -> None:
    """Be killed when the parent dies; asked for after the identity changed, which would undo it."""
    hide_memory()
    kernel.control_process(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(os.EX_UNAVAILABLE)
