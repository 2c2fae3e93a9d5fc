"""What a process sees that entered namespaces: programs of their own, since nobody comes back."""

import os
import platform
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from executor.sandbox import seccomp

PROGRAM = """
import os, sys
from executor.sandbox import namespaces

before = os.getpid(), os.getcwd()
entered = namespaces.enter(sys.argv[2].split(":"), sys.argv[1])
assert entered or before == (os.getpid(), os.getcwd())
"""

ORDINARY_ID = 65533

SYSTEM_CALLS = {
    "unshare": (272, 97),
    "mount": (165, 40),
    "pivot_root": (155, 41),
    "umount2": (166, 39),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "mount_setattr": (442, 442),
}


def start(program: str, runs: Path, readable: str, *, launcher: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", launcher + PROGRAM + program, str(runs), readable]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    answer, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return answer.strip()


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "module.py").write_text("answer = 42\n")
    return folder


@pytest.fixture
def _walls(runs: Path) -> None:
    """Skip where this machine lets nobody enter."""
    if finish(start("print(entered)", runs, "")) != "True":
        pytest.skip("this machine lets this user enter no namespaces")


@pytest.mark.usefixtures("_walls")
def test_root_holds_what_was_named_and_nothing_else(runs: Path, library: Path) -> None:
    program = "print(*(os.path.join(place, file) for place, _, files in os.walk('/') for file in files))"
    found = finish(start(program, runs, str(library))).split()
    assert set(found) == {f"{library}/module.py", "/dev/null", "/dev/urandom", "/dev/zero"}
