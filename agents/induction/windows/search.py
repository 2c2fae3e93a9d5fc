"""Proposes what depends on other rows: windows over numbers, counts and codes of rows, cells of neighbours."""

import itertools
import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Expression, Table, Target
from agents.induction.numbers.formats import Operand
from agents.induction.numbers.relations import roughly_straight
from agents.induction.numbers.search import looks_like_id
from agents.induction.numbers.shapes import find_number_layouts
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.windows.best_column import propose_best_columns
from agents.induction.windows.evidence import (
    BITS_OF_HINT,
    MARGIN_BITS,
    arrangement_bits,
    hinted,
    magnitude_bits,
)
from agents.induction.windows.filled import propose_filled
from agents.induction.windows.keys import Grouping, groupings
from agents.induction.windows.kinds import FUNCTIONS
from agents.induction.windows.neighbours import propose_neighbours
from agents.induction.windows.places import COUNTS, Count
from agents.induction.windows.window import Window, compute, read_all
from agents.induction.windows.written import SAMPLE, find_operand, layouts

FEWEST_ROWS = 3
LEAST_BITS = 2.0  # whatever instructions say
MOST_NUMBER_COLUMNS = 10
GLANCE = 40  # rows
FEW = 8  # rows
RANKS = [name for name in FUNCTIONS if "rank" in name or "order" in name]
MOST_MOVING = 12
PRECISION = Decimal("1E-12")  # of floating numbers, relatively
COUNT_WORDS = {
    "number": r"numbers?|no|nr|num|index|idx|row|rank|seq\w*|order|position|cumcount|nth|counter|id|line",
    "number_from_end": r"remaining|left|from the end|reverse\w*",
    "size": r"counts?|cnt|size|how many|number|frequency|freq|occurrences?|n|total|times",
    "code": r"codes?|ids?|unique|number|factorize|category|label|encode\w*|group",
    "sorted_code": r"codes?|ids?|unique|number|category|label|encode\w*|group|cat",
    "first_row": r"index|first|original|row|duplicate\w*",
    "last_row": r"index|last|original|row|duplicate\w*",
}
"""By which words people ask for a count."""


@dataclass(frozen=True)
class Wanted:
    """The cells of a target as numbers."""

    target: Target
    layout: NumberLayout
    reading: NumberReading
    numbers: Sequence[Decimal | None]  # None where the cell is blank

    @cached_property
    def texts(self) -> list[str]:
        """The cells that are not blank."""
        return [cell for cell in self.target.cells if cell]

    @cached_property
    def bits(self) -> float:
        """How much the numbers say."""
        numbers = [number for number in self.numbers if number is not None]
        return max(arrangement_bits(self.target.cells), magnitude_bits(numbers, self.layout.unit()))

    def near(self, row: int, number: Any) -> bool:
        """Tell whether a number may be the one that is wanted in a row, but for rounding."""
        wanted = self.numbers[row]
        if number != number or wanted is None:
            return bool(number != number)
        distance: Decimal = abs(Decimal(number) - wanted)
        return distance <= max(self.layout.unit(), abs(wanted) * PRECISION)


def propose_windows(target: Target, instructions: Instructions, deadline: float) -> Iterator[Expression]:
    """Yield what explains a column by other rows, where its cells say more than chance would.

    Args:
        target: the wanted cells and all rows.
        instructions: what they hint at needs less evidence.
        deadline: on the monotonic clock.
    """
    if target.table.height < FEWEST_ROWS or len(set(target.cells)) == 1:
        return
    ways = groupings(target.table, instructions)
    yield from propose_neighbours(target, ways, instructions)
    yield from propose_filled(target, ways, instructions)
    wanted = read_wanted(target)
    yield from propose_best_columns(target, instructions)
    if wanted:
        yield from propose_counts(wanted, ways, instructions)
        columns = number_columns(target.table)
        for way in ways:
            if time.monotonic() > deadline:
                return
            yield from propose_functions(wanted, way, columns, instructions)


def read_wanted(target: Target) -> Wanted | None:
    """Return the target's cells as numbers; None when some are no numbers."""
    texts = tuple(dict.fromkeys(cell for cell in target.cells if cell))
    if not texts or not re.search(r"\d", texts[0]) or looks_like_id(texts[:1]):
        return None
    for layout, reading in find_number_layouts(texts[:SAMPLE]):
        numbers = {text: reading.read(text) for text in texts}
        if not any(number.is_nan() for number in numbers.values()):
            return Wanted(target, layout, reading, [numbers.get(cell) for cell in target.cells])
    return None


def propose_counts(wanted: Wanted, ways: Sequence[Grouping], instructions: Instructions) -> Iterator[Count]:
    """Yield the counts and codes of rows that are the wanted numbers, as they are or counted from 0 or 1."""
    target = wanted.target
    numbers = [int(number) for number in wanted.numbers if number is not None and number == int(number)]
    if len(numbers) < len(target.cells) or min(numbers) < 0 or max(numbers) > len(numbers):
        return
    surprise = arrangement_bits(target.cells)
    for kind, (_, bits) in COUNTS.items():
        words = hinted(COUNT_WORDS[kind], target.name, instructions)
        for way in ways:
            needed = MARGIN_BITS + way.bits + bits / 2 - BITS_OF_HINT * words
            if surprise < max(needed, LEAST_BITS) or (not way.keys and kind not in ("number", "number_from_end")):
                continue
            first = wanted_start(Count(kind, way.keys, 0), numbers, way)
            if first is not None:
                yield Count(kind, way.keys, first, written(wanted))


def wanted_start(count: Count, wanted: Sequence[int], way: Grouping) -> int | None:
    """Return what a count has to begin with to give the wanted numbers, as far as one group tells; else None."""
    if count.kind in ("code", "sorted_code"):
        return min(wanted) if min(wanted) in (0, 1) and codes_differ(wanted, way) else None
    rows = way.smallest
    shifts = {wanted[row] - number for row, number in zip(rows, count.numbers(0, rows), strict=True)}
    shift = shifts.pop()
    return None if shifts or shift not in ((0,) if count.kind == "size" else (0, 1)) else shift


def codes_differ(wanted: Sequence[int], way: Grouping) -> bool:
    """Tell whether all rows of a group have the same number, and other groups other ones."""
    different = {wanted[rows[0]] for rows in way.groups}
    return len(different) == len(way.groups) and all(len({wanted[row] for row in rows}) == 1 for rows in way.groups)


def written(wanted: Wanted) -> NumberLayout:
    """Return the layout in which whole numbers are written."""
    layout = wanted.layout
    return NumberLayout(width=layout.width, positive=layout.positive, negative=layout.negative)


def number_columns(table: Table) -> dict[Operand, list[Any]]:
    """Return how the first few columns of numbers are read, and their numbers."""
    found = (find_operand(name, cells) for name, cells in table.columns.items())
    operands = itertools.islice((operand for operand in found if operand), MOST_NUMBER_COLUMNS)
    return {operand: read_all(operand, table) for operand in operands}


def propose_functions(
    wanted: Wanted, way: Grouping, columns: Mapping[Operand, Sequence[Any]], instructions: Instructions
) -> Iterator[Window]:
    """Yield the windows over columns of numbers that give the wanted ones."""
    used = {source for key in way.keys for source in key.sources()}
    needed = MARGIN_BITS + math.log2(max(len(columns), 1)) + way.bits
    for key, function in FUNCTIONS.items():
        hint = BITS_OF_HINT * hinted(function.words, wanted.target.name, instructions)
        enough = max(needed + function.bits / 2 - hint, LEAST_BITS)
        if wanted.bits < enough or (function.single and not way.keys):
            continue
        for operand, numbers in columns.items():
            if operand.source.sources()[0] not in used:
                yield from fitted(Window(key, operand, way.keys, moved(key, way, wanted)), numbers, way, wanted)


def moved(function: str, way: Grouping, wanted: Wanted) -> int:
    """Return of how many rows a moving window is: one more than there are blank cells at the beginning of a group."""
    if not function.startswith("moving"):
        return 0
    rows = max(way.groups, key=len)
    filled = (place for place, row in enumerate(rows) if wanted.numbers[row] is not None)
    return next(filled, 0) + 1


def fitted(window: Window, numbers: Sequence[Any], way: Grouping, wanted: Wanted) -> Iterator[Window]:
    """Yield a window with the layouts that give the wanted texts."""
    if window.function.startswith("moving") and not 1 < window.count <= MOST_MOVING:
        return
    if not glance(window, numbers, way, wanted):
        return
    computed = window.computed(numbers, way.groups)
    if all(one == other for one, other in zip(computed, numbers, strict=True) if other == other):
        return  # which a copy says as well
    if not all(wanted.near(row, number) for row, number in enumerate(computed)):
        return
    rest = {wanted.target.cells[row] for row, number in enumerate(computed) if number != number}
    rows = [row for row, number in enumerate(computed) if number == number and wanted.target.cells[row]]
    if len(rest) > 1 or not rows:
        return
    values = [Decimal(computed[row]) for row in rows]
    texts = [wanted.target.cells[row] for row in rows]
    for layout, places in layouts(values, texts, wanted.layout):
        yield Window(
            window.function, window.operand, window.keys, window.count, layout, places, rest.pop() if rest else ""
        )


def glance(window: Window, numbers: Sequence[Any], way: Grouping, wanted: Wanted) -> bool:
    """Tell by a small group, or the beginning of a large one, whether a window may give the wanted numbers."""
    rows = way.smallest[:GLANCE]
    own = [numbers[row] for row in rows]
    if len(way.smallest) > GLANCE and FUNCTIONS[window.function].looks_ahead:
        return may_follow(window.function, own, [wanted.numbers[row] for row in rows], wanted.layout.unit())
    computed = compute(window.function, own, [range(len(rows))], window.count)
    return all(wanted.near(row, number) for row, number in zip(rows, computed, strict=True))


def may_follow(function: str, numbers: Sequence[Decimal], wanted: Sequence[Decimal | None], unit: Decimal) -> bool:
    """Tell by some rows of a group whether wanted numbers may depend on these and on all others of the group."""
    pairs = [(one, other) for one, other in zip(numbers, wanted, strict=True) if one == one and other is not None]
    if FUNCTIONS[function].single:
        return len({other for _, other in pairs}) < 2
    if function in RANKS:
        falling = -1 if function.endswith("from_highest") else 1
        places = [falling * other for _, other in sorted(pairs)]
        return places == sorted(places)
    few = pairs[:FEW]
    return len(few) < 2 or roughly_straight([one for one, _ in few], [other for _, other in few], float(unit))
