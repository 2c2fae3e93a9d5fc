"""Where a layer cannot be had, it is left out, and that is said; below the minimum nothing runs."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from kernels import LACKING, PRCTL

from executor.sandbox.runner import Sandbox

OWNER_PROGRAM = """
import pathlib, sys
from executor.sandbox.runner import Sandbox, SandboxTooWeak

try:
    with Sandbox(pathlib.Path(sys.argv[1]), sys.argv[2:]) as sandbox:
        print(*sandbox.layers)
except SandboxTooWeak as error:
    print(error)
"""


def start_owner(lacking: str, runs: Path, *minimum: str) -> str:
    kernel = Path(__file__).with_name("kernels.py")
    command = [sys.executable, str(kernel), lacking, sys.executable, "-c", OWNER_PROGRAM, str(runs), *minimum]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


@pytest.fixture(autouse=True)
def _known_machine() -> None:
    if platform.machine() not in PRCTL:
        pytest.skip("no filter can be written for this machine")


@pytest.mark.parametrize("lacking", LACKING)
def test_missing_layer_is_reported_and_the_others_are_put_on(lacking: str, sandbox: Sandbox, tmp_path: Path) -> None:
    layers = start_owner(lacking, tmp_path / "runs").split()
    assert layers == [layer for layer in sandbox.layers if layer != lacking]


def test_kernel_below_the_minimum_runs_nothing(tmp_path: Path) -> None:
    answer = start_owner("landlock", tmp_path / "runs", "rlimits", "landlock")
    assert answer == "The sandbox of this machine is too weak: it lacks landlock."
