"""Filling within groups: a blank cell takes the value of a row with the same key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.groups.steps import group
from agents.induction.layout.fill import filled
from agents.induction.model import Cells, Chain, Table, TableStep

MOST_KEYS = 12


@dataclass(frozen=True)
class FillWithin(TableStep):
    """Writes the last value above among the rows with the same key into blank cells, or the next one below."""

    key: str
    columns: tuple[str, ...]
    up: bool = False
    op: ClassVar[str] = "fill_within"
    action: ClassVar[str] = "fill_blanks"

    def sources(self) -> tuple[str, ...]:
        """Return the key and the columns that are filled."""
        return (self.key, *self.columns)

    def run(self, table: Table) -> Table:
        """Fill each of the columns group by group."""
        own = {name: filled_within(self.key, table.columns[name], table, self.up) for name in self.columns}
        return Table({**table.columns, **own})

    def render(self, code: Code) -> list[str]:
        """Make blanks missing, and fill these group by group."""
        names = ", ".join(map(literal, self.columns))
        groups = f'df[name].where(df[name] != "", None).groupby({code.column(self.key)}, sort=False)'
        fill = f'{groups}.{"bfill" if self.up else "ffill"}().fillna("")'
        return ["df = df.copy()", f"for name in [{names}]:\n    df[name] = {fill}.astype(object)", "df = df"]

    def explain(self) -> str:
        """Say which columns, and which rows belong together."""
        neighbour = "next value below" if self.up else "last value above"
        return f"Fill the blank cells of {', '.join(self.columns)} with the {neighbour} that has the same {self.key}"

    def cost(self) -> float:
        """Count the columns and the key; downwards is usual."""
        return 6.0 + 2.0 * len(self.columns) + self.up


def filled_within(key: str, cells: Cells, table: Table, up: bool) -> list[str]:
    """Return the cells with blanks replaced by a value of the same group."""
    result = list(cells)
    for rows in group(table, (key,)).values():
        for row, cell in zip(rows, filled([cells[row] for row in rows], up), strict=True):
            result[row] = cell
    return result


def propose_fills_within(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the keys with which filling gives the output's cells, where filling across all rows would not."""
    expected = goal.expected.columns
    if table.height != goal.expected.height:
        return
    gaps = [name for name, cells in table.columns.items() if "" in cells and some_filled(cells, expected.get(name))]
    keys = [name for name, cells in table.columns.items() if 1 < len(set(cells)) < len(cells)] if gaps else []
    for up in (False, True):
        wanted = {name: list(expected[name]) for name in gaps}
        partly = {name: own for name, own in wanted.items() if filled(table.columns[name], up) != own}
        for key in keys[:MOST_KEYS]:
            columns = tuple(
                name
                for name, own in partly.items()
                if name != key and filled_within(key, table.columns[name], table, up) == own
            )
            if columns:
                yield (FillWithin(key, columns, up),)


def some_filled(cells: Cells, wanted: Cells | None) -> bool:
    """Tell whether a column of the output has the filled cells as they are, and values in some of the blank ones."""
    if wanted is None:
        return False
    same = all(cell in ("", want) for cell, want in zip(cells, wanted, strict=True))
    return same and any(want and not cell for cell, want in zip(cells, wanted, strict=True))
