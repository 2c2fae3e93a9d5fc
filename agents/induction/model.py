"""The language of induced programs: what a step and an expression can do, each operator in one place.

A program is steps that change the table's rows, then one expression a column of the output, then steps on the result.
Programs are plain data: they are proposed by one part of the engine, stored in a plan as JSON, and rendered by another.
"""

import json
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from agents.induction.code import Code

Cells = Sequence[str]

ROWS_OF_INDEX = 1000  # by which columns are found that may be alike
FIRST_ROWS = 2000  # of a long table, on which most expressions turn out wrong


@dataclass(frozen=True)
class Table:
    """Text cells by column; all columns have the same length, and names are unique."""

    columns: Mapping[str, Cells]
    indexes: dict[Callable[[str], str], dict[int, list[str]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # for `alike`: columns by the hash of their cells, made when a normal form is first asked for

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns from left to right."""
        return tuple(self.columns)

    @property
    def height(self) -> int:
        """The number of rows below the header."""
        return len(next(iter(self.columns.values()), ()))

    def same_rows(self) -> bool:
        """Tell whether all rows are the same, so that they say no more than one."""
        return all(len(set(cells)) <= 1 for cells in self.columns.values())

    def alike(self, cells: Cells, normal: Callable[[str], str]) -> Sequence[str]:
        """Return the columns with these cells, row for row and under a normal form.

        Of a wide table each column of the output asks for its likes, so it must not look through all columns.
        """
        some = slice(None, None, 1 + self.height // ROWS_OF_INDEX)
        if normal not in self.indexes:
            index = self.indexes[normal] = {}
            for name, own in self.columns.items():
                index.setdefault(hash(tuple(map(normal, own[some]))), []).append(name)
        names = self.indexes[normal].get(hash(tuple(map(normal, cells[some]))), []) if len(cells) == self.height else []
        return [name for name in names if all(map(operator.eq, map(normal, cells), map(normal, self.columns[name])))]

    def take(self, rows: Sequence[int]) -> "Table":
        """Return the table of the given rows, counted from 0, in the given order."""
        return Table({name: [cells[row] for row in rows] for name, cells in self.columns.items()})


@dataclass(frozen=True)
class Target:
    """One column to explain: row i of `table` has to become `cells[i]`."""

    name: str
    cells: Cells
    table: Table

    def first_wrong_row(self, expression: "Expression") -> int | None:
        """Return the first row, counted from 0, for which an expression gives another cell; None when none is wrong.

        What is undefined counts as blank. Most expressions are wrong early, so a long table is looked at bit by bit.
        """
        names = expression.sources()
        bits = slices(len(self.cells)) if expression.row_local and names else [slice(None)]
        for some in bits:
            read = Table({name: self.table.columns[name][some] for name in names}) if names else self.table
            cells = enumerate(zip(expression.run(read), self.cells[some], strict=True), some.start or 0)
            wrong = next((row for row, (cell, want) in cells if (cell or "") != want), None)
            if wrong is not None:
                return wrong
        return None


def slices(height: int) -> Iterator[slice]:
    """Yield the rows of a table in parts, each greater than those before it together."""
    start = 0
    while start < height:
        yield (part := slice(start, start + max(FIRST_ROWS, 2 * start)))
        start = part.stop


class Operator(ABC):
    """What steps and expressions share. Subclasses are frozen dataclasses whose fields are plain data."""

    op: ClassVar[str]  # the name in stored programs, unique
    action: ClassVar[str]  # what a plan calls it, such as "datetime_conversion"

    @abstractmethod
    def explain(self) -> str:
        """Say in a sentence what it does, for people who do not program."""

    @abstractmethod
    def cost(self) -> float:
        """Return the description length in bits: what a simpler program would not have to say."""


class Expression(Operator):
    """Computes the cells of one column from columns of the table."""

    row_local: ClassVar[bool] = True  # False when a cell depends on other rows too, as running totals and ranks do

    @abstractmethod
    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""

    @abstractmethod
    def run(self, table: Table) -> list[str | None]:
        """Return one cell a row, None where the expression is undefined."""

    def total(self) -> bool:
        """Return True when every cell is defined whatever the input holds; False when in doubt."""
        return False

    @abstractmethod
    def render(self, code: Code) -> str:
        """Return a pandas expression for a Series of strings that gives the same cells as `run`."""


class TableStep(Operator):
    """Changes rows, or the whole layout of the table."""

    row_local: ClassVar[bool] = False  # True when it judges each row by itself and leaves their order as it is
    reshapes: ClassVar[bool] = False  # True when the columns behind it are other ones than those before it
    names_from_cells: ClassVar[bool] = False  # True when cells become names of columns, which other files do not share
    width_from_cells: ClassVar[bool] = False  # True when cells tell how many columns there are, which are only numbered

    @abstractmethod
    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""

    def makes(self) -> tuple[str, ...]:
        """Return the columns that it adds to those of the table."""
        return ()

    @abstractmethod
    def run(self, table: Table) -> Table:
        """Return the table after the step."""

    @abstractmethod
    def render(self, code: Code) -> list[str]:
        """Return the statements that do the same to the DataFrame `df` of strings."""


Chain = tuple[TableStep, ...]

Proposer = Callable[[Target], Iterator[Expression]]
"""Reads expressions off the data that may explain the target; whoever asks verifies them on every row."""


@dataclass(frozen=True)
class OutputColumn:
    """A column of the output and how it is computed; None when that is not known."""

    name: str
    expression: Expression | None

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        return self.expression.sources() if self.expression else ()


@dataclass(frozen=True)
class Program:
    """Steps on the input, then the output's columns, then steps on the output."""

    before: tuple[TableStep, ...]
    columns: tuple[OutputColumn, ...]
    after: tuple[TableStep, ...] = ()
    whole: bool = False  # True when the output has all columns that the steps leave, and `columns` is empty

    def required_columns(self) -> list[str]:
        """Return the columns of the input that are read, each once."""
        read: list[str] = []
        made: set[str] = set()
        for step in self.before:
            read += [name for name in step.sources() if name not in made]
            made.update(step.makes())
            if step.reshapes:
                return list(dict.fromkeys(read))
        for column in self.columns:
            read += [name for name in column.sources() if name not in made]
        return list(dict.fromkeys(read))

    def hoped_for(self) -> list[str]:
        """Return the columns that are read and have their names or number from cells, so that a file may lack them."""
        if not any(step.names_from_cells or step.width_from_cells for step in self.before):
            return []
        return list(dict.fromkeys(name for column in self.columns for name in column.sources()))

    def run(self, table: Table) -> Table:
        """Return the output for an input; what is undefined, unknown or not there is blank."""
        table = run_steps(self.before, table)
        lacking = {name: [""] * table.height for name in self.hoped_for() if name not in table.columns}
        table = Table({**table.columns, **lacking}) if lacking else table
        output = table if self.whole else self.output_columns(table)
        return run_steps(self.after, output)

    def output_columns(self, table: Table) -> Table:
        """Return the output's columns, made from the table that the steps before them leave."""
        blank = [None] * table.height
        columns = {
            column.name: [cell or "" for cell in (column.expression.run(table) if column.expression else blank)]
            for column in self.columns
        }
        return Table(columns)

    def dumps(self) -> str:
        """Return the program as JSON, which `operators.read_program` reads."""
        return json.dumps(to_data(self), ensure_ascii=False)


def run_steps(steps: Iterable[TableStep], table: Table) -> Table:
    """Return the table after all steps."""
    for step in steps:
        table = step.run(table)
    return table


def to_data(value: Any) -> Any:
    """Turn operators and other dataclasses into JSON data; operators carry their name as "op"."""
    if isinstance(value, tuple | list):
        return [to_data(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        name = {"op": value.op} if isinstance(value, Operator) else {}
        return name | {field.name: to_data(getattr(value, field.name)) for field in fields(value)}
    return value
