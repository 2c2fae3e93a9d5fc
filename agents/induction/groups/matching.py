"""Finds the aggregates that give the columns of an output."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from agents.induction.cells.text import folded_name
from agents.induction.groups.aggregates import CELL_CHOICES, FIGURES, JOINS, TEXTS, Aggregate, joined
from agents.induction.groups.figures import known_cells
from agents.induction.groups.styles import written
from agents.induction.model import Cells, Table
from agents.induction.numbers.shapes import find_number_readings
from agents.induction.numbers.styles import NumberReading

SAMPLE = 200
MOST_COLUMNS = 60
TOLERANCE = 2e-3  # by which a figure may differ from what is written before rounding is looked at
LONGEST_SEPARATOR = 5
BITS_OF_NAME = 4.0
BITS_OF_OTHER_NAME = 6.0
BITS_OF_DATES = 2.0  # of which the first and the last are asked for oftener than those of other texts
SORTABLE_DATE = re.compile(r"[12][0-9]{3}-[01][0-9]")
EXTREMES = ("least_text", "greatest_text")
WORDS: dict[str, tuple[str, ...]] = {
    "rows": ("count", "cnt", "number", "freq", "size", "rows", "num", "qty"),
    "known": ("count", "cnt", "number"),
    "distinct": ("distinct", "unique", "different"),
    "sum": ("sum", "total"),
    "mean": ("mean", "avg", "average"),
    "median": ("median",),
    "smallest": ("min", "lowest", "smallest", "earliest", "first"),
    "largest": ("max", "highest", "largest", "latest", "last"),
    "deviation": ("std", "sd", "stdev", "deviation"),
    "variance": ("var", "variance"),
    "span": ("range", "span"),
    "first": ("first",),
    "last": ("last",),
    "most_frequent": ("mode", "common", "frequent"),
    "least_text": ("min", "lowest", "smallest", "earliest", "first", "oldest"),
    "greatest_text": ("max", "highest", "largest", "latest", "last", "newest"),
}
"""What columns are called that hold an aggregate."""


@dataclass(frozen=True)
class Source:
    """The table whose rows are grouped, with the numbers in its columns."""

    table: Table

    @cached_property
    def readings(self) -> dict[str, NumberReading]:
        """How the columns of numbers are read."""
        found: dict[str, NumberReading] = {}
        for name, cells in self.table.columns.items():
            texts = tuple(dict.fromkeys(known_cells(list(dict.fromkeys(cells))[:SAMPLE])))
            ways = find_number_readings(texts) if texts else []
            if ways and len(found) < MOST_COLUMNS:
                found[name] = ways[0]
        return found

    @cached_property
    def numbers(self) -> dict[str, list[Decimal | None]]:
        """The numbers of those columns; None where nothing is known."""
        return {name: self.numbers_of(name, reading) for name, reading in self.readings.items()}

    def numbers_of(self, name: str, reading: NumberReading) -> list[Decimal | None]:
        """Read one column."""
        cells = self.table.columns[name]
        known = {cell: reading.read(cell) for cell in known_cells(list(set(cells)))}
        return [known.get(cell) for cell in cells]

    def figure(self, function: str, name: str, rows: Sequence[int]) -> Decimal:
        """Return what a function on numbers makes of some rows of a column."""
        numbers = [number for row in rows if (number := self.numbers[name][row]) is not None]
        if any(number.is_nan() for number in numbers):
            return Decimal("NaN")
        return FIGURES[function][0](numbers)


@dataclass(frozen=True)
class Wanted:
    """A column of the output, and how likely its name makes an aggregate."""

    name: str
    cells: Cells

    @cached_property
    def numbers(self) -> list[float] | None:
        """The numbers in its cells; None when one is none."""
        texts = tuple(dict.fromkeys(self.cells))
        readings = find_number_readings(texts) if all(texts) else []
        return [float(readings[0].read(cell)) for cell in self.cells] if readings else None

    @cached_property
    def told(self) -> set[str]:
        """The functions of which the name tells."""
        name = folded_name(self.name)
        return {function for function, words in WORDS.items() if any(word in name for word in words)}

    @cached_property
    def dated(self) -> bool:
        """True when the cells are dates that sort as texts."""
        return all(map(SORTABLE_DATE.match, filter(None, self.cells)))

    def hinted(self, aggregate: Aggregate) -> bool:
        """Tell whether the name tells of the function of an aggregate."""
        return aggregate.function in self.told

    def surprised(self, aggregate: Aggregate) -> bool:
        """Tell whether the name tells of other functions."""
        return bool(self.told) and not self.hinted(aggregate)

    def about(self, aggregate: Aggregate) -> bool:
        """Tell whether the name has that of the aggregated column in it."""
        name, source = folded_name(self.name), folded_name(aggregate.column)
        within = len(source) > 2 and source in name
        return aggregate.function != "rows" and (name == source or within or self.name.endswith(f"_{aggregate.column}"))

    def bits(self, aggregate: Aggregate) -> float:
        """Return the description length of an aggregate: less where the name tells of it, more where of others."""
        names = BITS_OF_OTHER_NAME * self.surprised(aggregate) - BITS_OF_NAME * self.about(aggregate)
        return aggregate.cost() + names - BITS_OF_DATES * (aggregate.function in EXTREMES and self.dated)


def explain(wanted: Wanted, groups: Sequence[Sequence[int]], source: Source) -> list[Aggregate]:
    """Return the aggregates that give each cell from the rows beside it, the likeliest first."""
    found = [*numbers_for(wanted, groups, source), *texts_for(wanted, groups, source)]
    return sorted(found, key=wanted.bits)


def numbers_for(wanted: Wanted, groups: Sequence[Sequence[int]], source: Source) -> Iterator[Aggregate]:
    """Yield the functions on numbers that give the cells."""
    numbers = wanted.numbers
    if numbers is None:
        return
    for name, reading in source.readings.items():
        for function in FIGURES:
            if likely(function, name, groups, numbers, source):
                values = [source.figure(function, name, rows) for rows in groups]
                aggregate = written(Aggregate(wanted.name, function, name, reading), values, wanted.cells)
                if aggregate:
                    yield aggregate


def likely(function: str, name: str, groups: Sequence[Sequence[int]], numbers: Sequence[float], source: Source) -> bool:
    """Tell whether a function gives about the wanted numbers."""
    for rows, want in zip(groups, numbers, strict=True):
        value = float(source.figure(function, name, rows))
        if not abs(value - want) <= max(1.0, TOLERANCE * abs(want)):
            return False
    return True


def texts_for(wanted: Wanted, groups: Sequence[Sequence[int]], source: Source) -> Iterator[Aggregate]:
    """Yield the functions on texts that give the cells; those on numbers say better what becomes of these."""
    columns = list(source.table.columns.items())[:MOST_COLUMNS]
    for name, cells in columns:
        for function in TEXTS:
            if function == "rows" and name != columns[0][0]:
                continue
            if function not in ("rows", "known", "distinct", *CELL_CHOICES) and name in source.readings:
                continue
            make = TEXTS[function][0]
            if all(make([cells[row] for row in rows]) == want for rows, want in zip(groups, wanted.cells, strict=True)):
                yield Aggregate(wanted.name, function, name)
        if wanted.numbers is None:
            yield from joins_for(wanted, name, [[cells[row] for row in rows] for rows in groups])


def joins_for(wanted: Wanted, name: str, parts: Sequence[list[str]]) -> Iterator[Aggregate]:
    """Yield the joins of a column's cells that give the wanted ones."""
    for function in JOINS:
        lists = [joined(part, function) for part in parts]
        place = next((place for place, cells in enumerate(lists) if len(cells) > 1), None)
        if place is None:
            continue
        first, second, *_ = lists[place]
        whole = wanted.cells[place]
        end = whole.find(second, len(first) + 1)
        separator = whole[len(first) : end]
        begun = whole.startswith(first) and end > 0 and len(separator) <= LONGEST_SEPARATOR
        if begun and all(separator.join(cells) == want for cells, want in zip(lists, wanted.cells, strict=True)):
            yield replace(Aggregate(wanted.name, function, name), separator=separator)
            return
