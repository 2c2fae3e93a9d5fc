"""What stands in the output where a column of the input is blank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Column, Constant
from agents.induction.code import Code, literal
from agents.induction.model import Expression, Table, Target


@dataclass(frozen=True)
class WhenBlank(Expression):
    """The rows in which a column is blank get a default, the others what `source` gives."""

    source: Expression
    column: str
    default: Expression
    op: ClassVar[str] = "when_blank"
    action: ClassVar[str] = "fill_blanks"

    def sources(self) -> tuple[str, ...]:
        """Return the columns of both expressions and the tested one."""
        return tuple(dict.fromkeys((*self.source.sources(), self.column, *self.default.sources())))

    def total(self) -> bool:
        """Say yes when both expressions are total."""
        return self.source.total() and self.default.total()

    def run(self, table: Table) -> list[str | None]:
        """Choose row by row."""
        rows = zip(table.columns[self.column], self.default.run(table), self.source.run(table), strict=True)
        return [cell if tested.strip() else default for tested, default, cell in rows]

    def render(self, code: Code) -> str:
        """Mask the blank rows."""
        default = literal(self.default.text) if isinstance(self.default, Constant) else self.default.render(code)
        return f'{code.series(self.source)}.mask({code.column(self.column)}.str.strip() == "", {default})'

    def explain(self) -> str:
        """Say what stands for blanks."""
        default = f'"{self.default.text}"' if isinstance(self.default, Constant) else self.default.explain()
        return f"{self.source.explain()}, and where {self.column} is blank: {default}"

    def cost(self) -> float:
        """Count both expressions and the test."""
        return self.source.cost() + 6.0 + self.default.cost()


def find_default(target: Target, rows: Sequence[int]) -> Expression | None:
    """Return the constant or the column that gives the wanted cells of some rows."""
    wanted = [target.cells[row] for row in rows]
    if len(set(wanted)) == 1:
        return Constant(wanted[0])
    columns = target.table.columns.items()
    return next((Column(name) for name, cells in columns if [cells[row] for row in rows] == wanted), None)
