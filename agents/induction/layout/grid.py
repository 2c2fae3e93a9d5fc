"""Steps that go by place: they take rows of cells and leave rows of cells, in columns without names of their own."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from agents.induction.code import Code, as_source, literal
from agents.induction.model import Table, TableStep

GridFunction = Callable[..., list[list[str]]]
"""Takes rows of cells, where the step says so the columns that it names and the others apart, and returns rows."""


class GridStep(TableStep):
    """Takes the table's rows and makes other ones, of as many cells as the data give."""

    reshapes: ClassVar[bool] = True
    apart: ClassVar[bool] = False  # True when the function takes the cells of the columns that are named by themselves

    @abstractmethod
    def call(self) -> tuple[GridFunction, tuple[Any, ...]]:
        """Return the function that makes the rows, and what it is told beside them."""

    def run(self, table: Table) -> Table:
        """Make the rows and number their columns."""
        function, arguments = self.call()
        parts = [rows_of(table, names) for names in self.parts(table.header)]
        return Table(as_columns(function(*parts, *arguments)))

    def parts(self, header: Sequence[str]) -> list[list[str]]:
        """Return the columns whose rows the function takes: those that are named, and the others."""
        named = list(self.sources()) if self.apart else []
        others = [name for name in header if name not in named]
        return [named, others] if self.apart else [others]

    def render(self, code: Code) -> list[str]:
        """Call the function."""
        function, arguments = self.call()
        named = f"[{', '.join(map(literal, self.sources()))}]"
        parts = [f"df[{named}]", f"df.drop(columns={named})"] if self.apart else ["df"]
        rows = [f"{part}.to_numpy().tolist()" for part in parts]
        call = f"{code.function(function)}({', '.join([*rows, *map(as_source, arguments)])})"
        return [f"rows = {call}", f"df = pd.DataFrame({code.function(as_columns)}(rows), dtype=object)"]


def rows_of(table: Table, names: Sequence[str]) -> list[list[str]]:
    """Return the rows of some columns."""
    return [[table.columns[name][row] for name in names] for row in range(table.height)]


def as_columns(rows: list[list[str]]) -> dict[str, list[str]]:
    """Return rows by column, with short rows filled up with blanks; the columns are only numbered."""
    width = max(map(len, rows), default=0)
    return {f"column_{place + 1}": [row[place] if place < len(row) else "" for row in rows] for place in range(width)}


def numbered_names(name: str, count: int, taken: list[str]) -> list[str]:
    """Return names for the parts of a column, such as "Date_1" and "Date_2", that no other column has."""
    while not set(taken).isdisjoint(names := [f"{name}_{place + 1}" for place in range(count)]):
        name += "_"
    return names
