"""The bench command with a benchmark of our own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SAMPLE = """
from benchmarks.figure import Figure

def measure():
    yield Figure("{0}.speed", {1}, "ratio", "lower", "a bare loop")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a benchmarks folder with two benchmarks, `one` and `two`."""
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    for name in ("__init__.py", "figure.py", "run.py"):
        shutil.copy(BENCHMARKS / name, folder)
    for number, name in enumerate(("one", "two"), 1):
        (folder / f"measure_{name}.py").write_text(SAMPLE.format(name, number))
    return folder


def run(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.run", *names]
    return subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, timeout=60, check=False)


def results(folder: Path) -> dict[str, dict[str, object]]:
    return json.loads((folder / "results.json").read_text())


def test_every_figure_is_printed_and_written(folder: Path) -> None:
    answer = run(folder)
    assert answer.returncode == 0, answer.stderr
    assert "one.speed" in answer.stdout
    assert results(folder) == {
        "one.speed": {"value": 1, "unit": "ratio", "better": "lower", "baseline": "a bare loop"},
        "two.speed": {"value": 2, "unit": "ratio", "better": "lower", "baseline": "a bare loop"},
    }


def test_measuring_one_keeps_the_others(folder: Path) -> None:
    run(folder)
    # of another size: within a second Python takes a file of the same size for unchanged
    (folder / "measure_one.py").write_text(SAMPLE.format("one", 17))
    (folder / "measure_two.py").write_text(SAMPLE.format("two", 17))
    run(folder, "one")
    assert [figure["value"] for figure in results(folder).values()] == [17, 2]


def test_an_unknown_benchmark_is_refused(folder: Path) -> None:
    answer = run(folder, "three")
    assert answer.returncode == 1
    assert "no benchmark is called three; there are one, two" in answer.stderr
