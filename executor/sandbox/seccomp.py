"""The system call filter: an allowlist, assembled as classic BPF and installed without any library of the machine's.

libseccomp would do the same, but it is not on every machine, and a filter of this shape is a straight list of
comparisons.
"""

import ctypes
import errno
import struct
from collections.abc import Iterator

from executor.sandbox.syscalls import ALLOWED, FATAL, JUDGED, NEWEST

# linux/bpf_common.h
LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
JUMP_IF_GREATER = 0x25  # BPF_JMP | BPF_JGT | BPF_K
RETURN = 0x06  # BPF_RET | BPF_K

# linux/seccomp.h: verdicts, and where struct seccomp_data holds what
KILL = 0x80000000
ALLOW = 0x7FFF0000
FAIL = 0x00050000
NUMBER, ARCHITECTURE = 0, 4
ARGUMENTS = 16  # six of eight bytes each, the low half first on both architectures

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2

# linux/audit.h, and the column in the tables of numbers
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
X32_BIT = 0x40000000  # on x86-64 the same calls once more, past any list of numbers

HARMLESS_IOCTLS = (0x5401, 0x5450, 0x5451)  # TCGETS (isatty), FIONCLEX, FIOCLEX

Instruction = bytes


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def assemble(machine: str) -> bytes | None:
    """Write the filter for a machine as `platform.machine` names it; None for one whose numbers are not known here."""
    if machine not in ARCHITECTURES:
        return None
    architecture, column = ARCHITECTURES[machine]
    return b"".join(_instructions(architecture, column))


def install(program: bytes) -> bool:
    """Confine this thread for good; False when the kernel has no seccomp. Needs no_new_privs.

    Raises:
        OSError: the kernel refused the filter.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    argument = _Program(len(program) // 8, program)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(argument), 0, 0) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS):
        return False
    raise OSError(number, "the kernel refused the seccomp filter")


def _instructions(architecture: int, column: int) -> Iterator[Instruction]:
    yield _instruction(LOAD, ARCHITECTURE)
    yield _instruction(JUMP_IF_EQUAL, architecture, when_true=1)
    yield _instruction(RETURN, KILL)
    yield _instruction(LOAD, NUMBER)
    yield from _unless_greater(X32_BIT - 1, KILL)
    yield from _unless_greater(NEWEST, FAIL | errno.ENOSYS)
    yield from _each(ALLOWED, column, ALLOW)
    yield from _each(FATAL, column, KILL)
    yield from _judge_ioctl(JUDGED["ioctl"][column])
    yield from _judge_prlimit(JUDGED["prlimit64"][column])
    yield _instruction(RETURN, FAIL | errno.EPERM)


def _unless_greater(bound: int, verdict: int) -> Iterator[Instruction]:
    yield _instruction(JUMP_IF_GREATER, bound, when_false=1)
    yield _instruction(RETURN, verdict)


def _each(table: dict[str, tuple[int | None, int | None]], column: int, verdict: int) -> Iterator[Instruction]:
    for numbers in table.values():
        number = numbers[column]
        if number is not None:
            yield _instruction(JUMP_IF_EQUAL, number, when_false=1)
            yield _instruction(RETURN, verdict)


def _judge_ioctl(number: int) -> Iterator[Instruction]:
    """Let through the requests that the standard library makes of ordinary files."""
    yield _instruction(JUMP_IF_EQUAL, number, when_false=2 + 2 * len(HARMLESS_IOCTLS))
    yield _instruction(LOAD, ARGUMENTS + 8)
    for request in HARMLESS_IOCTLS:
        yield _instruction(JUMP_IF_EQUAL, request, when_false=1)
        yield _instruction(RETURN, ALLOW)
    yield _instruction(RETURN, FAIL | errno.EPERM)


def _judge_prlimit(number: int) -> Iterator[Instruction]:
    """Limits may be read, which is a null pointer to new ones, and never set."""
    yield _instruction(JUMP_IF_EQUAL, number, when_false=6)
    yield _instruction(LOAD, ARGUMENTS + 16)
    yield _instruction(JUMP_IF_EQUAL, 0, when_false=3)
    yield _instruction(LOAD, ARGUMENTS + 20)
    yield _instruction(JUMP_IF_EQUAL, 0, when_false=1)
    yield _instruction(RETURN, ALLOW)
    yield _instruction(RETURN, FAIL | errno.EPERM)


def _instruction(code: int, operand: int, when_true: int = 0, when_false: int = 0) -> Instruction:
    return struct.pack("=HBBI", code, when_true, when_false, operand)
