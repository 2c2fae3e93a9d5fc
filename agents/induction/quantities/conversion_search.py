"""Finds by what a number was multiplied: the ratio of units that are named, of units that are known, or a plain one."""

import bisect
import decimal
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from agents.induction.cells.text import Column
from agents.induction.model import Expression, Target
from agents.induction.quantities.amounts import Amounts, Writing, read_amounts
from agents.induction.quantities.conversion import ConvertUnit, Ratio, ratio_of
from agents.induction.quantities.units import known_ratios, ratios_by_name, temperature

GLANCE = 60
MOST_UNITS = 3
MOST_DIGITS = 11
FEWEST_ROWS = 3
ENOUGH_BITS = 5.0
MOST_STEPS = 2.0**60
BITS_OF_KNOWN_RATIO = 10.0
TEMPERATURE_RATIOS = {
    ("C", "F"): Ratio("0", "9", "5", "32", known=True),
    ("F", "C"): Ratio("-32", "5", "9", known=True),
    ("C", "K"): Ratio(offset="273.15", known=True),
    ("K", "C"): Ratio(offset="-273.15", known=True),
    ("F", "K"): Ratio("459.67", "5", "9", known=True),
    ("K", "F"): Ratio("0", "9", "5", "-459.67", known=True),
}


@dataclass(frozen=True)
class Task:
    """The numbers of a column and those that they became, with the units as they are named."""

    before: Amounts
    after: Amounts
    old_units: tuple[str, ...]
    new_units: tuple[str, ...]

    def points(self) -> list[tuple[Fraction, Fraction]]:
        """Return the different pairs of numbers."""
        pairs = zip(self.before.numbers, self.after.numbers, strict=True)
        return list(dict.fromkeys((Fraction(number), Fraction(want)) for number, want in pairs))

    def explained_by(self, ratio: Ratio, writing: Writing) -> bool:
        """Tell whether every number is written as wanted."""
        pairs = zip(self.before.numbers, self.after.cores, self.after.numbers, strict=True)
        core = replace(writing, before="", after="")
        return all(core.write(ratio.at(number)) == "-" * (want < 0) + text for number, text, want in pairs)


def propose_conversions(target: Target) -> Iterator[Expression]:
    """Propose the columns whose numbers, converted, are those of the target."""
    rows = [row for row, want in enumerate(target.cells) if want]
    after = read_amounts([target.cells[row] for row in rows][:GLANCE])
    if after is None or len(set(after.numbers)) < 2:
        return
    for name, column in target.table.columns.items():
        before = read_amounts([column[row] for row in rows][:GLANCE], MOST_UNITS)
        if before is not None and roughly_proportional(before.numbers, after.numbers):
            old_units = (before.after.strip() or before.before.strip(), *units_in_name(name))
            new_units = (after.after.strip() or after.before.strip(), *units_in_name(target.name))
            task = Task(before, after, old_units, new_units)
            yield from (ConvertUnit(Column(name), before.reading, *found) for found in conversions(task))


def units_in_name(name: str) -> tuple[str, ...]:
    """Return the last words of the name of a column, which may name a unit, as in "weight_kg" and "Height (cm)"."""
    words = re.findall(r"[^\W_]+(?:/[a-z]+)?", name)
    return tuple(words[-1:])


def roughly_proportional(numbers: Sequence[Decimal], wanted: Sequence[Decimal]) -> bool:
    """Tell at little expense whether numbers may be on a line, and are not just the same."""
    points = sorted((float(number), float(want)) for number, want in zip(numbers, wanted, strict=True))
    (first, low), (last, high) = points[0], points[-1]
    if first == last or low == high or all(number == want for number, want in points):
        return False
    slope = (high - low) / (last - first)
    scale = max(abs(low), abs(high))
    return all(abs(low + slope * (number - first) - want) <= 0.1 * scale for number, want in points)


def conversions(task: Task) -> Iterator[tuple[Ratio, Writing]]:
    """Yield the ratio that the names of units give, else the simplest that the numbers allow, and how it is written."""
    for ratios in (named_ratios(task), temperature_ratios(task)):
        found = next(fitting(ratios, task), None)
        if found is not None:
            yield found
            return
    for writing in task.after.writings():
        found = next(fitting(possible_ratios(task, writing), task, [writing]), None)
        if found is not None:
            yield found
            return


def fitting(ratios: Iterator[Ratio], task: Task, writings: Sequence[Writing] = ()) -> Iterator[tuple[Ratio, Writing]]:
    """Yield the ratios that explain all rows, each with the first way to write that does."""
    ways = list(writings or task.after.writings())
    ways += [replace(way, rounding=decimal.ROUND_DOWN) for way in ways if way.places is not None]
    for ratio in ratios:
        yield from [(ratio, way) for way in ways if task.explained_by(ratio, way)][:1]


def named_ratios(task: Task) -> Iterator[Ratio]:
    """Yield the ratios of the units whose names stand in the cells or in the names of the columns."""
    for old in task.old_units:
        for new in task.new_units:
            yield from (ratio_of(ratio, known=True) for ratio in ratios_by_name(old, new) if ratio != 1)
            scales = (temperature(old), temperature(new))
            if scales in TEMPERATURE_RATIOS:
                yield TEMPERATURE_RATIOS[scales]


def temperature_ratios(task: Task) -> Iterator[Ratio]:
    """Yield the ways between scales of temperature where the cells name no other unit."""
    if len(task.points()) >= FEWEST_ROWS or task.after.alike:
        yield from (replace(ratio, known=False) for ratio in TEMPERATURE_RATIOS.values())


def possible_ratios(task: Task, writing: Writing) -> Iterator[Ratio]:
    """Yield the simplest ratio, or the simplest number to add, that the written numbers allow."""
    points = task.points()
    steps = [writing.step(Decimal(want.numerator) / Decimal(want.denominator)) for _, want in points]
    unit = Fraction(1, 10 ** max(len(core.partition(task.after.reading.mark)[2]) for core in task.after.cores))
    evidence = bits_of(points, [step or unit for step in steps])
    for ratio in (*proportions(points, steps), *differences(points, steps)):
        cost = BITS_OF_KNOWN_RATIO if ratio.known else ratio.bits()
        if evidence >= cost + ENOUGH_BITS and (ratio.known or len(points) >= FEWEST_ROWS):
            yield ratio


def likely_ratios(points: Sequence[tuple[Fraction, Fraction]], step: Fraction) -> Iterator[Fraction]:
    """Yield the simplest ratios that the points allow, when these hold evidence enough."""
    if len(points) >= FEWEST_ROWS:
        steps = [step] * len(points)
        for ratio in proportions(points, steps):
            if bits_of(points, steps) >= BITS_OF_KNOWN_RATIO + ratio.bits() + ENOUGH_BITS:
                yield Fraction(ratio.factor) / Fraction(ratio.divisor)


def bits_of(points: Sequence[tuple[Fraction, Fraction]], steps: Sequence[Fraction]) -> float:
    """Return the bits of the wanted numbers: each could be any up to the greatest, or as far from the old one."""
    greatest = float(max(min(abs(want), abs(want - number)) for number, want in points))
    return sum(math.log2(min(greatest / float(step), MOST_STEPS) + 1) for step in steps)


def proportions(points: Sequence[tuple[Fraction, Fraction]], steps: Sequence[Fraction]) -> Iterator[Ratio]:
    """Yield the known ratio between the bounds that all rows set, and the simplest numbers between them."""
    bounds = [
        sorted(((want - step / 2) / number, (want + step / 2) / number))
        for (number, want), step in zip(points, steps, strict=True)
        if number
    ]
    low, high = max(bound[0] for bound in bounds), min(bound[1] for bound in bounds)
    if low > high or low <= 0 <= high:
        return
    ratios = known_ratios()
    at = bisect.bisect_left(ratios, low)
    known = [ratio for ratio in ratios[at : at + 1] if ratio <= high and low != high]
    plain = simplest(low, high) if low != high else [low]
    yield from sorted(
        (*(ratio_of(ratio, known=True) for ratio in known), *map(ratio_of, plain)),
        key=lambda ratio: BITS_OF_KNOWN_RATIO if ratio.known else ratio.bits(),
    )


def differences(points: Sequence[tuple[Fraction, Fraction]], steps: Sequence[Fraction]) -> Iterator[Ratio]:
    """Yield the simplest number that is added in every row."""
    bounds = [
        (want - number - step / 2, want - number + step / 2) for (number, want), step in zip(points, steps, strict=True)
    ]
    low, high = max(bound[0] for bound in bounds), min(bound[1] for bound in bounds)
    if low <= high:
        texts = [ratio_of(abs(number)).factor for number in (simplest(low, high) if low != high else [low]) if number]
        yield from (Ratio(offset="-" * (low < 0) + text) for text in texts[:1])


def simplest(low: Fraction, high: Fraction) -> list[Fraction]:
    """Return the decimal with the fewest digits between two numbers that is nearest to the middle, and a fraction."""
    if low <= 0 <= high:
        return []
    if low < 0:
        return [-number for number in simplest(-high, -low)]
    found = []
    magnitude = math.floor(math.log10(float(high))) + 1 if high > 0 else 0
    middle = (low + high) / 2
    for digits in range(1, MOST_DIGITS):
        scale = Fraction(10) ** (digits - magnitude)
        nearest = Fraction(round(middle * scale)) / scale
        if low <= nearest <= high and nearest:
            found.append(nearest)
            break
    fraction = next((near for parts in range(2, 13) if low <= (near := middle.limit_denominator(parts)) <= high), None)
    return list(dict.fromkeys([*found, *([fraction] if fraction else [])]))
