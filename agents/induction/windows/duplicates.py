"""Keeps the rows that repeat others, with the number of the one that they repeat where the output has it."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Column
from agents.induction.chance import choice_bits
from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table
from agents.induction.rows.steps import RowStep
from agents.induction.windows.added import AddColumn
from agents.induction.windows.evidence import hinted
from agents.induction.windows.places import Count

WHICH = {
    "first": "all but the first",
    "last": "all but the last",
    "none": "all",
}
"""Which row of those that are the same is no repetition, and what is kept then."""
WORDS = r"duplicate[sd]?|dupes?|repeat\w*|repetitions?|more than once|twice"
MOST_COLUMNS = 6
ENOUGH_BITS = 5.0


@dataclass(frozen=True)
class KeepRepeated(RowStep):
    """Keeps the rows that agree with another one on some columns, but for the first or last of these if so wanted."""

    columns: tuple[str, ...]
    original: str  # a key of WHICH
    op: ClassVar[str] = "keep_repeated"
    action: ClassVar[str] = "filter_rows"

    def sources(self) -> tuple[str, ...]:
        """Return the columns of the key."""
        return self.columns

    def rows(self, table: Table) -> list[int]:
        """Keep the rows whose key stands in another one, above or below if it has to."""
        keys = list(zip(*(table.columns[name] for name in self.columns), strict=True))
        originals = {key: row for row, key in enumerate(keys)} if self.original == "last" else {}
        for row, key in enumerate(keys):
            originals.setdefault(key, row)
        counts = Counter(keys)
        both = self.original == "none"
        return [row for row, key in enumerate(keys) if counts[key] > 1 and (both or originals[key] != row)]

    def render(self, code: Code) -> list[str]:
        """Use duplicated."""
        keep = "False" if self.original == "none" else literal(self.original)
        return [f"df = df[df.duplicated([{', '.join(map(literal, self.columns))}], keep={keep})]"]

    def explain(self) -> str:
        """Say which rows are kept."""
        same = " and ".join(self.columns)
        return f"Keep, of the rows that have the same {same} as others, {WHICH[self.original]}"

    def cost(self) -> float:
        """Count the columns."""
        return 6.0 + len(self.columns) + (self.original != "first")


def propose_repeated(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to keep repetitions, after adding what the output has behind the columns of the input."""
    height, wanted = table.height, goal.expected
    added = wanted.header[len(table.header) :]
    if not 0 < wanted.height < height or wanted.header[: len(table.header)] != table.header or len(added) > 1:
        return
    said = hinted(WORDS, "", goal.instructions)
    surprise = choice_bits(height, wanted.height)
    for step in repetitions(table, wanted):
        if said or surprise >= ENOUGH_BITS + len(table.header) - len(step.columns):
            kept = step.rows(table)
            if not added:
                yield (step,)
            for count in originals(step, added):
                if [count.expression.run(table)[row] for row in kept] == list(wanted.columns[count.name]):
                    yield (count, step)


def repetitions(table: Table, wanted: Table) -> Iterator[KeepRepeated]:
    """Yield the steps that leave the wanted rows, those that compare most columns first."""
    rows = list(zip(*(wanted.columns[name] for name in table.header), strict=True))
    header = table.header[:MOST_COLUMNS]
    sizes = range(len(header), 0, -1)
    for columns in itertools.chain([table.header], *(itertools.combinations(header, size) for size in sizes)):
        for original in WHICH:
            step = KeepRepeated(columns, original)
            kept = step.rows(table)
            if len(kept) == len(rows) and rows_of(table, kept) == rows:
                yield step


def rows_of(table: Table, kept: Sequence[int]) -> list[tuple[str, ...]]:
    """Return some rows of a table."""
    return list(zip(*table.take(kept).columns.values(), strict=True))


def originals(step: KeepRepeated, added: Sequence[str]) -> Iterator[AddColumn]:
    """Yield the number of the row that is repeated, counted from 0 or 1, for a column that is added."""
    kind = "last_row" if step.original == "last" else "first_row"
    keys = tuple(map(Column, step.columns))
    yield from (AddColumn(name, Count(kind, keys, first)) for name in added for first in (0, 1))
