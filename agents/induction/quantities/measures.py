"""Measures in several units, such as hours, minutes and seconds, feet and inches, or degrees and minutes."""

import decimal
import fractions
import re
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Change
from agents.induction.code import TEXTS, Code, as_source
from agents.induction.numbers.formats import keywords


def read_measure(text: str, sizes: tuple[str, ...], between: tuple[str, ...]) -> fractions.Fraction | None:
    """Read the numbers of a text as one in the smallest unit; None when other things stand around them.

    Args:
        text: the cell; S and W beside degrees turn the sign.
        sizes: the sizes of the units, the greatest first; of fewer numbers the last ones are meant.
        between: what stands before, between and behind the numbers.
    """
    text = text.strip()
    compass = re.search(r"(?<![^\W\d_])[NSEW](?![^\W\d_])", text)
    if compass:
        text = text[: compass.start()] + "N" + text[compass.end() :]
    below_zero = (compass is not None and compass.group() in "SW") != bool(re.match(r"[-\u2212](?=[0-9])", text))
    text = re.sub(r"^[-\u2212](?=[0-9])", "", text)
    numbers = re.findall(r"[0-9]+(?:\.[0-9]+)?", text)
    if not numbers or len(numbers) > len(sizes):
        return None
    if re.split(r"[0-9]+(?:\.[0-9]+)?", text) != [between[0], *between[-len(numbers) :]]:
        return None
    used = sizes[len(sizes) - len(numbers) :]
    total = sum(
        fractions.Fraction(number) * fractions.Fraction(size) for number, size in zip(numbers, used, strict=True)
    )
    return fractions.Fraction(-total if below_zero else total)


def read_named_measure(text: str, sizes: dict[str, str]) -> fractions.Fraction | None:
    """Read numbers with the names of their units as one number in base units; None for anything else."""
    part = r"([0-9]+(?:\.[0-9]+)?)\s*([^\W\d_]+|['\"\u00b0\u2032\u2033])\.?"
    parts = re.findall(part, text.lower())
    rest = re.sub(part, "", text.lower())
    if not parts or re.sub(r"\band\b|\bpt?\b|[\s,&]", "", rest) or any(unit not in sizes for _, unit in parts):
        return None
    return fractions.Fraction(
        sum(fractions.Fraction(number) * fractions.Fraction(sizes[unit]) for number, unit in parts)
    )


def write_measure(
    total: fractions.Fraction | None,
    sizes: tuple[str, ...],
    between: tuple[str, ...],
    widths: tuple[int, ...],
    places: int | None = None,
    strip: bool = False,
    rounding: str = decimal.ROUND_HALF_UP,
    skip: bool = False,
) -> str | None:
    """Write a measure in several units; None when there is none.

    Args:
        total: the measure in base units.
        sizes: the sizes of the units, the greatest first.
        between: what stands before, between and behind the numbers.
        widths: how many digits each number has at least.
        places: how many decimals the last number is rounded to; None when it is not rounded.
        strip: whether zeros at the end of these decimals are left out.
        rounding: the rule of the `decimal` module for this.
        skip: whether numbers that are 0 are left out with their unit.
    """
    if total is None:
        return None
    last = abs(total) / fractions.Fraction(sizes[-1])
    if places is not None:
        scaled = last * 10**places
        wide = decimal.Context(prec=60 + len(str(int(scaled))))
        digits = wide.divide(decimal.Decimal(scaled.numerator), decimal.Decimal(scaled.denominator))
        last = fractions.Fraction(int(digits.quantize(decimal.Decimal(1), rounding=rounding, context=wide)), 10**places)
    written = []
    for size in sizes[:-1]:
        ratio = fractions.Fraction(size) / fractions.Fraction(sizes[-1])
        written.append(str(last // ratio))
        last %= ratio
    text = format(decimal.Decimal(last.numerator) / decimal.Decimal(last.denominator), f".{places}f" if places else "f")
    written.append(text.rstrip("0").rstrip(".") if "." in text and (strip or places is None) else text)
    parts = [
        ("0" * (width - len(number.partition(".")[0])) + number + unit, number)
        for number, width, unit in zip(written, widths, between[1:], strict=True)
    ]
    kept = [part for part, number in parts if not skip or number.strip("0.")] or [parts[-1][0]]
    body = "".join(kept)
    sign = "-" if total < 0 and any(number.strip("0.") for number in written) else ""
    return between[0] + sign + (body.rstrip(" ,") if skip else body)


@dataclass(frozen=True)
class MeasureReading:
    """What `read_measure` is told, or `read_named_measure` when there are names."""

    sizes: tuple[str, ...]
    between: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()  # units and their sizes

    def read(self, text: str) -> fractions.Fraction | None:
        """Return the measure in base units."""
        if self.names:
            return read_named_measure(text, dict(self.names))
        return read_measure(text, self.sizes, self.between)


@dataclass(frozen=True)
class MeasureWriting:
    """What `write_measure` is told beside the measure."""

    sizes: tuple[str, ...]
    between: tuple[str, ...]
    widths: tuple[int, ...]
    places: int | None = None
    strip: bool = False
    rounding: str = decimal.ROUND_HALF_UP
    skip: bool = False

    def write(self, total: fractions.Fraction | None) -> str | None:
        """Return the text."""
        return write_measure(
            total, self.sizes, self.between, self.widths, self.places, self.strip, self.rounding, self.skip
        )


@dataclass(frozen=True)
class ConvertMeasure(Change):
    """Reads a measure in one unit or several and writes it in others; undefined where the text is written otherwise."""

    reading: MeasureReading
    writing: MeasureWriting
    op: ClassVar[str] = "convert_measure"
    action: ClassVar[str] = "unit_conversion"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Convert one cell."""
        return self.writing.write(self.reading.read(cell))

    def render(self, code: Code) -> str:
        """Map over the Series."""
        if self.reading.names:
            names = code.constant("size of units", dict(self.reading.names))
            read = f"{code.function(read_named_measure, 'fractions', 're')}(text, {names})"
        else:
            arguments = f"{as_source(self.reading.sizes)}, {as_source(self.reading.between)}"
            read = f"{code.function(read_measure, 'fractions', 're')}(text, {arguments})"
        first = [as_source(part) for part in (self.writing.sizes, self.writing.between, self.writing.widths)]
        options = [part for part in keywords(self.writing) if not part.startswith(("sizes=", "between=", "widths="))]
        written = f"{code.function(write_measure, 'decimal', 'fractions')}({', '.join([read, *first, *options])})"
        return f'{self.source.render(code)}.map(\n    lambda text: {written},\n    na_action="ignore",\n){TEXTS}'

    def clause(self) -> str:
        """Show an example."""
        total = 2 * sum(map(fractions.Fraction, self.writing.sizes), fractions.Fraction(0))
        shown = [place.strip() or "number" for place in self.reading.between[1:]]
        units = "its units" if self.reading.names else f"{len(shown)} numbers" if len(shown) > 1 else "its number"
        count = len(self.writing.sizes)
        target = f"{count} units" if count > 1 else "one unit"
        return f'read {units} as one measure and write it in {target}, as in "{self.writing.write(total)}"'

    def bits(self) -> float:
        """Count the units on both sides and how the last number is rounded."""
        rounded = 2.0 * (self.writing.places is not None and self.writing.places > 0)
        return 6.0 + rounded + 2.0 * self.writing.skip + 3.0 * (self.writing.rounding == decimal.ROUND_DOWN)
