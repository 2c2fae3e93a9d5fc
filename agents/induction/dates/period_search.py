"""Finds which periods of time labels stand for, off the dates and the edges that the labels show."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.induction.dates.columns import find_date_sources
from agents.induction.dates.layouts import EPOCH, write_date
from agents.induction.dates.periods import DAY, Edge, Period, PeriodLabel
from agents.induction.dates.search import read_cell
from agents.induction.dates.source import EPOCH_UNITS, DateSource
from agents.induction.dates.written import halves, reread, shown_fields, written_layouts
from agents.induction.model import Expression, Target

SAMPLE = 200
SECONDS = (
    *(60, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800, 2700),
    *(3600, 5400, 7200, 10800, 14400, 21600, 28800, 43200, DAY, 7 * DAY),
)
MONTHS = (1, 2, 3, 4, 6, 12, 24, 60, 120, 1200)
MOST_LENGTHS = 2
TIME_FIELDS = set("HIMSpP")
ENOUGH_BITS = 5.0

Layouts = tuple[str, ...]
Dates = Sequence[datetime]
Move = tuple[int, int]
"""Months and seconds from a period's beginning to an edge."""


@dataclass(frozen=True)
class Examples:
    """Dates, and the edges of the periods in which they lie; only times of the day where labels show no more."""

    dates: Dates
    edges: tuple[Dates, ...]
    fields: frozenset[str]  # letters of the codes that the labels show

    @property
    def of_day(self) -> bool:
        """Whether labels show times of the day and no dates."""
        return self.fields <= TIME_FIELDS

    @property
    def unit(self) -> int:
        """The seconds of the smallest part of a time that is shown."""
        return 1 if "S" in self.fields else 60 if "M" in self.fields else 3600 if self.fields & set("HI") else DAY


def propose_periods(target: Target) -> Iterator[Expression]:
    """Propose labels of periods for columns of dates and times: rounded times, ranges, first and last days."""
    rows = [row for row, cell in enumerate(target.cells) if cell][:SAMPLE]
    wanted = list(dict.fromkeys(target.cells[row] for row in rows))
    layouts = list(label_layouts(wanted)) if len(wanted) > 1 else []
    if not layouts:
        return
    for name, cells in target.table.columns.items():
        pairs = list(dict.fromkeys((cells[row], target.cells[row]) for row in rows))
        if not all(text.strip() for text, _ in pairs):
            continue
        for source in find_date_sources(name, [text for text, _ in pairs]):
            for choice in layouts:
                yield from periods_of(source, pairs, choice)


def label_layouts(wanted: Sequence[str]) -> Iterator[Layouts]:
    """Yield the layouts of one edge or two in which all labels may be written."""
    pairs = [pair for text in wanted if (pair := halves(text)) is not None]
    if len(pairs) == len(wanted):
        first = common_layouts([pair[0] for pair in pairs])
        second = common_layouts([pair[1] for pair in pairs]) if first else []
        yield from ((one, two) for one in first for two in second if shown_fields(one) == shown_fields(two))
    yield from ((layout,) for layout in common_layouts(wanted))


def common_layouts(texts: Sequence[str]) -> list[str]:
    """Return the layouts in which all texts are written."""
    possible = (layout for text in texts[:3] for layout in written_layouts(text))
    likely = dict.fromkeys(possible)
    return [layout for layout in likely if all(reread(text, layout) is not None for text in texts)]


def periods_of(source: DateSource, pairs: Sequence[tuple[str, str]], layouts: Layouts) -> Iterator[PeriodLabel]:
    """Yield the labels in these layouts that explain the pairs of a date's text and a label."""
    examples = read_examples(source, pairs, layouts)
    if examples is None:
        return
    for period, moves in (*find_seconds(examples), *find_months(examples)):
        edges = tuple(Edge(layout, *move) for layout, move in zip(layouts, moves, strict=True))
        yield PeriodLabel(source, period, edges)


def read_examples(source: DateSource, pairs: Sequence[tuple[str, str]], layouts: Layouts) -> Examples | None:
    """Return what stands in the pairs; None when dates show less than the labels, or the labels do not round them."""
    fields = frozenset(shown_fields(layouts[0]))
    dates = [read_cell(text, source.inputs, source.cleanings) for text, _ in pairs]
    known = [date for date in dates if date is not None]
    if len(known) < len(dates) or not (fields <= TIME_FIELDS or (fields & set("Yy") and shows_years(source))):
        return None
    if len(layouts) == 1 and all(
        write_date(date, layouts[0]) == label for date, (_, label) in zip(known, pairs, strict=True)
    ):
        return None
    if fields <= TIME_FIELDS:
        known = [datetime.combine(datetime(1900, 1, 1), date.time()) for date in known]  # noqa: DTZ001 - no zones
    parts = [halves(label) or () if len(layouts) == 2 else (label,) for _, label in pairs]
    edges = [[reread(text, layout) for text, layout in zip(part, layouts, strict=True)] for part in parts]
    return Examples(known, tuple(zip(*edges, strict=True)), fields)  # all are read: the layouts are common


def shows_years(source: DateSource) -> bool:
    """Tell whether texts hold whole dates."""
    return any(layout in EPOCH_UNITS or "%y" in layout.lower() for layout in source.inputs)


def find_seconds(examples: Examples) -> Iterator[tuple[Period, tuple[Move, ...]]]:
    """Yield the periods of a fixed length, and where the edges lie in them."""
    starts = examples.edges[0]
    if len(set(starts)) < 2:
        return
    if len(examples.edges) == 2:
        yield from find_ranges(examples)
        return
    offsets = [around_midnight(date - edge, examples.of_day) for date, edge in zip(examples.dates, starts, strict=True)]
    rest = common_divisor([seconds_between(starts[0], start) for start in starts])
    for length in fitting_lengths(rest, offsets, examples.of_day):
        first = seconds_between(EPOCH, starts[0])
        if min(offsets) >= 0:
            yield Period(seconds=length, shift=first % length), ((0, 0),)
        elif max(offsets) <= 0:
            yield Period(seconds=length, shift=(first + 1) % length), ((0, length - 1),)
        elif -length / 2 <= min(offsets) and max(offsets) < length / 2:
            yield Period(seconds=length, shift=(first - length // 2) % length), ((0, length // 2),)


def fitting_lengths(rest: int, offsets: Sequence[float], of_day: bool) -> list[int]:
    """Return the shortest periods that hold all offsets, and of which a whole number lies between all beginnings."""
    widest = max(offsets) - min(offsets) if min(offsets) < 0 < max(offsets) else max(map(abs, offsets))
    possible = [
        length for length in SECONDS if length > widest and rest % length == 0 and length <= DAY * (7 - 6 * of_day)
    ]
    bits = [math.log2(DAY / length) * len(set(offsets)) for length in possible if length < DAY]
    return possible[:MOST_LENGTHS] if not bits or max(bits) >= ENOUGH_BITS else []


def find_ranges(examples: Examples) -> Iterator[tuple[Period, tuple[Move, ...]]]:
    """Yield the periods of a fixed length of which labels show the beginning and some time behind it."""
    starts, ends = examples.edges
    widths = {
        seconds_between(start, end) % DAY if examples.of_day else seconds_between(start, end)
        for start, end in zip(starts, ends, strict=True)
    }
    offsets = [(date - start).total_seconds() for date, start in zip(examples.dates, starts, strict=True)]
    if len(widths) > 1 or min(offsets) < 0:
        return
    width = widths.pop() or DAY
    rest = common_divisor([seconds_between(starts[0], start) for start in starts])
    likely = [length for length in (width, width + examples.unit) if length > 0]
    fitting = [
        length
        for length in dict.fromkeys([*likely, *SECONDS])
        if length > max(offsets)
        and rest % length == 0
        and (DAY % length == 0 or (length % DAY == 0 and not examples.of_day))
    ]
    for length in [length for length in fitting if length in likely][:1] or fitting[:MOST_LENGTHS]:
        yield Period(seconds=length, shift=seconds_between(EPOCH, starts[0]) % length), ((0, 0), (0, width))


def find_months(examples: Examples) -> Iterator[tuple[Period, tuple[Move, ...]]]:
    """Yield the periods of whole months or years, and where the edges lie in them."""
    starts = examples.edges[0]
    if examples.of_day or len(set(starts)) < 2:
        return
    for slack in (0, DAY, 60, 1):
        firsts = [month_index(edge + timedelta(seconds=slack)) for edge in examples.edges[-1]]
        begun = [month_index(start) for start in starts] if len(examples.edges) == 2 else firsts
        if None in firsts or None in begun:
            continue
        counted, ends = [index or 0 for index in begun], [index or 0 for index in firsts]
        if len(examples.edges) == 2:
            yield from month_ranges(
                examples, counted, {end - start for start, end in zip(counted, ends, strict=True)}, slack
            )
        else:
            for length in MONTHS:
                back = length if slack else 0
                period = Period(months=length, shift=(counted[0] - back) % length)
                if all(
                    month_index(period.start(date)) == index - back
                    for date, index in zip(examples.dates, counted, strict=True)
                ):
                    yield period, ((back, -slack),)
                    break


def month_ranges(
    examples: Examples, starts: Sequence[int], widths: set[int], slack: int
) -> Iterator[tuple[Period, tuple[Move, ...]]]:
    """Yield the periods of months of which labels show the beginning and some time behind it."""
    if len(widths) > 1:
        return
    width = widths.pop()
    unit = 1 if examples.fields & set("mBb") else 12
    for length in dict.fromkeys([width, width + unit, *MONTHS]):
        period = Period(months=length, shift=starts[0] % length) if length > 0 else Period(months=1)
        if all(month_index(period.start(date)) == start for date, start in zip(examples.dates, starts, strict=True)):
            yield period, ((0, 0), (width, -slack))
            return


def month_index(date: datetime) -> int | None:
    """Count the months since the year 0; None when the date is no beginning of a month."""
    begins = (date.day, date.hour, date.minute, date.second) == (1, 0, 0, 0)
    return date.year * 12 + date.month - 1 if begins else None


def around_midnight(difference: timedelta, of_day: bool) -> float:
    """Return the seconds between two times; those of a day are half a day apart at most."""
    seconds = difference.total_seconds()
    return (seconds + DAY / 2) % DAY - DAY / 2 if of_day else seconds


def seconds_between(one: datetime, other: datetime) -> int:
    """Return the whole seconds from one date to another."""
    return int((other - one).total_seconds())


def common_divisor(numbers: Sequence[int]) -> int:
    """Return the greatest number of which all are multiples."""
    return math.gcd(*numbers)
