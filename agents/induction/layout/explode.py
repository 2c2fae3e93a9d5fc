"""Exploding: a cell with several values becomes as many rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal, set_column
from agents.induction.goal import Goal
from agents.induction.model import Cells, Chain, Table, TableStep

MOST_SEPARATORS = 12
MOST_COLUMNS = 12
FEWEST_PARTS = 2  # different ones, of which a column of the output consists


@dataclass(frozen=True)
class Explode(TableStep):
    """Makes a row of every part of a column's cells, as they stand between separators, beside the same other cells."""

    column: str
    separator: str
    op: ClassVar[str] = "explode"
    action: ClassVar[str] = "explode_rows"

    def sources(self) -> tuple[str, ...]:
        """Return the column whose cells are split."""
        return (self.column,)

    def run(self, table: Table) -> Table:
        """Repeat the rows as often as their cell has parts."""
        parts = [cell.split(self.separator) for cell in table.columns[self.column]]
        repeated = table.take([row for row, own in enumerate(parts) for _ in own])
        return Table({**repeated.columns, self.column: [part for own in parts for part in own]})

    def render(self, code: Code) -> list[str]:
        """Split into lists and explode these."""
        name = literal(self.column)
        split = f"{code.column(self.column)}.str.split({literal(self.separator)}, regex=False)"
        return [
            *set_column(self.column, split),
            f"df = df.explode({name}, ignore_index=True).astype(object)",
        ]

    def explain(self) -> str:
        """Say the column and the separator."""
        return f'Split {self.column} at each "{self.separator}" and make a row of each part'

    def cost(self) -> float:
        """Count the column and the separator."""
        return 5.0 + len(self.separator)


def propose_explosions(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the separators that give as many rows as are wanted, or more with all of a column's values.

    Where the output has no more rows than the input, the parts have to be all that one of its columns holds.
    """
    more = goal.expected.height > table.height
    for column, cells in list(table.columns.items())[: None if more else MOST_COLUMNS]:
        whole = "".join(cells)
        for separator in separators(cells, whole):
            height = table.height + whole.count(separator)
            if (
                more
                and (
                    height == goal.expected.height
                    or (height > goal.expected.height and breaks_up(cells, separator, goal))
                )
            ) or (not more and makes_up(cells, separator, goal)):
                yield (Explode(column, separator),)


def separators(cells: Cells, whole: str) -> list[str]:
    """Return the symbols that stand between letters and digits somewhere, alone and with the blanks around them."""
    symbols = [symbol for symbol in dict.fromkeys(whole) if not symbol.isalnum()][:MOST_SEPARATORS]
    spaced = (text for symbol in symbols if symbol != " " for text in (f"{symbol} ", f" {symbol} "))
    return [*symbols, *(text for text in spaced if any(text in cell for cell in cells))]


def breaks_up(cells: Cells, separator: str, goal: Goal) -> bool:
    """Tell whether parts of cells are cells of the output, which the whole cells are not."""
    split = [cell for cell in cells if separator in cell]
    parts = {part for cell in split for part in cell.split(separator)}
    return bool(parts) and goal.cells.isdisjoint(split) and len(parts & goal.cells) > len(parts) / 2


def makes_up(cells: Cells, separator: str, goal: Goal) -> bool:
    """Tell whether a column of the output consists of all parts of some cells, and has none of these whole."""
    whole = {cell for cell in cells if separator in cell}
    split = [cell.split(separator) for cell in set(cells)]
    parts = {part for own in split if len(own) > 1 for part in own}
    for *_, values in goal.wanted:
        if len(values) >= FEWEST_PARTS and not parts.isdisjoint(values) and values.isdisjoint(whole):
            taken = [own for own in split if values.issuperset(own)]
            if any(len(own) > 1 for own in taken) and values == {part for own in taken for part in own}:
                return True
    return False
