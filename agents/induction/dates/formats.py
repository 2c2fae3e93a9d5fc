"""Dates: many ways to read them, one to write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Column
from agents.induction.dates import script as date_script
from agents.induction.dates.cleaning import CLEANINGS
from agents.induction.dates.layouts import codes, describe
from agents.induction.dates.search import Reading, convert, find_readings
from agents.induction.model import TEXTS, Code, Expression, Table, Target, literal

MOST_CELLS_LOOKED_AT = 5
FORMATS_IN_LINE = 2
BITS_PER_INPUT = 4.0
BITS_PER_ODDITY = 3.0

EPOCH_UNITS = {"%s": "s", "%Q": "ms"}

PYTHON_FIELDS = {
    "%Y": "{date.year:04}",
    "%-m": "{date.month}",
    "%-d": "{date.day}",
    "%-H": "{date.hour}",
    "%-I": "{date.hour % 12 or 12}",
    "%q": "{date.quarter}",
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
    op: ClassVar[str] = "date"
    action: ClassVar[str] = "datetime_conversion"

    @property
    def utc(self) -> bool:
        """Whether texts have offsets, so that times are written in UTC."""
        return any("%z" in layout for layout in self.inputs)

    def sources(self) -> tuple[str, ...]:
        """Return the columns that hold the dates."""
        return self.source.sources()

    def run(self, table: Table) -> list[str | None]:
        """Convert every cell; equal cells are converted once."""
        cells = self.source.run(table)
        reading = Reading(self.inputs, self.output, self.cleanings)
        converted = {cell: convert(cell, reading) for cell in set(cells) if cell is not None}
        return [None if cell is None else converted[cell] for cell in cells]

    def render(self, code: Code) -> str:
        """Return a chain that reads, then writes."""
        dates = self.render_reading(code)
        if all(field == "%Y" or field not in PYTHON_FIELDS for _, field in codes(self.output)):
            return f"{dates}.dt.strftime({literal(self.output)}){TEXTS}"
        fields = "".join(text + python_field(field) for text, field in codes(self.output))
        return f'{dates}.map(\n    lambda date: f"{fields}", na_action="ignore"\n){TEXTS}'

    def render_reading(self, code: Code) -> str:
        """Return the Series of dates."""
        texts = self.source.render(code)
        texts += "".join(render_cleaning(name, code) for name in self.cleanings)
        if self.inputs[0] in EPOCH_UNITS:
            return f"{code.function(date_script.read_timestamps)}({texts}, {literal(EPOCH_UNITS[self.inputs[0]])})"
        read = code.function(date_script.read_moments if self.utc else date_script.read_dates)
        formats = f"[{', '.join(map(literal, self.inputs))}]"
        if len(self.inputs) > FORMATS_IN_LINE:
            formats = code.constant(f"{' '.join(self.sources())}_formats", list(self.inputs))
        return f"{read}({texts}, {formats})"

    def explain(self) -> str:
        """Name the layouts in the words that people use."""
        layouts = [describe(layout) for layout in self.inputs]
        several = f"{', '.join(layouts[:-1])} or {layouts[-1]}" if len(layouts) > 1 else layouts[0]
        zone = ", in UTC" if self.utc else ""
        ignoring = ", ignoring offsets from UTC," if "offsets" in self.cleanings else ""
        return f"{self.source.explain()}, read it as {several}{ignoring} and write it as {describe(self.output)}{zone}"

    def cost(self) -> float:
        """Count the layouts and what stands in them."""
        reading = BITS_PER_INPUT * len(self.inputs + self.cleanings)
        writing = self.output.count("%") + self.output.count("%-")
        odd_order = len(re.findall(r"%Y.?%-?d|%-?m[.-]%-?d[.-]%", " ".join((*self.inputs, self.output))))
        mixed_padding = len(set(re.findall(r"%(-?)[md]", self.output))) > 1
        return self.source.cost() + 4 + reading + writing + BITS_PER_ODDITY * (odd_order + mixed_padding)


def propose_dates(target: Target) -> Iterator[Expression]:
    """Yield date conversions of single columns, read off all rows; two where the order of day and month stays open."""
    for name, cells in target.table.columns.items():
        pairs = dict.fromkeys(
            (cell.strip(), wanted) for cell, wanted in zip(cells, target.cells, strict=True) if cell.strip() and wanted
        )
        if pairs and looks_convertible(list(pairs)[:MOST_CELLS_LOOKED_AT]):
            for reading in find_readings(list(pairs)):
                if len(reading.inputs) == 1 or EPOCH_UNITS.keys().isdisjoint(reading.inputs):
                    yield DateFormat(Column(name), reading.inputs, reading.output, reading.cleanings)


def looks_convertible(pairs: list[tuple[str, str]]) -> bool:
    """Tell at little expense whether it is worthwhile to look for dates: there are digits, and something changes."""
    return any(text != wanted for text, wanted in pairs) and all(re.search(r"\d", text) for text, _ in pairs)


def render_cleaning(name: str, code: Code) -> str:
    """Return the method call on a Series that takes something out of its texts."""
    patterns = CLEANINGS[name]
    if len(patterns) > 1:
        return f".str.strip().replace({code.constant(name, patterns)}, regex=True)"
    ((pattern, kept),) = patterns.items()
    return f'.str.strip().str.replace(r"{pattern}", r"{kept}", regex=True)'


def python_field(code: str) -> str:
    """Return the field of an f-string that writes one code of a layout; nothing for no code."""
    return PYTHON_FIELDS.get(code, f"{{date:{code}}}" if code else "")
