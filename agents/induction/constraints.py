"""What an instruction asks for, as constraints that examples meet or break and that programs honour or ignore.

Cells are judged by what comes out, so that a constraint need not know the operators: a program honours "upper case"
when it still gives upper case after the cells that it reads were disturbed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agents.induction.cell_families import CELL_FAMILIES, DATE_FAMILIES
from agents.induction.date_layouts import describe
from agents.induction.model import Expression, Table, TableStep, Target, to_data

PROBED_ROWS = 50


@dataclass(frozen=True)
class CellConstraint:
    """A wish for the cells of one column, or of every column that it suits when it names none."""

    family: str  # a key of CELL_FAMILIES or DATE_FAMILIES
    clause: str  # the words that it was read from
    column: str = ""
    value: str = ""  # a layout, a number, a text or a pair with a tab between, as the family has it

    def says(self) -> str:
        """Return what is asked for, as in "upper case"."""
        value = describe(self.value) if "%" in self.value else self.value.replace("\t", " → ")
        return (CELL_FAMILIES | DATE_FAMILIES)[self.family].wish.format(value=value)

    def agrees(self, expression: Expression, table: Table) -> bool | None:
        """Tell whether the expression honours the wish, also for cells unlike those in the table; None when unclear."""
        if self.family in DATE_FAMILIES:
            dates = operation(to_data(expression), "date")
            return DATE_FAMILIES[self.family].holds(dates, self.value) if dates else None
        family = CELL_FAMILIES[self.family]
        probe = self.probe(expression, table)
        before = probe.columns.get(self.compared_column(probe, expression.sources()), ())
        cells = expression.run(probe)
        pairs = zip(before or [""] * len(cells), cells, strict=True)
        verdicts = [family.holds(old, new, self.value) for old, new in pairs if new is not None and self.concerns(new)]
        return all(verdicts) if verdicts and (before or not family.compares) else None

    def contradicted_in(self, target: Target) -> int | None:
        """Return the first row, counted from 0, whose expected cell breaks the wish; None when none does."""
        family = CELL_FAMILIES.get(self.family)
        if family is None:
            return None
        before = target.table.columns.get(self.compared_column(target.table, (target.name,)), ())
        if family.compares and not before:
            return None
        pairs = zip(before or [""] * len(target.cells), target.cells, strict=True)
        broken = (
            row for row, (old, new) in enumerate(pairs) if self.concerns(new) and not family.holds(old, new, self.value)
        )
        return next(broken, None)

    def concerns(self, after: str) -> bool:
        """Tell whether a cell can meet or break the wish: blanks only concern constants and defaults."""
        return after != "" or self.family in ("constant", "default", "copy")

    def compared_column(self, table: Table, candidates: tuple[str, ...]) -> str:
        """Return the input column that the wish starts from; empty when that is not clear."""
        named = [name for name in candidates if name in table.columns]
        return named[0] if named else ""

    def probe(self, expression: Expression, table: Table) -> Table:
        """Return the first rows with the cells that the expression reads disturbed."""
        disturb = CELL_FAMILIES[self.family].disturb
        rows = table.take(range(min(PROBED_ROWS, table.height)))
        read = expression.sources()
        return Table(
            {name: [disturb(cell) if name in read else cell for cell in cells] for name, cells in rows.columns.items()}
        )


@dataclass(frozen=True)
class RowConstraint:
    """A wish for the rows: which stay, in which order, or without which repetitions."""

    family: str  # "keep", "drop", "sort" or "deduplicate"
    clause: str  # the words that it was read from
    column: str = ""  # empty when none is named, as in "remove duplicates" or "exclude cancelled orders"
    relation: str = ""  # for keep and drop: a key of RELATIONS; for sort: "ascending", "descending" or empty
    value: str = ""

    def names(self, step: TableStep) -> bool:
        """Tell whether the step speaks of the column and the value that the instruction names."""
        words = {text.lower() for text in texts(to_data(step))}
        return all(wanted.lower() in words for wanted in (self.column, self.value) if wanted)

    def wants(self, row: dict[str, str]) -> bool:
        """Tell whether a row may stand in the output; only for keep and drop."""
        return RELATIONS[self.relation](row.get(self.column, ""), self.value) == (self.family == "keep")

    def contradicted_in(self, table: Table) -> int | None:
        """Return the first row of the expected table, counted from 0, that breaks the wish; None when none does."""
        if self.column not in table.columns or self.family == "sort":
            return None
        cells = table.columns[self.column]
        if self.family == "deduplicate":
            return next((row for row, cell in enumerate(cells) if cell in cells[:row]), None)
        return next((row for row, cell in enumerate(cells) if not self.wants({self.column: cell})), None)


def number(text: str) -> float:
    """Return the number in a text such as "1,234.50", not-a-number when there is none."""
    try:
        return float(re.sub(r"[^\d.eE+-]", "", text))
    except ValueError:
        return float("nan")


RELATIONS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda cell, value: cell.strip().lower() == value.lower(),
    "!=": lambda cell, value: cell.strip().lower() != value.lower(),
    ">": lambda cell, value: number(cell) > number(value),
    ">=": lambda cell, value: number(cell) >= number(value),
    "<": lambda cell, value: number(cell) < number(value),
    "<=": lambda cell, value: number(cell) <= number(value),
    "contains": lambda cell, value: value.lower() in cell.lower(),
    "starts with": lambda cell, value: cell.lower().startswith(value.lower()),
    "ends with": lambda cell, value: cell.lower().endswith(value.lower()),
    "blank": lambda cell, _: not cell.strip(),
    "not blank": lambda cell, _: cell.strip() != "",
}
"""Whether a cell stands in the relation to the value; letter case and blanks around do not matter."""


def operation(data: Any, op: str) -> dict[str, Any] | None:
    """Return the data of the first operator with the name in the data of a program."""
    if isinstance(data, dict) and data.get("op") == op:
        return data
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return next((found for part in inner if (found := operation(part, op))), None)


def texts(data: Any) -> list[str]:
    """Return all texts in plain data."""
    if isinstance(data, dict):
        return [text for value in data.values() for text in texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in texts(value)]
    return [data] if isinstance(data, str) else []


@dataclass(frozen=True)
class Note:
    """An instruction and what could be read from it."""

    text: str
    column: str = ""  # the column that it was given for; empty for a general instruction
    cells: tuple[CellConstraint, ...] = ()
    rows: tuple[RowConstraint, ...] = ()
    not_understood: tuple[str, ...] = ()  # clauses from which nothing could be read
    new_names: dict[str, str] = field(default_factory=dict)  # column → the name that it shall have

    def of_column(self, column: str) -> tuple[CellConstraint, ...]:
        """Return the wishes for one column: those that name it, then those that name none."""
        return tuple(wish for wish in self.cells if wish.column == column) + tuple(
            wish for wish in self.cells if not wish.column
        )
