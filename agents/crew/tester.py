"""The tester of scripts that a language model wrote: verdicts are computed, the model only words suggestions."""

from agents.crew import prompts
from agents.crew.answers import SuggestionAnswer, UnreadableAnswer
from agents.crew.brief import Brief
from agents.crew.model import LanguageModel
from agents.crew.roles import TESTER
from agents.task import Progress, Task
from agents.tester_agent import SandboxTester
from csvconverter.v1.plans_pb2 import Feedback, TestReport


class CrewTester:
    """Tests a script and has the model say what might mend it."""

    def __init__(self, model: LanguageModel, brief: Brief, sandbox: SandboxTester) -> None:
        self.model = model
        self.brief = brief
        self.sandbox = sandbox
        self.played_by = model.name

    def test(self, task: Task, script: str, feedback: Feedback | None, progress: Progress) -> TestReport:
        """Run the script, compare, and put the model's suggestions beside what is wrong."""
        report = self.sandbox.test(task, script, feedback, progress)
        if not report.test_passed:
            self.suggest(script, report, progress)
        return report

    def suggest(self, script: str, report: TestReport, progress: Progress) -> None:
        """Replace the usual suggestions by the model's, as far as there are any."""
        try:
            prompt = prompts.mending(self.brief, script, report)
            answer = self.model.ask(TESTER, prompt, SuggestionAnswer, progress)
        except UnreadableAnswer:
            return
        for error, suggestion in zip(report.errors_found, answer.suggestions, strict=False):
            error.suggestion = suggestion
