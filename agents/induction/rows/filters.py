"""Finds tests on one column that tell kept rows from dropped rows."""

import itertools
import math
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal

from agents.induction.model import Table
from agents.induction.rows.steps import KeepRows, number_in

MOST_LISTED_VALUES = 8
MOST_ZEROS = 12
LONGEST_PART = 30


def propose_filters(table: Table, kept: Sequence[int], dropped: Sequence[int]) -> Iterator[KeepRows]:
    """Yield the tests that all of the kept rows pass and none of the dropped rows does."""
    for name, cells in table.columns.items():
        stay = {cells[row] for row in kept}
        go = {cells[row] for row in dropped}
        if stay and go and not stay & go:
            yield from propose_tests(name, stay, go, len(kept), len(dropped))


def propose_tests(name: str, stay: set[str], go: set[str], kept: int, dropped: int) -> Iterator[KeepRows]:
    """Yield the tests on one column for the values that stay and those that go."""
    if all(cell.strip() for cell in stay) != any(cell.strip() for cell in go) and no_mixture(stay) and no_mixture(go):
        yield KeepRows(name, "not_blank" if all(cell.strip() for cell in stay) else "blank")
    if len(stay) == 1:
        yield KeepRows(name, "equals", tuple(stay))
    if len(go) == 1:
        yield KeepRows(name, "differs", tuple(go))
    if 1 < len(stay) <= MOST_LISTED_VALUES and 2 * len(stay) <= kept:
        yield KeepRows(name, "one_of", tuple(sorted(stay)))
    if 1 < len(go) <= MOST_LISTED_VALUES and 2 * len(go) <= dropped:
        yield KeepRows(name, "none_of", tuple(sorted(go)))
    yield from propose_limits(name, stay, go)
    yield from propose_parts(name, stay, go)


def no_mixture(cells: set[str]) -> bool:
    """Tell whether all cells are blank or none is."""
    return len({not cell.strip() for cell in cells}) == 1


def propose_limits(name: str, stay: set[str], go: set[str]) -> Iterator[KeepRows]:
    """Yield comparisons with a number, as round as the data allow; what is no number is dropped by them."""
    high = [number_in(cell) for cell in stay]
    low = [number for cell in go if not math.isnan(number := number_in(cell))]
    if not low or any(math.isnan(number) for number in high):
        return
    if max(low) < min(high):
        limit = roundest(max(low), min(high))
        yield KeepRows(name, "greater" if float(limit) == max(low) else "at_least", (limit,))
    elif max(high) < min(low):
        limit = roundest(max(high), min(low))
        yield KeepRows(name, "less" if float(limit) == min(low) else "at_most", (limit,))


def roundest(low: float, high: float) -> str:
    """Return the number from low to high that ends in the most zeros, or has the fewest decimals."""
    first, last = Decimal(repr(low)), Decimal(repr(high))
    units = (Decimal(10) ** -decimals for decimals in range(-MOST_ZEROS, MOST_ZEROS + 1))
    multiples = ((first / unit).to_integral_value(ROUND_CEILING) * unit for unit in units)
    return format(next((multiple for multiple in multiples if multiple <= last), last), "f")


def propose_parts(name: str, stay: set[str], go: set[str]) -> Iterator[KeepRows]:
    """Yield tests for a text that all values of one side share and those of the other lack."""
    for shared in shared_parts(stay):
        for test, absent in (
            ("starts", all(not cell.startswith(shared) for cell in go)),
            ("ends", all(not cell.endswith(shared) for cell in go)),
            ("contains", all(shared not in cell for cell in go)),
        ):
            step = KeepRows(name, test, (shared,))
            if absent and len(stay) > 1 and all(map(step.passes, stay)):
                yield step
    for shared in shared_parts(go):
        if len(go) > 1 and all(shared not in cell for cell in stay):
            yield KeepRows(name, "lacks", (shared,))


def shared_parts(cells: set[str]) -> list[str]:
    """Return the longest texts that stand in every cell."""
    shortest = min(cells, key=lambda cell: (len(cell), cell))[:LONGEST_PART]
    ends = itertools.combinations(range(len(shortest) + 1), 2)
    parts = sorted({shortest[start:stop] for start, stop in ends}, key=lambda part: (-len(part), part))
    shared: list[str] = []
    for part in parts:
        if not any(part in longer for longer in shared) and all(part in cell for cell in cells):
            shared.append(part)
    return shared
