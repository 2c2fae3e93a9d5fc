"""Takes the cells of one column apart into several columns."""

import re
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.documents.atoms import Piece, said, whole_pattern
from agents.induction.model import Code, Table, TableStep, literal


@dataclass(frozen=True)
class SplitColumn(TableStep):
    """Turns a column into the pieces of its cells; the cells of another form have blank pieces."""

    column: str
    pieces: tuple[Piece, ...]  # from the beginning of a cell to its end
    names: tuple[str, ...]  # of the columns for the pieces that are taken
    op: ClassVar[str] = "split_column_by_form"
    action: ClassVar[str] = "split_column"
    row_local: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the column."""
        return (self.column,)

    def makes(self) -> tuple[str, ...]:
        """Return the columns for the pieces."""
        return self.names

    def run(self, table: Table) -> Table:
        """Match each cell once; columns of the same names are replaced."""
        match = re.compile(whole_pattern(self.pieces)).match
        nothing = ("",) * len(self.names)
        rows = [found.groups("") if (found := match(cell)) else nothing for cell in table.columns[self.column]]
        kept = {name: cells for name, cells in table.columns.items() if name not in self.names}
        made = zip(*rows, strict=True) if rows else ([] for _ in self.names)
        return Table(kept | dict(zip(self.names, map(list, made), strict=True)))

    def render(self, code: Code) -> list[str]:
        """Extract the groups of one regular expression, and tell of the cells that it does not fit."""
        pattern = code.constant(f"{self.column} form", whole_pattern(self.pieces))
        names = code.constant(f"{self.column} pieces", list(self.names))
        cells = code.column(self.column)
        return [
            f"pieces = {cells}.str.extract({pattern}).astype(object)",
            f'unread = int((pieces.isna().all(axis=1) & {cells}.ne("")).sum())',
            f'if unread:\n    LOG.warning("%s: %d cells are of another form, their pieces are left blank", '
            f"{literal(self.column)}, unread)",
            f'pieces = pieces.fillna("").set_axis({names}, axis=1)',
            f'df = pd.concat([df.drop(columns={names}, errors="ignore"), pieces], axis=1)',
        ]

    def explain(self) -> str:
        """Say the pieces from left to right."""
        dropped = " and leave out what is in parentheses" if not all(piece.taken for piece in self.pieces) else ""
        return f"Split {self.column} into its pieces{dropped}: {said(self.pieces)}"

    def cost(self) -> float:
        """Add up the pieces."""
        return 4.0 + sum(piece.bits() for piece in self.pieces)
