"""Ranges of numbers: every number lies in one, and the label says where the range begins and ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from agents.induction.cells.text import Column
from agents.induction.code import TEXTS, Code
from agents.induction.dates.columns import find_date_sources
from agents.induction.dates.formats import DateFormat
from agents.induction.model import Expression, Table, Target
from agents.induction.numbers import text as number_text
from agents.induction.numbers.formats import Operand, render_constant, render_reading, render_writing
from agents.induction.numbers.search import find_operands
from agents.induction.numbers.shapes import CORE, find_number_layouts
from agents.induction.numbers.styles import NumberLayout, NumberReading

SAMPLE = 200
DATE_PARTS = ("%S", "%M", "%H", "%d", "%m", "%Y")
USUAL_WIDTHS = {Decimal(base).scaleb(power) for base in (1, 2, 5) for power in range(-6, 10)}
BITS_PER_LITERAL = 1.0
BITS_OF_STRIPPING = 0.5
ROWS_TO_SHOW_ZEROS = 4

Way = tuple[NumberLayout, NumberReading]
"""How numbers are written, and how they are read from what is written."""


@dataclass(frozen=True)
class NumberRange(Expression):
    """Writes the beginning and the end of the range in which a number lies; undefined where a text is no number.

    Ranges of the same width follow each other; the beginning belongs to a range.
    """

    operand: Operand
    width: str  # decimal numbers as text, as the next two
    shift: str  # where one of the ranges begins
    last: str  # how far behind the beginning the end is that labels show
    first_layout: NumberLayout
    last_layout: NumberLayout
    op: ClassVar[str] = "number_range"
    action: ClassVar[str] = "binning"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that hold the numbers."""
        return self.operand.source.sources()

    def run(self, table: Table) -> list[str | None]:
        """Write the range of every number; equal texts are read once."""
        texts = self.operand.source.run(table)
        labels = {text: self.label(text) for text in set(texts) if text is not None}
        return [None if text is None else labels[text] for text in texts]

    def label(self, text: str) -> str | None:
        """Return the label for one text."""
        start = number_text.start_of_range(self.operand.reading.read(text), Decimal(self.width), Decimal(self.shift))
        first, last = self.first_layout.write(start), self.last_layout.write(start + Decimal(self.last))
        return None if first is None or last is None else first + last

    def render(self, code: Code) -> str:
        """Return a `map` over the texts, with a function that writes one label."""
        ignore = "" if self.operand.source.total() else ', na_action="ignore"'
        return f"{self.operand.source.render(code)}.map({self.render_label(code)}{ignore}){TEXTS}"

    def render_label(self, code: Code) -> str:
        """Add the function that writes a label and return its name."""
        start_of = code.function(number_text.start_of_range, "decimal")
        read = render_reading(self.operand.reading, "text", code)
        start = f"{start_of}({read}, {render_constant(self.width)}, {render_constant(self.shift)})"
        first = render_writing("start", self.first_layout, code)
        last = render_writing(f"start + {render_constant(self.last)}", self.last_layout, code)
        lines = ['"""Write the range in which a number lies."""', f"start = {start}"]
        lines += ["if start.is_nan():", "    return None", f"return {first} + {last}"]
        return code.new_function("range_label", "text", lines)

    def explain(self) -> str:
        """Say how wide the ranges are, and show one."""
        start = Decimal(self.shift) + 4 * Decimal(self.width)
        example = f"{self.first_layout.write(start)}{self.last_layout.write(start + Decimal(self.last))}"
        return (
            f"{self.operand.source.explain()} as a number{self.operand.reading.explain()}, "
            f'and write the range of {self.width} in which it lies, as in "{example}"'
        )

    def cost(self) -> float:
        """Count the width, where ranges begin, and what stands around the numbers."""
        literals = len(self.first_layout.positive + self.last_layout.positive) - 4
        odd = Decimal(self.width) not in USUAL_WIDTHS
        reading = self.operand.source.cost() + self.operand.reading.bits()
        return (
            8
            + reading
            + 3 * odd
            + BITS_OF_STRIPPING * self.first_layout.strip
            + 4 * (self.shift != "0")
            + BITS_PER_LITERAL * literals
        )


def propose_ranges(target: Target) -> Iterator[Expression]:
    """Propose labels of ranges for columns of numbers, and for the parts of dates."""
    rows = [row for row, cell in enumerate(target.cells) if cell][:SAMPLE]
    wanted = [target.cells[row] for row in rows]
    layouts = read_labels(list(dict.fromkeys(wanted)))
    if layouts is None:
        return
    for name, cells in target.table.columns.items():
        filled = [cells[row] for row in rows]
        for operand in operands_of(name, filled):
            texts = operand.source.run(Table({name: filled}))
            pairs = dict.fromkeys((text or "", label) for text, label in zip(texts, wanted, strict=True))
            yield from ranges_of(operand, list(pairs), *layouts)


def read_labels(labels: Sequence[str]) -> tuple[Way, Way] | None:
    """Return how both numbers of all labels are written, the texts around them included; None when they are none."""
    found = [numbers_in(label) for label in labels]
    around = {texts_around(label) for label in labels}
    if len(labels) < 2 or len(around) > 1 or any(len(numbers) != 2 for numbers in found):
        return None
    first, last = (next(find_number_layouts(tuple(dict.fromkeys(side))), None) for side in zip(*found, strict=True))
    before, between, after = around.pop().split("{}")
    if first is None or last is None or not {"{", "}"}.isdisjoint(before + between + after):
        return None
    start = replace(first[0], positive=f"{before}{{}}{between}")
    return (start, first[1]), (replace(last[0], positive=f"{{}}{after}"), last[1])


def numbers_in(label: str) -> list[str]:
    """Return the numbers in a label; a comma and a blank stand between two of them, and not between thousands."""
    return [number for part in label.split(", ") for number in CORE.findall(part)]


def texts_around(label: str) -> str:
    """Return a label with "{}" for each of its numbers."""
    return ", ".join(CORE.sub("{}", part) for part in label.split(", "))


def operands_of(name: str, cells: Sequence[str]) -> Iterator[Operand]:
    """Yield the column as numbers, else the parts of its dates."""
    found = find_operands(name, cells)
    yield from found
    if not found and all(map(str.strip, cells)):
        for source in find_date_sources(name, cells):
            for part in DATE_PARTS:
                if any(part.lower() in layout.lower() for layout in source.inputs):
                    date = DateFormat(Column(name), source.inputs, part, source.cleanings)
                    yield Operand(date, NumberReading())


def ranges_of(operand: Operand, pairs: Sequence[tuple[str, str]], first: Way, last: Way) -> Iterator[NumberRange]:
    """Yield the ranges in which all numbers lie as labels say."""
    numbers = [operand.reading.read(text) for text, _ in pairs]
    cores = [numbers_in(label) for _, label in pairs]
    starts, ends = ([way[1].read(core[side]) for core in cores] for side, way in enumerate((first, last)))
    if any(number.is_nan() for number in (*numbers, *starts, *ends)):
        return
    spans = {end - start for start, end in zip(starts, ends, strict=True)}
    offsets = [number - start for number, start in zip(numbers, starts, strict=True)]
    if len(spans) > 1 or min(offsets) < 0 or (span := spans.pop()) <= 0:
        return
    unit = Decimal(1).scaleb(-max(first[0].places or 0, last[0].places or 0))
    for width in (span, span + unit):
        if max(offsets) < width and all((start - starts[0]) % width == 0 for start in starts):
            for ways in spellings(first[0], last[0], len(pairs)):
                yield NumberRange(operand, plain(width), plain(starts[0] % width), plain(span), *ways)
            return


def spellings(first: NumberLayout, last: NumberLayout, rows: int) -> Iterator[tuple[NumberLayout, NumberLayout]]:
    """Yield the layouts as they are, and without zeros at the end of decimals where examples show none.

    One row in five would show one. Where there are rows enough for that, zeros are taken to be left out.
    """
    stripped = replace(first, strip=True), replace(last, strip=True)
    shown = first.strip or last.strip
    if not first.places and not last.places:
        yield first, last
    elif shown or rows >= ROWS_TO_SHOW_ZEROS:
        yield stripped
    else:
        yield from ((first, last), stripped)


def plain(number: Decimal) -> str:
    """Return a number as text without an exponent."""
    return format(number.normalize(), "f")
