"""How the numbers of a column are written when they were computed; learned scripts hold the text of `write_amount`."""

import decimal
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from agents.induction.numbers.shapes import find_number_readings, split_number
from agents.induction.numbers.styles import NumberReading

LONGEST_AMOUNT = 60


def write_amount(
    number: decimal.Decimal,
    places: int | None = None,
    digits: int | None = None,
    strip: bool = False,
    before: str = "",
    after: str = "",
    groups: str = "",
    mark: str = ".",
    rounding: str = decimal.ROUND_HALF_UP,
) -> str | None:
    """Write a number; None when it is NaN.

    Args:
        number: the number.
        places: how many decimals it is rounded to.
        digits: how many significant digits it is rounded to.
        strip: whether zeros at the end of the decimals are left out.
        before: what stands before the number.
        after: what stands behind it.
        groups: what stands between thousands.
        mark: what stands before the decimals.
        rounding: the rule of the `decimal` module for this.
    """
    if not number.is_finite():
        return None
    if digits is not None:
        places = digits - 1 - number.adjusted()
    if places is not None:
        wide = decimal.Context(prec=decimal.MAX_PREC)
        number = number.quantize(decimal.Decimal(1).scaleb(-places), rounding=rounding, context=wide)
    text = format(number.copy_abs(), ",f" if groups else "f")
    if strip and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.translate({ord(","): groups, ord("."): mark})
    return f"{before}{'-' if number < 0 else ''}{text}{after}"


@dataclass(frozen=True)
class Writing:
    """What `write_amount` is told beside the number."""

    places: int | None = None
    digits: int | None = None
    strip: bool = False
    before: str = ""
    after: str = ""
    groups: str = ""
    mark: str = "."
    rounding: str = decimal.ROUND_HALF_UP

    def write(self, number: Decimal) -> str | None:
        """Return the number as text, None when it is NaN."""
        return write_amount(
            number,
            self.places,
            self.digits,
            self.strip,
            self.before,
            self.after,
            self.groups,
            self.mark,
            self.rounding,
        )

    def step(self, number: Decimal) -> Fraction:
        """Return how far apart the numbers are that can be written near this one; 0 when all can be."""
        if self.digits is not None:
            return Fraction(10) ** (number.adjusted() + 1 - self.digits)
        return Fraction(10) ** -self.places if self.places is not None else Fraction(0)

    def explain(self) -> str:
        """Say how it is rounded, and what stands around it."""
        rule = "down" if self.rounding == decimal.ROUND_DOWN else "to the nearest"
        rounded = "as it is"
        if self.digits is not None:
            rounded = f"with {self.digits} significant digits, rounded {rule}"
        elif self.places is not None:
            rounded = f"with {self.places} decimals, rounded {rule}"
        zeros = ", without zeros at the end" if self.strip and rounded != "as it is" else ""
        around = f', as "{self.before}…{self.after}"' if self.before or self.after else ""
        return rounded + zeros + around

    def bits(self) -> float:
        """Count the unusual ways most; what stands around a number is said once."""
        rounded = 3.0 if (self.places, self.digits) != (None, None) else 0.0
        return rounded + 3.0 * (self.rounding == decimal.ROUND_DOWN) + 2.0 * bool(self.before) + 2.0 * bool(self.after)


@dataclass(frozen=True)
class Amounts:
    """The numbers of some cells, how they are read, and what stands around all of them."""

    numbers: tuple[Decimal, ...]
    cores: tuple[str, ...]  # the digits of each as they are written, without a sign
    reading: NumberReading
    before: str  # what stands before the number in the first cell
    after: str
    alike: bool  # whether the same stands around every number

    def writings(self) -> Iterator[Writing]:
        """Yield the ways in which the numbers may have been rounded and written, the likeliest first."""
        decimals = [len(core.partition(self.reading.mark)[2]) for core in self.cores]
        digits = [len(re.sub(r"\D", "", core).lstrip("0")) for core in self.cores]
        varied = len(set(decimals)) > 1
        grouped = any(self.reading.groups and self.reading.groups in core for core in self.cores)
        plain = Writing(
            before=self.before,
            after=self.after,
            groups=self.reading.groups if grouped else "",
            mark=self.reading.mark,
        )
        places = replace(plain, places=max(decimals), strip=varied)
        significant = replace(plain, digits=max(*digits, 1), strip=True)
        if varied or not max(decimals):
            yield replace(plain, strip=True)
        yield from (significant, places) if varied and zeros(digits) <= zeros(decimals) else (places, significant)


def zeros(counts: Sequence[int]) -> int:
    """Return how many zeros were left out at the ends when all numbers had as many digits as the longest."""
    return sum(max(counts) - count for count in counts)


def read_amounts(cells: Sequence[str], most_units: int = 1) -> Amounts | None:
    """Return the numbers of cells of which each holds one, with at most so many texts around them; else None."""
    if not cells or len(cells[0]) > LONGEST_AMOUNT or split_number(cells[0]) is None:
        return None
    parts = [split_number(cell) for cell in cells]
    found = [part for part in parts if part is not None]
    if not found or len(found) < len(parts) or any(re.search(r"\d", part[2]) for part in found):
        return None
    signs = [part[0].rstrip()[-1:] in ("-", "\u2212") for part in found]
    around = [(part[0].rstrip()[:-1] if sign else part[0], part[2]) for part, sign in zip(found, signs, strict=True)]
    cores = tuple(part[1] for part in found)
    readings = find_number_readings(cores)
    if not readings or len(set(around)) > most_units:
        return None
    plain = NumberReading(readings[0].mark, readings[0].groups)
    numbers = tuple(
        plain.read(core).copy_negate() if sign else plain.read(core) for core, sign in zip(cores, signs, strict=True)
    )
    affixes = {side.strip() for pair in around for side in pair} - {""}
    reading = NumberReading(plain.mark, plain.groups, tuple(sorted(affixes, key=lambda affix: (-len(affix), affix))))
    return Amounts(numbers, cores, reading, *around[0], alike=len(set(around)) == 1)
