"""What is left of root's rights."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
from executor.sandbox import capabilities, kernel, namespaces

capabilities.drop()
with open("/proc/self/status") as status:
    print(*(line.split()[1] for line in status if line.startswith(("CapInh", "CapPrm", "CapEff", "CapAmb"))))
try:
    kernel.call("unshare", namespaces.NEW_MOUNTS)
except PermissionError:
    print("refused")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to let go of")
def test_nothing_is_left_to_use_or_to_hand_on() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, timeout=60)
    none = "0" * 16
    assert done.stdout == f"{none} {none} {none} {none}\nrefused\n"
