"""Adds columns to a table that otherwise stays as it is, whatever other columns it has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.columns import Search
from agents.induction.cells.sample import common_rows
from agents.induction.layout.goal import Goal
from agents.induction.model import Chain, Code, Expression, Table, TableStep, Target, literal

MOST_ADDED = 8


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
        return [f"df = df.assign(**{{{literal(self.name)}: {filled}}})"]

    def explain(self) -> str:
        """Say what stands in the column."""
        return f"Add {self.name}: {self.expression.explain()}"

    def cost(self) -> float:
        """Count the expression."""
        return 2.0 + self.expression.cost()


def propose_added(table: Table, goal: Goal, deadline: float) -> Iterator[Chain]:
    """Propose the columns that the output has behind all those of the input, where they look at other rows."""
    names = goal.expected.header[len(table.header) :]
    if not names or len(names) > MOST_ADDED or not unchanged(table, goal.expected):
        return
    search = Search(goal.instructions, deadline, len(table.header), common_rows(table))
    chain = []
    for name in names:
        found = search.explain(Target(name, goal.expected.columns[name], table), set())
        if not found or found[0].expression.row_local:
            return
        chain.append(AddColumn(name, found[0].expression))
    yield tuple(chain)


def unchanged(table: Table, expected: Table) -> bool:
    """Tell whether all columns of a table come first in the output, with the same cells."""
    pairs = zip(table.header, expected.header, strict=False)
    return (
        table.height == expected.height
        and all(one == other for one, other in pairs)
        and all(list(table.columns[name]) == list(expected.columns[name]) for name in table.header)
    )
