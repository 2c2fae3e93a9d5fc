"""What a model's script and the induced one make of rows that the example does not have."""

from pathlib import Path

import pytest

from agents.crew.agreement import check_agreement
from agents.crew.doubts import doubts
from agents.csv_file import read_csv
from agents.script_runner import Outcome, ScriptRun
from agents.task import Task
from csvconverter.v1.plans_pb2 import Feedback, Plan, PreviousAttempt, TestReport

INPUT = "id,name,score\n01,Ann Lee,12\n02,Bob Ray,7\n03,Cyd Poe,12\n04,Dan Fox,30\n"
EXPECTED = "id,name,grade\n01,Ann,b\n02,Bob,c\n03,Cyd,b\n04,Dan,a\n"
SCRIPT = """
import sys
import pandas as pd


def main(paths):
    df = pd.read_csv(paths[0], dtype=str, keep_default_na=False)
    {change}
    df["name"] = {name}
    df["grade"] = {grade}
    df[["id", "name", "grade"]].to_csv(paths[1], index=False)
"""
FIRST_WORD = 'df["name"].str.split().str[0]'
INDUCED = SCRIPT.format(name=FIRST_WORD, grade='""', change="")


class InProcessRunner:
    """Runs scripts in this process: they are our own."""

    def run(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        names: dict[str, object] = {}
        exec(compile(script, "script.py", "exec"), names)
        try:
            names["main"]([str(input_file), str(output_file)])  # type: ignore[operator]
        except ValueError as error:
            return ScriptRun(Outcome.CRASHED, str(error), "", 0.1, 0.1, 1, ())
        return ScriptRun(Outcome.COMPLETED, "", "", 0.1, 0.1, 1, ())


def checked(folder: Path, wrong: tuple[str, ...] = ("grade",), **parts: str) -> TestReport:
    """Return a report with what comes of a comparison with the induced script."""
    script = SCRIPT.format(**{"name": FIRST_WORD, "grade": '"a"', "change": "", **parts})
    plan = Plan(program="{}", solved_columns=["id", "name"], unsolved_columns=["grade"])
    induced = PreviousAttempt(plan=plan, script=INDUCED, wrong_columns=wrong)
    task = Task(read_csv(INPUT.encode()), read_csv(EXPECTED.encode()), folder / "input.csv")
    feedback = Feedback(previous_attempts=[induced])
    return TestReport(checks=check_agreement(task, script, feedback, InProcessRunner(), folder))


def test_scripts_that_do_the_same_agree(tmp_path: Path) -> None:
    [check] = checked(tmp_path).checks
    assert (check.name, check.passed) == ("agreement", True)
    assert list(tmp_path.iterdir()) == []


def test_scripts_that_part_on_made_up_rows_are_told_by_column(tmp_path: Path) -> None:
    report = checked(tmp_path, name='df["name"].str.extract("(Ann|Bob|Cyd|Dan)", expand=False).fillna("")')
    [check] = report.checks
    assert (check.name, check.passed) == ("agreement:name", False)
    [warning] = doubts(report)
    assert warning.startswith("name: on 4 of 8 rows, made-up ones among them, the script writes something else")


def test_scripts_that_keep_other_rows_are_told(tmp_path: Path) -> None:
    report = checked(tmp_path, change='df = df[df["name"].str.contains("Lee|Ray|Poe|Fox")]')
    assert list(doubts(report)) == [
        "with made-up rows among those of the input, the script writes 4 rows and the induced one 8"
    ]


def test_script_that_takes_no_made_up_rows_is_told(tmp_path: Path) -> None:
    report = checked(tmp_path, change='raise ValueError("too odd")')
    assert list(doubts(report)) == [
        "with made-up rows among those of the input, the script ends with an error and the induced one does not"
    ]


@pytest.mark.parametrize("wrong", [(), ("grade", "id", "name")], ids=["other_rows_before", "nothing_right_before"])
def test_nothing_is_said_where_nothing_can_be_compared(wrong: tuple[str, ...], tmp_path: Path) -> None:
    assert list(checked(tmp_path, wrong).checks) == []
