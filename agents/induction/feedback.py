"""What the attempts so far teach, read from the tester's feedback alone."""

from agents.comparison import rows_differ, wrong_columns
from agents.induction.learned import Tried
from agents.induction.model import Chain, Expression, Program
from agents.induction.operators import read_program
from agents.wording import printable
from csvconverter.v1.plans_pb2 import Feedback


def tried_so_far(feedback: Feedback | None) -> Tried:
    """Return the steps and expressions that were tried and are wrong, and those that still stand.

    The last report names the wrong columns of the last attempt. What an earlier attempt did differently from the last
    one was given up for the same reason, since the planner changes only what was rejected.
    """
    attempts = feedback.previous_attempts if feedback else ()
    programs = [read_program(attempt.plan.program) for attempt in attempts if attempt.plan.program]
    if feedback is None or not programs:
        return Tried()
    wrong = wrong_columns(feedback.current_errors)
    last = {column.name: column.expression for column in programs[-1].columns if column.expression}
    standing = {name: expression for name, expression in last.items() if printable(name) not in wrong}
    expressions: dict[str, set[Expression]] = {}
    for program in programs:
        for column in program.columns:
            if column.expression and column.expression != standing.get(column.name):
                expressions.setdefault(column.name, set()).add(column.expression)
    return Tried(wrong_steps(programs, feedback), expressions, standing)


def wrong_steps(programs: list[Program], feedback: Feedback) -> set[tuple[Chain, Chain]]:
    """Return the steps that were given up, with those of the last attempt when its rows are not as expected."""
    tried = [(program.before, program.after) for program in programs]
    at_fault = rows_differ(feedback.current_errors) or programs[-1].whole
    return {steps for steps in tried if steps != tried[-1] or at_fault}
