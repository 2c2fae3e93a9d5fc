"""The three agents, with a model behind real HTTP: what they make of its answers, and when they ask again."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from agents.crew.brief import make_brief
from agents.crew.settings import ModelSettings
from agents.task import Task
from agents.token_meter import TokenMeter
from csvconverter.v1.plans_pb2 import (
    VERDICT_CRASHED,
    VERDICT_MISMATCHED,
    VERDICT_REFUSED,
    Ambiguity,
    Feedback,
    Plan,
    PreviousAttempt,
    TestError,
    TestReport,
)
from tests.agents.crew.crewai_warnings import CREWAI_WARNINGS
from tests.agents.induction.learning import make_task, silent
from tests.language_model.answers import Answer, Status
from tests.language_model.stub_model import StubModel

pytestmark = CREWAI_WARNINGS

TASK = make_task("id,a\n1,x\n2,y\n", "id,A,B\n1,X,?\n2,Y,?\n")
STEP = {"action": "case", "column": "", "source": "a", "target": "A", "details": "upper", "transformation": "upper"}
FIRST, SECOND = "import sys\nx = 1\n", "import sys\nx = 2\n"


@pytest.fixture
def played() -> Iterator[Any]:
    """Play an agent with a model that gives these answers."""
    from agents.crew.coder import CrewCoder
    from agents.crew.model import LanguageModel  # CrewAI takes seconds to import
    from agents.crew.planner import CrewPlanner

    agents = {"planner": CrewPlanner, "coder": CrewCoder}
    with StubModel(lambda asked: answers[asked.role].pop(0)) as stub:
        answers: dict[str, list[Answer]] = {}
        model = LanguageModel(ModelSettings("stub-1", "key", stub.base_url), TokenMeter())

        def play(role: str, *given: Answer) -> Any:
            answers[role] = list(given)
            play.requests = stub.requests  # type: ignore[attr-defined]
            return agents[role](model, make_brief(TASK)) if role in agents else model

        yield play


def plan_of(answer: dict[str, Any], played: Any, feedback: Feedback | None = None) -> Plan:
    return played("planner", answer).plan(TASK, feedback, silent)


def answer_of(steps: Sequence[object]) -> dict[str, Any]:
    return {"transformation_steps": list(steps), "data_quality_checks": ["c"], "expected_challenges": []}


def test_plan_says_what_it_explains_and_promises_nothing_about_rows(played: Any) -> None:
    plan = plan_of(answer_of([STEP]), played)
    assert [step.details for step in plan.transformation_steps] == ["upper"]
    assert (list(plan.solved_columns), list(plan.unsolved_columns)) == (["A"], ["id", "B"])
    assert not plan.row_local
    assert list(plan.needs_all_rows) == [
        "Run a script that a model wrote: whether it looks at several rows at once is not known"
    ]
    assert not plan.warnings


def test_odd_plan_is_shown_and_never_in_the_way(played: Any) -> None:
    shown: list[str] = []
    plan = played("planner", answer_of([STEP | {"source": "a, ghost"}])).plan(TASK, None, shown.append)
    assert shown[-1] == "step 1 of the plan names a column that neither file has: 'ghost'"
    assert not plan.warnings
    assert list(plan_of(answer_of([]), played).warnings) == [
        "the model gave no plan that can be read, so the coder works without one"
    ]


def test_what_induction_solved_stays_solved_with_its_doubts(played: Any) -> None:
    doubts = [Ambiguity(column="id", readings=["one", "other"]), Ambiguity(column="B", readings=["x"])]
    induced = PreviousAttempt(iteration=1, plan=Plan(program="{}", solved_columns=["id", "A"], ambiguities=doubts))
    plan = plan_of(answer_of([STEP | {"target": "B"}]), played, Feedback(previous_attempts=[induced]))
    assert list(plan.solved_columns) == ["id", "A", "B"]
    assert [doubt.column for doubt in plan.ambiguities] == ["id"]


def test_same_script_is_asked_for_once_more(played: Any) -> None:
    tried = Feedback(
        previous_attempts=[PreviousAttempt(iteration=4, script=FIRST, verdict=VERDICT_CRASHED)],
        context=TestReport(verdict=VERDICT_CRASHED),
    )
    coder = played("coder", {"script": f"# again\n{FIRST}"}, {"script": SECOND})
    assert coder.write(TASK, Plan(), tried, silent) == SECOND
    assert "the script of attempt 4 again" not in played.requests[0].prompt
    assert "the script of attempt 4 again" in played.requests[1].prompt
    coder = played("coder", {"script": FIRST}, {"script": FIRST})
    assert coder.write(TASK, Plan(), tried, silent) == FIRST  # the loop ends then


def report_of(verdict: int, task: Task = TASK) -> TestReport:
    errors = [TestError(column=name, suggestion="the usual") for name in task.expected.header]
    return TestReport(verdict=verdict, errors_found=errors)


@pytest.mark.parametrize(
    ("verdict", "answer", "said"),
    [
        (VERDICT_MISMATCHED, {"suggestions": ["one", " ", "three", "four"]}, ["one", "the usual", "three"]),
        (VERDICT_CRASHED, {"suggestions": ["one"]}, ["one", "the usual", "the usual"]),
        (VERDICT_MISMATCHED, {"suggestions": []}, ["the usual"] * 3),
        (VERDICT_MISMATCHED, Status(401), ["the usual"] * 3),
        (VERDICT_REFUSED, {"suggestions": ["never asked"]}, ["the usual"] * 3),
    ],
)
def test_suggestions_take_the_place_of_the_usual_ones(
    verdict: int, answer: Answer, said: list[str], played: Any
) -> None:
    from agents.crew.suggestions import suggest

    report = report_of(verdict)
    suggest(played("tester", answer), make_brief(TASK), FIRST, report, silent)
    assert [error.suggestion for error in report.errors_found] == said
