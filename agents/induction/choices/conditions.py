"""Chooses between two expressions by a test on one column."""

import math
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Column, Constant
from agents.induction.code import Code, literal
from agents.induction.model import Expression, Table
from agents.induction.rows.steps import NUMBER_TESTS, KeepRows, number_in


@dataclass(frozen=True)
class Choose(Expression):
    """The rows that pass a test get one expression, the others another.

    A blank cell, and for numbers one that holds none, makes the row undefined unless `tests_all` is set: the example
    then shows that such cells fail or pass like others.
    """

    test: KeepRows
    then: Expression
    otherwise: Expression
    tests_all: bool = False
    op: ClassVar[str] = "choose"
    action: ClassVar[str] = "conditional_value"

    def sources(self) -> tuple[str, ...]:
        """Return the tested column and those of both expressions."""
        return tuple(dict.fromkeys((self.test.column, *self.then.sources(), *self.otherwise.sources())))

    def total(self) -> bool:
        """Say yes when every cell is tested and both expressions are total."""
        return self.tests_all and self.then.total() and self.otherwise.total()

    def run(self, table: Table) -> list[str | None]:
        """Choose row by row."""
        tested = table.columns[self.test.column]
        passing = {cell: self.test.passes(cell) if self.reads(cell) else None for cell in set(tested)}
        rows = zip(tested, self.then.run(table), self.otherwise.run(table), strict=True)
        return [None if passing[cell] is None else then if passing[cell] else other for cell, then, other in rows]

    def reads(self, cell: str) -> bool:
        """Tell whether the test says something of a cell."""
        if self.tests_all:
            return True
        return not math.isnan(number_in(cell)) if self.test.test in NUMBER_TESTS else cell.strip() != ""

    def render(self, code: Code) -> str:
        """Choose with a mask, then leave out what cannot be tested."""
        cells = code.column(self.test.column)
        otherwise = self.otherwise
        other = literal(otherwise.text) if isinstance(otherwise, Constant) else otherwise.render(code)
        chosen = f"{code.series(self.then)}.where(\n    {self.test.mask(code, cells)}, {other}\n)"
        if self.tests_all:
            return chosen
        if self.test.test in NUMBER_TESTS:
            return f"{chosen}.where({cells}.map({code.function(number_in, 're')}).notna())"
        return f'{chosen}.where({cells}.str.strip() != "")'

    def explain(self) -> str:
        """Say what is written where, and where else."""
        then, otherwise = written(self.then), written(self.otherwise).removeprefix("write ")
        return f"{then[0].upper()}{then[1:]} where {self.test.condition()}, else {otherwise}"

    def cost(self) -> float:
        """Count the test, both expressions, and that there is a choice."""
        return 4.0 + self.test.cost() + self.then.cost() + self.otherwise.cost()


def written(outcome: Expression) -> str:
    """Name what is written: a text, nothing, a column, or what becomes of one."""
    if isinstance(outcome, Constant):
        return f'write "{outcome.text}"' if outcome.text else "leave it blank"
    return f"take {outcome.name}" if isinstance(outcome, Column) else outcome.explain()
