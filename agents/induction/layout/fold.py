"""Folding: the columns of wide rows become rows, some columns at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from agents.induction.goal import Goal
from agents.induction.layout.grid import GridFunction, GridStep, rows_of
from agents.induction.layout.selection import DropBlankColumns
from agents.induction.model import Chain, Table

MOST_KEPT_COLUMNS = 12
MOST_HEADING_ROWS = 2


@dataclass(frozen=True)
class Fold(GridStep):
    """Makes a row of each so many columns behind those that stay, beside these."""

    kept: tuple[str, ...]  # the columns that stay, beside each of the rows
    size: int  # how many columns make a row
    heading: int  # how many rows at the top hold names of the columns: these stand beside the cells
    skip_blank: bool  # True: no row is made of cells that are all blank
    by_row: bool  # True: all that the first row gives comes first; False: all that the first columns give
    op: ClassVar[str] = "fold"
    action: ClassVar[str] = "columns_to_rows"
    apart: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the columns that stay."""
        return self.kept

    def call(self) -> tuple[GridFunction, tuple[Any, ...]]:
        """Fold what does not stay."""
        return fold_columns, (self.size, self.heading, self.skip_blank, self.by_row)

    def explain(self) -> str:
        """Say what stays and what becomes rows."""
        each = f"each {self.size} columns" if self.size > 1 else "each column"
        others = f" behind {', '.join(self.kept)}" if self.kept else ""
        names = " beside its name in the first row" if self.heading == 1 else ""
        names = f" beside its names in the first {self.heading} rows" if self.heading > 1 else names
        blank = ", unless it is blank" if self.skip_blank else ""
        order = "all of the first row first" if self.by_row else "all of the first column first"
        return f"Turn {each}{others} into a row{names}{blank}, {order}"

    def cost(self) -> float:
        """Count the columns that stay."""
        size = 3.0 if self.size > 1 else 0.0
        return 6.0 + len(self.kept) + size + 2.0 * self.heading + 2.0 * self.skip_blank + (not self.by_row)


def fold_columns(
    kept: list[list[str]], rows: list[list[str]], size: int, heading: int, skip_blank: bool, by_row: bool
) -> list[list[str]]:
    """Make a row of each so many cells, beside the kept ones and what the heading says above the cells."""
    below = range(heading, len(rows))
    starts = range(0, max(map(len, rows), default=0), size)
    places = [(row, start) for row in below for start in starts]
    if not by_row:
        places.sort(key=lambda place: place[1])
    folded = []
    for row, start in places:
        cells = rows[row][start : start + size]
        if any(map(str.strip, cells)) or not skip_blank:
            folded.append([*kept[row], *(names[start] for names in rows[:heading]), *cells])
    return folded


def propose_folds(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to cut the rows, also without the blank columns between tables that stand side by side."""
    yield from folds(table, goal)
    if not all(any(map(str.strip, cells)) for cells in table.columns.values()):
        drop = DropBlankColumns()
        yield from ((drop, *chain) for chain in folds(drop.run(table), goal))


def folds(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the ways to cut the rows that give as many rows as are wanted."""
    if len(table.header) < 2 or goal.expected.height < table.height - MOST_HEADING_ROWS:
        return
    filled = [list(map(bool, map(str.strip, row))) for row in rows_of(table, table.header)]
    for count in kept_counts(table, goal):
        kept, width = table.header[:count], len(table.header) - count
        for size in (size for size in range(1, width // 2 + 1) if width % size == 0):
            if table.height * (width // size) < goal.expected.height:
                continue
            pieces = [sum(any(row[start : start + size]) for start in range(count, len(row), size)) for row in filled]
            for heading in range(min(MOST_HEADING_ROWS, table.height - 1) + 1 if size == 1 else 1):
                for skip_blank in ways_to_skip(pieces[heading:], width // size, goal.expected.height):
                    yield from ((Fold(kept, size, heading, skip_blank, by_row),) for by_row in (True, False))


def kept_counts(table: Table, goal: Goal) -> Iterator[int]:
    """Yield how many columns may be kept: those of which the output has a cell."""
    yield 0
    for count, cells in enumerate(table.columns.values(), 1):
        if count > MOST_KEPT_COLUMNS or count >= len(table.header) or goal.cells.isdisjoint(cells):
            return
        yield count


def ways_to_skip(filled: Sequence[int], most: int, height: int) -> Iterator[bool]:
    """Yield whether blank pieces give rows or none, as far as that makes the height that is wanted.

    Args:
        filled: how many pieces of each row are not blank.
        most: how many pieces a row has.
        height: how many rows the output has.
    """
    if len(filled) * most == height:
        yield False
    elif sum(filled) == height:
        yield True
