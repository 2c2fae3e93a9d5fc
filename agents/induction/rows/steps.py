"""Steps on rows: keep, sort, deduplicate."""

import re
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from agents.induction.code import Code, literal
from agents.induction.dates.layouts import read_date
from agents.induction.dates.script import read_dates
from agents.induction.model import Table, TableStep


def number_in(text: str) -> float:
    """Return the number that a cell holds, thousands separated by commas or not; not-a-number for anything else."""
    plain = text.strip().replace(",", "")
    return float(plain) if re.fullmatch(r"[-+]?[0-9]*\.?[0-9]+", plain) else float("nan")


NUMBER_TESTS: dict[str, tuple[Callable[[float, float], bool], str, str]] = {
    "less": (lambda number, limit: number < limit, "<", "is less than"),
    "at_most": (lambda number, limit: number <= limit, "<=", "is at most"),
    "greater": (lambda number, limit: number > limit, ">", "is greater than"),
    "at_least": (lambda number, limit: number >= limit, ">=", "is at least"),
}
TEXT_TESTS: dict[str, tuple[Callable[[str, str], bool], str, str]] = {
    "equals": (lambda cell, text: cell == text, "{cells} == {text}", "is"),
    "differs": (lambda cell, text: cell != text, "{cells} != {text}", "is not"),
    "contains": (lambda cell, text: text in cell, "{cells}.str.contains({text}, regex=False)", "contains"),
    "lacks": (lambda cell, text: text not in cell, "~{cells}.str.contains({text}, regex=False)", "does not contain"),
    "starts": (lambda cell, text: cell.startswith(text), "{cells}.str.startswith({text})", "starts with"),
    "ends": (lambda cell, text: cell.endswith(text), "{cells}.str.endswith({text})", "ends with"),
}
BITS_TO_CHOOSE_A_PART = {"starts": 2.0, "ends": 2.0, "contains": 4.0, "lacks": 6.0}
"""Texts have many parts, so that one which tells rows apart by chance is found easily; whole values say more."""


class RowStep(TableStep):
    """A step that drops or moves rows and changes no cell."""

    @abstractmethod
    def rows(self, table: Table) -> list[int]:
        """Return which rows stay, counted from 0, in their new order."""

    def run(self, table: Table) -> Table:
        """Take the rows that stay."""
        return table.take(self.rows(table))


@dataclass(frozen=True)
class KeepRows(RowStep):
    """Keeps the rows in which one column passes a test.

    `test` is a key of NUMBER_TESTS or TEXT_TESTS with one value, "one_of" or "none_of" with several, or "blank" or
    "not_blank" with none.
    """

    column: str
    test: str
    values: tuple[str, ...] = ()
    op: ClassVar[str] = "keep_rows"
    action: ClassVar[str] = "filter_rows"
    row_local: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the tested column."""
        return (self.column,)

    def passes(self, cell: str) -> bool:
        """Test one cell."""
        if self.test in NUMBER_TESTS:
            return NUMBER_TESTS[self.test][0](number_in(cell), float(self.values[0]))
        if self.test in TEXT_TESTS:
            return TEXT_TESTS[self.test][0](cell, self.values[0])
        if self.test in ("blank", "not_blank"):
            return (not cell.strip()) == (self.test == "blank")
        return (cell in self.values) == (self.test == "one_of")

    def rows(self, table: Table) -> list[int]:
        """Keep the rows that pass."""
        cells = table.columns[self.column]
        passing = {cell for cell in set(cells) if self.passes(cell)}
        return [row for row, cell in enumerate(cells) if cell in passing]

    def render(self, code: Code) -> list[str]:
        """Select with a mask."""
        return [f"df = df[{self.mask(code, code.column(self.column))}]"]

    def mask(self, code: Code, cells: str) -> str:
        """Return the expression for a Series of truth values."""
        if self.test in NUMBER_TESTS:
            numbers = f"{cells}.map({code.function(number_in, 're')})"
            return f"{numbers} {NUMBER_TESTS[self.test][1]} {self.values[0]}"
        if self.test in TEXT_TESTS:
            return TEXT_TESTS[self.test][1].format(cells=cells, text=literal(self.values[0]))
        if self.test in ("blank", "not_blank"):
            return f'{cells}.str.strip() {"==" if self.test == "blank" else "!="} ""'
        chosen = code.constant(f"{self.column}_values", list(self.values))
        return f"{'' if self.test == 'one_of' else '~'}{cells}.isin({chosen})"

    def explain(self) -> str:
        """Say which rows stay."""
        return f"Keep the rows whose {self.condition()}"

    def condition(self) -> str:
        """Say the test in words, such as `stock is at least 50`."""
        if self.test in ("blank", "not_blank"):
            return f"{self.column} is {self.test.replace('_', ' ')}"
        if self.test in ("one_of", "none_of"):
            listed = ", ".join(f'"{value}"' for value in self.values)
            return f"{self.column} is {self.test.replace('_', ' ')} {listed}"
        words = (NUMBER_TESTS | TEXT_TESTS)[self.test][2]
        value = self.values[0] if self.test in NUMBER_TESTS else f'"{self.values[0]}"'
        return f"{self.column} {words} {value}"

    def cost(self) -> float:
        """Count the test and its values; to say what goes is a little longer than to say what stays."""
        values = sum(4.0 + len(value) / 4 for value in self.values)
        return 4.0 + (self.test in ("differs", "none_of", "lacks")) + BITS_TO_CHOOSE_A_PART.get(self.test, 0.0) + values


@dataclass(frozen=True)
class KeepFirst(RowStep):
    """Keeps so many rows from the top, whatever they hold."""

    count: int
    op: ClassVar[str] = "keep_first"
    action: ClassVar[str] = "filter_rows"

    def sources(self) -> tuple[str, ...]:
        """Return nothing: no column is looked at."""
        return ()

    def rows(self, table: Table) -> list[int]:
        """Return the first rows."""
        return list(range(min(self.count, table.height)))

    def render(self, code: Code) -> list[str]:
        """Cut the table."""
        return [f"df = df.head({self.count})"]

    def explain(self) -> str:
        """Say how many rows stay."""
        return f"Keep the first {self.count} rows"

    def cost(self) -> float:
        """Count the step and its number."""
        return 8.0


@dataclass(frozen=True)
class SortKey:
    """A column to sort by: `kind` is "text", "folded" (any letter case), "number", or "date" written in `layout`."""

    column: str
    kind: str = "text"
    descending: bool = False
    layout: str = ""

    def value(self, cell: str) -> tuple[bool, Any]:
        """Return what is compared; what is no number or date comes last in either direction."""
        if self.kind in ("text", "folded"):
            return (False, cell.casefold() if self.kind == "folded" else cell)
        known = read_date(cell.strip(), self.layout) if self.kind == "date" else number_in(cell)
        last = known is None or known != known
        return (last != self.descending, None if last else known)

    def explain(self) -> str:
        """Say the column and the order."""
        kinds = {"number": " as a number", "folded": " in any letter case", "date": " as a date"}
        return f"{self.column}{kinds.get(self.kind, '')}{', descending' if self.descending else ''}"

    def render(self, code: Code) -> str:
        """Return the arguments of sort_values."""
        order = ", ascending=False" if self.descending else ""
        convert = {
            "text": "",
            "folded": ", key=lambda cells: cells.str.casefold()",
            "number": ", key=lambda cells: cells.map(number_in)",
            "date": f", key=lambda cells: read_dates(cells, [{literal(self.layout)}])",
        }
        if self.kind == "number":
            code.function(number_in, "re")
        if self.kind == "date":
            code.function(read_dates)
        return f'{literal(self.column)}, kind="stable"{order}{convert[self.kind]}'


@dataclass(frozen=True)
class Sort(RowStep):
    """Sorts rows; equal ones keep their order, and what is no number or date comes last."""

    keys: tuple[SortKey, ...]
    op: ClassVar[str] = "sort"
    action: ClassVar[str] = "sort_rows"

    def sources(self) -> tuple[str, ...]:
        """Return the columns of the keys."""
        return tuple(key.column for key in self.keys)

    def rows(self, table: Table) -> list[int]:
        """Sort by the last key first, since each sort keeps the order of equals."""
        rows = list(range(table.height))
        for key in reversed(self.keys):
            cells = table.columns[key.column]
            values = {cell: key.value(cell) for cell in set(cells)}
            rows.sort(key=[values[cell] for cell in cells].__getitem__, reverse=key.descending)
        return rows

    def render(self, code: Code) -> list[str]:
        """Sort by the last key first, as `run` does."""
        return [f"df = df.sort_values({key.render(code)})" for key in reversed(self.keys)]

    def explain(self) -> str:
        """Say the keys in order."""
        return f"Sort the rows by {', then by '.join(key.explain() for key in self.keys)}"

    def cost(self) -> float:
        """Count a column, a kind and a direction for each key."""
        return sum(4.0 + (key.kind == "folded") + key.descending for key in self.keys)


@dataclass(frozen=True)
class Deduplicate(RowStep):
    """Keeps one row of those that agree on some columns, or on all when none is named."""

    columns: tuple[str, ...] = ()
    keep_last: bool = False
    op: ClassVar[str] = "deduplicate"
    action: ClassVar[str] = "remove_duplicates"

    def sources(self) -> tuple[str, ...]:
        """Return the columns of the key."""
        return self.columns

    def rows(self, table: Table) -> list[int]:
        """Keep the first or the last of equals, where it stands."""
        keys = list(zip(*(table.columns[name] for name in self.columns or table.header), strict=True))
        rows = range(table.height)
        chosen = {keys[row]: row for row in (rows if self.keep_last else reversed(rows))}
        return sorted(chosen.values())

    def render(self, code: Code) -> list[str]:
        """Use drop_duplicates."""
        arguments = [f"[{', '.join(map(literal, self.columns))}]"] * bool(self.columns) + [
            'keep="last"'
        ] * self.keep_last
        return [f"df = df.drop_duplicates({', '.join(arguments)})"]

    def explain(self) -> str:
        """Say which rows are duplicates and which one stays."""
        which = "last" if self.keep_last else "first"
        same = f"the same {' and '.join(self.columns)}" if self.columns else "the same in every column"
        return f"Keep the {which} of the rows with {same}"

    def cost(self) -> float:
        """Count the key's columns; the whole row is simplest."""
        return 3.0 + 3.0 * len(self.columns) + self.keep_last
