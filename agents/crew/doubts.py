"""What may be wrong with a script that reproduces the example: checks that fail no job, and are warnings on it."""

from collections.abc import Iterator

from agents.crew.held_out import FEWEST_ROWS, HeldOut
from agents.task import Task
from csvconverter.v1.plans_pb2 import Check, TestReport

AGREEMENT, HELD_OUT = "agreement", "held_out"
REPRODUCED = "{} of {} rows were held out from the model, and are reproduced"
TOO_FEW = (
    "the expected output has {} rows, too few to hold some out from the model: whether the script knows the rule, or "
    f"only these rows, is not tested; give an example with {FEWEST_ROWS} rows or more"
)


def doubts(report: TestReport) -> Iterator[str]:
    """Yield what a job's owner should know of a script that passed."""
    for check in report.checks:
        if check.name.partition(":")[0] in (AGREEMENT, HELD_OUT) and not check.passed:
            yield check.detail


def check_held_out(task: Task, held_out: HeldOut) -> Check:
    """Say how many rows of the expected output were held out from the model."""
    hidden, rows = len(held_out.expected_rows), len(task.expected.rows)
    detail = REPRODUCED.format(hidden, rows) if hidden else TOO_FEW.format(rows)
    return Check(name=HELD_OUT, passed=bool(hidden), detail=detail)
