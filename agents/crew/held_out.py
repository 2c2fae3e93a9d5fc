"""Chooses the rows that no model sees: a script that reproduces them has learned something.

At least a fifth of each table of ten rows or more is held out, by a hash of what the rows hold, so that a job that is
tried again holds out the same. Rows of the input and of the expected output that belong together go together, as do
rows that say the same. What can only be known by seeing it, such as a value that recurs, stays to be seen if it can.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import zip_longest

from agents.csv_file import CsvFile
from agents.induction.cells.sample import shape
from agents.induction.learn import as_table
from agents.induction.rows.align import Alignment, Signature, align
from agents.task import Task

FEWEST_ROWS = 10  # of a table from which some are held out
SHARE = 5  # one row out of so many, at the least
MOST_VALUES = 50  # of a column whose values recur
MOST_SHAPED_ROWS = 5000  # of a longer table each shape is likely enough to be left
CHARACTERS_SHAPED = 40  # of a cell
VALUE, SHAPE = "value", "shape"

Rows = tuple[int, ...]
Unit = tuple[Rows, Rows]
"""Rows of the input and of the expected output that are held out together."""
Trait = tuple[str, int, int, str]
"""A value or a shape, which is one of them, in which table and column, and the text of it."""


@dataclass(frozen=True)
class HeldOut:
    """Rows, counted from 0, that enter no prompt; a script has to reproduce them unseen."""

    input_rows: frozenset[int] = frozenset()
    expected_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Example:
    """Which rows of the two files belong together, and which are held out."""

    pairs: tuple[tuple[int, int], ...]  # of input and expected, as far as it is known
    held_out: HeldOut


def divide(task: Task) -> Example:
    """Pair the rows and choose those that are held out."""
    alignment = align(as_table(task.input), as_table(task.expected))
    return Example(tuple(sorted(pair_rows(alignment))), Choice((task.input, task.expected), alignment).make())


def pair_rows(alignment: Alignment) -> Iterator[tuple[int, int]]:
    """Yield the rows that belong together: by place, or because only as many rows have the same linked values."""
    if alignment.same_rows:
        yield from ((row, row) for row in range(len(alignment.after)))
    elif alignment.links:
        before = places(alignment.before)
        for signature, rows in places(alignment.after).items():
            if len(rows) == len(before.get(signature, ())):
                yield from zip(before[signature], rows, strict=True)


def places(rows: Iterable[Signature]) -> dict[Signature, Rows]:
    """Return for each row where it stands, once or more often."""
    found: dict[Signature, list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault(row, []).append(place)
    return {row: tuple(where) for row, where in found.items()}


class Choice:
    """Holds out one unit after the other until it is enough, first those that nobody misses."""

    def __init__(self, files: tuple[CsvFile, CsvFile], alignment: Alignment) -> None:
        self.files = files
        self.alignment = alignment
        self.hidden: tuple[set[int], set[int]] = (set(), set())
        self.kinds = tuple(map(kinds_of_traits, files))
        self.shape = cache(beginning_shape)
        tables = (0, 1)
        self.left = Counter(
            trait for table in tables for row in range(len(files[table].rows)) for trait in self.traits(table, row)
        )

    def traits(self, table: int, row: int) -> Iterator[Trait]:
        """Yield what of a row has to be seen at least once: values that recur, and the shapes of the others."""
        cells = self.files[table].rows[row]
        for place, kind in self.kinds[table]:
            yield kind, table, place, cells[place] if kind == VALUE else self.shape(cells[place])

    def make(self) -> HeldOut:
        """Return the choice, demanding less and less of what is held out."""
        self.hold_out(self.alike, {VALUE, SHAPE})
        self.hold_out(self.alike, {VALUE})
        self.hold_out(self.single, {VALUE})
        self.hold_out(self.apart, set())
        return HeldOut(*map(frozenset, self.hidden))

    def hold_out(self, units: Sequence[Unit], kept: set[str]) -> None:
        """Hold out units until it is enough, and leave one of each of the traits that are to be kept."""
        if not self.wanted(0) and not self.wanted(1):
            return
        for unit in sorted(units, key=self.lot):
            rows = [[row for row in unit[table] if row not in self.hidden[table]] for table in (0, 1)]
            useful = any(rows[table] and self.wanted(table) for table in (0, 1))
            if useful and self.fits(rows):
                lost = Counter(trait for table in (0, 1) for row in rows[table] for trait in self.traits(table, row))
                if all(self.left[trait] > count for trait, count in lost.items() if trait[0] in kept):
                    self.left.subtract(lost)
                    for table in (0, 1):
                        self.hidden[table].update(rows[table])
                    if not self.wanted(0) and not self.wanted(1):
                        return

    def wanted(self, table: int) -> int:
        """Return how many more rows of one table have to be held out."""
        rows = len(self.files[table].rows)
        return max(0, -(-rows // SHARE) - len(self.hidden[table])) if rows >= FEWEST_ROWS else 0

    def fits(self, rows: Sequence[Sequence[int]]) -> bool:
        """Tell whether half of each table would still be seen."""
        counts = [(len(self.hidden[table]) + len(rows[table]), len(self.files[table].rows)) for table in (0, 1)]
        return all(2 * hidden <= height for hidden, height in counts)

    def lot(self, unit: Unit) -> bytes:
        """Return what decides whose turn it is: a hash of what the rows hold and of where they stand."""
        cells = [self.files[table].rows[row] for table in (0, 1) for row in unit[table][:1]]
        return hashlib.blake2b(repr((cells, unit)).encode(), digest_size=8).digest()

    @cached_property
    def alike(self) -> list[Unit]:
        """Rows that belong together, with all that say the same."""
        given, wanted = self.files[0].rows, self.files[1].rows
        if self.alignment.same_rows:
            return [(rows, rows) for rows in places(given).values()]
        if not self.alignment.links:
            return [*((rows, ()) for rows in places(given).values()), *(((), rows) for rows in places(wanted).values())]
        before, after = places(self.alignment.before), places(self.alignment.after)
        return [(before.get(signature, ()), after.get(signature, ())) for signature in before | after]

    @cached_property
    def single(self) -> list[Unit]:
        """Rows that belong together, one of each table at the most."""
        rows = (zip_longest(*unit) for unit in self.alike)
        return [(one(given), one(wanted)) for pairs in rows for given, wanted in pairs]

    @cached_property
    def apart(self) -> list[Unit]:
        """Each row for itself, but for those of the same place."""
        heights = [len(file.rows) for file in self.files]
        if self.alignment.same_rows:
            return [((row,), (row,)) for row in range(heights[0])]
        return [*(((row,), ()) for row in range(heights[0])), *(((), (row,)) for row in range(heights[1]))]


def one(row: int | None) -> Rows:
    """Return a row of a unit, or none."""
    return () if row is None else (row,)


def kinds_of_traits(file: CsvFile) -> list[tuple[int, str]]:
    """Return the places of the columns of which something has to be seen, each with what that is."""
    different = len(set(file.rows))
    kinds = (kind_of_trait(cells, different) for cells in zip(*file.rows, strict=True))
    return [(place, kind) for place, kind in enumerate(kinds) if kind]


def kind_of_trait(cells: Sequence[str], different_rows: int) -> str:
    """Return whether a model has to see the values or only the shapes of a column, or nothing of a long one."""
    values = len(set(cells))
    if values <= MOST_VALUES and (2 * values <= different_rows or 4 * values <= len(cells)):
        return VALUE
    return SHAPE if len(cells) <= MOST_SHAPED_ROWS else ""


def beginning_shape(cell: str) -> str:
    """Return the shape of a cell, of a long one that of its beginning."""
    return shape(cell[:CHARACTERS_SHAPED])
