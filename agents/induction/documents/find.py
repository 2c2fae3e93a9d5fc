"""Finds items in texts: in a column whose cells are the lines of one text, or in each cell of a column."""

import re
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code
from agents.induction.documents.atoms import Atom, Piece, item_pattern, said
from agents.induction.model import Table, TableStep


@dataclass(frozen=True)
class Items:
    """What the items in a text are like, and what stands before and behind each."""

    before: tuple[Atom, ...]
    pieces: tuple[Piece, ...]
    behind: tuple[Atom, ...]

    @property
    def pattern(self) -> str:
        """The regular expression that finds them, with a group for each part."""
        return item_pattern(self.before, self.pieces, self.behind)

    def find(self, text: str) -> list[tuple[str, ...]]:
        """Return the parts of each item from the first to the last."""
        return [found.groups("") for found in re.finditer(self.pattern, text)]

    def said(self) -> str:
        """Say what is looked for."""
        before = f" behind {' and '.join(atom.said() for atom in self.before)}" if self.before else ""
        behind = f" before {' and '.join(atom.said() for atom in self.behind)}" if self.behind else ""
        return f"{said(self.pieces)}{before}{behind}"

    def bits(self) -> float:
        """Add up everything."""
        atoms = sum(atom.bits() for atom in (*self.before, *self.behind))
        return atoms + sum(piece.bits() for piece in self.pieces)


@dataclass(frozen=True)
class FindInLines(TableStep):
    """Turns a column whose cells are the lines of one text into the items that stand in the text."""

    column: str
    items: Items
    names: tuple[str, ...]  # of the columns for the parts of an item
    op: ClassVar[str] = "find_in_lines"
    action: ClassVar[str] = "find_items"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the column."""
        return (self.column,)

    def run(self, table: Table) -> Table:
        """Look through all lines as one text."""
        found = self.items.find("\n".join(table.columns[self.column]))
        columns = map(list, zip(*found, strict=True)) if found else ([] for _ in self.names)
        return Table(dict(zip(self.names, columns, strict=True)))

    def render(self, code: Code) -> list[str]:
        """Find all groups of a regular expression."""
        code.imports.add("re")
        pattern = code.constant(f"{self.column} items", self.items.pattern)
        names = code.constant(f"{self.column} item columns", list(self.names))
        return [
            f'text = "\\n".join({code.column(self.column)})',
            f"df = pd.DataFrame(re.findall({pattern}, text), columns={names}, dtype=object)",
        ]

    def explain(self) -> str:
        """Say what is found."""
        return f"Read the lines of {self.column} as one text and find each {self.items.said()}"

    def cost(self) -> float:
        """Add the pattern."""
        return 6.0 + self.items.bits()


@dataclass(frozen=True)
class FindInCells(TableStep):
    """Gives a row to each item in the cells of a column, beside the other cells of its row."""

    column: str
    items: Items
    names: tuple[str, ...]  # of the columns for the parts of an item
    op: ClassVar[str] = "find_in_cells"
    action: ClassVar[str] = "find_items"
    row_local: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the column."""
        return (self.column,)

    def makes(self) -> tuple[str, ...]:
        """Return the columns for the parts."""
        return self.names

    def run(self, table: Table) -> Table:
        """Look through every cell; columns of the same names are replaced."""
        found = [(row, parts) for row, cell in enumerate(table.columns[self.column]) for parts in self.items.find(cell)]
        rows = table.take([row for row, _ in found])
        kept = {name: cells for name, cells in rows.columns.items() if name not in self.names}
        made = zip(*(parts for _, parts in found), strict=True) if found else ([] for _ in self.names)
        return Table(kept | dict(zip(self.names, map(list, made), strict=True)))

    def render(self, code: Code) -> list[str]:
        """Extract all matches, and place the rows of the cells in which they were found beside them."""
        pattern = code.constant(f"{self.column} items", self.items.pattern)
        names = code.constant(f"{self.column} item columns", list(self.names))
        return [
            "df = df.reset_index(drop=True)",
            f'items = {code.column(self.column)}.str.extractall({pattern}).astype(object).fillna("")',
            f'rows = df.drop(columns={names}, errors="ignore").loc[items.index.get_level_values(0)]',
            f"items = items.reset_index(drop=True).set_axis({names}, axis=1)",
            "df = pd.concat([rows.reset_index(drop=True), items], axis=1)",
        ]

    def explain(self) -> str:
        """Say what is found."""
        return f"Make a row for each {self.items.said()} in {self.column}"

    def cost(self) -> float:
        """Add the pattern."""
        return 6.0 + self.items.bits()
