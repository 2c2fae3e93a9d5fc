"""Which rows may have been kept before they were grouped: tests on one column, each with the rows that pass it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agents.induction.model import Table
from agents.induction.rows.filters import propose_tests
from agents.induction.rows.steps import KeepRows, number_in

MOST_VALUES = 12  # of a column whose single values are tried
MOST_LIMITS = 20
MOST_SELECTIONS = 150


@dataclass(frozen=True)
class Selection:
    """The rows in which a column has one of some values."""

    column: str
    stay: frozenset[str]
    go: frozenset[str]
    rows: frozenset[int]
    height: int

    @cached_property
    def step(self) -> KeepRows | None:
        """The simplest test that keeps these rows; None when there is none."""
        kept = len(self.rows)
        tests = propose_tests(self.column, set(self.stay), set(self.go), kept, self.height - kept)
        return min(tests, key=KeepRows.cost, default=None)


def selections(table: Table) -> list[Selection]:
    """Return the tests on single columns that keep different rows."""
    found: dict[tuple[str, frozenset[int]], Selection] = {}
    for column, cells in table.columns.items():
        values = set(cells)
        if len(values) == 1 or (len(values) > max(MOST_VALUES, MOST_LIMITS) and all(map(str.strip, values))):
            continue
        places: dict[str, list[int]] = {}
        for row, cell in enumerate(cells):
            places.setdefault(cell, []).append(row)
        for stay in parts(values):
            rows = frozenset(row for value in stay for row in places[value])
            one = Selection(column, stay, frozenset(values - stay), rows, table.height)
            found.setdefault((column, rows), one)
        if len(found) > MOST_SELECTIONS:
            break
    return list(found.values())[:MOST_SELECTIONS]


def parts(values: set[str]) -> Iterator[frozenset[str]]:
    """Yield the values that may stay: those that are filled, one, all but one, or those above or below a limit."""
    filled = frozenset(value for value in values if value.strip())
    if len(filled) < len(values):
        yield filled
    if len(values) <= MOST_VALUES:
        for value in sorted(values):
            yield frozenset({value})
            yield frozenset(values - {value})
    numbers = {value: number_in(value) for value in values}
    known = sorted((value for value in values if numbers[value] == numbers[value]), key=lambda value: numbers[value])
    limits = {numbers[value]: place for place, value in enumerate(known)}  # equal numbers stay together
    if len(known) == len(filled) and 1 < len(limits) <= MOST_LIMITS:
        for place in list(limits.values())[:-1]:
            yield frozenset(known[place + 1 :])
            yield frozenset(known[: place + 1])
