"""What an instruction asks for, as constraints that examples meet or break and that programs honour or ignore.

Cells are judged by what comes out, so that a constraint need not know the operators: a program honours "upper case"
when it still gives upper case after the cells that it reads were disturbed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.induction.cells.text import folded_name
from agents.induction.instructions.cell_families import CELL_FAMILIES, DATE_FAMILIES, PART_FAMILIES
from agents.induction.instructions.program_phrases import ProgramConstraint
from agents.induction.instructions.relations import RELATIONS
from agents.induction.model import Cells, Expression, Table, TableStep, Target, to_data
from agents.induction.rows.orders import candidate_keys
from agents.induction.rows.steps import Sort

PROBED_ROWS = 50


@dataclass(frozen=True)
class CellConstraint:
    """A wish for the cells of one column, or of every column that it suits when it names none."""

    family: str  # a key of CELL_FAMILIES or DATE_FAMILIES
    clause: str  # the words that it was read from
    column: str = ""
    value: str = ""  # a layout, a number, a text or two with a tab between, as the family has it
    source: str = ""  # the column that it starts from; empty when that goes without saying

    def pair(self) -> tuple[str, str]:
        """Return the old and the new value of a wish of the family "map"."""
        old, new = self.value.split("\t")
        return old, new

    def agrees(self, expression: Expression, table: Table) -> bool | None:
        """Tell whether the expression honours the wish, also for cells unlike those in the table; None when unclear."""
        if self.source in table.columns and self.source not in expression.sources():
            return False
        if self.family in DATE_FAMILIES:
            dates = operation(to_data(expression), "date")
            return DATE_FAMILIES[self.family](dates, self.value) if dates else None
        probe = self.probe(expression, table)
        after = [cell or "" for cell in expression.run(probe)]
        verdicts = [verdict for verdict in self.judge(probe, expression.sources(), after) if verdict is not None]
        return all(verdicts) if verdicts else None

    def contradicted_in(self, target: Target, sources: Sequence[str] = ()) -> int | None:
        """Return the first row, counted from 0, whose expected cell breaks the wish; None when none does.

        Args:
            target: the expected cells and the rows that they are made from.
            sources: the columns that the learned expression reads.
        """
        if self.family in DATE_FAMILIES:
            return None
        read = sources if len(sources) == 1 and self.family in PART_FAMILIES else ()
        verdicts = self.judge(target.table, (target.name, *read), target.cells)
        return next((row for row, verdict in enumerate(verdicts) if verdict is False), None)

    def judge(self, table: Table, sources: Sequence[str], after: Cells) -> list[bool | None]:
        """Tell for each row whether its new cell meets the wish; None where that cannot be seen.

        Args:
            table: the rows before.
            sources: the columns of which the first is compared, when the wish itself names none.
            after: the new cells.
        """
        family = CELL_FAMILIES[self.family]
        before = compared_cells(table, (self.source,) if self.source else sources)
        if family.compares and before is None:
            return [None] * len(after)
        pairs = zip(before or [""] * len(after), after, strict=True)
        return [family.holds(old, new, self.value) if new or family.blanks else None for old, new in pairs]

    def probe(self, expression: Expression, table: Table) -> Table:
        """Return the first rows with the cells that the expression reads disturbed."""
        disturb = CELL_FAMILIES[self.family].disturb
        rows = table.take(range(min(PROBED_ROWS, table.height)))
        read = {name: [disturb(cell, self.value) for cell in rows.columns[name]] for name in expression.sources()}
        return Table({**rows.columns, **read})


def compared_cells(table: Table, names: Sequence[str]) -> Cells | None:
    """Return the cells of the first column that bears one of the names, however it is spelled; None when none does."""
    exact = [table.columns[name] for name in names if name in table.columns]
    wanted = {folded_name(name) for name in names}
    return next(iter(exact), None) or next(
        (cells for name, cells in table.columns.items() if folded_name(name) in wanted), None
    )


@dataclass(frozen=True)
class RowConstraint:
    """A wish for the rows: which stay, in which order, or without which repetitions."""

    family: str  # "keep", "drop", "sort", "deduplicate", or a key of FORBIDDEN_STEPS
    clause: str  # the words that it was read from
    column: str = ""  # empty when none is named, as in "remove duplicates" or "exclude cancelled orders"
    relation: str = ""  # for keep and drop: a key of RELATIONS; for sort: "ascending", "descending" or empty
    value: str = ""

    def names(self, step: TableStep) -> bool:
        """Tell whether the step speaks of the column and the value that the instruction names."""
        words = {text.lower() for text in texts(to_data(step))}
        return all(wanted.lower() in words for wanted in (self.column, self.value) if wanted)

    def forbids(self, step: TableStep) -> bool:
        """Tell whether the step does what nobody may do according to the instruction."""
        return step.op in FORBIDDEN_STEPS.get(self.family, ())

    def wants(self, row: dict[str, str]) -> bool:
        """Tell whether a row may stand in the output; only for keep and drop."""
        return RELATIONS[self.relation](row.get(self.column, ""), self.value) == (self.family == "keep")

    def contradicted_in(self, table: Table) -> int | None:
        """Return the first row of the expected table, counted from 0, that breaks the wish; None when none does."""
        if self.column not in table.columns:
            return None
        if self.family == "sort":
            return self.out_of_order(table)
        cells = table.columns[self.column]
        if self.family == "deduplicate":
            return next((row for row, cell in enumerate(cells) if cell in cells[:row]), None)
        return next((row for row, cell in enumerate(cells) if not self.wants({self.column: cell})), None)

    def out_of_order(self, table: Table) -> int | None:
        """Return the first row that stands where no sort by the column puts it; None when it is not the first key."""
        directions = {"ascending": (False,), "descending": (True,)}.get(self.relation, (False, True))
        if LATER_KEY.search(self.clause):
            return None
        keys = [key for key in candidate_keys(self.column, table) if key.descending in directions]
        misplaced = [first_misplaced(Sort((key,)).rows(table)) for key in keys]
        return None if None in misplaced else misplaced[0]


def first_misplaced(rows: Sequence[int]) -> int | None:
    """Return the first place to which a sort brings another row; None when it moves none."""
    return next((place for place, row in enumerate(rows) if place != row), None)


LATER_KEY = re.compile(r"^(?:and )?then\b|\b(?:within|in each|for each|per)\b", re.IGNORECASE)
"""Words with which a column only orders rows that agree on another one."""
FORBIDDEN_STEPS = {
    "all rows": ("keep_rows", "keep_first", "keep_repeated", "drop_empty_rows", "deduplicate"),
    "same order": ("sort",),
}
"""Wishes that the rows stay as they are, and the steps that would break them."""


@dataclass(frozen=True)
class ColumnConstraint:
    """A wish that a column is left out or gets another name."""

    clause: str  # the words that it was read from
    column: str
    new_name: str = ""  # empty when it is left out

    def contradicted_by(self, header: Sequence[str]) -> bool:
        """Tell whether the expected file has the column that is not wanted, or lacks the one that is."""
        wanted = folded_name(self.new_name)
        return (wanted not in map(folded_name, header)) if wanted else self.column in header


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
    columns: tuple[ColumnConstraint, ...] = ()
    program: tuple[ProgramConstraint, ...] = ()
    not_understood: tuple[str, ...] = ()  # clauses from which nothing could be read
