"""The planner of the offline side: induces a program and lays it out as a plan."""

import time
from collections.abc import Iterator

from agents.induction.ambiguity import find_ambiguity
from agents.induction.explain import explain_column
from agents.induction.feedback import rejected_so_far
from agents.induction.instructions import read_instructions
from agents.induction.learn import Learned, as_table, learn
from agents.induction.model import Operator, OutputColumn, Program
from agents.induction.row_search import ENOUGH_BITS, RowProgram
from agents.induction.text import Change
from agents.planner_agent import NothingLeft
from agents.task import Progress, Task
from csvconverter.v1.plans_pb2 import Ambiguity, Feedback, Plan, TransformationStep

CELL_LENGTH = 40
MOST_READINGS = 3


class InductionPlanner:
    """Finds programs that explain the examples, without a model."""

    played_by = "induction"

    def __init__(self, seconds: float) -> None:
        """Search no longer than so many seconds for one plan."""
        self.seconds = seconds

    def plan(self, task: Task, feedback: Feedback | None, progress: Progress) -> Plan:
        """Propose the simplest program that no earlier attempt has followed."""
        learned = learn(task, rejected_so_far(feedback), time.monotonic() + self.seconds, progress)
        plan = write_plan(task, learned)
        if feedback and plan.program in {attempt.plan.program for attempt in feedback.previous_attempts}:
            raise NothingLeft(what_is_left(task, learned))
        return plan


def write_plan(task: Task, learned: Learned) -> Plan:
    """Lay the program out in steps and sentences."""
    program = learned.program
    dropped = [name for name in task.input.header if name not in program.required_columns()]
    steps = [*plan_steps(program), *drop_steps(dropped)]
    for number, step in enumerate(steps, 1):
        step.step = number
    return Plan(
        transformation_steps=steps,
        data_quality_checks=list(quality_checks(program)),
        solved_columns=[name for name in learned.columns if name not in learned.unsolved],
        unsolved_columns=learned.unsolved,
        ambiguities=list(ambiguities(task, learned)),
        warnings=list(plan_warnings(task, learned)),
        program=program.dumps(),
    )


def plan_steps(program: Program) -> Iterator[TransformationStep]:
    """Yield a step of the plan for each step on rows and each column."""
    for step in program.before:
        yield TransformationStep(
            action=step.action, source=", ".join(step.sources()), details=step.explain(), transformation=step.op
        )
    for column in program.columns:
        if column.expression is not None:
            yield column_step(column)
    for step in program.after:
        yield TransformationStep(action=step.action, details=step.explain(), transformation=step.op)


def column_step(column: OutputColumn) -> TransformationStep:
    """Return the step for one column: in place when it is made from the column of the same name."""
    assert column.expression is not None
    sources = column.expression.sources()
    in_place = sources == (column.name,)
    return TransformationStep(
        action=column.expression.action,
        column=column.name if in_place else "",
        source="" if in_place else ", ".join(sources),
        target="" if in_place else column.name,
        details=explain_column(column),
        transformation=transformation(column.expression),
    )


def transformation(expression: Operator) -> str:
    """Name what happens to the cells, innermost first, such as "trim, case"."""
    if isinstance(expression, Change):
        inner = transformation(expression.source)
        return expression.op if inner == "column" else f"{inner}, {expression.op}"
    return expression.op


def drop_steps(columns: list[str]) -> list[TransformationStep]:
    """Return a step for the columns that are not read."""
    if not columns:
        return []
    listed = ", ".join(columns)
    return [
        TransformationStep(action="drop_columns", source=listed, details=f"Leave out: {listed}", transformation="drop")
    ]


def quality_checks(program: Program) -> Iterator[str]:
    """Yield what the script checks while it runs."""
    yield f"The input has the columns that are read: {', '.join(program.required_columns())}"
    yield "Every row has as many cells as the header; rows that do not are repaired and counted in a warning"
    guarded = [column.name for column in program.columns if column.expression and not column.expression.total()]
    if guarded:
        yield f"Values that cannot be read are left blank and counted in a warning: {', '.join(guarded)}"


def ambiguities(task: Task, learned: Learned) -> Iterator[Ambiguity]:
    """Yield the columns for which the examples leave a choice."""
    yield from row_ambiguities(task, learned)
    table = as_table(task.input)
    for name, candidates in learned.columns.items():
        if len(candidates) > 1 and (found := find_ambiguity(name, candidates, table)) is not None:
            yield found


def row_ambiguities(task: Task, learned: Learned) -> Iterator[Ambiguity]:
    """Yield the doubt about the steps on rows: too few rows to be sure, or other columns that explain them as well."""
    instructions = read_instructions(task)
    if any(instructions.name(step) for step in learned.rows.steps):
        return
    readings = [said(way) for way in learned.rivals()[:MOST_READINGS]]
    if learned.rows.explained and learned.rows.bits < ENOUGH_BITS:
        readings.append("Keep these rows for another reason: they are too few to tell")
    if readings:
        yield Ambiguity(readings=[said(learned.rows), *readings])


def said(way: RowProgram) -> str:
    """Return the steps on rows in one sentence after the other."""
    return ". ".join(step.explain() for step in way.steps) or "Keep the rows as they are"


def plan_warnings(task: Task, learned: Learned) -> Iterator[str]:
    """Yield what the user should know about the plan."""
    yield from (f"there is an instruction for {name!r}, and no such column" for name in task.unknown_columns())
    yield from read_instructions(task).warnings(learned.table, as_table(task.expected))
    if not learned.rows.explained:
        yield "it is not known which rows are kept, or in which order"
    if learned.out_of_time:
        yield "the time for the search was used up before everything was tried"
    if learned.unsolved:
        yield f"columns that could not be explained: {', '.join(learned.unsolved)}"


def what_is_left(task: Task, learned: Learned) -> str:
    """Say which columns are solved and which are not, with a sample row for each of these."""
    solved = [name for name in learned.columns if name not in learned.unsolved]
    parts = [f"solved: {', '.join(solved) or 'none'}"]
    if not learned.rows.explained:
        parts.append(f"rows: {len(task.input.rows)} rows became {len(task.expected.rows)}, and no rule was found")
    for name in learned.unsolved:
        parts.append(f"not solved: {name}, for example {sample_row(task, learned, name)}")
    return "; ".join(parts)


def sample_row(task: Task, learned: Learned, name: str) -> str:
    """Show the input cells of the first row with a wanted cell, and that cell."""
    wanted = task.expected.column(name)
    row = next((row for row, cell in enumerate(wanted) if cell.strip()), 0)
    cells = [f"{source}={short(cells[row])}" for source, cells in learned.table.columns.items()]
    return f"{', '.join(cells[:6])} → {short(wanted[row])}"


def short(cell: str) -> str:
    """Quote a cell, cut where it is long."""
    return repr(cell if len(cell) <= CELL_LENGTH else f"{cell[:CELL_LENGTH]}…")
