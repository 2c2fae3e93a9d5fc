"""The coder that a language model plays."""

from typing import TYPE_CHECKING

from agents.crew import prompts
from agents.crew.answers import ScriptAnswer
from agents.crew.brief import Brief
from agents.crew.roles import CODER
from agents.script_text import same_script
from agents.task import Progress, Task
from csvconverter.v1.plans_pb2 import Feedback, Plan

if TYPE_CHECKING:  # it brings CrewAI, which takes seconds to import
    from agents.crew.model import LanguageModel


class CrewCoder:
    """Asks the model for a script."""

    def __init__(self, model: "LanguageModel", brief: Brief) -> None:
        self.model = model
        self.brief = brief
        self.played_by = model.name

    def write(self, task: Task, plan: Plan, feedback: Feedback | None, progress: Progress) -> str:
        """Return the whole script; one that was tested before is asked for again, once."""
        told = self.brief.feedback(feedback) if feedback else None
        known = self.brief.told_plan(plan)
        script = self.ask(prompts.coding(self.brief, known, told), progress)
        earlier = [attempt for attempt in told.previous_attempts if same_script(script, attempt.script)] if told else []
        if earlier:
            remark = prompts.tried_before(earlier[0])
            script = self.ask(prompts.coding(self.brief, known, told, remark), progress)
        return self.brief.script(script)

    def ask(self, prompt: str, progress: Progress) -> str:
        """Return the model's script for what it sees."""
        return self.model.ask(CODER, prompt, ScriptAnswer, self.brief.progress(progress)).script
