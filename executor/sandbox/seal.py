"""Seals this process, for good, layer by layer, and says which layers took."""

import ctypes
import math
import os
import platform
import resource
import signal
from collections.abc import Iterable

import landlockpy
from landlockpy import AccessFS, Scope

from executor.sandbox import seccomp
from executor.sandbox.limits import Limits

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38

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
    """What is prepared once and put on in every run."""

    def __init__(self, libraries: Iterable[str]) -> None:
        """Assemble the filter; `libraries` are the folders that scripts may import from."""
        self._filter = seccomp.assemble(platform.machine())
        self._libraries = sorted({os.path.realpath(path) for path in (*libraries, *MACHINE_FILES)})
        self._landlock = landlockpy.supported()
        if self._landlock:
            self._ruleset((), ()).close()  # the first takes milliseconds longer than those that the children make

    def put_on(self, limits: Limits, readable: Iterable[str], writable: Iterable[str], parent: int) -> tuple[str, ...]:
        """Confine this process to its limits and to these files; the layers in force, in the order they were put on.

        Seccomp comes last, since it forbids what the others need. A layer that this kernel does not have is left out.

        Raises:
            OSError: a layer that the kernel has could not be put on.
        """
        steps = {
            "rlimits": _limit_resources(limits),
            "landlock": self._restrict_files(readable, writable),
            "identity": _drop_identity(),
        }
        _die_with(parent)
        steps["seccomp"] = self._filter_system_calls()
        return tuple(name for name, applied in steps.items() if applied)

    def _restrict_files(self, readable: Iterable[str], writable: Iterable[str]) -> bool:
        if self._landlock:
            with self._ruleset(readable, writable) as ruleset:
                ruleset.restrict()
        return self._landlock

    def _ruleset(self, readable: Iterable[str], writable: Iterable[str]) -> landlockpy.Ruleset:
        """Deny every access to files, TCP ports, and other processes' signals and sockets, but for these files."""
        ruleset = landlockpy.Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
        for path in (*self._libraries, *readable):
            if os.path.exists(path):
                ruleset.allow_path(path, READ if os.path.isdir(path) else AccessFS.READ_FILE)
        for path in (*writable, "/dev/null"):
            ruleset.allow_path(path, WRITE)
        return ruleset

    def _filter_system_calls(self) -> bool:
        if self._filter is None:
            return False
        _control_process(PR_SET_NO_NEW_PRIVS, 1)
        return seccomp.install(self._filter)


def hide_memory() -> None:
    """Keep this process's memory, environment and descriptors from all others of its user."""
    _control_process(PR_SET_DUMPABLE, 0)


def _control_process(option: int, value: int) -> None:
    """prctl(2) with one argument.

    Raises:
        OSError: the kernel refused it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) was refused")


def _limit_resources(limits: Limits) -> bool:
    cpu_seconds = math.ceil(limits.cpu_seconds)
    bounds = {
        resource.RLIMIT_AS: _address_space() + limits.memory_bytes,
        resource.RLIMIT_FSIZE: limits.output_bytes + 1,  # so that an output which was cut off is seen to be too large
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for limit, value in bounds.items():
        _bound(limit, value, value)
    _bound(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)  # SIGXCPU, then SIGKILL
    return True


def _bound(limit: int, soft: int, hard: int) -> None:
    """Set a limit, or leave what is tighter already: an ordinary user may not loosen it."""
    _, highest = resource.getrlimit(limit)
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(limit, (soft, hard))


def _address_space() -> int:
    """How many bytes this process has mapped already."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


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
    _control_process(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(os.EX_UNAVAILABLE)
