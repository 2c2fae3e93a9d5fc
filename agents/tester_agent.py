"""The tester: runs a script where it can do no harm and compares every cell with what is expected.

One tester serves whoever plans and writes. Its verdicts are computed, never an opinion.
"""

from pathlib import Path

from agents.comparison import compare
from agents.csv_file import CsvError, parse_csv
from agents.script_runner import Outcome, ScriptRun, ScriptRunner
from agents.task import Task
from agents.wording import DETAIL_CHARACTERS, cut
from csvconverter.v1 import plans_pb2 as plans
from csvconverter.v1.plans_pb2 import PerformanceMetrics, TestError, TestReport

LOG_CHARACTERS = 4096
OUTPUT = "output.csv"
VERDICTS = {
    Outcome.CRASHED: plans.VERDICT_CRASHED,
    Outcome.TIMED_OUT: plans.VERDICT_TIMED_OUT,
    Outcome.OUT_OF_MEMORY: plans.VERDICT_OUT_OF_MEMORY,
    Outcome.REFUSED: plans.VERDICT_REFUSED,
    Outcome.OUTPUT_TOO_LARGE: plans.VERDICT_REFUSED,
    Outcome.OUTPUT_INVALID: plans.VERDICT_CRASHED,
}
SUGGESTIONS = {
    Outcome.CRASHED: "Mend the line that the traceback names.",
    Outcome.TIMED_OUT: "Use vectorised operations, and leave out loops that may not end.",
    Outcome.OUT_OF_MEMORY: "Keep fewer copies of the table, and build no cross products.",
    Outcome.REFUSED: "Read only the input file, write only the output file, and start no processes or connections.",
    Outcome.OUTPUT_TOO_LARGE: "Write each row of the output once.",
    Outcome.OUTPUT_INVALID: "Write the output with DataFrame.to_csv to the path in sys.argv[2].",
}


class TesterAgent:
    """Tests scripts with a runner; the last output lies as OUTPUT in the folder."""

    played_by = "sandbox"

    def __init__(self, runner: ScriptRunner, folder: Path) -> None:
        self.runner = runner
        self.output_file = folder / OUTPUT

    def test(self, task: Task, script: str) -> TestReport:
        """Run a script on the task's input and report everything that is wrong with it."""
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
            return failed_run(run.outcome, run.detail)
        try:
            output = parse_csv(self.output_file.read_bytes(), task.expected.dialect)
        except CsvError as error:
            return failed_run(Outcome.OUTPUT_INVALID, str(error))
        return compare(task, output)


def failed_run(outcome: Outcome, detail: str) -> TestReport:
    """Report a run that gave no output to compare."""
    error = TestError(type=outcome.name.lower(), issue=cut(detail, DETAIL_CHARACTERS), suggestion=SUGGESTIONS[outcome])
    return TestReport(verdict=VERDICTS[outcome], errors_found=[error])
