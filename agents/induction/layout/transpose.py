"""Transposing: rows become columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code
from agents.induction.goal import Goal
from agents.induction.layout.demotion import DemoteHeader
from agents.induction.layout.flip import Flip
from agents.induction.layout.melt import Melt, propose_melts
from agents.induction.layout.tidying import and_tidied
from agents.induction.model import Chain, Table, TableStep
from agents.reading.rows import unique_names

MOST_COLUMNS = 5000


@dataclass(frozen=True)
class Transpose(TableStep):
    """Turns rows into columns; the header becomes the first column, and the first column the header."""

    op: ClassVar[str] = "transpose"
    action: ClassVar[str] = "transpose_table"
    reshapes: ClassVar[bool] = True
    names_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def run(self, table: Table) -> Table:
        """Transpose the header and the rows as one."""
        first, *others = ([name, *cells] for name, cells in table.columns.items())
        cells = zip(*others, strict=True) if others else ((),) * len(first)
        return Table(dict(zip(unique_names(first), cells, strict=True)))

    def render(self, code: Code) -> list[str]:
        """Transpose the cells."""
        unique = code.function(unique_names)
        return [
            "first, *others = ([name, *cells] for name, cells in df.items())",
            f"df = pd.DataFrame(others, columns={unique}(first), dtype=object)",
        ]

    def explain(self) -> str:
        """Say that rows become columns."""
        return "Turn rows into columns and columns into rows, the header becoming the first column"

    def cost(self) -> float:
        """Count the step."""
        return 5.0


def propose_transposed(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose it where the first column's cells become the header, or as many rows as there are columns are wanted.

    Where the output has as many rows as there are columns, the header is one of its columns, and no cell a name.
    Other files have other rows, which become columns: a block of these that is melted ends where it does here.
    """
    if len(table.header) < 2 or table.height > MOST_COLUMNS:
        return
    labels = goal.names.intersection(next(iter(table.columns.values())))
    if labels or goal.expected.height in (len(table.header), len(table.header) - 1):
        yield from and_tidied((Transpose(),), table, goal)
    if (len(table.header), table.height + 1) == (goal.expected.height, len(goal.expected.header)):
        yield DemoteHeader(0), Flip()
    if len(labels) > 1 - (table.header[0] in goal.names):
        for (melt,) in propose_melts(Transpose().run(table), goal):
            if isinstance(melt, Melt) and melt.block:
                yield Transpose(), melt
