"""Transposing: rows become columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.layout.goal import Goal
from agents.induction.model import Code, Table, TableStep
from agents.reading.rows import unique_names


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
        first, *others = ((name, *cells) for name, cells in table.columns.items())
        rows = zip(first, *others, strict=True)
        header = unique_names(list(next(rows)))
        return Table(dict(zip(header, zip(*rows, strict=True), strict=True)))

    def render(self, code: Code) -> list[str]:
        """Transpose the cells."""
        unique = code.function(unique_names)
        return [
            "rows = [list(row) for row in zip(*([name, *cells] for name, cells in df.items()))]",
            "rows = [[name, *cells] for name, *cells in zip(*rows)]",
            f"df = pd.DataFrame(rows[1:], columns={unique}(rows[0]), dtype=object)",
        ]

    def explain(self) -> str:
        """Say that rows become columns."""
        return "Turn rows into columns and columns into rows, the header becoming the first column"

    def cost(self) -> float:
        """Count the step."""
        return 5.0


def propose_transposed(table: Table, goal: Goal) -> Iterator[tuple[TableStep, ...]]:
    """Propose it where the number of columns becomes the number of rows."""
    if len(table.header) > 1 and goal.expected.height in (len(table.header), len(table.header) - 1):
        yield (Transpose(),)
