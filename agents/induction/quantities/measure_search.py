"""Finds the units between which measures were converted when one side has several, such as hours and minutes."""

import decimal
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from agents.induction.cells.text import Column
from agents.induction.model import Expression, Target
from agents.induction.quantities.conversion import BITS_PER_DIGIT
from agents.induction.quantities.conversion_search import likely_ratios
from agents.induction.quantities.measures import (
    ConvertMeasure,
    MeasureReading,
    MeasureWriting,
    read_measure,
    read_named_measure,
)
from agents.induction.quantities.units import UNITS, sizes, spellings_of

GLANCE = 30
NUMBER = r"[0-9]+(?:\.[0-9]+)?"
MOST_NUMBERS = 4
MOST_SHAPES = 8
LONGEST_MEASURE = 60
ENOUGH_BITS = 10.0  # against chance, and for the choice of the units
CHAINS = {
    "time": ("86400", "3600", "60", "1"),
    "angle": ("1", "1/60", "1/3600"),
    "length": ("1609.344", "0.9144", "0.3048", "0.0254"),
    "mass": ("6350.29318", "453.59237", "28.349523125"),
}
"""Units that are used together, the greatest first, by their size."""

SINGLE = {
    "time": ("1", "60", "3600", "86400", "0.001"),
    "angle": ("1",),
    "length": ("0.0254", "0.3048", "0.01", "1", "0.001"),
    "mass": ("28.349523125", "453.59237", "1", "1000"),
}
"""Units in which a measure may stand as one number."""


@dataclass(frozen=True)
class Way:
    """A way to write measures, and what the first wanted cell says in it, but for rounding."""

    writing: MeasureWriting
    total: float | None  # in base units; None when units are left out there
    step: float

    def is_near(self, total: float) -> bool:
        """Tell at little expense whether a measure may be written as the first wanted cell."""
        return self.total is None or abs(abs(total) - abs(self.total)) <= self.step + 1e-9 * abs(total)


def way_of(writing: MeasureWriting, want: str) -> Way:
    """Return a way to write measures beside what the first wanted cell says in it."""
    total = read_measure(want, writing.sizes, writing.between)
    step = Fraction(writing.sizes[-1]) / 10**writing.places if writing.places is not None else 0
    return Way(writing, None if total is None else float(total), float(step))


def propose_measures(target: Target) -> Iterator[Expression]:
    """Propose the columns whose measures, in other units, are those of the target."""
    rows = [row for row, want in enumerate(target.cells) if want][:GLANCE]
    wanted = [target.cells[row] for row in rows]
    if max(map(len, wanted), default=0) > LONGEST_MEASURE:
        return
    counts = [len(re.findall(NUMBER, want)) for want in wanted]
    shapes = {tuple(re.split(NUMBER, unsigned(want))) for want in wanted}
    if len(set(wanted)) < 2 or not 0 < min(counts) <= max(counts) <= MOST_NUMBERS or len(shapes) > MOST_SHAPES:
        return
    ways: dict[str, list[Way]] = {}
    for name, column in target.table.columns.items():
        cells = [column[row] for row in rows]
        if cells != wanted and may_be_measures(cells, several=max(counts) > 1):
            explained = explaining(name, cells, wanted, ways)
            yield from itertools.islice((one for one in explained if several_units(one, cells)), 1)


def several_units(found: ConvertMeasure, cells: Sequence[str]) -> bool:
    """Tell whether there are several units on one side at least, or different ones in different cells."""
    counts = max(len(re.findall(NUMBER, cell)) for cell in cells)
    units = {unit_of(re.split(NUMBER, cell, maxsplit=1)[-1]).lower() for cell in cells}
    various = bool(found.reading.names) and len({found.reading.read(f"1 {unit}") for unit in units}) > 1
    return counts > 1 or len(found.writing.sizes) > 1 or various


def may_be_measures(cells: Sequence[str], several: bool) -> bool:
    """Tell whether cells have a few numbers, and more than one or different units unless the wanted cells do."""
    if max(map(len, cells)) > LONGEST_MEASURE:
        return False
    counts = {len(re.findall(NUMBER, cell)) for cell in cells}
    various = len({re.sub(NUMBER, "", cell) for cell in cells}) > 1
    return 0 < min(counts) <= max(counts) <= MOST_NUMBERS and (several or max(counts) > 1 or various)


def explaining(
    name: str, cells: Sequence[str], wanted: Sequence[str], ways: dict[str, list[Way]]
) -> Iterator[ConvertMeasure]:
    """Yield the readings and writings that make every wanted cell; `ways` remembers the writings of each kind."""
    surprising = news(cells, wanted) >= ENOUGH_BITS
    for kind in UNITS:
        readings = list(find_readings(kind, cells))
        if readings and kind not in ways:
            ways[kind] = [way_of(writing, wanted[0]) for writing in find_writings(kind, wanted)]
        for reading in readings:
            first = float(reading.read(cells[0]) or 0)
            for writing in [way.writing for way in ways[kind] if way.is_near(first)]:
                same = writing.sizes == reading.sizes and ":" not in reading.between
                told = surprising or (are_named(reading.between) and are_named(writing.between))
                pairs = zip(cells, wanted, strict=True)
                if told and not same and all(writing.write(reading.read(cell)) == want for cell, want in pairs):
                    yield ConvertMeasure(Column(name), reading, writing)
        yield from scaled(name, cells, wanted, [way.writing for way in ways.get(kind, ())])


def news(cells: Sequence[str], wanted: Sequence[str]) -> float:
    """Return the bits of the numbers that do not stand in the cells already."""
    new = {
        (cell, number)
        for cell, want in zip(cells, wanted, strict=True)
        for number in set(re.findall(NUMBER, want)).difference(re.findall(NUMBER, cell))
    }
    return sum(BITS_PER_DIGIT * len(number.replace(".", "")) for _, number in new)


def scaled(
    name: str, cells: Sequence[str], wanted: Sequence[str], writings: Sequence[MeasureWriting]
) -> Iterator[ConvertMeasure]:
    """Yield the simplest size of the unit of one number that makes measures in several named units."""
    shapes = {tuple(re.split(NUMBER, unsigned(cell))) for cell in cells}
    between = next(iter(shapes))
    for writing in writings:
        several = len(writing.sizes) > 1 and are_named(writing.between)
        if len(shapes) > 1 or len(between) != 2 or not several or not writing.places:
            continue
        last = Fraction(writing.sizes[-1])
        totals = [(read_measure(want, writing.sizes, writing.between) or Fraction(0)) / last for want in wanted]
        numbers = [Fraction(re.findall(NUMBER, cell)[0]) for cell in cells]
        points = list(dict.fromkeys(zip(numbers, totals, strict=True)))
        for ratio in likely_ratios(points, Fraction(1, 10**writing.places)):
            found = ConvertMeasure(Column(name), MeasureReading((str(ratio * last),), between), writing)
            if [found.change(cell) for cell in cells] == wanted:
                yield found
                return


def find_readings(kind: str, cells: Sequence[str]) -> Iterator[MeasureReading]:
    """Yield the ways to read measures of a kind: by the names of units, else by their places."""
    names = spellings_of(kind)
    if all(read_named_measure(cell, names) is not None for cell in cells):
        yield MeasureReading((), names=tuple(names.items()))
        return
    if kind not in CHAINS:
        return
    longest = max(cells, key=lambda cell: len(re.findall(NUMBER, cell)))
    between = re.split(NUMBER, re.sub(r"(?<![^\W\d_])[NSEW](?![^\W\d_])", "N", unsigned(longest.strip())))
    if all(text.strip() in ("", ":", "N") or sizes(unit_of(text)) for text in between[1:-1]):
        yield from (MeasureReading(units, tuple(between)) for units in possible_sizes(kind, between))


def find_writings(kind: str, wanted: Sequence[str]) -> Iterator[MeasureWriting]:
    """Yield the ways in which measures of a kind may be written as wanted."""
    shapes = dict.fromkeys(tuple(re.split(NUMBER, unsigned(want))) for want in wanted)
    between = max(shapes, key=len)
    full = [re.findall(NUMBER, want) for want in wanted if len(re.findall(NUMBER, want)) == len(between) - 1]
    if len(shapes) > 1 and (len(between) < 3 or between[0]):
        return
    columns = list(zip(*full, strict=True))
    widths = tuple(width_of(column) for column in columns)
    decimals = {len(number.partition(".")[2]) for number in columns[-1]}
    for units in possible_sizes(kind, between):
        exact = MeasureWriting(units, between, widths, skip=len(shapes) > 1)
        if decimals == {0} or len(decimals) > 1:
            yield exact
        for rounding in (decimal.ROUND_HALF_UP, decimal.ROUND_DOWN):
            yield replace(exact, places=max(decimals), strip=len(decimals) > 1, rounding=rounding)


def are_named(between: Sequence[str]) -> bool:
    """Tell whether every number has a unit behind it."""
    return all(sizes(unit_of(text)) for text in between[1:])


def unsigned(text: str) -> str:
    """Return a text without a minus before its number."""
    return re.sub(r"^[-\u2212](?=[0-9])", "", text)


def width_of(numbers: Sequence[str]) -> int:
    """Return to how many digits numbers are filled up with zeros, 0 when they are not."""
    whole = [number.partition(".")[0] for number in numbers]
    padded = any(re.match("0[0-9]", number) for number in whole)
    return min(map(len, whole)) if padded else 0


def possible_sizes(kind: str, between: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the units that so many numbers may be in, one after the other: those that are named, else all."""
    count = len(between) - 1
    chain, single = CHAINS.get(kind, ()), SINGLE.get(kind) or tuple(UNITS[kind].values())
    named = [sizes(unit_of(text)).get(kind) for text in between[1:]]
    ways = (
        [(unit,) for unit in single] if count == 1 else [chain[at : at + count] for at in range(len(chain) - count + 1)]
    )
    for way in ways:
        if all(name is None or name == Fraction(unit) for name, unit in zip(named, way, strict=True)):
            yield way


def unit_of(text: str) -> str:
    """Return the word or sign that stands directly behind a number."""
    word = re.match(r"\s*([^\W\d_]+|['\"\u00b0\u2032\u2033])", text)
    return word.group(1) if word else ""
