"""Dates that stand in longer texts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Change, Column
from agents.induction.code import TEXTS, Code
from agents.induction.dates.columns import find_date_sources
from agents.induction.dates.formats import date_formats
from agents.induction.dates.layouts import MONTHS
from agents.induction.dates.search import find_readings
from agents.induction.dates.source import EPOCH_UNITS
from agents.induction.model import Expression, Target

CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm]\b)?"
NUMERIC = r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2}))(?![0-9])"
MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})"
NAMED = rf"(?:[0-9]{{1,2}}[ /-]{MONTH}[ /-][0-9]{{2,4}}|{MONTH} [0-9]{{1,2}},? [0-9]{{4}})(?![0-9])"
DATE_PATTERNS = {
    "year": (r"(?<![0-9])[0-9]{4}(?![0-9])", "number of four digits"),
    "moment": (rf"(?<![0-9])(?:{NUMERIC}|{NAMED})[T :]{CLOCK}", "date with a time"),
    "date": (rf"(?<![0-9])(?:{NUMERIC}|{NAMED})", "date"),
    "time": (rf"(?<![0-9:]){CLOCK}(?![0-9:])", "time"),
}
"""What is looked for, and what a plan calls it; the first that stands in a text is taken."""
KINDS = ("moment", "date", "time")
GLANCE = 8
SAMPLE = 200


@dataclass(frozen=True)
class DateIn(Change):
    """The first date of one kind that stands in a text, as it is written there; `pattern` is a key of DATE_PATTERNS."""

    pattern: str
    op: ClassVar[str] = "date_in"
    action: ClassVar[str] = "extract_text"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Return the date, None where there is none."""
        match = re.search(DATE_PATTERNS[self.pattern][0], cell)
        return match.group() if match else None

    def render(self, code: Code) -> str:
        """Extract with the pattern."""
        pattern = code.constant(f"{self.pattern} pattern", f"({DATE_PATTERNS[self.pattern][0]})")
        return f"{self.source.render(code)}.str.extract({pattern}, expand=False){TEXTS}"

    def clause(self) -> str:
        """Say what is taken."""
        return f"take the first {DATE_PATTERNS[self.pattern][1]} in it"

    def bits(self) -> float:
        """Count one of a few kinds."""
        return 6.0


def propose_embedded_dates(target: Target) -> Iterator[Expression]:
    """Propose the dates in longer texts, as they are and in other layouts, and the years of dates in any order."""
    rows = [row for row, cell in enumerate(target.cells) if cell][:SAMPLE]
    for name, cells in target.table.columns.items():
        pairs = list(dict.fromkeys((cells[row], target.cells[row]) for row in rows))
        if not pairs or not all(any(map(str.isdigit, text)) for text, _ in pairs[:GLANCE]):
            continue
        if find_date_sources(name, [text for text, _ in pairs]):
            year = DateIn(Column(name), "year")
            if all(year.change(text) == wanted for text, wanted in pairs[:GLANCE]):
                yield year
        else:
            yield from dates_within(Column(name), pairs, target)


def dates_within(column: Column, pairs: Sequence[tuple[str, str]], target: Target) -> Iterator[Expression]:
    """Yield the dates of every kind that all texts hold; those of whole dates first."""
    for pattern in KINDS:
        part = DateIn(column, pattern)
        if any(part.change(text) is None for text, _ in pairs[:GLANCE]):
            continue
        found = [(date, wanted) for text, wanted in pairs if (date := part.change(text)) is not None]
        if len(found) < len(pairs):
            continue
        if all(date == wanted for date, wanted in found):
            yield part
        for reading in find_readings(list(dict.fromkeys(found))):
            if EPOCH_UNITS.keys().isdisjoint(reading.inputs):
                yield from date_formats(part, reading, target)
