"""What the agents answer: Pydantic models, since CrewAI insists on them, and how an answer is read from text."""

from pydantic import BaseModel


class UnreadableAnswer(Exception):
    """The model's answer has not the form that was asked for, also when asked again; the message says what is wrong."""


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
