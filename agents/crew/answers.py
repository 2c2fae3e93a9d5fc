"""What the agents answer: Pydantic models, since CrewAI insists on them, and how an answer is read from text."""

from pydantic import BaseModel


class StepAnswer(BaseModel):
    """One step of a plan."""

    action: str
    column: str
    source: str
    target: str
    details: str
    transformation: str


class PlanAnswer(BaseModel):
    """The planner's answer."""

    transformation_steps: list[StepAnswer]
    data_quality_checks: list[str]
    expected_challenges: list[str]


class ScriptAnswer(BaseModel):
    """The coder's answer."""

    script: str


class SuggestionAnswer(BaseModel):
    """The tester's answer: what might mend each error, in the order of the errors."""

    suggestions: list[str]
