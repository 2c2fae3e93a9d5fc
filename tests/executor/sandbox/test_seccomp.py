"""The filter, judged by a small interpreter of its own language, for both architectures."""

import errno
import re
import signal
import struct
from fcntl import F_DUPFD_CLOEXEC, F_GETFL, F_SETLEASE, F_SETLK, F_SETOWN, F_SETSIG
from pathlib import Path

import pytest

from executor.sandbox import seccomp
from executor.sandbox.syscalls import ALLOWED, FATAL, JUDGED, NEWEST

ALLOW, TRAP, KILL = 0x7FFF0000, 0x00030000, 0x80000000
REFUSE, UNKNOWN = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
SOCKET = {"x86_64": 41, "aarch64": 198}
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
MACHINES = ("x86_64", "aarch64")


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """Ask the filter of a machine about a system call."""
    program = seccomp.assemble(machine)
    assert program is not None
    asked_on = seccomp.ARCHITECTURES[machine][0] if architecture is None else architecture
    data = struct.pack("=iIQ6Q", number, asked_on, 0, *arguments, *[0] * (6 - len(arguments)))
    instructions = list(struct.iter_unpack("=HBBI", program))
    position, accumulator = 0, 0
    while True:
        code, when_true, when_false, operand = instructions[position]
        position += 1
        if code == seccomp.LOAD:
            (accumulator,) = struct.unpack_from("=I", data, operand)
        elif code == seccomp.RETURN:
            return int(operand)
        else:
            true = accumulator == operand if code == seccomp.JUMP_IF_EQUAL else accumulator > operand
            position += when_true if true else when_false


@pytest.mark.parametrize("machine", MACHINES)
def test_lists_are_obeyed(machine: str) -> None:
    column = seccomp.ARCHITECTURES[machine][1]
    for table, expected in ((ALLOWED, ALLOW), (FATAL, TRAP)):
        numbers = [numbers[column] for numbers in table.values() if numbers[column] is not None]
        assert {verdict(machine, number) for number in numbers} == {expected}


@pytest.mark.parametrize("machine", MACHINES)
def test_unlisted_calls_are_refused_and_new_ones_unknown(machine: str) -> None:
    assert verdict(machine, SOCKET[machine]) == REFUSE
    assert verdict(machine, NEWEST + 1) == UNKNOWN


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_by_another_architectures_numbers_are_fatal(machine: str) -> None:
    assert verdict(machine, 0, architecture=0x40000003) == KILL  # i386
    assert verdict(machine, 0x40000000) == KILL  # x32


@pytest.mark.parametrize("machine", MACHINES)
def test_limits_can_be_read_and_not_set(machine: str) -> None:
    number = JUDGED["prlimit64"][seccomp.ARCHITECTURES[machine][1]]
    assert verdict(machine, number, 0, 7, 0) == ALLOW
    assert verdict(machine, number, 0, 7, 0x7F00_0000_0000) == REFUSE
    assert verdict(machine, number, 0, 7, 0x10) == REFUSE


@pytest.mark.parametrize("machine", MACHINES)
def test_terminals_can_be_recognised_and_not_typed_into(machine: str) -> None:
    number = JUDGED["ioctl"][seccomp.ARCHITECTURES[machine][1]]
    tcgets, tiocsti = 0x5401, 0x5412
    assert verdict(machine, number, 0, tcgets) == ALLOW
    assert verdict(machine, number, 0, tiocsti) == REFUSE


@pytest.mark.parametrize("machine", MACHINES)
def test_descriptors_can_be_copied_and_not_disturb_others(machine: str) -> None:
    number = JUDGED["fcntl"][seccomp.ARCHITECTURES[machine][1]]
    assert {verdict(machine, number, 0, command) for command in (F_DUPFD_CLOEXEC, F_GETFL)} == {ALLOW}
    assert {verdict(machine, number, 0, command) for command in (F_SETOWN, F_SETSIG, F_SETLEASE, F_SETLK)} == {REFUSE}


@pytest.mark.parametrize("machine", MACHINES)
def test_signals_can_be_handled_but_that_of_the_filter(machine: str) -> None:
    number = JUDGED["rt_sigaction"][seccomp.ARCHITECTURES[machine][1]]
    assert verdict(machine, number, signal.SIGTERM) == ALLOW
    assert verdict(machine, number, signal.SIGSYS) == REFUSE
    assert verdict(machine, number, signal.SIGSYS | 1 << 32) == REFUSE  # the kernel looks at 32 bits


def test_no_call_is_listed_twice() -> None:
    assert len(ALLOWED | FATAL | JUDGED) == len(ALLOWED) + len(FATAL) + len(JUDGED)
    for column in range(2):
        numbers = [entry[column] for table in (ALLOWED, FATAL, JUDGED) for entry in table.values()]
        known = [number for number in numbers if number is not None]
        assert len(known) == len(set(known))


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip("the kernel's headers are not installed")
    column = seccomp.ARCHITECTURES[machine][1]
    lines = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text(encoding="utf-8"))
    theirs = {name: int(number) for name, number in lines}
    ours = {name: numbers[column] for name, numbers in (ALLOWED | FATAL | JUDGED).items()}
    assert not {name for name, number in ours.items() if theirs.get(name, number) != number}


def test_unknown_machine_has_no_filter() -> None:
    assert seccomp.assemble("riscv64") is None
