"""Replaces what recurs too seldom in its column by one text, such as "other"."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import BITS_PER_CHARACTER
from agents.induction.chance import choice_bits
from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.instructions.clauses import column_pattern
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Cells, Chain, Table, TableStep

FEWEST_VALUES = 3
MOST_KEPT_ANYWAY = 3
ENOUGH_BITS = 2.0
NUMBER_WORDS = {"once": 2, "twice": 3, "two": 2, "three": 3, "four": 4, "five": 5}


@dataclass(frozen=True)
class ReplaceRare(TableStep):
    """Keeps values that stand in so many rows of their column at least, and some others; the rest become one text."""

    columns: tuple[str, ...]
    fewest: int
    label: str
    kept: tuple[str, ...] = ()  # values that stay however seldom they are
    op: ClassVar[str] = "replace_rare"
    action: ClassVar[str] = "group_rare_values"

    def sources(self) -> tuple[str, ...]:
        """Return the columns."""
        return self.columns

    def run(self, table: Table) -> Table:
        """Count the values of each column, then choose."""
        return Table({**table.columns, **{name: self.common(table.columns[name]) for name in self.columns}})

    def common(self, cells: Cells) -> list[str]:
        """Return the cells of one column."""
        counts = Counter(cells)
        return [cell if counts[cell] >= self.fewest or cell in self.kept else self.label for cell in cells]

    def render(self, code: Code) -> list[str]:
        """Compare the counts of values, column by column."""
        frequent = f"df[name].map(df[name].value_counts()) >= {self.fewest}"
        if self.kept:
            frequent = f"({frequent}) | df[name].isin([{', '.join(map(literal, self.kept))}])"
        return [
            "df = df.copy()",
            f"for name in [{', '.join(map(literal, self.columns))}]:\n"
            f"    df[name] = df[name].where({frequent}, {literal(self.label)})",
            "df = df",
        ]

    def explain(self) -> str:
        """Say from which count on values stay."""
        kept = f", but for {', '.join(self.kept)}" if self.kept else ""
        return (
            f'Write "{self.label}" in {", ".join(self.columns)} for what stands in less than {self.fewest} rows{kept}'
        )

    def cost(self) -> float:
        """Count the limit, the text, the columns and the exceptions."""
        kept = sum(4.0 + BITS_PER_CHARACTER * len(value) / 2 for value in self.kept)
        return 8.0 + 2.0 * len(self.columns) + BITS_PER_CHARACTER * len(self.label) / 2 + kept


@dataclass(frozen=True)
class Found:
    """What was found for one column: counts below `lowest` are replaced, those from `highest` on are kept."""

    lowest: int
    highest: int
    label: str
    kept: tuple[str, ...]
    bits: float  # how much less likely chance is


def propose_rare(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose limits that tell the values which stay from those that become one text."""
    if table.height != goal.expected.height:
        return
    shared = [name for name in table.header if name in goal.expected.columns]
    changed = [name for name in shared if list(table.columns[name]) != list(goal.expected.columns[name])]
    found = {name: find_limit(table.columns[name], goal.expected.columns[name], goal.instructions) for name in changed}
    limits = {name: limit for name, limit in found.items() if limit}
    if not limits or sum(limit.bits for limit in limits.values()) < ENOUGH_BITS:
        return
    named = [
        name for name in shared if name not in changed and mentions(column_pattern(name).pattern, goal.instructions)
    ]
    groups: dict[tuple[int, str, tuple[str, ...]], list[str]] = {}
    for name, limit in limits.items():
        fewest = chosen_limit(limit.lowest, limit.highest, goal.instructions)
        groups.setdefault((fewest, limit.label, limit.kept), []).append(name)
    steps = [ReplaceRare(tuple(columns), *settings) for settings, columns in groups.items()]
    yield tuple(with_unchanged(steps, named, table))


def with_unchanged(steps: Sequence[ReplaceRare], named: Sequence[str], table: Table) -> Iterator[ReplaceRare]:
    """Yield the steps, the one with the least limit also for columns that it leaves as they are, but that are named."""
    least = min(steps, key=lambda step: step.fewest)
    unchanged = [name for name in named if least.common(table.columns[name]) == list(table.columns[name])]
    for step in steps:
        more = [*step.columns, *unchanged] if step is least else step.columns
        ordered = tuple(name for name in table.header if name in more)
        yield ReplaceRare(ordered, step.fewest, step.label, step.kept)


def find_limit(cells: Cells, wanted: Cells, instructions: Instructions) -> Found | None:
    """Return between which counts the limit lies when all values below it became one text; None when they did not."""
    replaced = {cell: want for cell, want in zip(cells, wanted, strict=True) if cell != want}
    labels = set(replaced.values())
    counts = Counter(cells)
    staying = {cell: count for cell, count in counts.items() if cell not in replaced}
    if len(labels) != 1 or len(counts) < FEWEST_VALUES or any(cell in staying for cell in replaced):
        return None
    (label,) = labels
    low = max(counts[cell] for cell in replaced)
    kept = tuple(sorted(cell for cell, count in staying.items() if count <= low and cell != label))
    above = [count for count in staying.values() if count > low]
    named = all(mentions(re.escape(cell), instructions) for cell in kept)
    if not above or len(kept) > MOST_KEPT_ANYWAY or not named:
        return None
    return Found(low + 1, min(above), label, kept, choice_bits(len(counts) - len(kept), len(replaced)))


def chosen_limit(lowest: int, highest: int, instructions: Instructions) -> int:
    """Return the count that instructions name, if it lies between two others, else the lowest."""
    text = " ".join(note.text for note in instructions.notes)
    numbers = {int(number) for number in re.findall(r"(?<![\w.])\d{1,6}(?!\w|\.\d)", text)}
    numbers |= {number for word, number in NUMBER_WORDS.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)}
    return min((number for number in numbers if lowest <= number <= highest), default=lowest)


def mentions(pattern: str, instructions: Instructions) -> bool:
    """Tell whether an instruction names what a pattern describes."""
    return any(re.search(rf"(?<!\w){pattern}(?!\w)", note.text, re.IGNORECASE) for note in instructions.notes)
