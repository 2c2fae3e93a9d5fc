"""Whether what explains some rows also gives the cells of rows that are held out."""

from collections.abc import Callable

from agents.induction.model import Expression, Target

Explain = Callable[[Target], Expression | None]
"""Finds the simplest expression for some of the rows, None when there is none."""

FEWEST_ROWS = 3  # different ones: of fewer, none can be held out


def different_rows(expression: Expression, target: Target) -> list[int]:
    """Return the first of all rows that have the same cells in the columns that an expression reads."""
    read = [target.table.columns[name] for name in expression.sources()]
    first: dict[tuple[str, ...], int] = {}
    for row in range(len(target.cells)):
        first.setdefault((target.cells[row], *(cells[row] for cells in read)), row)
    return list(first.values())


def foretells(target: Target, explain: Explain) -> bool:
    """Tell whether every second row foretells the cells of the others, and these the cells of the former."""
    rows = list(range(len(target.cells)))
    halves = rows[::2], rows[1::2]
    return len(rows) >= FEWEST_ROWS and all(foreseen(*pair, target, explain) for pair in (halves, halves[::-1]))


def foreseen(held_out: list[int], shown: list[int], target: Target, explain: Explain) -> bool:
    """Tell whether what explains the shown rows gives the wanted cells of those that are held out."""
    found = explain(Target(target.name, [target.cells[row] for row in shown], target.table.take(shown)))
    cells = found.run(target.table.take(held_out)) if found else []
    return [cell or "" for cell in cells] == [target.cells[row] for row in held_out]
