"""What the attempts so far rule out, read from the tester's feedback alone."""

from agents.induction.learn import Rejected
from agents.induction.model import Expression, Program
from agents.induction.rows import RowStep
from csvconverter.v1.plans_pb2 import Feedback


def rejected_so_far(feedback: Feedback | None) -> Rejected:
    """Return the steps and expressions that were tried and are wrong.

    The last report names the wrong columns of the last attempt. What an earlier attempt did differently from the last
    one was given up for the same reason, since the planner changes only what was rejected.
    """
    rejected = Rejected(set(), {})
    if feedback is None or not feedback.previous_attempts:
        return rejected
    programs = [Program.loads(attempt.plan.program) for attempt in feedback.previous_attempts if attempt.plan.program]
    if not programs:
        return rejected
    last = programs[-1]
    wrong = wrong_columns(feedback)
    expressions: dict[str, set[Expression]] = {}
    steps: set[tuple[RowStep, ...]] = set()
    for program in programs:
        for column, current in zip(program.columns, last.columns, strict=True):
            given_up = column.expression != current.expression or column.name in wrong
            if column.expression is not None and given_up:
                expressions.setdefault(column.name, set()).add(column.expression)
        if program.before != last.before or rows_differ(feedback):
            steps.add(tuple(step for step in program.before if isinstance(step, RowStep)))
    return Rejected(steps, expressions)


def wrong_columns(feedback: Feedback) -> set[str]:
    """Return the columns whose cells differ although the rows are as expected."""
    return set() if rows_differ(feedback) else {error.column for error in feedback.current_errors if error.column}


def rows_differ(feedback: Feedback) -> bool:
    """Tell whether the tester found other rows than expected, so that cells cannot be compared."""
    return any(error.type.startswith("row_") for error in feedback.current_errors)
