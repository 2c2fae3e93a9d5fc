"""Which columns, or parts of dates, rows may be grouped by."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from agents.induction.cells.text import Column
from agents.induction.dates.columns import shared_layouts
from agents.induction.dates.formats import DateFormat
from agents.induction.instructions.clauses import column_pattern
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Cells, Expression, Table
from agents.induction.windows.groups import Groups, grouped

MOST_KEY_COLUMNS = 8
MOST_PAIRED_COLUMNS = 5
MOST_GROUPINGS = 24
MOST_GROUPINGS_OF_MANY_ROWS = 10
MANY_ROWS = 2000
MOST_LAYOUTS = 2
DATE_PARTS = ("%Y", "%Y-%m", "%Y-%m-%d", "%m", "%A", "%H")
GROUPED_BY = r"\b(?:per|by|each|every|same|within|of the|groups? (?:of|by))\s+(?:the\s+|each\s+)*[\"'`]?"


@dataclass(frozen=True)
class Grouping:
    """A way to group rows."""

    keys: tuple[Expression, ...]
    groups: Groups
    bits: float  # what it takes to say that it is this one

    @cached_property
    def smallest(self) -> Sequence[int]:
        """The rows of the smallest group of more than one row, by which most windows are ruled out."""
        return min((rows for rows in self.groups if len(rows) > 1), key=len, default=self.groups[0])


def groupings(table: Table, instructions: Instructions) -> list[Grouping]:
    """Return the ways to group the rows, those that instructions name first; of ways that agree, the simplest.

    No group is the simplest; a way in which every row is alone is none.
    """
    found: dict[tuple[int, ...], Grouping] = {}
    for keys in possible_keys(table, instructions):
        groups = grouped(keys, table)
        mark = tuple(rows[0] for rows in groups) + tuple(len(rows) for rows in groups)
        if (not keys or 1 < len(groups) < table.height) and mark not in found:
            bits = 0.0 if named(keys, instructions) else 1.5 * len(keys) + 0.25 * len(found)
            found[mark] = Grouping(keys, groups, bits)
        if len(found) == (MOST_GROUPINGS if table.height <= MANY_ROWS else MOST_GROUPINGS_OF_MANY_ROWS):
            break
    return list(found.values())


def possible_keys(table: Table, instructions: Instructions) -> Iterator[tuple[Expression, ...]]:
    """Yield nothing, columns in which cells recur, parts of dates, and then several of these together."""
    yield ()
    recurring = [name for name, cells in table.columns.items() if 1 < len(set(cells)) < table.height]
    recurring.sort(key=lambda name: not named((Column(name),), instructions))
    columns = [Column(name) for name in recurring[:MOST_KEY_COLUMNS]]
    yield from ((column,) for column in columns)
    parts = [part for name, cells in table.columns.items() for part in date_parts(name, cells)]
    yield from ((part,) for part in parts)
    for count in (2, 3):
        yield from itertools.combinations(columns[:MOST_PAIRED_COLUMNS], count)
    yield from itertools.product(columns[:MOST_PAIRED_COLUMNS], parts)
    yield tuple(map(Column, table.header))


def date_parts(name: str, cells: Cells) -> Iterator[DateFormat]:
    """Yield the years, months and so on of a column of dates."""
    texts = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    if len(texts) < 2 or not all(re.search(r"\d\D\d", text) for text in texts[:5]):
        return
    for layout in shared_layouts(texts)[:MOST_LAYOUTS]:
        for part in DATE_PARTS:
            if part != "%H" or "%H" in layout or "%I" in layout:
                yield DateFormat(Column(name), (layout,), part)


def named(keys: Sequence[Expression], instructions: Instructions) -> bool:
    """Tell whether instructions say that rows are grouped by these columns, as in "for each customer"."""
    names = [name for key in keys for name in key.sources()]
    texts = [note.text for note in instructions.notes]
    patterns = [re.compile(GROUPED_BY + column_pattern(name).pattern, re.IGNORECASE) for name in names]
    return bool(names) and all(any(pattern.search(text) for text in texts) for pattern in patterns)
