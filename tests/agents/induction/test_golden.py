"""Everyday conversions: learned from a pair of files, they hold on a file that was not seen."""

import json
import runpy
from pathlib import Path

import pytest
from learning import make_task, plan_for, run_script, silent

from agents.csv_file import read_csv
from agents.induction.coder import InductionCoder

CASES = Path(__file__).parents[2] / "golden"


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in CASES.glob("*/new.csv")))
def test_new_file_is_converted_as_the_example_was(folder: str, tmp_path: Path) -> None:
    case = CASES / folder
    notes = case / "instructions.json"
    instructions = json.loads(notes.read_text()) if notes.exists() else {}
    task = make_task((case / "input.csv").read_bytes(), (case / "expected.csv").read_bytes(), instructions)

    plan = plan_for(task)
    assert list(plan.unsolved_columns) == []

    script = InductionCoder().write(task, plan, None, silent)
    output = read_csv(run_script(script, (case / "new.csv").read_bytes(), tmp_path))
    wanted = read_csv((case / "new_expected.csv").read_bytes())
    assert (output.header, output.rows) == (wanted.header, wanted.rows)


def test_cases_are_as_the_script_beside_them_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(CASES)  # as when the script is run
    runpy.run_path(str(CASES / "make.py"), run_name="make")["main"](tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert {path: (CASES / path).read_bytes() for path in written} == written
