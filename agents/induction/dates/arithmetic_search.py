"""Finds what was added to dates, and what was counted between them."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from agents.induction.dates.arithmetic import MONTHS, UNITS, LaterDate, TimeBetween
from agents.induction.dates.columns import find_date_sources
from agents.induction.dates.months import later
from agents.induction.dates.period_search import ENOUGH_BITS, TIME_FIELDS, common_layouts, shows_years
from agents.induction.dates.periods import DAY
from agents.induction.dates.search import read_cell
from agents.induction.dates.source import DateSource
from agents.induction.dates.written import reread, shown_fields
from agents.induction.model import Expression, Target
from agents.induction.numbers.relations import find_roundings
from agents.induction.numbers.search import find_operands
from agents.induction.numbers.shapes import find_number_layouts
from agents.induction.numbers.styles import NumberLayout

SAMPLE = 200
GLANCE = 2
MOST_LAYOUTS = 3
MOST_DATE_COLUMNS = 8
COUNTED_UNITS = ("day", "month", "year", "week", "hour", "minute")

Dates = list[datetime]
Reading = tuple[DateSource, Dates]


def propose_date_arithmetic(target: Target) -> Iterator[Expression]:
    """Propose dates that are some time later than others, and the time between two dates."""
    rows = [row for row, cell in enumerate(target.cells) if cell][:SAMPLE]
    wanted = [target.cells[row] for row in rows]
    if len(set(wanted)) < 2 or not any(map(str.isdigit, wanted[0])):
        return
    columns = {name: [cells[row] for row in rows] for name, cells in target.table.columns.items()}
    readings = [reading for name, cells in columns.items() for reading in read_columns(name, cells)]
    if not readings:
        return
    for layout in common_layouts(list(dict.fromkeys(wanted)))[:MOST_LAYOUTS]:
        for reading in readings:
            yield from later_dates(reading, columns, layout, wanted)
    if len(readings) > 1:
        yield from times_between(readings, wanted)


def read_columns(name: str, cells: Sequence[str]) -> Iterator[Reading]:
    """Yield the ways to read a column as dates, and the dates; none when a cell is blank."""
    for source in find_date_sources(name, cells) if all(map(str.strip, cells)) else []:
        dates = [read_cell(cell, source.inputs, source.cleanings) for cell in cells]
        known = [date for date in dates if date is not None]
        if len(known) == len(cells):
            yield source, known


def later_dates(
    reading: Reading, columns: Mapping[str, Sequence[str]], layout: str, wanted: Sequence[str]
) -> Iterator[LaterDate]:
    """Yield what is added to dates to have the wanted ones in this layout."""
    source, dates = reading
    fields = set(shown_fields(layout))
    moved = [date for text in wanted if (date := reread(text, layout)) is not None]
    if len(moved) < len(wanted) or not ((fields & set("Yy") and shows_years(source)) or fields <= TIME_FIELDS):
        return
    if fields <= TIME_FIELDS:
        dates = [datetime.combine(datetime(1900, 1, 1), date.time()) for date in dates]  # noqa: DTZ001 - no zones
    elif not fields & TIME_FIELDS:
        dates = [datetime.combine(date, datetime.min.time()) for date in dates]
    differences = {difference(date, other, fields <= TIME_FIELDS) for date, other in zip(dates, moved, strict=True)}
    if differences == {0}:
        return
    if len(differences) == 1:
        seconds = int(differences.pop())
        unit = next(name for name, size in UNITS.items() if seconds % size == 0)
        yield LaterDate(source, unit, seconds // UNITS[unit], layout)
    if fields & set("mBb"):
        yield from months_later(source, dates, moved, layout)
        for name, cells in columns.items():
            yield from counted_later(source, dates, moved, name, cells, layout)


def difference(date: datetime, other: datetime, of_day: bool) -> float:
    """Return the seconds between two dates; between times of the day, the fewest that there can be."""
    seconds = (other - date).total_seconds()
    return (seconds + DAY / 2) % DAY - DAY / 2 if of_day else seconds


def months_later(source: DateSource, dates: Dates, moved: Dates, layout: str) -> Iterator[LaterDate]:
    """Yield the number of months or years that is added in every row."""
    months = {to.year * 12 + to.month - date.year * 12 - date.month for date, to in zip(dates, moved, strict=True)}
    number = next(iter(months))
    if len(months) == 1 and number and all(later(date, number) == to for date, to in zip(dates, moved, strict=True)):
        unit = "month" if number % 12 else "year"
        yield LaterDate(source, unit, number // MONTHS[unit], layout)


def counted_later(
    source: DateSource, dates: Dates, moved: Dates, name: str, cells: Sequence[str], layout: str
) -> Iterator[LaterDate]:
    """Yield the units of which another column counts those that are added."""
    if name in source.source.sources() or len(set(cells)) < 2:
        return
    for operand in find_operands(name, cells)[:1]:
        counts = [operand.reading.read(cell) for cell in cells]
        for unit, sign in itertools.product(COUNTED_UNITS, (1, -1)):
            months, seconds = sign * MONTHS.get(unit, 0), sign * UNITS.get(unit, 0)
            rows = zip(dates, moved, counts, strict=True)
            if all(later(date, months * count, seconds * count) == to for date, to, count in rows):
                yield LaterDate(source, unit, sign, layout, operand)


def times_between(readings: Sequence[Reading], wanted: Sequence[str]) -> Iterator[TimeBetween]:
    """Yield the units that lie between two columns of dates, and the time as hours and minutes."""
    layouts = list(find_number_layouts(tuple(dict.fromkeys(wanted))))[:1]
    clocks = [clock for clock in common_layouts(list(dict.fromkeys(wanted))) if set(shown_fields(clock)) <= set("HMS")]
    if not layouts and not clocks:
        return
    for (first, starts), (second, ends) in itertools.permutations(readings[:MOST_DATE_COLUMNS], 2):
        if first.source == second.source:
            continue
        night = not shows_years(first) and any(end < start for start, end in zip(starts, ends, strict=True))
        for clock in clocks[:1]:
            passed = TimeBetween(first, second, "second", NumberLayout(), overnight=night, clock=clock)
            if all(passed.write(*row[:2]) == row[2] for row in list(zip(starts, ends, wanted, strict=True))[:GLANCE]):
                yield passed
        for layout, reading in layouts:
            numbers = [reading.read(text) for text in wanted]
            distinct = dict.fromkeys(zip(starts, ends, numbers, strict=True))
            if evidence([number for _, _, number in distinct], layout) < ENOUGH_BITS + 2 * math.log2(len(readings) - 1):
                continue
            for unit, also in (*((unit, False) for unit in COUNTED_UNITS), ("day", True)):
                counted = TimeBetween(first, second, unit, layout, also_first=also, overnight=night)
                glance = zip(starts[:GLANCE], ends[:GLANCE], numbers, strict=False)
                if any(abs(counted.count(start, end) - number) >= layout.unit() for start, end, number in glance):
                    continue
                values = [counted.count(start, end) for start, end in zip(starts, ends, strict=True)]
                if all(abs(value - number) < layout.unit() for value, number in zip(values, numbers, strict=True)):
                    found = find_roundings(values, wanted, layout, computed=True)
                    yield from (replace(counted, layout=way) for way in found)


def evidence(numbers: Sequence[Decimal], layout: NumberLayout) -> float:
    """Return the bits that the wanted numbers hold."""
    return sum(math.log2(abs(number) / layout.unit() + 1) for number in numbers if not number.is_nan())
