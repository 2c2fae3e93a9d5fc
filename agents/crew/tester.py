"""The tester of scripts that a language model wrote: verdicts are computed, the model only words suggestions."""

from agents.crew.agreement import check_agreement
from agents.crew.brief import Brief
from agents.crew.doubts import check_held_out, check_written
from agents.crew.model import LanguageModel
from agents.crew.strict_tester import StrictTester
from agents.crew.suggestions import suggest
from agents.task import Progress, Task
from agents.tester_agent import SandboxTester
from csvconverter.v1.plans_pb2 import Feedback, TestReport


class CrewTester:
    """Tests a script and has the model say what might mend it."""

    def __init__(self, model: LanguageModel, brief: Brief, sandbox: SandboxTester) -> None:
        self.model = model
        self.brief = brief
        self.sandbox = sandbox
        self.strict = StrictTester(sandbox)
        self.played_by = model.name

    def test(self, task: Task, script: str, feedback: Feedback | None, progress: Progress) -> TestReport:
        """Test the script, compare it with the induced one, and have the model say what might mend what is wrong."""
        report = self.strict.test(task, script, feedback, progress)
        if report.test_passed:
            folder = self.sandbox.output_file.parent
            report.checks.append(check_held_out(task, self.brief.held_out))
            report.checks.append(check_written(task, self.sandbox.output_file.read_bytes()))
            report.checks.extend(check_agreement(task, script, feedback, self.sandbox.runner, folder))
        else:
            suggest(self.model, self.brief, script, report, progress)
        return report
