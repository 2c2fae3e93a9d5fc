"""Numbering: columns without names of their own."""

from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.model import Table, TableStep


@dataclass(frozen=True)
class NumberColumns(TableStep):
    """Names the columns by their place, however many there are, such as c0, c1 and c2."""

    prefix: str
    first: int
    op: ClassVar[str] = "number_columns"
    action: ClassVar[str] = "rename_columns"
    row_local: ClassVar[bool] = True
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def run(self, table: Table) -> Table:
        """Give names from left to right."""
        cells = table.columns.values()
        return Table({f"{self.prefix}{number}": own for number, own in enumerate(cells, self.first)})

    def render(self, code: Code) -> list[str]:
        """Set the names."""
        names = f"[f{literal(self.prefix + '{number}')} for number in range({self.first}, {self.first} + df.shape[1])]"
        return [f"df = df.set_axis({names}, axis=1)"]

    def explain(self) -> str:
        """Say the first name."""
        return f"Number the columns from {self.prefix}{self.first} on"

    def cost(self) -> float:
        """Count the prefix."""
        return 1.0
