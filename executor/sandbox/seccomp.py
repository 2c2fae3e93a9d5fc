"""The system call filter: an allowlist, assembled as classic BPF and installed without any library of the machine's.

libseccomp would do the same, but it is not on every machine, and a filter of this shape is a straight list of
comparisons.
"""

import ctypes
import errno
import signal
import struct
from collections.abc import Collection, Iterator

from executor.sandbox import kernel
from executor.sandbox.syscalls import ALLOWED, FATAL, JUDGED, NEWEST

# linux/bpf_common.h
LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
JUMP_IF_GREATER = 0x25  # BPF_JMP | BPF_JGT | BPF_K
RETURN = 0x06  # BPF_RET | BPF_K

# linux/seccomp.h: verdicts, and where struct seccomp_data holds what
KILL = 0x80000000
TRAP = 0x00030000  # SIGSYS, which ends the process too unless it is caught; the call is not made
FAIL = 0x00050000
ALLOW = 0x7FFF0000
NUMBER, ARCHITECTURE = 0, 4
ARGUMENTS = 16  # six of eight bytes each, the low half first on both architectures

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2

# linux/audit.h, and the column in the tables of numbers
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
X32_BIT = 0x40000000  # on x86-64 the same calls once more, past any list of numbers

HARMLESS_IOCTLS = (0x5401, 0x5450, 0x5451)  # TCGETS (isatty), FIONCLEX, FIOCLEX

HARMLESS_FCNTLS = (*range(5), 1030)
"""Copying descriptors, and their flags; not F_SETOWN, which has the kernel send signals to others, and not locks, which
others of the input would wait for, and which take memory of the kernel's without bound."""

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
    try:
        kernel.control_process(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, _Program(len(program) // 8, program))
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ENOSYS):
            return False
        raise
    return True


def _instructions(architecture: int, column: int) -> Iterator[Instruction]:
    yield _instruction(LOAD, ARCHITECTURE)
    yield _instruction(JUMP_IF_EQUAL, architecture, when_true=1)
    yield _instruction(RETURN, KILL)
    yield _instruction(LOAD, NUMBER)
    yield from _unless_greater(X32_BIT - 1, KILL)
    yield from _unless_greater(NEWEST, FAIL | errno.ENOSYS)
    yield from _each(ALLOWED, column, ALLOW)
    yield from _each(FATAL, column, TRAP)
    yield from _judge_argument(JUDGED["fcntl"][column], 1, HARMLESS_FCNTLS, ALLOW, FAIL | errno.EPERM)
    yield from _judge_argument(JUDGED["ioctl"][column], 1, HARMLESS_IOCTLS, ALLOW, FAIL | errno.EPERM)
    yield from _judge_argument(JUDGED["rt_sigaction"][column], 0, [signal.SIGSYS], FAIL | errno.EPERM, ALLOW)
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


def _judge_argument(
    number: int, position: int, values: Collection[int], verdict: int, otherwise: int
) -> Iterator[Instruction]:
    """Judge a call by whether one argument, of which the kernel takes 32 bits, is among these values."""
    yield _instruction(JUMP_IF_EQUAL, number, when_false=2 + 2 * len(values))
    yield _instruction(LOAD, ARGUMENTS + 8 * position)
    for value in values:
        yield _instruction(JUMP_IF_EQUAL, value, when_false=1)
        yield _instruction(RETURN, verdict)
    yield _instruction(RETURN, otherwise)


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
