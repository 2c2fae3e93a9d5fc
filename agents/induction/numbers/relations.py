"""Finds how one column of numbers follows from another: unchanged, rounded, scaled or on a straight line."""

import decimal
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from agents.induction.numbers.styles import NumberLayout

Numbers = Sequence[Decimal]
Point = tuple[Fraction, Fraction]
"""A number and what it became, but for rounding."""

ROUNDINGS = (
    decimal.ROUND_HALF_UP,
    decimal.ROUND_HALF_EVEN,
    decimal.ROUND_DOWN,
    decimal.ROUND_FLOOR,
    decimal.ROUND_CEILING,
    decimal.ROUND_HALF_DOWN,
)
EXACT = decimal.Context(prec=decimal.MAX_PREC)
GLANCE = 8
ROWS_FOR_SCALE = 3
ROWS_FOR_LINE = 4
MOST_DIGITS = 9
MOST_STEPS = 2**60  # keeps numbers with hundreds of digits within the range of floats
MARGIN_BITS = 6.0


@dataclass(frozen=True)
class Line:
    """A number times `factor`, divided by `divisor`, plus `offset`; the three are decimal numbers as text."""

    factor: str = "1"
    divisor: str = "1"
    offset: str = "0"

    def at(self, number: Decimal) -> Decimal:
        """Return the value for a number."""
        if self.factor != "1":
            number = number * Decimal(self.factor)
        if self.divisor != "1":
            number = number / Decimal(self.divisor)
        return number + Decimal(self.offset) if self.offset != "0" else number

    def explain(self) -> str:
        """Say what is computed."""
        words = (("multiply it by", self.factor, "1"), ("divide it by", self.divisor, "1"), ("add", self.offset, "0"))
        return "".join(f", {verb} {text}" for verb, text, nothing in words if text != nothing)

    def bits(self) -> float:
        """Return the description length: little for powers of ten, else by the digit."""
        constants = (self.factor, self.divisor, self.offset)
        return sum(
            3.0 if is_power_of_ten(text) else 4 + 3.3 * len(text) for text in constants if text not in ("0", "1")
        )


def is_power_of_ten(text: str) -> bool:
    """Tell whether the text is 10, 100 and so on."""
    return text.startswith("1") and set(text[1:]) == {"0"}


def find_lines(numbers: Numbers, wanted: Numbers, layout: NumberLayout) -> Iterator[Line]:
    """Yield lines on which all wanted numbers lie but for the rounding of a layout; the simplest first."""
    unit = Fraction(layout.unit())
    if not roughly_straight(numbers[:GLANCE], wanted[:GLANCE], float(unit)):
        return
    points = list({(Fraction(number), Fraction(want)) for number, want in zip(numbers, wanted, strict=True)})
    if all(abs(number - want) < unit for number, want in points):
        if not layout.multiple or evidence(points, unit) >= MARGIN_BITS:
            yield Line()
        return
    if layout.multiple:  # what is rounded so roughly would lie on many lines
        return
    found: dict[Line, None] = {}
    for find in (find_scales, find_slopes):
        for tolerance in (unit / 2, unit):  # rounded to the nearest, or else to one side
            found |= dict.fromkeys(find(points, tolerance))
    yield from (line for line in found if evidence(points, unit) >= line.bits() + MARGIN_BITS)


def roughly_straight(numbers: Numbers, wanted: Numbers, unit: float) -> bool:
    """Tell at little expense whether some points may lie on a line."""
    points = sorted((float(number), float(want)) for number, want in zip(numbers, wanted, strict=True))
    (first, low), (last, high) = points[0], points[-1]
    slope = (high - low) / (last - first) if last > first else 1.0
    return all(abs(low + slope * (number - first) - want) <= 4 * unit + 1e-9 * abs(want) for number, want in points)


def evidence(points: Sequence[Point], unit: Fraction) -> float:
    """Return the bits that the wanted numbers hold."""
    return sum(math.log2(min(float(abs(want) / unit), MOST_STEPS) + 1) for _, want in points)


def find_scales(points: Sequence[Point], tolerance: Fraction) -> Iterator[Line]:
    """Yield the simplest factors: a power of ten, or else others when there are rows enough."""
    bounds = [sorted(((want - tolerance) / number, (want + tolerance) / number)) for number, want in points if number]
    if not bounds or any(abs(want) > tolerance for number, want in points if not number):
        return
    low, high = max(bound[0] for bound in bounds), min(bound[1] for bound in bounds)
    powers = [power for power in range(-9, 10) if low < Fraction(10) ** power < high]
    if powers:
        yield Line(factor=str(10 ** powers[0])) if powers[0] > 0 else Line(divisor=str(10 ** -powers[0]))
    elif len(bounds) >= ROWS_FOR_SCALE and low < high:
        yield from (line_of(factor, Fraction(0)) for factor in simplest(low, high))


def find_slopes(points: Sequence[Point], tolerance: Fraction) -> Iterator[Line]:
    """Yield the simplest straight lines that do not pass through the origin."""
    (first, low_want), (last, high_want) = min(points), max(points)
    if len(points) < ROWS_FOR_LINE or first == last:
        return
    rise, spread = high_want - low_want, last - first
    for slope in simplest((rise - 2 * tolerance) / spread, (rise + 2 * tolerance) / spread):
        low = max(want - tolerance - slope * number for number, want in points)
        high = min(want + tolerance - slope * number for number, want in points)
        if slope and low < high:
            yield from (line_of(slope, offset) for offset in simplest(low, high) if offset and is_decimal(offset))


def simplest(low: Fraction, high: Fraction) -> list[Fraction]:
    """Return the decimal with the fewest digits strictly between two numbers, and the fraction with the least parts."""
    found = []
    for digits in range(MOST_DIGITS):
        multiple = math.floor(low * 10**digits) + 1
        if Fraction(multiple, 10**digits) < high:
            found.append(Fraction(multiple, 10**digits))
            break
    middle = (low + high) / 2
    fraction = next((near for parts in range(1, 13) if low < (near := middle.limit_denominator(parts)) < high), None)
    return list(dict.fromkeys([*found, fraction] if fraction is not None else found))


def is_decimal(number: Fraction) -> bool:
    """Tell whether the number has finitely many decimals."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def line_of(slope: Fraction, offset: Fraction) -> Line:
    """Return the line with constants in decimal notation."""
    if is_decimal(slope):
        return Line(factor=decimal_text(slope), offset=decimal_text(offset))
    return Line(str(slope.numerator), str(slope.denominator), decimal_text(offset))


def decimal_text(number: Fraction) -> str:
    """Return a number with finitely many decimals as text."""
    return format((Decimal(number.numerator) / Decimal(number.denominator)).normalize(), "f")


def find_roundings(
    values: Numbers, texts: Sequence[str], layout: NumberLayout, computed: bool
) -> Iterator[NumberLayout]:
    """Yield the layouts under which the values are written as the texts, the likeliest first.

    Numbers that were only read stay unrounded where that does; of `computed` ones, this holds for whole numbers. A rule
    that does not round to the nearest follows when no row is against it.
    """
    rounded = layout.multiple or layout.fewer or (layout.zeros and not layout.strip)
    unrounded = (replace(layout, places=None, strip=strip) for strip in (False, True) if not rounded)
    exact = next((way for way in unrounded if writes(way, values, texts)), None)
    fixed = computed and not layout.strip and (layout.places or 0) > 0
    if exact is not None and not fixed:
        yield exact
    if exact is None or not layout.strip:
        right = [rule for name in ROUNDINGS if writes(rule := replace(layout, rounding=name), values, texts)]
        yield from right[:1]
        if any(EXACT.remainder(value, layout.unit()) for value in values):
            yield from [rule for rule in right[1:] if "HALF" not in rule.rounding][:1]


def writes(layout: NumberLayout, values: Numbers, texts: Sequence[str]) -> bool:
    """Tell whether every value is written as its text."""
    return all(layout.write(value) == text for value, text in zip(values, texts, strict=True))
