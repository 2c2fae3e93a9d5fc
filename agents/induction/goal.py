"""What the search for a layout works towards, and how near a table is to it."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Cells, Table

SAME_CELLS = 1.0
SAME_CELLS_IN_ANOTHER_ORDER = 0.8
AMONG_THE_CELLS = 0.5
POINTS_FOR_NAME = 0.1
POINTS_FOR_HEIGHT = 0.3
NUMBERED = re.compile(r"(?P<prefix>.*?)(?P<number>0|[1-9][0-9]*)")


@dataclass(frozen=True)
class Goal:
    """The output that is wanted, with what is looked up in it again and again."""

    expected: Table
    instructions: Instructions

    @cached_property
    def cells(self) -> frozenset[str]:
        """All different cells of the output."""
        return frozenset().union(*self.expected.columns.values())

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the output's columns."""
        return frozenset(self.expected.header)

    @cached_property
    def numbering(self) -> tuple[str, int] | None:
        """Prefix and first number of columns that are only numbered, such as ("c", 0); None when they have names."""
        return numbering(self.expected.header)

    @cached_property
    def wanted(self) -> list[tuple[str, Hashable, Hashable, frozenset[str]]]:
        """Each column's name, and its cells as they are, in any order, and each once."""
        return [(name, *fingerprints(cells), frozenset(cells)) for name, cells in self.expected.columns.items()]

    def same_values(self, name: str, values: frozenset[str]) -> bool:
        """Tell whether a column of the output has just these different cells."""
        return any(name == own and values == cells for own, _, _, cells in self.wanted)

    def column_within(self, values: Set[str]) -> str | None:
        """Return the first column of the output that has no other cells than these, and at least one."""
        return next((name for name, _, _, cells in self.wanted if cells and cells <= values), None)

    def reached(self, table: Table) -> bool:
        """Tell whether a table has all cells in their places; the names of its columns may be other ones."""
        mine, wanted = table.columns.values(), self.expected.columns.values()
        return (
            len(mine) == len(wanted)
            and table.height == self.expected.height
            and all(list(one) == list(other) for one, other in zip(mine, wanted, strict=True))
        )

    def held(self, table: Table) -> bool:
        """Tell whether a table has all columns, in whatever order and among whatever others."""
        if table.height != self.expected.height:
            return False
        held = {fingerprints(cells)[0] for cells in table.columns.values()}
        return all(as_they_are in held for _, as_they_are, _, _ in self.wanted)

    def holds(self, table: Table, nearness: float) -> bool:
        """Tell whether a table that is so near has all columns, or all rows, among others, or in another order."""
        if nearness < AMONG_THE_CELLS:
            return False
        of_same_cells = nearness >= SAME_CELLS_IN_ANOTHER_ORDER + POINTS_FOR_HEIGHT
        return self.among(table) or (of_same_cells and (self.held(table) or self.shuffled(table)))

    def shuffled(self, table: Table) -> bool:
        """Tell whether a table has as many rows and all columns, if each may stand in another order."""
        if table.height != self.expected.height:
            return False
        held = {fingerprints(cells)[1] for cells in table.columns.values()}
        return all(in_any_order in held for _, _, in_any_order, _ in self.wanted)

    def among(self, table: Table) -> bool:
        """Tell whether a table has all rows of the output among others, in columns of these names or values."""
        if table.height <= self.expected.height:
            return False
        sources = [self.holder(name, values, table) for name, _, _, values in self.wanted]
        found = [name for name in sources if name is not None]
        if len(set(found)) < len(sources):
            return False
        rows = set(zip(*(table.columns[name] for name in found), strict=True))
        return rows.issuperset(zip(*self.expected.columns.values(), strict=True))

    def holder(self, name: str, values: frozenset[str], table: Table) -> str | None:
        """Return the column that has these values: that of the name, else the one with the fewest others."""
        if name in table.columns:
            return name
        some = next(iter(values), "")
        sizes = {
            own: len(held) for own, cells in table.columns.items() if some in cells and values <= (held := set(cells))
        }
        return min(sizes, key=sizes.__getitem__, default=None)

    def holders(self, table: Table) -> dict[str, list[frozenset[str]]]:
        """Return, for the first cell of each column of the output, the different cells of the columns that have it."""
        first = {min(values) for *_, values in self.wanted if values}
        found: dict[str, list[frozenset[str]]] = {}
        for cells in table.columns.values():
            own = frozenset(cells)
            for cell in own & first:
                found.setdefault(cell, []).append(own)
        return found

    def nearness(self, table: Table) -> float:
        """Return how much of the output's columns a table has, from 0 to 1 but for the points for names and height."""
        exact, unordered = set(), set()
        for cells in table.columns.values():
            as_they_are, in_any_order = fingerprints(cells)
            exact.add(as_they_are)
            unordered.add(in_any_order)
        holders = self.holders(table)
        points = 0.0
        for name, as_they_are, in_any_order, values in self.wanted:
            if as_they_are in exact:
                points += SAME_CELLS
            elif in_any_order in unordered:
                points += SAME_CELLS_IN_ANOTHER_ORDER
            elif any(values <= own for own in holders.get(min(values, default=""), ())):
                points += AMONG_THE_CELLS
            points += POINTS_FOR_NAME * (name in table.columns)
        return points / len(self.wanted) + POINTS_FOR_HEIGHT * (table.height == self.expected.height)


def fingerprints(cells: Cells) -> tuple[Hashable, Hashable]:
    """Return what equal columns share, and what columns of the same cells in another order share."""
    return hash(tuple(cells)), hash(frozenset(Counter(cells).items()))


def numbering(header: Sequence[str]) -> tuple[str, int] | None:
    """Return prefix and first number of names that only count, such as ("c", 0); None when they are real names."""
    first = NUMBERED.fullmatch(next(iter(header), ""))
    if first is None:
        return None
    prefix, number = first["prefix"], int(first["number"])
    counted = [f"{prefix}{number + place}" for place in range(len(header))]
    return (prefix, number) if counted == list(header) else None
