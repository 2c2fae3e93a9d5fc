"""The loop around the planner: what the tester rejects is not proposed again, and what is left is said."""

import io
import logging
from pathlib import Path

import pytest
from learning import make_task, plan_for, run_script

from agents.induction.coder import InductionCoder
from agents.induction.feedback import tried_so_far
from agents.induction.operators import read_program
from agents.induction.planner import InductionPlanner
from agents.induction.rows.steps import KeepRows
from agents.planner_agent import NothingLeft
from agents.script_runner import Outcome, ScriptRun
from agents.task import Task
from agents.tester_agent import SandboxTester
from agents.workflow import Agents, Training, train
from csvconverter.v1.plans_pb2 import Feedback, PreviousAttempt, TestError

A_MOMENT = 1e-9  # seconds


class InProcessRunner:
    """Runs scripts in this process: they are our own."""

    def run(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        log = io.StringIO()
        handler = logging.StreamHandler(log)
        logging.getLogger("convert").addHandler(handler)
        output_file.write_bytes(run_script(script, input_file.read_bytes(), output_file.parent))
        logging.getLogger("convert").removeHandler(handler)
        return ScriptRun(Outcome.COMPLETED, "", log.getvalue(), 0.1, 0.1, 1, ())


def train_on(given: str, expected: str, folder: Path) -> Training:
    task = make_task(given, expected)
    (folder / "input.csv").write_text(given)
    task = Task(task.input, task.expected, folder / "input.csv")
    agents = Agents(InductionPlanner(10), InductionCoder(), SandboxTester(InProcessRunner(), folder))
    return train(task, lambda _: agents, 5, lambda event: None)


def rejected(task: Task, *columns: str, kind: str = "value_error") -> Feedback:
    """Return feedback as if the tester had found these columns wrong."""
    attempt = PreviousAttempt(iteration=1, plan=plan_for(task))
    return Feedback(previous_attempts=[attempt], current_errors=[TestError(type=kind, column=c) for c in columns])


def test_everyday_files_pass_at_once(tmp_path: Path) -> None:
    training = train_on("id,n\n01,ann\n02,bob\n03,cyd\n", "Name,Id\nAnn,01\nBob,02\nCyd,03\n", tmp_path)
    assert training.passed
    assert len(training.attempts) == 1


def test_partial_solution_is_tested_once_and_what_is_left_is_said(tmp_path: Path) -> None:
    given = "id,k\n01,qa\n02,wb\n03,ec\n"
    training = train_on(given, "id,v\n01,zebra\n02,lion\n03,mouse\n", tmp_path)
    assert not training.passed
    assert len(training.attempts) == 1
    assert training.attempts[0].report.score == 0.5
    assert str(training.ended_by) == "solved: id; not solved: v, for example id='01', k='qa' → 'zebra'"


def test_rejected_expression_is_not_proposed_again() -> None:
    task = make_task("a,b,c\nx,x,1\ny,y,2\nz,z,3\n", "v,c\nx,1\ny,2\nz,3\n")
    first = plan_for(task)
    second = plan_for(task, rejected(task, "v"))
    assert first.program != second.program
    assert second.transformation_steps[1].details == first.transformation_steps[1].details


def test_two_rejections_are_both_remembered() -> None:
    task = make_task("a,b,c\nx,x,1\ny,y,2\nz,z,3\n", "v,c\nx,1\ny,2\nz,3\n")
    feedback = rejected(task, "v")
    feedback.previous_attempts.append(PreviousAttempt(iteration=2, plan=plan_for(task, feedback)))
    third = plan_for(task, feedback)
    assert third.program not in {attempt.plan.program for attempt in feedback.previous_attempts}


def test_other_rows_than_expected_rule_the_steps_out() -> None:
    rows = "".join(f"{n},{'x' if n % 3 else 'y'},{'p' if n % 3 else 'q'}\n" for n in range(20))
    kept = "".join(f"{n}\n" for n in range(20) if n % 3)
    task = make_task(f"n,a,b\n{rows}", f"n\n{kept}")
    feedback = rejected(task, "", kind="row_count_error")
    ((steps, after),) = tried_so_far(feedback).wrong_steps
    assert isinstance(steps[0], KeepRows)
    assert not after
    assert plan_for(task, feedback).program != plan_for(task).program


def test_other_order_than_expected_rules_the_sort_of_the_output_out() -> None:
    order = [5, 2, 8, 1, 9, 3, 7, 4, 6]

    def day(n: int) -> str:
        return f"2024-02-{n + 13}" if n % 2 else f"{n + 13}.02.2024"

    given = "".join(f"{n % 4}k{n},{day(n)},{n**4} EUR\n" for n in order)
    wanted = "".join(f"{n % 4}k{n},2024-02-{n + 13},{n**4}\n" for n in sorted(order))
    task = make_task(f"key,paid,sum\n{given}", f"key,paid,sum\n{wanted}")
    first, second = plan_for(task), plan_for(task, rejected(task, "", kind="row_order_error"))
    sorts = [read_program(plan.program).after for plan in (first, second)]
    assert all(sorts)
    assert sorts[0] != sorts[1]


def test_nothing_is_left_when_all_has_been_tried() -> None:
    task = make_task("k\nqa\nwb\nec\n", "v\nzebra\nlion\nmouse\n")
    with pytest.raises(NothingLeft, match="not solved: v"):
        plan_for(task, rejected(task, "v"))


def test_search_ends_when_its_time_is_used_up() -> None:
    task = make_task("a\nx y\nz w\n", "b\ny\nw\n")
    plan = InductionPlanner(A_MOMENT).plan(task, None, lambda text: None)
    assert list(plan.unsolved_columns) == ["b"]
    assert any("time" in warning for warning in plan.warnings)


def test_what_stands_is_kept_when_the_time_is_used_up() -> None:
    task = make_task("a,b\nx y,ann\nz w,bob\nq r,cyd\n", "c,b\ny,ANN\nw,BOB\nr,CYD\n")
    plan = InductionPlanner(A_MOMENT).plan(task, rejected(task, "c"), lambda text: None)
    assert list(plan.solved_columns) == ["b"]


def test_attempts_share_the_time_of_the_search() -> None:
    task = make_task("a,b\n1,x\n2,y\n3,z\n", "c\nzebra\nlion\nmouse\n")
    planner = InductionPlanner(A_MOMENT)
    planner.plan(task, None, lambda text: None)
    with pytest.raises(NothingLeft, match="time for the search is used up"):
        planner.plan(task, rejected(task, "c"), lambda text: None)
