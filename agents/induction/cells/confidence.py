"""How likely an expression is right on rows that were not seen, told by rows that are held out of the search."""

from collections.abc import Callable

from agents.induction.model import Expression, Target

Explain = Callable[[Target], Expression | None]

MOST_HELD_OUT = 4
FEWEST_ROWS = 3  # different ones: of fewer, none can be held out
BITS_OF_SIMPLE_PROGRAMS = 12.0
FEW_ROWS = 0.9
SIMPLE = 0.97
ALL_FORESEEN = 0.98
MOST_FORESEEN = 0.94
FEW_FORESEEN = 0.8
"""How often such expressions were right on unseen rows of public conversion tasks."""


def confidence(expression: Expression, target: Target, explain: Explain) -> float:
    """Return how likely an expression is right on other rows, from 0 to 1.

    Args:
        expression: what was found for all rows.
        target: the rows, a sample of them when they are many.
        explain: finds the simplest expression for some of the rows, None when there is none.
    """
    rows = different_rows(expression, target)
    if len(rows) < FEWEST_ROWS:
        return FEW_ROWS
    if expression.cost() <= BITS_OF_SIMPLE_PROGRAMS:
        return SIMPLE
    held_out = rows[:: -(-len(rows) // MOST_HELD_OUT)]
    share = sum(foreseen(row, rows, target, explain) for row in held_out) / len(held_out)
    return ALL_FORESEEN if share == 1 else MOST_FORESEEN if share >= 0.5 else FEW_FORESEEN


def different_rows(expression: Expression, target: Target) -> list[int]:
    """Return the first of all rows that have the same cells in the columns that an expression reads."""
    read = [target.table.columns[name] for name in expression.sources()]
    first: dict[tuple[str, ...], int] = {}
    for row in range(len(target.cells)):
        first.setdefault((target.cells[row], *(cells[row] for cells in read)), row)
    return list(first.values())


def foreseen(row: int, rows: list[int], target: Target, explain: Explain) -> bool:
    """Tell whether what explains the other rows gives the wanted cell of this one too."""
    others = [other for other in rows if other != row]
    rest = Target(target.name, [target.cells[other] for other in others], target.table.take(others))
    found = explain(rest)
    return found is not None and (found.run(target.table.take([row]))[0] or "") == target.cells[row]
