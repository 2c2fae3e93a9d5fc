"""What depends on where a row stands among the others: its number, counts and codes of rows, cells of neighbours."""

import decimal
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from agents.induction.code import TEXTS, Code, literal
from agents.induction.model import Expression, Table
from agents.induction.numbers.formats import keywords, render_writing
from agents.induction.numbers.styles import NumberLayout
from agents.induction.windows.groups import explain_groups, group_bits, grouped, render_keys

COUNTS = {
    "number": ("the number of the row", 3.0),
    "number_from_end": ("the number of the row, counted from the last", 6.0),
    "size": ("the number of rows", 3.0),
    "code": ("a number for each different value, in the order in which they appear", 4.0),
    "sorted_code": ("a number for each different value, in alphabetical order", 5.0),
    "first_row": ("the number of the first row", 6.0),
    "last_row": ("the number of the last row", 6.5),
}
"""What is counted, in words, and its description length."""


@dataclass(frozen=True)
class Count(Expression):
    """A whole number that tells where a row stands in its group, or how many rows or groups there are."""

    kind: str  # a key of COUNTS
    keys: tuple[Expression, ...] = ()
    first: int = 1  # what counting begins with
    layout: NumberLayout = field(default_factory=NumberLayout)
    op: ClassVar[str] = "count"
    action: ClassVar[str] = "count_rows"
    row_local: ClassVar[bool] = False

    def sources(self) -> tuple[str, ...]:
        """Return the columns of the keys."""
        return tuple(dict.fromkeys(name for key in self.keys for name in key.sources()))

    def total(self) -> bool:
        """Say yes: rows can always be counted."""
        return True

    def run(self, table: Table) -> list[str | None]:
        """Count group by group."""
        groups = grouped(self.keys, table)
        if self.kind == "sorted_code":
            keys = list(zip(*(key.run(table) for key in self.keys), strict=True))
            groups = sorted(groups, key=lambda rows: tuple(cell or "" for cell in keys[rows[0]]))
        numbers = [0] * table.height
        for code, rows in enumerate(groups):
            for row, number in zip(rows, self.numbers(code, rows), strict=True):
                numbers[row] = number + self.shift()
        written = {number: self.layout.write(decimal.Decimal(number)) for number in set(numbers)}
        return [written[number] for number in numbers]

    def numbers(self, code: int, rows: Sequence[int]) -> Sequence[int]:
        """Return the numbers of the rows of the group of that code, counted from 0."""
        if self.kind == "number":
            return range(len(rows))
        if self.kind == "number_from_end":
            return range(len(rows) - 1, -1, -1)
        same = {"size": len(rows), "first_row": rows[0], "last_row": rows[-1]}
        return [same.get(self.kind, code)] * len(rows)

    def shift(self) -> int:
        """Return what is added to what Python counts."""
        return 0 if self.kind == "size" else self.first

    def render(self, code: Code) -> str:
        """Count with groupby, and write."""
        counted = self.render_count(code)
        shifted = f"{counted} + {self.shift()}" if self.shift() else counted
        if self.layout == NumberLayout():
            return f"({shifted}).astype(str){TEXTS}" if self.shift() else f"{counted}.astype(str){TEXTS}"
        written = render_writing("decimal.Decimal(number)", self.layout, code)
        return f"({shifted}).map(\n    lambda number: {written}\n){TEXTS}"

    def render_count(self, code: Code) -> str:
        """Return the Series of numbers, counted from 0."""
        rows = "pd.Series(range(len(df)), index=df.index)"
        if not self.keys:
            ungrouped = {
                "size": "pd.Series(len(df), index=df.index)",
                "number_from_end": "pd.Series(range(len(df) - 1, -1, -1), index=df.index)",
            }
            return ungrouped.get(self.kind, rows)
        by = render_keys(self.keys, code)
        if self.kind in ("code", "sorted_code"):
            ordered = by if self.kind == "code" else by.replace(", sort=False,", ", sort=True,")
            return f"df.groupby({ordered}).ngroup()"
        grouping = f"{rows}.groupby({by})"
        methods = {"number": "cumcount()", "number_from_end": "cumcount(ascending=False)"}
        transforms = {"size": "size", "first_row": "first", "last_row": "last"}
        return f"{grouping}.{methods.get(self.kind) or f'transform({literal(transforms[self.kind])})'}"

    def explain(self) -> str:
        """Say what is counted."""
        if self.kind in ("code", "sorted_code"):
            named = explain_groups(self.keys).removeprefix(" among the rows with the same ")
            return f"Write {COUNTS[self.kind][0]}, to {named}, from {self.first} on"
        start = "" if self.kind == "size" else f", counted from {self.first}"
        return f"Write {COUNTS[self.kind][0]}{explain_groups(self.keys)}{start}"

    def cost(self) -> float:
        """Count the kind, the groups and how it is written."""
        return 3.0 + COUNTS[self.kind][1] + group_bits(self.keys) + (self.first != 1) + 2.0 * len(keywords(self.layout))


@dataclass(frozen=True)
class Neighbour(Expression):
    """What an expression gives for the row so many rows above, or below for a number under 0."""

    source: Expression
    rows: int
    keys: tuple[Expression, ...] = ()
    wraps: bool = False  # True when the first row follows the last
    edge: str = ""  # what stands where there is no such row
    op: ClassVar[str] = "neighbour"
    action: ClassVar[str] = "shift_column"
    row_local: ClassVar[bool] = False

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        return tuple(dict.fromkeys(name for part in (self.source, *self.keys) for name in part.sources()))

    def total(self) -> bool:
        """Say yes when the expression is total."""
        return self.source.total()

    def run(self, table: Table) -> list[str | None]:
        """Shift group by group."""
        cells = self.source.run(table)
        moved: list[str | None] = [None] * len(cells)
        for rows in grouped(self.keys, table):
            for place, row in enumerate(rows):
                there = place - self.rows
                inside = 0 <= there < len(rows)
                moved[row] = cells[rows[there % len(rows)]] if inside or self.wraps else self.edge
        return moved

    def render(self, code: Code) -> str:
        """Shift, or roll."""
        cells = self.source.render(code)
        groups = f".groupby({render_keys(self.keys, code)})" if self.keys else ""
        if not self.wraps:
            return f"{cells}{groups}.shift({self.rows}, fill_value={literal(self.edge)}){TEXTS}"
        code.imports.add("numpy as np")
        if self.keys:
            return f"{cells}{groups}.transform(lambda cells: np.roll(cells, {self.rows})){TEXTS}"
        return f"pd.Series(np.roll({cells}, {self.rows}), index=df.index, dtype=object)"

    def explain(self) -> str:
        """Say which row."""
        count, side = abs(self.rows), "above" if self.rows > 0 else "below"
        place = f"the row {side}" if count == 1 else f"{count} rows {side}"
        ends = ", the first row following the last" if self.wraps else f', "{self.edge}" where there is none'
        return (
            f"{self.source.explain()} from {place}{explain_groups(self.keys)}{ends if self.wraps or self.edge else ''}"
        )

    def cost(self) -> float:
        """Count how far it is and what happens at the end."""
        edge = 2.0 + 3.0 * len(self.edge) if self.edge else 2.0 * self.wraps
        return 3.0 + self.source.cost() + abs(self.rows) + (self.rows < 0) + group_bits(self.keys) + edge


MEMBERS = {
    "first": ("the first", 4.0),
    "last": ("the last", 4.0),
    "commonest": ("the most frequent", 5.0),
}


@dataclass(frozen=True)
class Member(Expression):
    """One cell for all rows of a group: the first, the last, or the most frequent; blank ones are passed over."""

    source: Expression
    which: str  # a key of MEMBERS
    keys: tuple[Expression, ...] = ()
    op: ClassVar[str] = "member"
    action: ClassVar[str] = "window_function"
    row_local: ClassVar[bool] = False

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        return tuple(dict.fromkeys(name for part in (self.source, *self.keys) for name in part.sources()))

    def run(self, table: Table) -> list[str | None]:
        """Choose group by group."""
        cells = self.source.run(table)
        chosen: list[str | None] = [None] * len(cells)
        for rows in grouped(self.keys, table):
            cell = MEMBER_FUNCTIONS[self.which]([cells[row] or "" for row in rows])
            for row in rows:
                chosen[row] = cell
        return chosen

    def render(self, code: Code) -> str:
        """Choose with a function of the script."""
        name = code.function(MEMBER_FUNCTIONS[self.which])
        cells = self.source.render(code)
        if not self.keys:
            return f"pd.Series([{name}({cells})] * len(df), index=df.index, dtype=object)"
        return f"{cells}.groupby({render_keys(self.keys, code)}).transform({name}){TEXTS}"

    def explain(self) -> str:
        """Say which one."""
        column = self.source.explain().removeprefix("Take ")
        return f"Take {MEMBERS[self.which][0]} {column} that is not blank{explain_groups(self.keys)}"

    def cost(self) -> float:
        """Count the choice and the groups."""
        return 3.0 + MEMBERS[self.which][1] + self.source.cost() + group_bits(self.keys)


def first_filled(cells: list[str]) -> str | None:
    """Return the first cell that is not blank; None when there is none."""
    return next((cell for cell in cells if cell.strip()), None)


def last_filled(cells: list[str]) -> str | None:
    """Return the last cell that is not blank; None when there is none."""
    return next((cell for cell in reversed(list(cells)) if cell.strip()), None)


def commonest(cells: list[str]) -> str | None:
    """Return the most frequent cell that is not blank, of equals the first; None when there is none."""
    counts: dict[str, int] = {}
    for cell in cells:
        if cell.strip():
            counts[cell] = counts.get(cell, 0) + 1
    return max(counts, key=lambda cell: counts[cell], default=None)


MEMBER_FUNCTIONS = {"first": first_filled, "last": last_filled, "commonest": commonest}
