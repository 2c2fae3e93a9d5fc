"""The coder that a language model plays."""

from agents.crew import prompts
from agents.crew.answers import ScriptAnswer
from agents.crew.brief import Brief
from agents.crew.model import LanguageModel
from agents.crew.roles import CODER
from agents.task import Progress, Task
from csvconverter.v1.plans_pb2 import Feedback, Plan


class CrewCoder:
    """Asks the model for a script."""

    def __init__(self, model: LanguageModel, brief: Brief) -> None:
        self.model = model
        self.brief = brief
        self.played_by = model.name

    def write(self, task: Task, plan: Plan, feedback: Feedback | None, progress: Progress) -> str:
        """Return the whole script."""
        told = self.brief.feedback(feedback) if feedback else None
        answer = self.model.ask(CODER, prompts.coding(self.brief, plan, told), ScriptAnswer, progress)
        return self.brief.script(answer.script)
