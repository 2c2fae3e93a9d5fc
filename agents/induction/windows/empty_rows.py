"""Drops rows with blank cells or zeros: in all of some columns, or in any of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.chance import choice_bits
from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table
from agents.induction.rows.steps import RowStep
from agents.induction.windows.evidence import hinted

ENOUGH_BITS = 5.0
LEAST_BITS_IF_NAMED = 2.0
WORDS = {
    "": r"blanks?|empty|missing|nulls?|nan|na|dropna|incomplete|complete",
    "0": r"zeros?|zeroes|0|0s",
}


@dataclass(frozen=True)
class DropEmptyRows(RowStep):
    """Drops the rows in which cells of some columns are blank, or zero."""

    columns: tuple[str, ...]  # empty for all
    value: str  # "" for blank cells, "0" for zeros
    every: bool  # True: only where all of these cells are so
    op: ClassVar[str] = "drop_empty_rows"
    action: ClassVar[str] = "filter_rows"
    row_local: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are looked at, as far as they have names."""
        return self.columns

    def rows(self, table: Table) -> list[int]:
        """Keep the rows in which not all, or none, of the cells are so."""
        rows = zip(*(table.columns[name] for name in self.columns or table.header), strict=True)
        decide = all if self.every else any
        return [row for row, cells in enumerate(rows) if not decide(self.empty(cell) for cell in cells)]

    def empty(self, cell: str) -> bool:
        """Tell whether a cell is blank or zero."""
        return is_zero(cell) if self.value == "0" else not cell.strip()

    def render(self, code: Code) -> list[str]:
        """Select with a mask over the columns."""
        cells = f"df[[{', '.join(map(literal, self.columns))}]]" if self.columns else "df"
        blank = f'({cells}.map(str.strip) == "")'
        empty = f"{cells}.map({code.function(is_zero)})" if self.value == "0" else blank
        return [f"df = df[~{empty}.{'all' if self.every else 'any'}(axis=1)]"]

    def explain(self) -> str:
        """Say which rows go."""
        where = " and ".join(self.columns) if self.columns else "every column" if self.every else "any column"
        among = " one of" if self.columns and not self.every else ""
        return f"Leave out the rows in which{among} {where} is {'zero' if self.value == '0' else 'blank'}"

    def cost(self) -> float:
        """Count the columns and the kind."""
        return 5.0 + 2.0 * len(self.columns) + 2.0 * (self.value == "0")


def is_zero(cell: str) -> bool:
    """Tell whether a cell holds a number that is zero."""
    return cell.strip().lstrip("-+").strip("0") in ("", ".") and "0" in cell


def propose_rows_to_drop(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose it where so many rows are left and their cells are those of the output."""
    height, wanted = table.height, goal.expected
    if not 0 < wanted.height < height or len(table.header) < 2:
        return
    shared = [name for name in table.header if name in wanted.columns]
    surprise = choice_bits(height, wanted.height)
    for value, words in WORDS.items():
        named = hinted(words, "", goal.instructions)
        for every in (True, False):
            if surprise >= (LEAST_BITS_IF_NAMED if named else ENOUGH_BITS):
                step = DropEmptyRows((), value, every)
                kept = step.rows(table)
                if shared and len(kept) == wanted.height and same_cells(table.take(kept), wanted, shared):
                    yield (step,)


def same_cells(table: Table, wanted: Table, names: list[str]) -> bool:
    """Tell whether two tables have the same cells in some columns."""
    return all(list(table.columns[name]) == list(wanted.columns[name]) for name in names)
