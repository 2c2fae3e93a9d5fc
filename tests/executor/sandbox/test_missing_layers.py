"""Where a layer cannot be had, it is left out, and that is said; below the minimum nothing runs."""

import os
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


ROOTS = {
    "without capabilities": """
import ctypes

for capability in range(64):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
""",
    "of a user namespace": """
from pathlib import Path
from executor.sandbox import kernel, namespaces

user, group = os.geteuid(), os.getegid()
kernel.call("unshare", namespaces.NEW_USERS)
for name, line in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
    Path("/proc/self", name).write_text(line)
""",
}
"""How a process becomes root that may not become another user, and then another program."""


def start_owner(lacking: str, runs: Path, *minimum: str) -> str:
    kernel = Path(__file__).with_name("kernels.py")
    return answer_of([sys.executable, str(kernel), lacking], runs, *minimum)


def answer_of(start: list[str], runs: Path, *minimum: str) -> str:
    command = [*start, sys.executable, "-c", OWNER_PROGRAM, str(runs), *minimum]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


@pytest.fixture
def _known_machine() -> None:
    if platform.machine() not in PRCTL:
        pytest.skip("no filter can be written for this machine")


@pytest.mark.usefixtures("_known_machine")
@pytest.mark.parametrize("lacking", LACKING)
def test_missing_layer_is_reported_and_the_others_are_put_on(lacking: str, sandbox: Sandbox, tmp_path: Path) -> None:
    layers = start_owner(lacking, tmp_path / "runs").split()
    assert layers == [layer for layer in sandbox.layers if layer != lacking]


@pytest.mark.usefixtures("_known_machine")
def test_kernel_below_the_minimum_runs_nothing(tmp_path: Path) -> None:
    answer = start_owner("landlock", tmp_path / "runs", "rlimits", "landlock")
    assert answer == "The sandbox of this machine is too weak: it lacks landlock."


@pytest.mark.skipif(os.geteuid() != 0, reason="nobody but root has rights to lose")
@pytest.mark.parametrize("root", ROOTS)
def test_root_that_may_not_become_another_user_runs_scripts_as_itself(root: str, tmp_path: Path) -> None:
    become = f"import os, sys\n{ROOTS[root]}\nos.execv(sys.argv[1], sys.argv[1:])"
    layers = answer_of([sys.executable, "-c", become], tmp_path / "runs").split()
    assert "identity" not in layers
    assert {"rlimits", "landlock", "seccomp"} <= set(layers)
