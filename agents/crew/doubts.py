"""What may be wrong with a script that reproduces the example: checks that fail no job, and are warnings on it."""

from collections.abc import Iterator

from agents.crew.held_out import FEWEST_ROWS, HeldOut
from agents.csv_file import HEAD_BYTES
from agents.reading.dialect import find_newlines, find_quoting
from agents.task import Task
from csvconverter.v1.jobs_pb2 import CsvQuoting
from csvconverter.v1.plans_pb2 import Check, TestReport

AGREEMENT, HELD_OUT, WRITTEN = "agreement", "held_out", "written"
REPRODUCED = "{} of {} rows were held out from the model, and are reproduced"
TOO_FEW = (
    "the expected output has {} rows, too few to hold some out from the model: whether the script knows the rule, or "
    f"only these rows, is not tested; give an example with {FEWEST_ROWS} rows or more"
)


def doubts(report: TestReport) -> Iterator[str]:
    """Yield what a job's owner should know of a script that passed."""
    for check in report.checks:
        if check.name.partition(":")[0] in (AGREEMENT, HELD_OUT, WRITTEN) and not check.passed:
            yield check.detail


def check_held_out(task: Task, held_out: HeldOut) -> Check:
    """Say how many rows of the expected output were held out from the model."""
    hidden, rows = len(held_out.expected_rows), len(task.expected.rows)
    detail = REPRODUCED.format(hidden, rows) if hidden else TOO_FEW.format(rows)
    return Check(name=HELD_OUT, passed=bool(hidden), detail=detail)


def check_written(task: Task, output: bytes) -> Check:
    """Say whether an output has the line ends and the quotes of the expected one, which its cells do not tell."""
    dialect = task.expected.dialect
    head = output[:HEAD_BYTES].decode(dialect.encoding, errors="replace")
    newline = next(iter(find_newlines(head)), dialect.newline)
    quoting, _ = find_quoting(head, dialect.delimiter, str(dialect.style.get("quotechar", '"')))
    differing = []
    if newline != dialect.newline:
        differing.append(f"lines end with {newline!r} instead of {dialect.newline!r}")
    if quoting != dialect.quoting:
        names = [CsvQuoting.Name(one).removeprefix("CSV_QUOTING_").lower() for one in (quoting, dialect.quoting)]
        differing.append("the cells in quotes are {} instead of {}".format(*names))
    said = f"the script's output is not written as the expected one: {'; '.join(differing)}"
    return Check(name=WRITTEN, passed=not differing, detail=said if differing else "written as the expected output")
