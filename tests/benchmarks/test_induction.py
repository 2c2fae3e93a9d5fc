"""The induction bench with cases of our own: what it leaves, and what it does not look at."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PLAIN = "word,n\nalpha,1\nbeta,2\ngamma,3\ndelta,4\n"
CAPITALS = "word,n\nALPHA,1\nBETA,2\nGAMMA,3\nDELTA,4\n"
NONSENSE = 'word,n\nxqz 81,-7\npvk 3,0.001\n"j, j",99\nrr,12\n'
UNSEEN = "word,n\nzeta,9\n"
HANGING = """
import time
from benchmarks import induction

def hang(*_):
    time.sleep(60)

if __name__ == "__main__":
    induction.work, induction.GRACE_SECONDS = hang, 0.2
    induction.main()
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Return a folder with a case that can be learned, one that cannot, and one that is no table."""
    folder = tmp_path / "cases"
    lay_out(folder / "texts" / "capitals", PLAIN, CAPITALS)
    lay_out(folder / "texts" / "nonsense", PLAIN, NONSENSE)
    lay_out(folder / "broken" / "empty", "", CAPITALS)
    return folder


def lay_out(case: Path, given: str, expected: str) -> None:
    """Write a case whose answer for the unseen input cannot be read."""
    (case / "test_expected.csv").mkdir(parents=True)
    for name, text in {"input.csv": given, "expected.csv": expected, "test_input.csv": UNSEEN}.items():
        (case / name).write_text(text)


def run(*arguments: object) -> str:
    """Run the bench and return what it prints."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout


def result(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return read


def test_each_case_leaves_what_came_of_it(cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    printed = run("-m", "benchmarks.induction", cases, out)
    assert printed.startswith("3 cases: 1 solved, 0 ambiguous, 2 abstained, 0 error; ")
    learned = out / "texts" / "capitals"
    assert result(learned)["status"] == "solved"
    assert (learned / "fit_output.csv").read_text() == CAPITALS
    assert (learned / "test_output.csv").read_text() == "word,n\nZETA,9\n"
    assert (learned / "script.py").exists()
    unlearned = out / "texts" / "nonsense"
    assert result(unlearned)["status"] == "abstained"
    assert result(unlearned)["reason"]
    assert not (unlearned / "test_output.csv").exists()
    assert "the file is empty" in result(out / "broken" / "empty")["reason"]


def test_a_child_that_hangs_is_an_error_of_its_own_case(
    cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "hanging.py").write_text(HANGING)
    run(tmp_path / "hanging.py", cases, tmp_path / "out", "--seconds", 0.01, "--only", "texts/*")
    for name in ("capitals", "nonsense"):
        left = result(tmp_path / "out" / "texts" / name)
        assert left["status"] == "error"
        assert left["reason"] == "the child ended with status -9 and without a result"
    assert not (tmp_path / "out" / "broken").exists()
