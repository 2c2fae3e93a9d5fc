"""One of several texts by the limits between which a number lies, such as child, adult and senior."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import ClassVar

from agents.induction.cells.text import Constant
from agents.induction.chance import order_bits
from agents.induction.choices.limits import smallest_step
from agents.induction.code import TEXTS, Code, literal
from agents.induction.model import Expression, Table, Target
from agents.induction.rows.filters import roundest
from agents.induction.rows.steps import number_in

FEWEST_LABELS = 3  # two are told apart by a test
MOST_LABELS = 12
FEWEST_NUMBERS = 2  # different ones with each label
ENOUGH_BITS = 5.0


@dataclass(frozen=True)
class Levels(Expression):
    """Writes the label of the range in which a number lies; undefined where a cell holds none."""

    column: str
    limits: tuple[str, ...]  # decimal numbers as text, the lowest first
    labels: tuple[str, ...]  # one more than limits
    upward: bool  # True when a number that is a limit belongs to the range above it
    op: ClassVar[str] = "levels"
    action: ClassVar[str] = "binning"

    def sources(self) -> tuple[str, ...]:
        """Return the column."""
        return (self.column,)

    def run(self, table: Table) -> list[str | None]:
        """Label every number; equal texts are read once."""
        cells = table.columns[self.column]
        labels = {cell: self.label(number_in(cell)) for cell in set(cells)}
        return [labels[cell] for cell in cells]

    def label(self, number: float) -> str | None:
        """Return the label for one number; numbers that are too long for any range have none."""
        if math.isnan(number) or math.isinf(number):
            return None
        limits = [float(limit) for limit in self.limits]
        return self.labels[(bisect_right if self.upward else bisect_left)(limits, number)]

    def render(self, code: Code) -> str:
        """Cut the numbers into ranges."""
        numbers = f"{code.column(self.column)}.map({code.function(number_in, 're')}).astype(float)"
        bins = f'[float("-inf"), {", ".join(self.limits)}, float("inf")]'
        finite = f'{numbers}.replace([float("-inf"), float("inf")], float("nan"))'
        labels = f"[{', '.join(map(literal, self.labels))}]"
        return f"pd.cut(\n    {finite},\n    {bins},\n    labels={labels},\n    right={not self.upward},\n){TEXTS}"

    def explain(self) -> str:
        """Say the limits from the lowest to the highest."""
        below, above = ("below {}", "from {} on") if self.upward else ("up to {}", "above {}")
        first = f'"{self.labels[0]}" where {self.column} is {below.format(self.limits[0])}'
        middle = [
            f'"{label}" below {limit}' if self.upward else f'"{label}" up to {limit}'
            for label, limit in zip(self.labels[1:], self.limits[1:], strict=False)
        ]
        return f'Write {", ".join([first, *middle])}, "{self.labels[-1]}" {above.format(self.limits[-1])}'

    def cost(self) -> float:
        """Count the labels and the limits."""
        return (
            4.0 + sum(4.0 + len(limit) / 4 for limit in self.limits) + sum(Constant(one).cost() for one in self.labels)
        )


def propose_levels(target: Target) -> Iterator[Expression]:
    """Propose the limits of each column in whose order the labels follow each other, by more than chance."""
    counts = Counter(target.cells)
    if not FEWEST_LABELS <= len(counts) <= MOST_LABELS or "" in counts:
        return
    surprise = order_bits(counts.values()) - math.log2(math.factorial(len(counts)))
    if surprise < ENOUGH_BITS + math.log2(len(target.table.header)):
        return
    for name, cells in target.table.columns.items():
        numbers = [number_in(cell) for cell in cells]
        if not any(map(math.isnan, numbers)):
            yield from levels(name, numbers, target.cells)


def levels(name: str, numbers: Sequence[float], wanted: Sequence[str]) -> Iterator[Levels]:
    """Yield the labels of a column when each has numbers of its own that follow each other."""
    pairs = sorted(set(zip(numbers, wanted, strict=True)))
    runs = [(label, [number for number, _ in run]) for label, run in groupby(pairs, lambda pair: pair[1])]
    labels = tuple(label for label, _ in runs)
    if len(set(labels)) < len(labels) or min(len(run) for _, run in runs) < FEWEST_NUMBERS:
        return
    gaps = [(lower[-1], upper[0]) for (_, lower), (_, upper) in pairwise(runs)]
    if any(low == high for low, high in gaps):
        return
    limits = [roundest(low, high) for low, high in gaps]
    upward = [float(limit) > low for limit, (low, _) in zip(limits, gaps, strict=True)]
    if not all(upward) and any(float(limit) == high for limit, (_, high) in zip(limits, gaps, strict=True)):
        limits = [
            limit if above else f"{high:.12g}" for limit, above, (_, high) in zip(limits, upward, gaps, strict=True)
        ]
        upward = [True]
    yield Levels(name, tuple(limits), labels, all(upward))


def other_levels(found: Levels, table: Table) -> tuple[Levels, Table] | None:
    """Return ranges that fit as well, with a limit far from the chosen one, and a row on which both part.

    None when no number with as many decimals as the others lies between those with different labels.
    """
    cells = [cell for cell in table.columns[found.column] if found.label(number_in(cell)) is not None]
    numbers = sorted({number_in(cell) for cell in cells})
    for place, limit in enumerate(map(float, found.limits)):
        low = max((one for one in numbers if found.label(one) == found.labels[place]), default=math.inf)
        high = min((one for one in numbers if found.label(one) == found.labels[place + 1]), default=math.inf)
        if math.inf in (low, high) or high - low < 1.5 * smallest_step(cells):
            continue
        other = high if limit - low < high - limit else low + smallest_step(cells)
        limits = (*found.limits[:place], f"{other:.12g}", *found.limits[place + 1 :])
        row = table.take([0])
        between = f"{(limit + other) / 2:.12g}"
        return replace(found, limits=limits), Table({**row.columns, found.column: [between]})
    return None
