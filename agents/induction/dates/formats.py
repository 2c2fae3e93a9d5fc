"""Dates: many ways to read them, one to write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from agents.induction.cells.text import Column
from agents.induction.code import TEXTS, Code, literal
from agents.induction.dates.layouts import codes, describe, oddity_bits, write_date, writing_bits
from agents.induction.dates.search import Reading, find_readings
from agents.induction.dates.source import EPOCH_UNITS, DateSource
from agents.induction.dates.variants import variants
from agents.induction.model import Expression, Table, Target

MOST_CELLS_LOOKED_AT = 5
PYTHON_FIELDS = {
    "%Y": "{date.year:04}",
    "%-m": "{date.month}",
    "%-d": "{date.day}",
    "%-H": "{date.hour}",
    "%-I": "{date.hour % 12 or 12}",
    "%-M": "{date.minute}",
    "%q": "{date.quarter}",
    "%E": "{(date.month + 5) // 6}",
    "%o": "{'th' if 10 < date.day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(date.day % 10, 'th')}",
    "%-j": "{date.day_of_year}",
    "%L": "{date.microsecond // 1000:03}",
    "%^B": "{date.month_name().upper()}",
    "%^b": "{date.month_name()[:3].upper()}",
    "%^A": "{date.day_name().upper()}",
    "%^a": "{date.day_name()[:3].upper()}",
    "%P": "{format(date, '%p').lower()}",
}
"""How a script writes what strftime has no portable code for."""


@dataclass(frozen=True)
class DateFormat(Expression):
    """Reads dates in the first input layout that fits, and writes them in the output's; undefined where none fits."""

    source: Expression
    inputs: tuple[str, ...]
    output: str
    cleanings: tuple[str, ...] = ()  # keys of CLEANINGS
    also: tuple[str, ...] = ()  # further input layouts that the example does not show
    op: ClassVar[str] = "date"
    action: ClassVar[str] = "datetime_conversion"

    @property
    def dates(self) -> DateSource:
        """What is read."""
        return DateSource(self.source, self.inputs, self.cleanings, self.also)

    def sources(self) -> tuple[str, ...]:
        """Return the columns that hold the dates."""
        return self.source.sources()

    def run(self, table: Table) -> list[str | None]:
        """Convert every cell; equal dates are written once."""
        dates = self.dates.run(table)
        written = {date: write_date(date, self.output) for date in set(dates) if date is not None}
        return [None if date is None else written[date] for date in dates]

    def render(self, code: Code) -> str:
        """Return a chain that reads, then writes."""
        dates = self.dates.render(code)
        if all(field == "%Y" or field not in PYTHON_FIELDS for _, field in codes(self.output)):
            return f"{dates}.dt.strftime({literal(self.output)}){TEXTS}"
        return f'{dates}.map(\n    lambda date: f"{python_fields(self.output)}", na_action="ignore"\n){TEXTS}'

    def explain(self) -> str:
        """Name the layouts in the words that people use."""
        zone = ", in UTC" if self.dates.utc else ""
        return f"{self.dates.explain()} and write it as {describe(self.output)}{zone}"

    def cost(self) -> float:
        """Count the layouts and what stands in them."""
        return self.dates.bits() + 4 + writing_bits((self.output,)) + oddity_bits((*self.inputs, self.output))


def propose_dates(target: Target) -> Iterator[Expression]:
    """Yield date conversions of single columns, read off all rows; two where the order of day and month stays open."""
    for name, cells in target.table.columns.items():
        pairs = dict.fromkeys(
            (cell.strip(), wanted) for cell, wanted in zip(cells, target.cells, strict=True) if cell.strip() and wanted
        )
        if pairs and looks_convertible(list(pairs)[:MOST_CELLS_LOOKED_AT]):
            for reading in find_readings(list(pairs)):
                if len(reading.inputs) == 1 or EPOCH_UNITS.keys().isdisjoint(reading.inputs):
                    yield from date_formats(Column(name), reading, target)


def date_formats(source: Expression, reading: Reading, target: Target) -> Iterator[DateFormat]:
    """Yield the conversion that also reads what other files may hold, unless a row of the example speaks against it."""
    plain = DateFormat(source, reading.inputs, reading.output, reading.cleanings)
    also = replace(plain, also=variants(reading.inputs, reading.output))
    yield also if "" not in target.cells or target.first_wrong_row(also) is None else plain


def looks_convertible(pairs: list[tuple[str, str]]) -> bool:
    """Tell at little expense whether it is worthwhile to look for dates: there are digits, and something changes."""
    return any(text != wanted for text, wanted in pairs) and all(re.search(r"\d", text) for text, _ in pairs)


def python_fields(layout: str, name: str = "date") -> str:
    """Return what stands in an f-string that writes the date of this name in a layout."""
    return "".join(text + python_field(code, name) for text, code in codes(layout))


def python_field(code: str, name: str) -> str:
    """Return the field of an f-string that writes one code of a layout; nothing for no code."""
    field = PYTHON_FIELDS.get(code, f"{{date:{code}}}" if code else "")
    return re.sub(r"(?<=[{(])date(?=[.,:])", name, field)
