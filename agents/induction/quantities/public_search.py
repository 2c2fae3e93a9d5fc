"""Looks values up in small tables that everybody knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from agents.induction.cells.text import CASE_FUNCTIONS, Case, Change, Column
from agents.induction.code import TEXTS, Code
from agents.induction.model import Expression, Target
from agents.induction.quantities.public_tables import COLUMNS, OTHER_NAMES, TABLES

FEWEST_DIFFERENT = 2


@dataclass(frozen=True)
class LookUpPublic(Change):
    """The entry that stands beside a cell in a public table; undefined where the cell does not stand in it."""

    table: str  # a key of TABLES
    old: int  # columns of it
    new: int
    op: ClassVar[str] = "public_table"
    action: ClassVar[str] = "lookup"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Look up one cell, without blanks around it and letter case."""
        return entries(self.table, self.old, self.new).get(cell.strip().lower())

    def render(self, code: Code) -> str:
        """Map with a constant of the script."""
        names = COLUMNS[self.table]
        table = dict(entries(self.table, self.old, self.new))
        known = code.constant(f"{self.table} {names[self.new]} by {names[self.old]}", table)
        return f"{self.source.render(code)}.str.strip().str.lower().map({known}){TEXTS}"

    def clause(self) -> str:
        """Say what is looked up; what is not in the table is left blank."""
        names = COLUMNS[self.table]
        return f"write the {names[self.new]} of the {self.table} with this {names[self.old]}, blank when there is none"

    def bits(self) -> float:
        """Count the table and its columns."""
        return 7.0


@cache
def entries(table: str, old: int, new: int) -> dict[str, str]:
    """Return one column of a table by another, in small letters."""
    found = {row[old].lower(): row[new] for row in TABLES[table]}
    if table == "country" and old == 0:
        found |= {other.lower(): found[name.lower()] for other, name in OTHER_NAMES.items()}
    return found


def propose_public_tables(target: Target) -> Iterator[Expression]:
    """Propose the tables in which two different cells or more stand beside the wanted ones."""
    rows = [row for row, want in enumerate(target.cells) if want]
    wanted = [target.cells[row] for row in rows]
    for name, column in target.table.columns.items():
        cells = [column[row] for row in rows]
        if len(set(wanted)) >= FEWEST_DIFFERENT and cells != wanted:
            yield from looked_up(name, cells, wanted)


def looked_up(name: str, cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Expression]:
    """Yield the columns of a table that hold all cells and, beside them, what is wanted in some letter case."""
    first, goal = cells[0].strip().lower(), wanted[0].lower()
    for table, names in COLUMNS.items():
        for old in range(len(names)):
            for new in range(len(names)):
                if old != new and entries(table, old, new).get(first, "").lower() == goal:
                    found = LookUpPublic(Column(name), table, old, new)
                    made = [found.change(cell) for cell in cells]
                    yield from spelled(found, made, wanted)


def spelled(found: Expression, made: Sequence[str | None], wanted: Sequence[str]) -> Iterator[Expression]:
    """Yield the expression in the letter case that is wanted."""
    if made == list(wanted):
        yield found
    elif None not in made:
        for style in ("upper", "lower"):
            if [CASE_FUNCTIONS[style][0](text or "") for text in made] == list(wanted):
                yield Case(found, style)
