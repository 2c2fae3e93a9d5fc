"""Says in sentences what a program does."""

from collections.abc import Iterator
from dataclasses import dataclass

from agents.induction.cells.text import Column
from agents.induction.model import OutputColumn, Program


@dataclass(frozen=True)
class Sentence:
    """A sentence without its full stop, and how it is set."""

    text: str
    bullet: str = ""
    gap: bool = False  # an empty line follows
    end: str = "."


def explain_program(program: Program) -> list[Sentence]:
    """Return what stands at the top of a learned script."""
    done = [*(step.explain() for step in program.before), *explain_columns(program)]
    done += [step.explain() for step in program.after]
    return [
        Sentence("Convert one CSV file into another, as it was learned from an example", gap=True),
        *(Sentence(text, bullet="- ", gap=number == len(done)) for number, text in enumerate(done, 1)),
        Sentence("Run it as: python script.py INPUT.csv OUTPUT.csv", end=""),
    ]


def explain_columns(program: Program) -> Iterator[str]:
    """Yield a sentence for all plain copies and one for each other column."""
    kept = [column.name for column in program.columns if column.expression == Column(column.name)]
    if kept:
        yield f"Keep as they are: {', '.join(kept)}"
    yield from (explain_column(column) for column in program.columns if column.name not in kept)


def explain_column(column: OutputColumn) -> str:
    """Return how one column is made."""
    if column.expression is None:
        return f"{column.name}: not known, left blank"
    if column.expression == Column(column.name):
        return f"{column.name}: kept as it is"
    if isinstance(column.expression, Column):
        return f"{column.name}: the column {column.expression.name} under a new name"
    return f"{column.name}: {column.expression.explain()}"
