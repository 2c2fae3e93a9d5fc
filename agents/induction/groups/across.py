"""Figures across a row: the mean, the sum and their like of several columns."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import folded_name
from agents.induction.code import Code
from agents.induction.groups.aggregates import FIGURES, Aggregate
from agents.induction.groups.evidence import cell_bits
from agents.induction.groups.matching import TOLERANCE, Source, Wanted
from agents.induction.groups.styles import written
from agents.induction.model import Expression, Table, Target

FEWEST_ROWS = 2
FEWEST_COLUMNS = 2
MOST_COLUMNS = 24
ENOUGH_BITS = 6.0
BITS_PER_COLUMN = 1.0


@dataclass(frozen=True)
class Across(Expression):
    """A figure of the numbers in several columns of the same row; undefined where there are none."""

    columns: tuple[str, ...]
    aggregate: Aggregate  # a function on numbers, and how these are read and written
    op: ClassVar[str] = "across"
    action: ClassVar[str] = "row_aggregate"

    def sources(self) -> tuple[str, ...]:
        """Return the columns."""
        return self.columns

    def run(self, table: Table) -> list[str | None]:
        """Compute row by row."""
        rows = zip(*(table.columns[name] for name in self.columns), strict=True)
        return [self.aggregate.cell(list(cells)) or None for cells in rows]

    def render(self, code: Code) -> str:
        """Return a Series of what is made of the cells of each row."""
        columns = ", ".join(map(code.column, self.columns))
        made = self.aggregate.render(code, "list(cells)").removesuffix(' or ""')
        rows = f"[\n        {made} or None\n        for cells in zip({columns})\n    ]"
        return f"pd.Series(\n    {rows},\n    index=df.index,\n    dtype=object,\n)"

    def explain(self) -> str:
        """Say the function and the columns."""
        return f"Take {FIGURES[self.aggregate.function][1].format(', '.join(self.columns))}"

    def cost(self) -> float:
        """Count the function, how it is written, and the columns."""
        return 2.0 + self.aggregate.cost() + BITS_PER_COLUMN * len(self.columns)


def propose_across(target: Target) -> Iterator[Expression]:
    """Yield the figures of columns that stand side by side, or that have the name of the wanted one in theirs."""
    wanted = Wanted(target.name, target.cells)
    if target.table.height < FEWEST_ROWS or wanted.numbers is None:
        return
    source = Source(target.table)
    names = [name for name in source.readings if name != target.name][:MOST_COLUMNS]
    sets = column_sets(names, target.name)
    said = sum(map(cell_bits, set(target.cells)))
    if len(names) < FEWEST_COLUMNS or said < ENOUGH_BITS:
        return
    for columns, function in itertools.product(sets, FIGURES):
        named = sets[columns] or wanted.hinted(Aggregate(target.name, function, ""))
        if said < ENOUGH_BITS + math.log2(len(sets) * len(FIGURES)) and not named:
            continue
        if likely(function, columns, wanted.numbers, source):
            yield from figure(columns, function, source, wanted)


def column_sets(names: Sequence[str], target: str) -> dict[tuple[str, ...], bool]:
    """Return the columns that may be taken together, and whether their names say so."""
    name = folded_name(target)
    like = [own for own in names if name and name in folded_name(own)]
    sets: dict[tuple[str, ...], bool] = {tuple(like): True} if len(like) >= FEWEST_COLUMNS else {}
    for start, stop in itertools.combinations(range(len(names) + 1), 2):
        if stop - start >= FEWEST_COLUMNS:
            sets.setdefault(tuple(names[start:stop]), False)
    return sets


def likely(function: str, columns: Sequence[str], numbers: Sequence[float], source: Source) -> bool:
    """Tell whether a function gives about the wanted numbers, row after row until it does not."""
    for row, want in enumerate(numbers):
        cells = [number for name in columns if (number := source.numbers[name][row]) is not None]
        value = float(FIGURES[function][0](cells)) if not any(cell.is_nan() for cell in cells) else math.nan
        if not abs(value - want) <= max(1.0, TOLERANCE * abs(want)):
            return False
    return True


def figure(columns: tuple[str, ...], function: str, source: Source, wanted: Wanted) -> Iterator[Across]:
    """Yield the expression when its numbers can be written as the wanted ones."""
    readings = {source.readings[name] for name in columns}
    if len(readings) > 1:
        return
    blank = Aggregate("", function, "", readings.pop())
    rows = zip(*(source.table.columns[name] for name in columns), strict=True)
    aggregate = written(blank, [blank.figure(list(cells)) for cells in rows], wanted.cells)
    if aggregate:
        yield Across(columns, aggregate)
