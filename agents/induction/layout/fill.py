"""Filling: blank cells take the value above them, or below."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.model import Cells, Chain, Table, TableStep


@dataclass(frozen=True)
class Fill(TableStep):
    """Writes the last value above into the blank cells of some columns, or the next one below."""

    columns: tuple[str, ...]
    up: bool = False
    op: ClassVar[str] = "fill"
    action: ClassVar[str] = "fill_blanks"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are filled."""
        return self.columns

    def run(self, table: Table) -> Table:
        """Fill each of the columns."""
        return Table(
            {name: filled(cells, self.up) if name in self.columns else cells for name, cells in table.columns.items()}
        )

    def render(self, code: Code) -> list[str]:
        """Make blanks missing, and fill these."""
        fill = f'.where({{0}} != "", None).{"bfill" if self.up else "ffill"}().fillna("")'
        if len(self.columns) == 1:
            column = code.column(self.columns[0])
            return ["df = df.copy()", f"{column} = {column}{fill.format(column)}", "df = df"]
        names = ", ".join(map(literal, self.columns))
        return [
            "df = df.copy()",
            f"for name in [{names}]:\n    df[name] = df[name]{fill.format('df[name]')}",
            "df = df",
        ]

    def explain(self) -> str:
        """Say which columns."""
        neighbour = "next value below" if self.up else "last value above"
        return f"Fill the blank cells of {', '.join(self.columns)} with the {neighbour}"

    def cost(self) -> float:
        """Count the columns; downwards is usual."""
        return 3.0 + 2.0 * len(self.columns) + self.up


def filled(cells: Cells, up: bool) -> list[str]:
    """Return the cells with blanks replaced by the value before, or behind; those before the first value stay blank."""
    result, last = [], ""
    for cell in reversed(cells) if up else cells:
        last = cell or last
        result.append(last)
    return result[::-1] if up else result


def propose_fills(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to fill the columns whose blanks the output has no longer."""
    gaps = [name for name, cells in table.columns.items() if "" in cells and any(cells)]
    for up in (False, True):
        columns = tuple(name for name in gaps if loses_blanks(name, table.columns[name], goal, up))
        if columns:
            yield (Fill(columns, up),)


def loses_blanks(name: str, cells: Cells, goal: Goal, up: bool) -> bool:
    """Tell whether the output has a column's values, but not the blanks that filling takes away."""
    expected = goal.expected.columns
    full = filled(cells, up)
    if name in expected:
        own = expected[name]
        kept = len(own) < len(full) and all(own) and len(set(own)) > 1 and set(own) <= set(full)
        return list(own) == full or kept or (len(own) != len(full) and goal.same_values(name, frozenset(full)))
    return any(values == frozenset(full) for *_, values in goal.wanted)
