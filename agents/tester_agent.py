"""The tester: runs a script where it can do no harm and compares every cell with what is expected.

Its verdicts are computed, never an opinion, whoever plays it.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from agents.advice import advise
from agents.comparison import compare
from agents.csv_file import CsvError, parse_csv
from agents.script_runner import Outcome, ScriptRun, ScriptRunner
from agents.task import Progress, Task
from agents.wording import DETAIL_CHARACTERS, cut
from csvconverter.v1 import plans_pb2 as plans
from csvconverter.v1.plans_pb2 import Feedback, PerformanceMetrics, TestError, TestReport

LOG_CHARACTERS = 4096
OUTPUT = "output.csv"
VERDICTS = {
    Outcome.CRASHED: plans.VERDICT_CRASHED,
    Outcome.TIMED_OUT: plans.VERDICT_TIMED_OUT,
    Outcome.OUT_OF_MEMORY: plans.VERDICT_OUT_OF_MEMORY,
    Outcome.REFUSED: plans.VERDICT_REFUSED,
    Outcome.OUTPUT_TOO_LARGE: plans.VERDICT_OUTPUT_TOO_LARGE,
    Outcome.OUTPUT_NOT_CSV: plans.VERDICT_OUTPUT_NOT_CSV,
}


class TesterAgent(Protocol):
    """Whoever plays the tester."""

    played_by: str

    def test(self, task: Task, script: str, feedback: Feedback | None, progress: Progress) -> TestReport:
        """Run a script on the task's input and report everything that is wrong with it.

        Args:
            task: the two files and the instructions.
            script: the whole Python file.
            feedback: what was said of the attempts before; None at first.
            progress: takes what can be shown meanwhile.

        Raises:
            NothingLeft: no further attempt would help.
        """
        ...


class SandboxTester:
    """Tests scripts with a runner; the last output lies as OUTPUT in the folder."""

    played_by = "sandbox"

    def __init__(self, runner: ScriptRunner, folder: Path, held_out: Callable[[], Collection[int]] = tuple) -> None:
        """Take whoever runs scripts, a folder, and what gives the rows of the expected output that no model sees."""
        self.runner = runner
        self.output_file = folder / OUTPUT
        self.held_out = held_out

    def test(self, task: Task, script: str, feedback: Feedback | None, progress: Progress) -> TestReport:
        """Run the script and compare."""
        self.output_file.unlink(missing_ok=True)
        run = self.runner.run(script, task.input_path, self.output_file)
        report = self.judge(task, run)
        report.performance_metrics.MergeFrom(
            PerformanceMetrics(execution_time=run.seconds, memory_usage=run.peak_memory_bytes, cpu_time=run.cpu_seconds)
        )
        report.script_log = run.log[-LOG_CHARACTERS:]
        report.sandbox_layers[:] = run.layers
        return report

    def judge(self, task: Task, run: ScriptRun) -> TestReport:
        """Return the report without what the run cost."""
        if run.outcome is not Outcome.COMPLETED:
            return failed_run(run)
        try:
            output = parse_csv(self.output_file.read_bytes(), task.expected.dialect)
        except CsvError as error:
            return failed_run(
                replace(run, outcome=Outcome.OUTPUT_NOT_CSV, detail=f"The output cannot be read: {error}.")
            )
        return compare(task, output, self.held_out)


def failed_run(run: ScriptRun) -> TestReport:
    """Report a run that gave no output to compare."""
    issue = cut(run.detail, DETAIL_CHARACTERS)
    error = TestError(type=run.outcome.name.lower(), issue=issue, suggestion=advise(run))
    return TestReport(verdict=VERDICTS[run.outcome], errors_found=[error])
