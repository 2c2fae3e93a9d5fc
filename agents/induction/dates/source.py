"""Texts, and how dates are read from them: what all expressions on dates have in common."""

from dataclasses import dataclass
from datetime import datetime

from agents.induction.code import Code, literal
from agents.induction.dates import script as date_script
from agents.induction.dates.cleaning import CLEANINGS
from agents.induction.dates.layouts import describe
from agents.induction.dates.search import read_cell
from agents.induction.model import Expression, Table

FORMATS_IN_LINE = 2
BITS_PER_INPUT = 4.0
EPOCH_UNITS = {"%s": "s", "%Q": "ms"}


@dataclass(frozen=True)
class DateSource:
    """Texts that are read in the first layout that fits, after something was taken out of them."""

    source: Expression
    inputs: tuple[str, ...]
    cleanings: tuple[str, ...] = ()  # keys of CLEANINGS
    also: tuple[str, ...] = ()  # layouts that the example does not show, tried last

    @property
    def utc(self) -> bool:
        """Whether texts have offsets, so that times are read as UTC."""
        return any("%z" in layout for layout in self.inputs)

    def run(self, table: Table) -> list[datetime | None]:
        """Return a date for every row, None where no layout fits; equal cells are read once."""
        cells = self.source.run(table)
        layouts = self.inputs + self.also
        read = {cell: read_cell(cell, layouts, self.cleanings) for cell in set(cells) if cell is not None}
        return [None if cell is None else read[cell] for cell in cells]

    def render(self, code: Code) -> str:
        """Return the Series of dates."""
        texts = self.source.render(code)
        texts += "".join(render_cleaning(name, code) for name in self.cleanings)
        if self.inputs[0] in EPOCH_UNITS:
            return f"{code.function(date_script.read_timestamps)}({texts}, {literal(EPOCH_UNITS[self.inputs[0]])})"
        read = code.function(date_script.read_moments if self.utc else date_script.read_dates)
        layouts = self.inputs + self.also
        formats = f"[{', '.join(map(literal, layouts))}]"
        if len(layouts) > FORMATS_IN_LINE:
            formats = code.constant(f"{' '.join(self.source.sources())}_formats", list(layouts))
        return f"{read}({texts}, {formats})"

    def explain(self) -> str:
        """Name the layouts in the words that people use."""
        layouts = [describe(layout) for layout in self.inputs]
        several = f"{', '.join(layouts[:-1])} or {layouts[-1]}" if len(layouts) > 1 else layouts[0]
        ignoring = ", ignoring offsets from UTC," if "offsets" in self.cleanings else ""
        others = " or the like" if self.also else ""
        return f"{self.source.explain()}, read it as {several}{others}{ignoring}"

    def bits(self) -> float:
        """Count the layouts, and what is taken out of the texts."""
        return self.source.cost() + BITS_PER_INPUT * len(self.inputs + self.cleanings)


def render_cleaning(name: str, code: Code) -> str:
    """Return the method call on a Series that takes something out of its texts."""
    patterns = CLEANINGS[name]
    if len(patterns) > 1:
        return f".str.strip().replace({code.constant(name, patterns)}, regex=True)"
    ((pattern, kept),) = patterns.items()
    return f'.str.strip().str.replace(r"{pattern}", r"{kept}", regex=True)'
