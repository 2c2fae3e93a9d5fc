"""The first minutes of a stranger: a clone, a Python that its distribution crippled, and make."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CRIPPLED_PYTHON = """#!/bin/bash
if [ "$1" = -m ]; then echo "No module named $2" >&2; exit 1; fi
exec -a "$0" {python} "$@"
"""


@pytest.mark.long
def test_a_fresh_clone_with_a_crippled_python_runs_the_demo(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(CRIPPLED_PYTHON.format(python=Path(sys.executable).resolve()))
    python.chmod(0o755)
    environment = os.environ | {"PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin"}
    shown = subprocess.run(
        ["make", "demo"], cwd=clone, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "Everything went well" in shown.stdout
    changed = subprocess.run(["git", "status", "--short"], cwd=clone, capture_output=True, text=True, check=True)
    assert changed.stdout == ""
