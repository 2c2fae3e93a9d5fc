"""Splitting a column into as many as its cells have pieces."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.layout.explode import breaks_up, separators
from agents.induction.layout.grid import numbered_names
from agents.induction.model import Chain, Table, TableStep

MOST_COLUMNS = 12


@dataclass(frozen=True)
class SplitAtSeparator(TableStep):
    """Puts the pieces of a column's cells into columns of their own, in its place."""

    column: str
    separator: str
    once: bool  # True: at the first separator only
    op: ClassVar[str] = "split_at_separator"
    action: ClassVar[str] = "split_column"
    reshapes: ClassVar[bool] = True
    width_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the column."""
        return (self.column,)

    def run(self, table: Table) -> Table:
        """Split the cells."""
        columns = {name: list(cells) for name, cells in table.columns.items()}
        return Table(split_column(columns, self.column, self.separator, self.once))

    def render(self, code: Code) -> list[str]:
        """Call the function that splits."""
        arguments = f"df.to_dict('list'), {literal(self.column)}, {literal(self.separator)}, {self.once}"
        code.function(numbered_names)
        return [f"df = pd.DataFrame({code.function(split_column)}({arguments}), dtype=object)"]

    def explain(self) -> str:
        """Say where cells are split."""
        at = "at the first" if self.once else "at each"
        return f'Split {self.column} {at} "{self.separator}" into columns'

    def cost(self) -> float:
        """Count the separator."""
        return 4.0 + 2.0 * len(self.separator) + self.once


def split_column(columns: dict[str, list[str]], name: str, separator: str, once: bool) -> dict[str, list[str]]:
    """Put the pieces of a column's cells into columns in its place; short cells are filled up with blanks."""
    pieces = [cell.split(separator, 1 if once else -1) for cell in columns[name]]
    width = max(map(len, pieces), default=1)
    parts = {
        part: [row[place] if place < len(row) else "" for row in pieces]
        for place, part in enumerate(numbered_names(name, width, list(columns)))
    }
    split: dict[str, list[str]] = {}
    for other, cells in columns.items():
        split |= parts if other == name else {other: cells}
    return split


def propose_splits(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the separators between which a column's cells have cells of the output."""
    for column, cells in list(table.columns.items())[:MOST_COLUMNS]:
        for separator in separators(cells, "".join(cells)):
            if breaks_up(cells, separator, goal):
                several = any(cell.count(separator) > 1 for cell in cells)
                yield from ((SplitAtSeparator(column, separator, once),) for once in (False, True)[: 1 + several])
