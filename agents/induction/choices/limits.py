"""Doubts a limit that could lie anywhere between two numbers of the example."""

import math
from collections.abc import Sequence
from dataclasses import replace

from agents.induction.choices.conditions import Choose
from agents.induction.model import Table
from agents.induction.rows.steps import NUMBER_TESTS, KeepRows, number_in

UPWARD = ("greater", "at_least")


def other_limit(choice: Choose, table: Table) -> tuple[Choose, Table] | None:
    """Return a choice that fits the rows as well, with its limit far from the chosen one, and a row on which both part.

    None when no number with as many decimals as the others lies between those that pass and those that fail.
    """
    test = choice.test
    if test.test not in NUMBER_TESTS:
        return None
    cells = [cell for cell in table.columns[test.column] if not math.isnan(number_in(cell))]
    upper = {number_in(cell): test.passes(cell) == (test.test in UPWARD) for cell in cells}
    low = max((number for number, above in upper.items() if not above), default=math.inf)
    high = min((number for number, above in upper.items() if above), default=math.inf)
    if math.inf in (low, high) or high - low < 1.5 * smallest_step(cells):
        return None
    other = farther_limit(test, low, high)
    between = (float(test.values[0]) + float(other.values[0])) / 2
    row = table.take([0])
    return replace(choice, test=other), Table({**row.columns, test.column: [f"{between:.12g}"]})


def smallest_step(cells: Sequence[str]) -> float:
    """Return by how much numbers with so many decimals differ at least."""
    return float(10.0 ** -max(len(cell.strip().partition(".")[2]) for cell in cells))


def farther_limit(test: KeepRows, low: float, high: float) -> KeepRows:
    """Return the test with its limit at that of two seen numbers which is farther away from it."""
    limit = float(test.values[0])
    if limit - low < high - limit:
        return replace(test, test="at_least" if test.test in UPWARD else "less", values=(f"{high:.12g}",))
    return replace(test, test="greater" if test.test in UPWARD else "at_most", values=(f"{low:.12g}",))
