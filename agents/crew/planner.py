"""The planner that a language model plays."""

from agents.crew import prompts
from agents.crew.answers import PlanAnswer, UnreadableAnswer
from agents.crew.brief import Brief
from agents.crew.model import LanguageModel
from agents.crew.roles import PLANNER
from agents.task import Progress, Task
from csvconverter.v1.plans_pb2 import Feedback, Plan, TransformationStep

NO_PLAN = "the model gave no plan that can be read, so the coder works without one"


class CrewPlanner:
    """Asks the model for a plan; an odd one never blocks the coder."""

    def __init__(self, model: LanguageModel, brief: Brief) -> None:
        self.model = model
        self.brief = brief
        self.played_by = model.name

    def plan(self, task: Task, feedback: Feedback | None, progress: Progress) -> Plan:
        """Propose a plan."""
        told = self.brief.feedback(feedback) if feedback else None
        try:
            answer = self.model.ask(PLANNER, prompts.planning(self.brief, told), PlanAnswer, progress)
        except UnreadableAnswer:
            return Plan(warnings=[NO_PLAN])
        return as_plan(answer)


def as_plan(answer: PlanAnswer) -> Plan:
    """Return the answer as a plan."""
    steps = [
        TransformationStep(step=number, **step.model_dump())
        for number, step in enumerate(answer.transformation_steps, 1)
    ]
    return Plan(
        transformation_steps=steps,
        data_quality_checks=answer.data_quality_checks,
        expected_challenges=answer.expected_challenges,
    )
