"""A few rows of long files that belong together: what is learned from them is tried on all rows."""

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.induction.model import Cells, Table

LONG = 2_000  # rows
MOST_ROWS = 2_000  # of each file
FIRST_ROWS = 400
KEYS = 240  # of the input
KEYS_OF_OUTPUT = 80
MOST_KEY_COLUMNS = 3
MOST_ADDED = 24
PROBES = 5


@dataclass(frozen=True)
class Excerpt:
    """The rows that have one of some keys; or the first rows of both files, where these have the same rows."""

    table: Table
    expected: Table
    own: Cells = ()  # what tells the rows of the input apart
    wanted: Cells = ()  # the same of the output
    keys: frozenset[str] = frozenset()

    def tables(self) -> tuple[Table, Table] | None:
        """Return the rows of both files, None when they are too many to be few."""
        if not self.keys:
            return self.table.take(range(FIRST_ROWS)), self.expected.take(range(FIRST_ROWS))
        given, wanted = rows_with(self.keys, self.own), rows_with(self.keys, self.wanted)
        few = len(given) <= MOST_ROWS and 0 < len(wanted) <= MOST_ROWS
        return (self.table.take(given), self.expected.take(wanted)) if few else None

    def with_wrong(self, rows: Sequence[int]) -> "Excerpt | None":
        """Return an excerpt that shows why these rows of the input are not those of the output, None if they are."""
        made = [self.own[row] for row in rows] if self.keys else []
        before, after = Counter(made), Counter(self.wanted)
        wrong = [*(before - after), *(after - before)] or misplaced(made, self.wanted)
        new = [key for key in wrong if key not in self.keys]
        step = 1 + len(new) // MOST_ADDED
        return replace(self, keys=self.keys.union(new[::step])) if new else None


def misplaced(made: Cells, wanted: Cells) -> list[str]:
    """Return what stands where something else should."""
    pairs = ((one, other) for one, other in zip(made, wanted, strict=False) if one != other)
    return [cell for pair in itertools.islice(pairs, MOST_ADDED // 2) for cell in pair]


def excerpts(table: Table, expected: Table) -> Iterator[Excerpt]:
    """Yield the excerpts of long files that may show how the output is made; none of short files."""
    if not is_long(table, expected):
        return
    shared = list(itertools.islice(keyed(table, expected), MOST_KEY_COLUMNS))
    in_order = any(list(own) == list(wanted) for own, wanted in shared)
    if table.height == expected.height and (in_order or not shared):
        yield Excerpt(table, expected)
    for own, wanted in shared if not in_order else []:
        keys = {*from_everywhere(own, KEYS), *from_everywhere(wanted, KEYS_OF_OUTPUT)}
        yield Excerpt(table, expected, own, wanted, frozenset(keys))


def is_long(table: Table, expected: Table) -> bool:
    """Tell whether one of two files is long."""
    return max(table.height, expected.height) >= LONG


def from_everywhere(cells: Cells, most: int) -> list[str]:
    """Return some different cells of a column."""
    distinct = list(dict.fromkeys(cells))
    return distinct[:: 1 + len(distinct) // most]


def keyed(table: Table, expected: Table) -> Iterator[tuple[Cells, Cells]]:
    """Yield columns of both files of which the input's has all values of the output's, those with the most first."""
    values = {name: frozenset(cells) for name, cells in table.columns.items()}
    wanted = {name: frozenset(cells) for name, cells in expected.columns.items()}
    long = sorted((name for name in values if len(values[name]) > KEYS), key=lambda name: -len(values[name]))
    for own in long:
        for name, cells in wanted.items():
            if values[own].issuperset(itertools.islice(cells, PROBES)) and len(cells) > 1 and cells <= values[own]:
                yield table.columns[own], expected.columns[name]


def rows_with(keys: Collection[str], cells: Cells) -> list[int]:
    """Return the rows, counted from 0, that have one of the keys."""
    return [row for row, cell in enumerate(cells) if cell in keys]
