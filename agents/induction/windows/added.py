"""Adding a column to a table that otherwise stays as it is, whatever other columns it has."""

from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, set_column
from agents.induction.model import Expression, Table, TableStep


@dataclass(frozen=True)
class AddColumn(TableStep):
    """Adds a column that is made from others, behind them."""

    name: str
    expression: Expression
    op: ClassVar[str] = "add_column"
    action: ClassVar[str] = "add_column"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        return self.expression.sources()

    def makes(self) -> tuple[str, ...]:
        """Return the column."""
        return (self.name,)

    def run(self, table: Table) -> Table:
        """Make the cells; what is undefined is blank."""
        return Table({**table.columns, self.name: [cell or "" for cell in self.expression.run(table)]})

    def render(self, code: Code) -> list[str]:
        """Assign, and leave blank what is undefined."""
        cells = self.expression.render(code)
        filled = cells if self.expression.total() else f'{cells}.fillna("")'
        return [*set_column(self.name, filled), "df = df"]

    def explain(self) -> str:
        """Say what stands in the column."""
        return f"Add {self.name}: {self.expression.explain()}"

    def cost(self) -> float:
        """Count the expression."""
        return 2.0 + self.expression.cost()
