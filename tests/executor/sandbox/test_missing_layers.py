"""A kernel that lacks a layer, played by a filter that answers for it: the layer is left out, and that is said."""

import errno
import os
import platform
import struct
import subprocess
import sys

import pytest

from executor.sandbox import seccomp

LANDLOCK_CREATE_RULESET = 444  # on both architectures
PRCTL = {"x86_64": 157, "aarch64": 167}

OWNER_PROGRAM = """
import ctypes, pathlib, sys, tempfile
from executor.sandbox import seccomp
from executor.sandbox.runner import Sandbox, SandboxTooWeak

ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
assert seccomp.install(bytes.fromhex(sys.argv[1]))
try:
    with tempfile.TemporaryDirectory() as folder, Sandbox(pathlib.Path(folder), sys.argv[2:]) as sandbox:
        print(*sandbox.layers)
except SandboxTooWeak as error:
    print(error)
"""


def without_landlock() -> bytes:
    return program(
        (seccomp.LOAD, 0, 0, seccomp.NUMBER),
        (seccomp.JUMP_IF_EQUAL, 0, 1, LANDLOCK_CREATE_RULESET),
        (seccomp.RETURN, 0, 0, seccomp.FAIL | errno.ENOSYS),
        (seccomp.RETURN, 0, 0, seccomp.ALLOW),
    )


def without_seccomp() -> bytes:
    return program(
        (seccomp.LOAD, 0, 0, seccomp.NUMBER),
        (seccomp.JUMP_IF_EQUAL, 0, 3, PRCTL[platform.machine()]),
        (seccomp.LOAD, 0, 0, seccomp.ARGUMENTS),
        (seccomp.JUMP_IF_EQUAL, 0, 1, seccomp.PR_SET_SECCOMP),
        (seccomp.RETURN, 0, 0, seccomp.FAIL | errno.EINVAL),
        (seccomp.RETURN, 0, 0, seccomp.ALLOW),
    )


def program(*instructions: tuple[int, int, int, int]) -> bytes:
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def start_owner(kernel: bytes, *minimum: str) -> str:
    command = [sys.executable, "-c", OWNER_PROGRAM, kernel.hex(), *minimum]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


@pytest.fixture(autouse=True)
def _known_machine() -> None:
    if platform.machine() not in PRCTL:
        pytest.skip("no filter can be written for this machine")


def test_kernel_without_landlock_is_reported() -> None:
    layers = start_owner(without_landlock()).split()
    assert "landlock" not in layers
    assert {"rlimits", "seccomp"} <= set(layers)


def test_kernel_without_seccomp_is_reported() -> None:
    layers = start_owner(without_seccomp()).split()
    assert "seccomp" not in layers
    assert ("identity" in layers) == (os.geteuid() == 0)


def test_kernel_below_the_minimum_runs_nothing() -> None:
    answer = start_owner(without_landlock(), "rlimits", "landlock")
    assert answer == "The sandbox of this machine is too weak: it lacks landlock."
