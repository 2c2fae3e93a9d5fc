"""Melting: columns become rows, each with the name of its column beside the value."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table, TableStep

MOST_KEPT_COLUMNS = 12
FEWEST_NAMES = 2  # of columns, that have to stand in the output as cells

WHY = "# the values are named below: melt refuses a name that another column has"
"""What the script says of it."""

Header = tuple[str, ...]


@dataclass(frozen=True)
class Melt(TableStep):
    """Turns columns into rows of two cells: the name of the column and its value.

    These are all columns but those that are kept; where a block is given, those from one column to another.
    """

    kept: tuple[str, ...]  # the columns that stay, beside each of the rows; with a block, those of the example
    name: str  # of the column for the names
    value: str  # of the column for the values
    by_row: bool  # True: all values of the first row come first; False: all values of the first column
    block: tuple[str, ...] = ()  # the first and the last column that become rows
    op: ClassVar[str] = "melt"
    action: ClassVar[str] = "melt_columns"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the columns that stay, or the ends of those that do not."""
        return self.block or self.kept

    def run(self, table: Table) -> Table:
        """Place the columns below each other, or the rows in turn."""
        melted = self.melted(table.header)
        made = {*melted, self.name, self.value}
        kept = [name for name in table.header if name not in made] if self.block else self.kept
        columns: dict[str, list[str]] = {}
        for name in kept:
            cells = table.columns[name]
            columns[name] = [cell for cell in cells for _ in melted] if self.by_row else [*cells] * len(melted)
        names = melted * table.height if self.by_row else [name for name in melted for _ in range(table.height)]
        values = [table.columns[name] for name in melted]
        in_turn = zip(*values, strict=True) if self.by_row else values
        return Table({**columns, self.name: names, self.value: [*itertools.chain.from_iterable(in_turn)]})

    def melted(self, header: Header) -> list[str]:
        """Return the columns that become rows."""
        if not self.block:
            kept = set(self.kept)
            return [name for name in header if name not in kept]
        first, last = map(header.index, self.block)
        return list(header[first : last + 1])

    def render(self, code: Code) -> list[str]:
        """Use melt; a stable sort of the old rows' numbers puts them in turn."""
        made = f"{literal(self.name)}, {literal(self.value)}"
        if self.block:
            block = f"melted = df.loc[:, {literal(self.block[0])} : {literal(self.block[1])}].columns"
            statements = [block, f"kept = df.columns.difference([*melted, {made}], sort=False)"]
            columns, names = "list(kept), list(melted)", f"[*kept, {made}]"
        else:
            statements = []
            columns = f"[{', '.join(map(literal, self.kept))}]"
            names = f"[{', '.join(map(literal, (*self.kept, self.name, self.value)))}]"
        melt = f"df = df.melt({columns}, var_name={literal(self.name)}, value_name=None"
        rename = f"df = df.set_axis({names}, axis=1).astype(object)"
        if not self.by_row:
            return [*statements, WHY, f"{melt})", rename]
        rows = "df = df.reset_index(drop=True)"
        in_turn = 'df = df.sort_index(kind="stable").reset_index(drop=True)'
        return [*statements, rows, WHY, f"{melt}, ignore_index=False)", in_turn, rename]

    def explain(self) -> str:
        """Say what stays and what becomes rows."""
        if self.block:
            which = f"the columns from {self.block[0]} to {self.block[1]}"
        else:
            which = f"all columns but {', '.join(self.kept)}" if self.kept else "all columns"
        order = "all of the first row first" if self.by_row else "all of the first column first"
        return f"Turn {which} into rows, {order}: the column's name as {self.name}, the value as {self.value}"

    def cost(self) -> float:
        """Count the columns that it takes to say which ones become rows."""
        return 6.0 + 2.0 * len(self.sources()) + self.by_row


def propose_melts(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to melt the columns whose names the output holds as cells, or all but those that it still has."""
    for kept in dict.fromkeys(kept_columns(table, goal)):
        melted = [name for name in table.header if name not in kept]
        if melted and table.height * len(melted) >= goal.expected.height:
            name, value = names_for(kept, goal)
            for by_row in (False, True):
                yield from ((Melt(kept, name, value, by_row, block),) for block in blocks(kept, melted, table.header))


def kept_columns(table: Table, goal: Goal) -> Iterator[Header]:
    """Yield which columns may be kept, as the names of the others in the output or their own ones there tell."""
    header = frozenset(table.header)
    for _, _, _, values in goal.wanted:
        if len(named := values & header) >= FEWEST_NAMES:
            yield tuple(name for name in table.header if name not in named)
    if 0 < len(header & goal.names) <= MOST_KEPT_COLUMNS:
        yield tuple(name for name in table.header if name in goal.names)
    for count in range(min(len(table.header) - 1, MOST_KEPT_COLUMNS)):
        kept, melted = table.header[:count], table.header[count:]
        if not goal.cells.isdisjoint(melted):
            yield kept


def blocks(kept: Header, melted: list[str], header: Header) -> list[Header]:
    """Return the ways to say which columns are melted: nothing, or also the ends where others stand on both sides."""
    first, last = header.index(melted[0]), header.index(melted[-1])
    inside = first > 0 and last < len(header) - 1 and last - first + 1 == len(melted)
    return [(), (melted[0], melted[-1])] if inside and len(kept) > 1 else [()]


def names_for(kept: tuple[str, ...], goal: Goal) -> tuple[str, str]:
    """Return the output's own names for the two columns that are made, as far as it has any."""
    free = [name for name in goal.expected.header if name not in kept]
    name, value = (*free, "variable", "value")[:2] if len(free) != 1 else ("variable", free[0])
    return (name, value) if name != value else (name, f"{value}_value")
