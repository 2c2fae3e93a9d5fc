"""Takes the cells of one column apart into several columns."""

import re
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.documents.atoms import Piece, said, whole_pattern
from agents.induction.model import Table, TableStep


@dataclass(frozen=True)
class SplitColumn(TableStep):
    """Turns a column into the pieces of its cells; a cell of another form is one piece as a whole, or none."""

    column: str
    pieces: tuple[Piece, ...]  # from the beginning of a cell to its end
    names: tuple[str, ...]  # of the columns for the pieces that are taken
    whole: str = ""  # the column for cells of another form; without one their pieces are left blank
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
        match = re.compile(whole_pattern(self.pieces, bool(self.whole))).match
        rows = [self.cells(match(cell)) for cell in table.columns[self.column]]
        kept = {name: cells for name, cells in table.columns.items() if name not in self.names}
        made = zip(*rows, strict=True) if rows else ([] for _ in self.names)
        return Table(kept | dict(zip(self.names, map(list, made), strict=True)))

    def cells(self, found: re.Match[str] | None) -> tuple[str, ...]:
        """Return the pieces of one cell."""
        if found is None:
            return ("",) * len(self.names)
        if self.whole and found[len(self.names) + 1]:
            return tuple(found[len(self.names) + 1] if name == self.whole else "" for name in self.names)
        return found.groups("")[: len(self.names)]

    def render(self, code: Code) -> list[str]:
        """Extract the groups of one regular expression; tell of the cells that it does not fit, or take them whole."""
        pattern = code.constant(f"{self.column} form", whole_pattern(self.pieces, bool(self.whole)))
        names = code.constant(f"{self.column} pieces", list(self.names))
        cells = code.column(self.column)
        return [
            f"pieces = {cells}.str.extract({pattern}).astype(object)",
            *(self.take_whole() if self.whole else self.tell(cells)),
            f'pieces = pieces.fillna("").set_axis({names}, axis=1)',
            f'df = pd.concat([df.drop(columns={names}, errors="ignore"), pieces], axis=1)',
        ]

    def take_whole(self) -> list[str]:
        """Return the statement that moves the group for whole cells to its column."""
        place = self.names.index(self.whole)
        return [f"pieces[{place}] = pieces[{place}].fillna(pieces.pop({len(self.names)}))"]

    def tell(self, cells: str) -> list[str]:
        """Return the statements that count what is left blank."""
        warning = '"%s: %d cells are of another form, their pieces are left blank"'
        return [
            f'unread = int((pieces.isna().all(axis=1) & {cells}.ne("")).sum())',
            f"if unread:\n    LOG.warning({warning}, {literal(self.column)}, unread)",
        ]

    def explain(self) -> str:
        """Say the pieces from left to right."""
        dropped = " and leave out what is in parentheses" if not all(piece.taken for piece in self.pieces) else ""
        whole = f"; a cell of another form stays whole as {self.whole}" if self.whole else ""
        return f"Split {self.column} into its pieces{dropped}: {said(self.pieces)}{whole}"

    def cost(self) -> float:
        """Count a piece as the pieces are on the average: each is told by the others as well, down to the last one."""
        pieces = sum(piece.bits() for piece in self.pieces) / len(self.pieces)
        return 6.0 + pieces + 3.0 * bool(self.whole)
