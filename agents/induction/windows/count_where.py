"""Counts, for each combination of some columns, the rows that pass a test; there may be none."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table, TableStep
from agents.induction.rows.steps import KeepRows
from agents.induction.windows.date_grid import key_rows
from agents.induction.windows.evidence import arrangement_bits

MOST_VALUES = 50
MARGIN_BITS = 3.0
QUOTED = re.compile(r"(?<!\w)[\"'`\u201c]([^\"'`\u201d]{1,30})[\"'`\u201d](?!\w)")


@dataclass(frozen=True)
class CountWhere(TableStep):
    """Makes one row for each combination of the keys, with the number of its rows that pass a test."""

    keys: tuple[str, ...]
    test: KeepRows
    name: str
    sorts: bool
    op: ClassVar[str] = "count_where"
    action: ClassVar[str] = "group_and_aggregate"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the keys and the tested column."""
        return tuple(dict.fromkeys((*self.keys, self.test.column)))

    def run(self, table: Table) -> Table:
        """Count what passes."""
        keys = key_rows(table, self.keys)
        passing = Counter(keys[row] for row in self.test.rows(table))
        found = sorted(set(keys)) if self.sorts else list(dict.fromkeys(keys))
        columns = {name: [key[place] for key in found] for place, name in enumerate(self.keys)}
        return Table({**columns, self.name: [str(passing[key]) for key in found]})

    def render(self, code: Code) -> list[str]:
        """Sum the truth values of the test."""
        keys = ", ".join(map(code.column, self.keys))
        passes = self.test.mask(code, code.column(self.test.column))
        return [
            f"passes = {passes}",
            f"groups = passes.astype(int).groupby([{keys}], sort={self.sorts})",
            f"df = groups.sum().astype(str).reset_index(name={literal(self.name)}).astype(object)",
        ]

    def explain(self) -> str:
        """Say what is counted."""
        each = f"Make one row for each {' and '.join(self.keys)}"
        return f"{each}: {self.name} is the number of rows whose {self.test.condition()}"

    def cost(self) -> float:
        """Count the keys and the test."""
        return 8.0 + 2.0 * len(self.keys) + self.test.cost() + (not self.sorts)


def propose_counts_where(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose tests that as many rows pass as the output says, where some group has none."""
    *keys, name = goal.expected.header
    counts = goal.expected.columns[name]
    if not keys or name in keys or "0" not in counts or not all(map(str.isdigit, counts)):
        return
    if any(key not in table.columns for key in keys) or table.height <= goal.expected.height:
        return
    combinations = key_rows(goal.expected, keys)
    if len(set(combinations)) < len(combinations) or set(combinations) != set(key_rows(table, keys)):
        return
    tests = list(possible_tests(table, set(keys), goal))
    named = [test for test, said in tests if said]
    for test, said in tests:
        if said or (not named and arrangement_bits(counts) >= MARGIN_BITS):
            for sorts in (True, False):
                step = CountWhere(tuple(keys), test, name, sorts)
                if goal.reached(step.run(table)):
                    yield (step,)


def possible_tests(table: Table, keys: set[str], goal: Goal) -> Iterator[tuple[KeepRows, bool]]:
    """Yield tests for the values of other columns, and for parts that instructions quote, and whether they do."""
    quoted = {text for note in goal.instructions.notes for text in QUOTED.findall(note.text)}
    for name, cells in table.columns.items():
        values = set(cells) - {""}
        if name not in keys and len(values) <= MOST_VALUES:
            yield from ((KeepRows(name, "equals", (value,)), value in quoted) for value in sorted(values))
            for test in ("ends", "starts", "contains"):
                yield from ((KeepRows(name, test, (text,)), True) for text in sorted(quoted - values))
