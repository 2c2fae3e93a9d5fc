"""The tester of scripts that a model wrote, whichever rows they are tested with: it looks before it runs."""

from agents.crew.inspection.inspection import inspect_script
from agents.task import Progress, Task
from agents.tester_agent import SandboxTester
from csvconverter.v1.plans_pb2 import Feedback, TestReport


class StrictTester:
    """Refuses scripts that hold the example or reach for more than the input, and has the others tested."""

    def __init__(self, sandbox: SandboxTester) -> None:
        self.sandbox = sandbox
        self.played_by = sandbox.played_by

    def test(self, task: Task, script: str, feedback: Feedback | None, progress: Progress) -> TestReport:
        """Look at the script, and run it when nothing speaks against it."""
        return inspect_script(script, task) or self.sandbox.test(task, script, feedback, progress)
