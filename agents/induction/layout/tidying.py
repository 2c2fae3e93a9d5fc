"""Tidying the cells of a whole table, however many columns it has."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table, TableStep


def plain_number(cell: str) -> str:
    """Return a cell without blanks around it, and a number without zeros at its end that say nothing."""
    text = cell.strip()
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"[-+]?[0-9]+\.[0-9]+", text) else text


STYLES: dict[str, tuple[Callable[[str], str], str]] = {
    "trim": (str.strip, "Remove the blanks around every cell"),
    "plain_number": (plain_number, "Remove the blanks around every cell, and the last zeros of decimals"),
}


@dataclass(frozen=True)
class TidyCells(TableStep):
    """Writes every cell of the table in a tidier way: `style` is a key of STYLES."""

    style: str
    op: ClassVar[str] = "tidy_cells"
    action: ClassVar[str] = "tidy_cells"
    row_local: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def run(self, table: Table) -> Table:
        """Change each cell."""
        change = STYLES[self.style][0]
        return Table({name: list(map(change, cells)) for name, cells in table.columns.items()})

    def render(self, code: Code) -> list[str]:
        """Map every column."""
        if self.style == "trim":
            return ["df = df.apply(lambda cells: cells.str.strip()).astype(object)"]
        return [f"df = df.apply(lambda cells: cells.map({code.function(plain_number, 're')})).astype(object)"]

    def explain(self) -> str:
        """Say how cells are changed."""
        return STYLES[self.style][1]

    def cost(self) -> float:
        """Count the step; numbers are a second thing."""
        return 3.0 + 2.0 * (self.style != "trim")


def and_tidied(chain: Chain, table: Table, goal: Goal) -> Iterator[Chain]:
    """Yield steps whose columns are named by cells, and with a tidying behind them if that makes the table the output.

    Each column by itself could be tidied too, but other files have other columns.
    """
    yield chain
    for step in chain:
        table = step.run(table)
    if table.header == goal.expected.header and table.height == goal.expected.height and not goal.reached(table):
        yield from ((*chain, tidy) for tidy in map(TidyCells, STYLES) if goal.reached(tidy.run(table)))
