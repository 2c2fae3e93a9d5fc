"""Computing with dates: some time later, and the time from one date to another."""

import datetime
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from agents.induction.code import TEXTS, Code
from agents.induction.dates import months as date_months
from agents.induction.dates.formats import python_fields
from agents.induction.dates.layouts import EPOCH, describe, oddity_bits, write_date, writing_bits
from agents.induction.dates.source import DateSource
from agents.induction.model import Expression, Table
from agents.induction.numbers.formats import Operand, render_reading, render_writing
from agents.induction.numbers.styles import NumberLayout

UNITS = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}
MONTHS = {"month": 1, "year": 12}
BITS_OF_NUMBER = 4.0


@dataclass(frozen=True)
class LaterDate(Expression):
    """Writes the date that is so much later; by a number of units, or by as many as another column says."""

    dates: DateSource
    unit: str  # a key of UNITS or MONTHS
    number: int
    output: str
    count: Operand | None = None  # multiplies the number
    op: ClassVar[str] = "later_date"
    action: ClassVar[str] = "datetime_arithmetic"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        counted = self.count.source.sources() if self.count else ()
        return tuple(dict.fromkeys((*self.dates.source.sources(), *counted)))

    def run(self, table: Table) -> list[str | None]:
        """Add row by row."""
        dates = self.dates.run(table)
        counts = self.count.source.run(table) if self.count else [""] * len(dates)
        return [self.write(date, count) for date, count in zip(dates, counts, strict=True)]

    def write(self, date: datetime.datetime | None, count: str | None) -> str | None:
        """Return the text for one row."""
        if date is None or count is None:
            return None
        units = Decimal(self.number) * (self.count.reading.read(count) if self.count else 1)
        moved = date_months.later(date, units * MONTHS.get(self.unit, 0), units * UNITS.get(self.unit, 0))
        return None if moved is None else write_date(moved, self.output)

    def render(self, code: Code) -> str:
        """Return a `map` over the dates, or a list of what becomes of each pair."""
        code.function(date_months.add_months, "calendar", "datetime")
        later = code.function(date_months.later, "datetime", "decimal")
        units = str(self.number)
        if self.count:
            factor = {1: "", -1: "-"}.get(self.number, f"{self.number} * ")
            units = f"{factor}{render_reading(self.count.reading, 'text', code)}"
        size = {**UNITS, **MONTHS}[self.unit]
        amount = f"{'months' if self.unit in MONTHS else 'seconds'}={units}{f' * {size}' * (size != 1)}"
        lines = [
            '"""Write the date that is some time later."""',
            f"moved = {later}(date, {amount})",
            f'return None if moved is None else f"{python_fields(self.output, "moved")}"',
        ]
        name = code.new_function("write_later_date", "date, text" if self.count else "date", lines)
        dates = self.dates.render(code)
        if not self.count:
            return f'{dates}.map({name}, na_action="ignore"){TEXTS}'
        return render_rows(name, dates, self.count.source.render(code))

    def explain(self) -> str:
        """Say what is added."""
        number = f"{abs(self.number)} {self.unit}{'s' * (abs(self.number) != 1)}"
        if self.count:
            many = f"{abs(self.number)} times " if abs(self.number) != 1 else ""
            number = f"{many}as many {self.unit}s as {self.count.source.explain()[5:]} says"
        verb = "go back" if self.number < 0 else "add"
        return f"{self.dates.explain()}, {verb} {number} and write it as {describe(self.output)}"

    def cost(self) -> float:
        """Count what is read, added and written."""
        counted = self.count.source.cost() + self.count.reading.bits() if self.count else 0.0
        written = writing_bits((self.output,)) + oddity_bits((*self.dates.inputs, self.output))
        return self.dates.bits() + 8 + counted + written + BITS_OF_NUMBER * (abs(self.number) not in (0, 1))


@dataclass(frozen=True)
class TimeBetween(Expression):
    """Writes how many units lie between two dates; months and years are complete ones."""

    first: DateSource
    second: DateSource
    unit: str  # a key of UNITS or MONTHS
    layout: NumberLayout
    also_first: bool = False  # whether the first day counts, too
    overnight: bool = False  # whether a second time that is earlier is one of the next day
    clock: str = ""  # how less than a day is written in hours, minutes and seconds; a number when empty
    op: ClassVar[str] = "time_between"
    action: ClassVar[str] = "datetime_arithmetic"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that hold the dates."""
        return tuple(dict.fromkeys((*self.first.source.sources(), *self.second.source.sources())))

    def run(self, table: Table) -> list[str | None]:
        """Count row by row."""
        pairs = zip(self.first.run(table), self.second.run(table), strict=True)
        return [self.write(first, second) for first, second in pairs]

    def write(self, first: datetime.datetime | None, second: datetime.datetime | None) -> str | None:
        """Return the text for one row."""
        if first is None or second is None:
            return None
        if not self.clock:
            return self.layout.write(self.count(first, second))
        passed = timedelta(seconds=int(self.count(first, second)))
        return write_date(EPOCH + passed, self.clock) if timedelta() <= passed < timedelta(days=1) else None

    def count(self, first: datetime.datetime, second: datetime.datetime) -> Decimal:
        """Return the number of units for one row."""
        if self.unit in MONTHS:
            return Decimal(date_months.full_months(first, second) // MONTHS[self.unit])
        if self.overnight and second < first:
            second += timedelta(days=1)
        return date_months.seconds_between(first, second) / UNITS[self.unit] + self.also_first

    def render(self, code: Code) -> str:
        """Return a list of what becomes of each pair."""
        lines = ['"""Write how much time lies between two dates."""']
        if self.overnight:
            lines += ["if second < first:", "    second += datetime.timedelta(days=1)"]
        if self.unit in MONTHS:
            count = f"{code.function(date_months.full_months, 'datetime')}(first, second)"
            count = f"decimal.Decimal({count}{f' // {MONTHS[self.unit]}' * (self.unit != 'month')})"
        else:
            count = f"{code.function(date_months.seconds_between, 'datetime', 'decimal')}(first, second)"
            count += f" / {UNITS[self.unit]}" * (self.unit != "second") + " + 1" * self.also_first
        lines += self.render_clock() if self.clock else [f"return {render_writing(count, self.layout, code)}"]
        name = code.new_function("write_time_between", "first, second", lines)
        return render_rows(name, self.first.render(code), self.second.render(code))

    def render_clock(self) -> list[str]:
        """Return the lines that write less than a day."""
        return [
            "if not datetime.timedelta() <= second - first < datetime.timedelta(days=1):",
            "    return None",
            "passed = datetime.datetime(1970, 1, 1) + (second - first)",
            f'return f"{python_fields(self.clock, "passed")}"',
        ]

    def explain(self) -> str:
        """Say what is counted."""
        second = self.second.explain().removeprefix("Take ")
        counted = ", the first one included" if self.also_first else ""
        next_day = ", an earlier time being one of the next day" if self.overnight else ""
        if self.clock:
            return f"{self.first.explain()}, and write the time until {second}{next_day} as {describe(self.clock)}"
        return f"{self.first.explain()}, and count the {self.unit}s until {second}{counted}{next_day}"

    def cost(self) -> float:
        """Count both dates and the unit."""
        return self.first.bits() + self.second.bits() + 8 + 2.0 * (self.also_first + self.overnight + self.layout.strip)


def render_rows(name: str, first: str, second: str) -> str:
    """Return a Series of what a function makes of each pair of two Series, missing where one of the pair is."""
    code = f"{name}(*pair) if pd.notna(list(pair)).all() else None for pair in zip({first}, {second})"
    return f"pd.Series([{code}], index=df.index, dtype=object)"
