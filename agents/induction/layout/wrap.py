"""Wrapping: several rows become one wide row."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from agents.induction.code import Code
from agents.induction.layout.grid import GridFunction, GridStep

SHAPES = {
    "date": (r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}", "begins with a date"),
    "counted": (r"[0-9]+[.):] ", "begins with a number in a list"),
    "digit": (r"[0-9]", "begins with a digit"),
    "capitals": (r"(?=[^A-Z]*[A-Z])[^a-z]*\Z", "is written in capitals"),
    "unindented": (r"\S", "begins without a blank"),
}
"""What a first line may look like, and how that is said."""


@dataclass(frozen=True)
class WrapByKey(GridStep):
    """Lays the rows of one key side by side behind the key, whose first row gives the place."""

    keys: tuple[str, ...]
    op: ClassVar[str] = "wrap_by_key"
    action: ClassVar[str] = "join_rows"
    width_from_cells: ClassVar[bool] = True
    apart: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the columns of the key."""
        return self.keys

    def call(self) -> tuple[GridFunction, tuple[Any, ...]]:
        """Wrap by the key."""
        return wrap_by_key, ()

    def explain(self) -> str:
        """Name the key."""
        return f"Lay the rows with the same {' and '.join(self.keys)} side by side in one row"

    def cost(self) -> float:
        """Count the columns of the key."""
        return 4.0 + 2.0 * len(self.keys)


@dataclass(frozen=True)
class WrapEvery(GridStep):
    """Lays each so many rows side by side."""

    count: int
    op: ClassVar[str] = "wrap_every"
    action: ClassVar[str] = "join_rows"
    width_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def call(self) -> tuple[GridFunction, tuple[Any, ...]]:
        """Wrap by count."""
        return wrap_every, (self.count,)

    def explain(self) -> str:
        """Say how many."""
        return f"Lay each {self.count} rows side by side in one row"

    def cost(self) -> float:
        """Count the number."""
        return 8.0


@dataclass(frozen=True)
class WrapAll(GridStep):
    """Lays all rows side by side."""

    op: ClassVar[str] = "wrap_all"
    action: ClassVar[str] = "join_rows"
    width_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def call(self) -> tuple[GridFunction, tuple[Any, ...]]:
        """Wrap all."""
        return wrap_all, ()

    def explain(self) -> str:
        """Say that it is all of them."""
        return "Lay all rows side by side in one row"

    def cost(self) -> float:
        """Count the step."""
        return 8.0


@dataclass(frozen=True)
class WrapBlocks(GridStep):
    """Lays the rows between blank rows side by side."""

    skip_blank: bool = False  # True: blank cells are left out
    op: ClassVar[str] = "wrap_blocks"
    action: ClassVar[str] = "join_rows"
    width_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def call(self) -> tuple[GridFunction, tuple[Any, ...]]:
        """Wrap blocks."""
        return wrap_blocks, (self.skip_blank,)

    def explain(self) -> str:
        """Say what parts the blocks."""
        return f"Lay the rows between blank rows side by side in one row{', without blank cells' * self.skip_blank}"

    def cost(self) -> float:
        """Count the step."""
        return 5.0 + 2.0 * self.skip_blank


@dataclass(frozen=True)
class WrapFrom(GridStep):
    """Lays the rows from one that begins a record up to the next such row side by side; what is above goes."""

    column: str
    start: str  # what the column's cell begins with in the first row of a record; "": it is not blank
    cut: bool  # True: that text goes
    skip_blank: bool = False  # True: blank cells are left out
    shape: str = ""  # a key of SHAPES: what the cell looks like there instead
    op: ClassVar[str] = "wrap_from"
    action: ClassVar[str] = "join_rows"
    width_from_cells: ClassVar[bool] = True
    apart: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the column that tells."""
        return (self.column,)

    def call(self) -> tuple[GridFunction, tuple[Any, ...]]:
        """Wrap records."""
        shape = SHAPES[self.shape][0] if self.shape else ""
        return wrap_records, (self.start, self.cut, self.skip_blank, shape)

    def render(self, code: Code) -> list[str]:
        """Call the function, with what reads shapes."""
        code.imports.add("re")
        return super().render(code)

    def explain(self) -> str:
        """Say how a record begins."""
        begins = f'whose {self.column} begins with "{self.start}"' if self.start else f"with a {self.column}"
        begins = f"whose {self.column} {SHAPES[self.shape][1]}" if self.shape else begins
        without = f', without the "{self.start}"' if self.cut else ""
        blanks = ", without blank cells" if self.skip_blank else ""
        return f"Begin a record at each row {begins}{without}, and lay its rows side by side in one row{blanks}"

    def cost(self) -> float:
        """Count the column and the text."""
        return 5.0 + 1.5 * len(self.start) + self.cut + 2.0 * self.skip_blank + 4.0 * bool(self.shape)


def wrap_by_key(keys: list[list[str]], rows: list[list[str]]) -> list[list[str]]:
    """Lay the rows with the same key side by side behind the key."""
    wide: dict[tuple[str, ...], list[str]] = {}
    for key, row in zip(keys, rows, strict=True):
        wide.setdefault(tuple(key), list(key)).extend(row)
    return list(wide.values())


def wrap_every(rows: list[list[str]], count: int) -> list[list[str]]:
    """Lay each so many rows side by side."""
    starts = range(0, len(rows), count)
    return [[cell for row in rows[start : start + count] for cell in row] for start in starts]


def wrap_all(rows: list[list[str]]) -> list[list[str]]:
    """Lay all rows side by side."""
    return [[cell for row in rows for cell in row]]


def wrap_blocks(rows: list[list[str]], skip_blank: bool) -> list[list[str]]:
    """Lay the rows between blank rows side by side."""
    wide: list[list[str]] = []
    inside = False
    for row in rows:
        filled = any(map(str.strip, row))
        if filled and not inside:
            wide.append([])
        if filled:
            wide[-1] += [cell for cell in row if cell.strip() or not skip_blank]
        inside = filled
    return wide


def wrap_records(
    first: list[list[str]], rest: list[list[str]], start: str, cut: bool, skip_blank: bool, shape: str
) -> list[list[str]]:
    """Lay the rows of each record side by side.

    It begins where the first cell has a shape, or begins with a text, or else is not blank.
    """
    wide: list[list[str]] = []
    for (cell,), others in zip(first, rest, strict=True):
        begins = cell.startswith(start) if start else bool(cell.strip())
        begins = re.match(shape, cell) is not None if shape else begins
        if begins:
            wide.append([])
        own = cell[len(start) :] if begins and cut else cell
        if wide:
            wide[-1] += [one for one in (own, *others) if one.strip() or not skip_blank]
    return wide
