"""Finds literals that hold the example: expected cells, or a table whose keys are single rows of the input."""

import ast
from collections.abc import Iterator

from agents.crew.inspection.examples import FEWEST_CELLS, Examples
from agents.crew.inspection.finding import Finding
from agents.crew.inspection.literals import Holding, holdings
from agents.wording import printable

HELD_SHARE = 1 / 3  # of a column's rows
COUNTED = {str(number) for number in range(32)}  # which number rows as well as days, months and parts
OWN_SHARE = 0.6  # of the texts that stand together; of general knowledge fewer stand in one example
HOLDS_OUTPUT = "holds {count} of {rows} cells of the expected output's column {column!r}"
HOLDS_KEYS = "holds a table whose keys are {count} of {rows} cells of the input's column {column!r}, each of them once"
COMPUTE = (
    "Compute the cells from the input: rows that you have not seen are tested too. A table of values is fine when its "
    "keys recur in the input, when the instructions name them, or when it has more than this example needs."
)


def find_copies(tree: ast.Module, examples: Examples) -> Iterator[Finding]:
    """Yield the first literals that hold a column of the example, one for each column."""
    told: set[tuple[str, str]] = set()
    for holding in sorted(holdings(tree), key=lambda holding: holding.line):
        for finding in judge(holding, examples):
            if (finding.issue.split()[1], finding.column) not in told:
                told.add((finding.issue.split()[1], finding.column))
                yield finding


def judge(holding: Holding, examples: Examples) -> Iterator[Finding]:
    """Yield the columns that texts which stand together hold."""
    if has_recurring_keys(holding, examples) or is_general(holding, examples):
        return
    for name, cells in examples.answers.items():
        rows, count = len(examples.wanted[name]), len(cells & holding.texts - COUNTED)
        if is_much(count, rows):
            yield finding(holding, HOLDS_OUTPUT, name, count, rows)
    for name, cells in examples.keys.items():
        rows, count = len(examples.given[name]), len(cells & holding.keys - COUNTED)
        if is_much(count, rows):
            yield finding(holding, HOLDS_KEYS, name, count, rows)


def finding(holding: Holding, issue: str, column: str, count: int, rows: int) -> Finding:
    """Say what is held, without any of the cells."""
    name = printable(column)
    return Finding(
        holding.line, "holds_expected_output", issue.format(count=count, rows=rows, column=name), COMPUTE, name
    )


def is_much(count: int, rows: int) -> bool:
    """Tell whether so many cells of a column are more than chance."""
    return count >= FEWEST_CELLS and count >= HELD_SHARE * rows


def has_recurring_keys(holding: Holding, examples: Examples) -> bool:
    """Tell whether a table is a look-up by values that stand in several rows each."""
    known = holding.keys & examples.cells
    return bool(known) and len(known & (examples.recurring | examples.free)) > len(known) / 2


def is_general(holding: Holding, examples: Examples) -> bool:
    """Tell whether much of what stands together has nothing to do with this example, as in a list of all countries."""
    return bool(holding.texts) and len(holding.texts & examples.cells) < OWN_SHARE * len(holding.texts)
