"""Measures and amounts of money taken from one unit to another."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from agents.induction.cells.text import Change
from agents.induction.code import TEXTS, Code
from agents.induction.numbers.formats import keywords, render_constant, render_reading
from agents.induction.numbers.styles import NumberReading
from agents.induction.quantities.amounts import Writing, write_amount

BITS_PER_DIGIT = 3.3


@dataclass(frozen=True)
class Ratio:
    """A number plus `shift`, times `factor`, divided by `divisor`, plus `offset`; all four are decimal text."""

    shift: str = "0"
    factor: str = "1"
    divisor: str = "1"
    offset: str = "0"
    known: bool = False  # whether the ratio is one between two units that everybody knows

    def at(self, number: Decimal) -> Decimal:
        """Return the value for a number."""
        if self.shift != "0":
            number = number + Decimal(self.shift)
        if self.factor != "1":
            number = number * Decimal(self.factor)
        if self.divisor != "1":
            number = number / Decimal(self.divisor)
        return number + Decimal(self.offset) if self.offset != "0" else number

    def render(self, value: str) -> str:
        """Return the expression for the value."""
        if self.shift != "0":
            value = f"({value} + {constant(self.shift)})"
        for sign, text, nothing in (("*", self.factor, "1"), ("/", self.divisor, "1"), ("+", self.offset, "0")):
            if text != nothing:
                value = f"{value} {sign} {constant(text)}"
        return value.replace("+ -", "- ")

    def explain(self) -> str:
        """Say what is computed."""
        steps = (
            ("add", self.shift, "0"),
            ("multiply it by", self.factor, "1"),
            ("divide it by", self.divisor, "1"),
            ("add", self.offset, "0"),
        )
        return "".join(f", {verb} {text}" for verb, text, nothing in steps if text != nothing)

    def bits(self) -> float:
        """Count the digits of constants; ratios of units are in books."""
        texts = [text.replace(".", "") for text in (self.shift, self.factor, self.divisor, self.offset)]
        if self.known:
            return 2.0
        return sum(2.0 + BITS_PER_DIGIT * len(text.strip("0")) for text in texts if text not in ("0", "1"))


def constant(text: str) -> str:
    """Return a decimal number as source, whole numbers as they are."""
    return text if text.lstrip("-").isdigit() else render_constant(text)


def ratio_of(factor: Fraction, known: bool = False) -> Ratio:
    """Return the ratio that multiplies, or divides by a number that is easier to say."""
    for text, way in ((decimal_text(factor), "factor"), (decimal_text(1 / factor), "divisor")):
        if text:
            return Ratio(factor=text, known=known) if way == "factor" else Ratio(divisor=text, known=known)
    numerator, denominator = factor.numerator, factor.denominator
    return Ratio(factor=str(numerator), divisor=str(denominator), known=known)


def decimal_text(number: Fraction) -> str:
    """Return a number of at most 20 decimals as text, nothing for others."""
    scaled = number * 10**20
    text = format(Decimal(scaled.numerator).scaleb(-20), "f") if scaled.denominator == 1 else ""
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class ConvertUnit(Change):
    """Reads a number with its unit, converts it and writes it with another; undefined where the text is another one."""

    reading: NumberReading
    ratio: Ratio
    writing: Writing = field(default_factory=Writing)
    op: ClassVar[str] = "convert_unit"
    action: ClassVar[str] = "unit_conversion"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Convert one cell."""
        return self.writing.write(self.ratio.at(self.reading.read(cell)))

    def render(self, code: Code) -> str:
        """Map over the Series."""
        value = self.ratio.render(render_reading(self.reading, "text", code))
        written = f"{code.function(write_amount, 'decimal')}({', '.join([value, *keywords(self.writing)])})"
        return f'{self.source.render(code)}.map(\n    lambda text: {written},\n    na_action="ignore",\n){TEXTS}'

    def clause(self) -> str:
        """Say what is read, computed and written."""
        return f"as a number{self.reading.explain()}{self.ratio.explain()}, and write it {self.writing.explain()}"

    def bits(self) -> float:
        """Count the ratio and how it is written."""
        return 3.0 + self.reading.bits() + self.ratio.bits() + self.writing.bits()
