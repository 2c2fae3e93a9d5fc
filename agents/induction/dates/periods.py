"""Periods of time: every date belongs to one, and the label of the period says where it begins or ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from agents.induction.code import TEXTS, Code, literal
from agents.induction.dates.formats import PYTHON_FIELDS, python_fields
from agents.induction.dates.layouts import EPOCH, codes, describe, oddity_bits, write_date, writing_bits
from agents.induction.dates.months import add_months, start_of_months
from agents.induction.dates.source import DateSource
from agents.induction.model import Expression, Table

DAY = 86400
UNITS = (("week", 7 * DAY), ("day", DAY), ("hour", 3600), ("minute", 60), ("second", 1))
USUAL_SECONDS = {60, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600, 4 * 3600, 6 * 3600, 12 * 3600, DAY, 7 * DAY}
BITS_OF_SHIFT = 4.0
FIRST_YEAR, LAST_YEAR = 200, 9800  # periods of a century around them have dates for edges


@dataclass(frozen=True)
class Period:
    """Periods of one length, one behind the other: so many months, or else seconds, counted from `shift`.

    Months are counted from January of the year 0, seconds from the beginning of 1970.
    """

    months: int = 0
    seconds: int = 0
    shift: int = 0

    def start(self, date: datetime) -> datetime:
        """Return the beginning of the period that holds a date."""
        if self.months:
            return start_of_months(date, self.months, self.shift)
        length, shift = timedelta(seconds=self.seconds), timedelta(seconds=self.shift)
        return EPOCH + shift + (date - EPOCH - shift) // length * length

    def render(self, dates: str) -> str:
        """Return the Series of the periods' beginnings, for periods of seconds."""
        frequency = frequency_of(self.seconds)
        if not self.shift:
            return f'{dates}.dt.floor("{frequency}")'
        shift = f'pd.Timedelta("{frequency_of(self.shift)}")'
        return f'(({dates} - {shift}).dt.floor("{frequency}") + {shift})'

    def explain(self) -> str:
        """Name the length in the words that people use."""
        if self.months:
            return amount(self.months // 12, "year") if self.months % 12 == 0 else amount(self.months, "month")
        return explain_seconds(self.seconds)

    def bits(self) -> float:
        """Count everyday lengths as simplest."""
        odd = self.months not in (0, 1, 3, 12, 120) or (not self.months and self.seconds not in USUAL_SECONDS)
        return 3.0 + 3.0 * odd


@dataclass(frozen=True)
class Edge:
    """A time that is so many months and seconds behind a period's beginning, and how it is written."""

    layout: str
    months: int = 0
    seconds: int = 0

    def write(self, start: datetime) -> str:
        """Return the text for the period that begins there."""
        return write_date(add_months(start, self.months) + timedelta(seconds=self.seconds), self.layout)

    def render(self, start: str, code: Code) -> str:
        """Return the expression for the time."""
        if self.months:
            start = f"{code.function(add_months, 'calendar', 'datetime')}({start}, {self.months})"
        if not self.seconds:
            return start
        return f'{start} {"-" if self.seconds < 0 else "+"} pd.Timedelta("{frequency_of(abs(self.seconds))}")'

    def explain(self) -> str:
        """Say where it lies; nothing when it is the beginning."""
        later = amount(self.months, "month") if self.months else ""
        if self.seconds:
            later += (" less " if self.seconds < 0 else " and ") if later else ""
            later += explain_seconds(abs(self.seconds))
        return later


@dataclass(frozen=True)
class PeriodLabel(Expression):
    """Writes the edges of the period in which a date lies, one behind the other; undefined where there is no date."""

    dates: DateSource
    period: Period
    edges: tuple[Edge, ...]
    op: ClassVar[str] = "period"
    action: ClassVar[str] = "datetime_rounding"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that hold the dates."""
        return self.dates.source.sources()

    def run(self, table: Table) -> list[str | None]:
        """Write the period of every date; equal dates are written once."""
        dates = self.dates.run(table)
        labels = {date: self.label(date) for date in set(dates) if date is not None}
        return [None if date is None else labels[date] for date in dates]

    def label(self, date: datetime) -> str | None:
        """Return the label of the period in which a date lies; None for dates at the calendar's ends."""
        if self.far() and not FIRST_YEAR <= date.year <= LAST_YEAR:
            return None
        start = self.period.start(date)
        return "".join(edge.write(start) for edge in self.edges)

    def far(self) -> bool:
        """Tell whether dates are written that may be years away."""
        moved = any(edge.seconds and "%Y" in edge.layout for edge in self.edges)
        return bool(self.period.months) or moved or any(edge.months for edge in self.edges)

    def render(self, code: Code) -> str:
        """Go to the beginnings of the periods, then write these."""
        dates = self.dates.render(code)
        starts = dates if self.period.months else self.period.render(dates)
        edge = self.edges[0]
        plain = all(field == "%Y" or field not in PYTHON_FIELDS for _, field in codes(edge.layout))
        if plain and not self.period.months and self.edges == (Edge(edge.layout),):
            return f"{starts}.dt.strftime({literal(edge.layout)}){TEXTS}"
        return f'{starts}.map({self.render_label(code)}, na_action="ignore"){TEXTS}'

    def render_label(self, code: Code) -> str:
        """Add the function that writes a label and return its name."""
        lines = ['"""Write the period of time."""']
        if self.far():
            lines += [f"if not {FIRST_YEAR} <= start.year <= {LAST_YEAR}:", "    return None"]
        if self.period.months:
            months = code.function(start_of_months, "datetime")
            lines += [f"start = {months}(start, {self.period.months}, {self.period.shift})"]
        times = [edge.render("start", code) for edge in self.edges]
        names = ["start" if time == "start" else name for time, name in zip(times, ("first", "end"), strict=False)]
        lines += [f"{name} = {time}" for name, time in zip(names, times, strict=True) if name != time]
        fields = "".join(python_fields(edge.layout, name) for edge, name in zip(self.edges, names, strict=True))
        return code.new_function("period_label", "start", [*lines, f'return f"{fields}"'])

    def explain(self) -> str:
        """Say how long the periods are and what is written."""
        layout, read = "".join(describe(edge.layout) for edge in self.edges), self.dates.explain()
        first, last = self.edges[0], self.edges[-1]
        if self.rounded():
            return f"{read}, round it {self.rounded()} {self.period.explain()} and write it as {layout}"
        shifted = f", of which one begins {self.explain_shift()}" if self.period.shift else ""
        written = "its beginning" if first == last else f"its beginning and what is {last.explain()} later"
        if first == last and first.explain():
            written = f"what is {first.explain()} after its beginning"
        return f"{read}, find its period of {self.period.explain()}{shifted}, and write {written} as {layout}"

    def rounded(self) -> str:
        """Say which way times are rounded when they are not rounded down and their periods begin at midnight."""
        length, shift, moved = self.period.seconds, self.period.shift, self.edges[0].seconds
        if moved and moved == length // 2 and (shift + moved) % length == 0:
            return "to the nearest"
        return "up to" if moved and moved == length - 1 and shift == 1 else ""

    def explain_shift(self) -> str:
        """Name a period's beginning."""
        if self.period.months:
            return f"in month {self.period.shift % 12 + 1}"
        if self.period.seconds == 7 * DAY:
            return f"on {write_date(EPOCH + timedelta(seconds=self.period.shift), '%A')}"
        return f"{explain_seconds(self.period.shift)} after midnight"

    def cost(self) -> float:
        """Count the period and what is written."""
        layouts = [edge.layout for edge in self.edges]
        literals = sum(len(text) for layout in layouts for text, _ in codes(layout))
        moved = sum(2.0 * bool(edge.months) + 2.0 * bool(edge.seconds) for edge in self.edges)
        written = writing_bits(layouts[:1]) + oddity_bits((*self.dates.inputs, *layouts[:1]))
        shifted = BITS_OF_SHIFT * (bool(self.period.shift) and not self.rounded())
        return self.dates.bits() + 4 + self.period.bits() + shifted + written + moved + min(literals, 8)


def frequency_of(seconds: int) -> str:
    """Return a length as pandas writes it, such as "30min"."""
    for length, unit in ((3600, "h"), (60, "min")):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def explain_seconds(seconds: int) -> str:
    """Return a length in the largest unit that has no rest."""
    return next(amount(seconds // length, unit) for unit, length in UNITS if seconds % length == 0)


def amount(number: int, unit: str) -> str:
    """Return "1 hour" or "2 hours"."""
    return f"{number} {unit}{'s' * (number != 1)}"
