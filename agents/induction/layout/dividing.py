"""Dividing a column into two by a test."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.layout.grid import numbered_names
from agents.induction.model import Cells, Chain, Table, TableStep
from agents.induction.rows.filters import propose_filters
from agents.induction.rows.steps import KeepRows

MOST_COLUMNS = 12
VALUE_TESTS = ("equals", "differs", "one_of", "none_of")  # say nothing of other values


@dataclass(frozen=True)
class DivideColumn(TableStep):
    """Puts a column's cells into the first of two columns where a test passes, else into the second."""

    column: str
    test: KeepRows
    op: ClassVar[str] = "divide_column"
    action: ClassVar[str] = "divide_column"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the column and the one that is tested."""
        return tuple(dict.fromkeys((self.column, self.test.column)))

    def run(self, table: Table) -> Table:
        """Divide the cells."""
        passing = set(self.test.rows(table))
        cells = table.columns[self.column]
        first, second = numbered_names(self.column, 2, list(table.header))
        divided: dict[str, Cells] = {}
        for name, own in table.columns.items():
            if name == self.column:
                divided[first] = [cell if row in passing else "" for row, cell in enumerate(cells)]
                divided[second] = ["" if row in passing else cell for row, cell in enumerate(cells)]
            else:
                divided[name] = own
        return Table(divided)

    def render(self, code: Code) -> list[str]:
        """Mask the cells."""
        column = code.column(self.column)
        parts = f'{{first: {column}.where(passes, ""), second: {column}.mask(passes, "")}}'
        return [
            f"passes = {self.test.mask(code, code.column(self.test.column))}",
            f"first, second = {code.function(numbered_names)}({literal(self.column)}, 2, list(df))",
            f"place = df.columns.get_loc({literal(self.column)})",
            f"df = pd.concat([df.iloc[:, :place], pd.DataFrame({parts}), df.iloc[:, place + 1 :]], axis=1)",
        ]

    def explain(self) -> str:
        """Say what goes where."""
        return f"Divide {self.column} into two columns: the first where {self.test.condition()}, else the second"

    def cost(self) -> float:
        """Count the test."""
        return 4.0 + self.test.cost()


def propose_divisions(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the tests that tell the cells which one of two neighbouring columns has from those of the other."""
    if table.height != goal.expected.height:
        return
    wanted = list(goal.expected.columns.values())
    for column, cells in list(table.columns.items())[:MOST_COLUMNS]:
        for one, other in itertools.pairwise(wanted):
            first = [row for row, cell in enumerate(cells) if one[row] == cell and not other[row]]
            second = [row for row, cell in enumerate(cells) if other[row] == cell and not one[row]]
            if len(first) + len(second) == table.height and any(one) and any(other):
                tests = propose_filters(table, first, second)
                yield from ((DivideColumn(column, test),) for test in tests if test.test not in VALUE_TESTS)
