"""Headers that become rows."""

from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code
from agents.induction.layout.grid import as_columns
from agents.induction.model import Table, TableStep


@dataclass(frozen=True)
class DemoteHeader(TableStep):
    """Makes the names of the columns the first row."""

    blank: int  # how many names, from the left, are left blank
    op: ClassVar[str] = "demote_header"
    action: ClassVar[str] = "header_to_row"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def run(self, table: Table) -> Table:
        """Put the names above the rows."""
        rows = [list(row) for row in zip(*table.columns.values(), strict=True)]
        return Table(
            as_columns([["" if place < self.blank else name for place, name in enumerate(table.header)], *rows])
        )

    def render(self, code: Code) -> list[str]:
        """Put the names above the rows."""
        names = f'[""] * {self.blank} + list(df)[{self.blank}:]' if self.blank else "list(df)"
        return [
            f"rows = [{names}, *df.to_numpy().tolist()]",
            f"df = pd.DataFrame({code.function(as_columns)}(rows), dtype=object)",
        ]

    def explain(self) -> str:
        """Say what becomes of the names."""
        but = f", but for the first {self.blank}" if self.blank > 1 else ", but for the first" if self.blank else ""
        return f"Make the names of the columns the first row{but}"

    def cost(self) -> float:
        """Count the names that are left out."""
        return 2.0 + self.blank
