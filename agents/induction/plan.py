"""Lays a program out as a plan: steps, checks and doubts in sentences, and the program itself."""

from collections.abc import Iterator

from agents.induction.ambiguity import find_ambiguities
from agents.induction.cells.text import Change
from agents.induction.cells.value_map import ValueMap
from agents.induction.confidence import column_confidence
from agents.induction.explain import explain_column
from agents.induction.instructions.compliance import instruction_warnings
from agents.induction.learn import as_table
from agents.induction.learned import Learned
from agents.induction.model import Operator, OutputColumn, Program
from agents.reading.dialect import Dialect
from agents.task import Task
from csvconverter.v1.plans_pb2 import Plan, TransformationStep


def write_plan(task: Task, learned: Learned) -> Plan:
    """Lay the program out in steps and sentences."""
    program = learned.program
    read, unsolved = set(program.required_columns()), set(learned.unsolved)
    reshaped = program.whole or any(step.reshapes for step in program.before)
    dropped = [] if reshaped else [name for name in task.input.header if name not in read]
    steps = [*plan_steps(program), *drop_steps(dropped)]
    ambiguities = list(find_ambiguities(task, learned))
    needs_all_rows = list(all_row_reasons(program, task.input.dialect))
    for number, step in enumerate(steps, 1):
        step.step = number
    return Plan(
        transformation_steps=steps,
        data_quality_checks=list(quality_checks(program)),
        expected_challenges=list(challenges(program)),
        solved_columns=[name for name in task.expected.header if name not in unsolved],
        unsolved_columns=learned.unsolved,
        ambiguities=ambiguities,
        warnings=list(plan_warnings(task, learned)),
        program=program.dumps(),
        row_local=not needs_all_rows,
        needs_all_rows=needs_all_rows,
        confidence=column_confidence(learned, as_table(task.expected), {one.column for one in ambiguities}),
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


def all_row_reasons(program: Program, given: Dialect) -> Iterator[str]:
    """Yield what the script finds out from all rows together."""
    for step in (*program.before, *program.after):
        if not step.row_local:
            yield step.explain()
    for column in program.columns:
        if column.expression and not column.expression.row_local:
            yield explain_column(column)
    if given.footer_lines:
        yield "Look for lines below the table"
    if given.preamble and not given.has_header:
        yield "Find out where the table begins, which has no header"


def quality_checks(program: Program) -> Iterator[str]:
    """Yield what the script checks while it runs."""
    yield f"The input has the columns that are read: {', '.join(program.required_columns())}"
    yield "Every row has as many cells as the header; rows that do not are repaired and counted in a warning"
    guarded = [column.name for column in program.columns if column.expression and not column.expression.total()]
    if guarded:
        yield f"Values that cannot be read are left blank and counted in a warning: {', '.join(guarded)}"


def challenges(program: Program) -> Iterator[str]:
    """Yield what may go wrong on other files."""
    for column in program.columns:
        if isinstance(column.expression, ValueMap):
            yield f"{column.name}: values that the example does not have are not known, and left blank"
        elif column.expression is None:
            yield f"{column.name}: left blank, since it is not known how to compute it"
        elif not column.expression.total():
            yield f"{column.name}: cells in a form that the example does not have may not be read, and are left blank"


def plan_warnings(task: Task, learned: Learned) -> Iterator[str]:
    """Yield what the user should know about the plan."""
    yield from instruction_warnings(learned.instructions, learned.program, learned.table, as_table(task.expected))
    if not learned.rows.explained:
        yield "it is not known which rows are kept, or in which order"
    if learned.out_of_time:
        yield "the time for the search was used up before everything was tried"
    if learned.unsolved:
        yield f"columns that could not be explained: {', '.join(learned.unsolved)}"
