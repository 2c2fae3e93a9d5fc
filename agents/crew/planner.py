"""The planner that a language model plays."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agents.crew import prompts
from agents.crew.answers import PlanAnswer, StepAnswer, UnreadableAnswer
from agents.crew.brief import Brief
from agents.crew.material.lesson import best_induced
from agents.crew.roles import PLANNER
from agents.task import Progress, Task
from agents.wording import cut
from csvconverter.v1.plans_pb2 import Feedback, Plan, TransformationStep

if TYPE_CHECKING:  # it brings CrewAI, which takes seconds to import
    from agents.crew.model import LanguageModel

NO_PLAN = "the model gave no plan that can be read, so the coder works without one"
ALL_ROWS = "Run a script that a model wrote: whether it looks at several rows at once is not known"


class CrewPlanner:
    """Asks the model for a plan; an odd one never blocks the coder."""

    def __init__(self, model: "LanguageModel", brief: Brief) -> None:
        self.model = model
        self.brief = brief
        self.played_by = model.name

    def plan(self, task: Task, feedback: Feedback | None, progress: Progress) -> Plan:
        """Propose a plan."""
        told = self.brief.feedback(feedback) if feedback else None
        show = self.brief.progress(progress)
        try:
            answer = self.model.ask(PLANNER, prompts.planning(self.brief, told), PlanAnswer, show)
        except UnreadableAnswer:
            answer = PlanAnswer(transformation_steps=[], data_quality_checks=[], expected_challenges=[])
        for slip in slips(answer, task):
            show(slip)
        return self.brief.plan(as_plan(answer, task, feedback))


def as_plan(answer: PlanAnswer, task: Task, feedback: Feedback | None) -> Plan:
    """Return the answer as a plan; what induction has solved stays solved, with the doubts that it had."""
    induced = best_induced(feedback.previous_attempts) if feedback else None
    solved = set(induced.plan.solved_columns) if induced else set()
    planned = solved.union(*(names_of(step) for step in answer.transformation_steps))
    header = task.expected.header
    return Plan(
        transformation_steps=[
            TransformationStep(step=number, **step.model_dump())
            for number, step in enumerate(answer.transformation_steps, 1)
        ],
        data_quality_checks=answer.data_quality_checks,
        expected_challenges=answer.expected_challenges,
        solved_columns=[name for name in header if name in planned],
        unsolved_columns=[name for name in header if name not in planned],
        ambiguities=[one for one in induced.plan.ambiguities if one.column in solved] if induced else [],
        warnings=[] if answer.transformation_steps else [NO_PLAN],
        needs_all_rows=[ALL_ROWS],
    )


def names_of(step: StepAnswer) -> set[str]:
    """Return the columns that a step makes, each as it stands there and, where commas join several, one by one."""
    return {name for text in (step.column, step.target) for name in (text, *map(str.strip, text.split(",")))}


def slips(answer: PlanAnswer, task: Task) -> Iterator[str]:
    """Yield where the plan names columns that there are not; no warning, since scripts are judged by their output."""
    known = task.input.positions.keys() | task.expected.positions.keys()
    for number, step in enumerate(answer.transformation_steps, 1):
        texts = [text for text in (step.column, step.source, step.target) if text not in known]
        names = [name for text in texts for name in map(str.strip, text.split(",")) if name]
        if unknown := [name for name in names if name not in known]:
            yield f"step {number} of the plan names a column that neither file has: {cut(unknown[0])!r}"
