"""The loop, with agents that answer from a list and a runner that has the outputs ready."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agents.csv_file import read_csv
from agents.planner_agent import NothingLeft
from agents.script_runner import Outcome, ScriptRun
from agents.task import Progress, Task
from agents.tester_agent import SandboxTester
from agents.workflow import Agents, Training, train
from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.plans_pb2 import VERDICT_CRASHED, VERDICT_MISMATCHED, VERDICT_PASSED, Feedback, Plan

EXPECTED = b"a\n1\n2\n"
ROUND = ["iteration_started", "agent_started", "agent_progress", "plan_proposed", "agent_started", "script_written"]
ROUND += ["agent_started", "script_tested"]


@dataclass
class ListedPlanner:
    """Proposes one plan after the other and remembers what it was told."""

    plans: int
    told: list[Feedback | None] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # of every plan
    played_by = "list"

    def plan(self, task: Task, feedback: Feedback | None, progress: Progress) -> Plan:
        self.told.append(feedback)
        for text in ("thinking", "thinking", *self.thoughts):
            progress(text)
        if len(self.told) > self.plans:
            raise NothingLeft("all plans have been tried")
        number = len(self.told)
        return Plan(solved_columns=[f"plan {number}"], program=f"program {number}", warnings=self.warnings)


class ListedCoder:
    """Writes the number of the plan as the script."""

    played_by = "list"

    def write(self, task: Task, plan: Plan, feedback: Feedback | None, progress: Progress) -> str:
        return plan.solved_columns[0]


@dataclass
class ListedRunner:
    """Gives one output after the other; None crashes."""

    outputs: list[bytes | None]

    def run(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        output = self.outputs.pop(0)
        if output is None:
            return ScriptRun(Outcome.CRASHED, "ValueError: no", "Traceback", 0.1, 0.1, 1, ("none",))
        output_file.write_bytes(output)
        return ScriptRun(Outcome.COMPLETED, "", "INFO done", 0.1, 0.1, 1, ("none",))


@dataclass
class Run:
    """One training and what was told meanwhile."""

    training: Training
    planner: ListedPlanner
    events: list[JobEvent]

    def names(self) -> list[str | None]:
        return [event.WhichOneof("payload") for event in self.events]


def run(
    folder: Path,
    outputs: list[bytes | None],
    plans: int = 9,
    same_script: bool = False,
    thoughts: Sequence[str] = (),
    expected: bytes = EXPECTED,
    warnings: Sequence[str] = (),
) -> Run:
    planner, events = ListedPlanner(plans, thoughts=list(thoughts), warnings=list(warnings)), list[JobEvent]()
    coder = ListedCoder()
    if same_script:
        coder.write = lambda *_: "the same"  # type: ignore[method-assign]
    agents = Agents(planner, coder, SandboxTester(ListedRunner(outputs), folder))
    task = Task(read_csv(b"a\nx\ny\n"), read_csv(expected), folder / "input.csv")
    return Run(train(task, lambda _: agents, 5, events.append), planner, events)


def test_first_plan_that_works_ends_the_loop(tmp_path: Path) -> None:
    found = run(tmp_path, [EXPECTED])
    assert found.training.passed
    assert found.names() == ROUND
    assert found.events[-1].script_tested.report.verdict == VERDICT_PASSED
    assert {event.iteration for event in found.events} == {1}


def test_progress_is_shown_once_and_cut_and_not_without_end(tmp_path: Path) -> None:
    found = run(tmp_path, [EXPECTED], thoughts=["x" * 5000, *map(str, range(9999))])
    shown = [event.agent_progress.text for event in found.events if event.HasField("agent_progress")]
    assert shown[:2] == ["thinking", "x" * 199 + "…"]
    assert len(shown) == len(set(shown)) == 500


def test_what_a_plan_warns_of_is_told_once_however_many_plans_say_it(tmp_path: Path) -> None:
    found = run(tmp_path, [b"a\n1\nx\n", EXPECTED], warnings=["not as asked", "not understood", "not as asked"])
    told = [event.log_emitted.message for event in found.events if event.HasField("log_emitted")]
    assert told == ["not as asked", "not understood"]


def test_rejection_reaches_the_planner_with_its_reasons(tmp_path: Path) -> None:
    found = run(tmp_path, [b"a\n1\nx\n", None, EXPECTED])
    assert found.training.passed
    assert found.names() == [*ROUND, "feedback_given", *ROUND, "feedback_given", *ROUND]
    first, second, third = found.planner.told
    assert first is None
    assert second is not None
    assert third is not None
    assert second.current_errors[0].column == "a"
    assert second.context.mismatches[0].actual == "x"
    assert [attempt.verdict for attempt in third.previous_attempts] == [VERDICT_MISMATCHED, VERDICT_CRASHED]
    assert third.current_errors[0].issue == "ValueError: no"


def test_feedback_is_told_without_what_earlier_events_have(tmp_path: Path) -> None:
    found = run(tmp_path, [b"a\n1\nx\n", EXPECTED])
    [told] = [event.feedback_given.feedback for event in found.events if event.HasField("feedback_given")]
    given = found.planner.told[1]
    assert given is not None
    assert (given.previous_attempts[0].script, given.previous_attempts[0].plan.program) == ("plan 1", "program 1")
    assert (told.previous_attempts[0].script, told.previous_attempts[0].plan.program) == ("", "")
    assert told.current_errors == given.current_errors


def test_five_failures_are_the_end_and_the_best_is_kept(tmp_path: Path) -> None:
    found = run(tmp_path, [b"a\nx\nx\n", b"a\n1\nx\n", b"a\nx\nx\n", None, None])
    assert not found.training.passed
    assert len(found.training.attempts) == 5
    assert found.training.best is not None
    assert found.training.best.iteration == 2


def test_script_that_passes_is_the_best_also_beside_one_with_every_cell_right(tmp_path: Path) -> None:
    found = run(tmp_path, [b"b,a\n2,1\n", b"a,b\n1,2\n"], expected=b"a,b\n1,2\n")
    assert found.training.attempts[0].report.score == 1.0  # its columns stand in another order
    assert found.training.passed
    assert found.training.best is found.training.attempts[1]


@pytest.mark.parametrize("same_script", [False, True])
def test_planner_with_nothing_left_ends_the_loop_and_says_why(tmp_path: Path, same_script: bool) -> None:
    found = run(tmp_path, [b"a\nx\nx\n", b"a\nx\nx\n"], plans=9 if same_script else 1, same_script=same_script)
    assert not found.training.passed
    assert len(found.training.attempts) == 1
    assert found.training.ended_by
    assert found.names()[-1] == "log_emitted"
