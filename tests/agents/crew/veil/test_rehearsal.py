"""What a model is told of attempts when the rows are private, with scripts that run as processes."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.crew import prompts
from agents.crew.brief import Brief, make_brief, make_private
from agents.csv_file import read_example
from agents.induction.coder import InductionCoder
from agents.induction.planner import InductionPlanner
from agents.script_runner import Outcome, ScriptRun
from agents.task import Task
from agents.tester_agent import SandboxTester
from csvconverter.v1 import plans_pb2 as plans
from csvconverter.v1.plans_pb2 import Feedback, Plan, PreviousAttempt, TestReport, TransformationStep

NAMES = ["Quetzal Xaver", "Zanzibar Wyclef", "Kowalczyk Ulf", "Mjöllnir Bryn"]
STATES = {"vermilion": "Zinnober", "obsidian": "Vulkanglas", "cerulean": "Himmelblau"}
AMOUNTS = ["73119", "82276", "91338", "64457"]
CANARIES = {word.casefold() for text in (*NAMES, *STATES, *STATES.values(), *AMOUNTS) for word in text.split()}

SCRIPT = """
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
{body}
with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow({header})
    writer.writerows({row} for row in rows)
"""
HEADER = '["ref", "Kunde", "state", "sum"]'
ROW = '[row["ref"], " ".join(reversed(row["name"].split())), {}.get(row["status"], ""), row["amount"]]'


class Processes:
    """Runs scripts as processes of their own."""

    def run(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        done = subprocess.run([sys.executable, "-c", script, input_file, output_file], capture_output=True, text=True)
        outcome = Outcome.CRASHED if done.returncode else Outcome.COMPLETED
        return ScriptRun(outcome, (done.stderr.splitlines() or [""])[-1], done.stderr, 0.1, 0.1, 1, ("process",))


@dataclass
class Play:
    """A job with private rows, and what its tester says of scripts."""

    task: Task
    brief: Brief
    tester: SandboxTester

    def told(self, script: str, plan: Plan | None = None) -> tuple[TestReport, Feedback]:
        """Test a script, and return the report and what is told of it."""
        report = self.tester.test(self.task, script, None, lambda text: None)
        attempt = PreviousAttempt(iteration=1, plan=plan, script=script, verdict=report.verdict, score=report.score)
        feedback = Feedback(previous_attempts=[attempt], current_errors=report.errors_found, context=report)
        return report, self.brief.feedback(feedback)

    def script(self, body: str = "", header: str = HEADER, row: str | None = None) -> str:
        """Return a script as a model would write it from what it sees."""
        shown = zip(self.brief.shown_input.column("status"), self.brief.shown_expected.column("state"), strict=True)
        return self.brief.script(SCRIPT.format(body=body, header=header, row=row or ROW.format(dict(shown))))


@pytest.fixture
def play(tmp_path: Path) -> Play:
    rows = [(f"R{1000 + n}", NAMES[n % 4], list(STATES)[n % 3], AMOUNTS[n % 4]) for n in range(12)]
    given = "ref,name,status,amount\n" + "".join(f"{','.join(row)}\n" for row in rows)
    wanted = "ref,Kunde,state,sum\n" + "".join(
        f"{ref},{' '.join(reversed(name.split()))},{STATES[state]},{amount}\n" for ref, name, state, amount in rows
    )
    (tmp_path / "input.csv").write_text(given)
    task = Task(*read_example(given.encode(), wanted.encode()), tmp_path / "input.csv")
    brief = make_private(make_brief(task), Processes(), tmp_path / "made_up", b"key")
    return Play(task, brief, SandboxTester(Processes(), tmp_path, lambda: brief.held_out.expected_rows))


def leaked(*texts: object) -> list[str]:
    """Return the words of real cells that stand in texts."""
    everything = "\n".join(map(str, texts)).casefold()
    return sorted(word for word in CANARIES if word in everything)


def test_prompts_hold_no_word_of_the_rows(play: Play) -> None:
    assert leaked(prompts.planning(play.brief, None), prompts.coding(play.brief, Plan(), None)) == []


def test_a_script_for_made_up_rows_is_right_for_real_ones(play: Play) -> None:
    report, _ = play.told(play.script())
    assert report.verdict == plans.VERDICT_PASSED


def test_a_difference_is_told_with_made_up_cells(play: Play) -> None:
    report, told = play.told(play.script(row=ROW.replace("reversed(", "(").format("{}")))
    assert report.verdict == told.context.verdict == plans.VERDICT_MISMATCHED
    assert leaked(report) != []
    assert leaked(told, prompts.mending(play.brief, told)) == []
    assert {error.column for error in told.current_errors} == {"Kunde", "state"}
    [name] = {cell.expected for cell in told.context.mismatches if cell.column == "Kunde" and cell.row == 1}
    assert name == play.brief.task.expected.rows[0][1]


def test_a_crash_that_quotes_a_cell_is_told_with_a_made_up_one(play: Play) -> None:
    report, told = play.told(play.script('raise ValueError(rows[0]["name"])'))
    assert leaked(report) != []
    assert leaked(told) == []
    assert play.brief.task.input.rows[0][1] in told.context.script_log
    assert told.context.verdict == plans.VERDICT_CRASHED


@pytest.mark.parametrize(
    "body",
    [
        "raise SystemExit(repr(rows))",
        'raise type(rows[0]["name"].split()[0], (Exception,), {})()',
        'exec(compile("raise ValueError", rows[0]["name"], "exec"))',
        "print(rows, file=sys.stderr); raise KeyError(sys.argv)",
    ],
)
def test_a_crash_with_real_rows_alone_is_told_without_its_words(play: Play, body: str) -> None:
    condition = f'if sum(int(row["amount"]) for row in rows) == {sum(map(int, AMOUNTS)) * 3}: {body}'
    report, told = play.told(play.script(condition))
    assert report.verdict == told.context.verdict == plans.VERDICT_CRASHED
    assert leaked(report) != []
    assert leaked(told) == []
    assert "with the real rows" in told.current_errors[0].issue
    assert not told.context.script_log


def test_columns_that_a_script_names_after_cells_are_not_told(play: Play) -> None:
    name = 'rows[0]["name"] if sum(int(row["amount"]) for row in rows) == 933570 else "ref"'
    report, told = play.told(play.script(header=HEADER.replace('"ref"', name)))
    assert leaked(report) != []
    assert leaked(told) == []


def test_what_induction_found_is_told_with_made_up_constants(play: Play) -> None:
    plan = InductionPlanner(10).plan(play.task, None, lambda text: None)
    script = InductionCoder().write(play.task, plan, None, lambda text: None)
    assert "vermilion" in script
    report, told = play.told(script, plan)
    assert report.verdict == plans.VERDICT_PASSED
    rehearsed = play.brief.rehearsal.rehearse(told.previous_attempts[0].script)
    assert rehearsed.verdict == plans.VERDICT_PASSED, rehearsed
    assert leaked(told, prompts.coding(play.brief, play.brief.told_plan(plan), told)) == []


def test_people_read_the_real_words_and_the_model_its_own(play: Play) -> None:
    made_up = play.brief.task.input.rows[0][1]
    plan = Plan(transformation_steps=[TransformationStep(action="map", details=f"Turn {made_up} round")])
    real = play.brief.plan(plan)
    assert real.transformation_steps[0].details == f"Turn {NAMES[0]} round"
    assert play.brief.told_plan(real) == plan
    assert play.brief.text(f"{made_up} is wrong") == f"{NAMES[0]} is wrong"
