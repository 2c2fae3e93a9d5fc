"""Headings: rows that name the section below them, told by a mark, by standing alone, or by a blank row above."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.layout.grid import rows_of
from agents.induction.model import Cells, Chain, Table, TableStep

MOST_COLUMNS = 3  # in which headings are looked for
MOST_COLUMNS_OF_OUTPUT = 12
MOST_ROWS_LOOKED_AT = 200
NAMES = ("Section", "Subsection", "Subsubsection")
KINDS = {
    "alone": "in which only {column} is filled",
    "block": "that come first or behind a blank row",
    "marked": "whose {column} {marks}",
}


@dataclass(frozen=True)
class MoveHeadings(TableStep):
    """Writes headings beside the rows below them, in a column that comes first; their own rows and blank ones go."""

    column: str  # where the headings stand
    name: str  # of the new column
    kind: str  # a key of KINDS
    prefix: str  # that headings begin with, and that goes
    suffix: str  # that headings end with, and that goes
    op: ClassVar[str] = "move_headings"
    action: ClassVar[str] = "move_headings_to_column"

    def sources(self) -> tuple[str, ...]:
        """Return the column of the headings."""
        return (self.column,)

    def makes(self) -> tuple[str, ...]:
        """Return the column for the headings."""
        return (self.name,)

    def run(self, table: Table) -> Table:
        """Move the headings."""
        place, rows = table.header.index(self.column), rows_of(table, table.header)
        moved = move_headings(rows, place, self.kind, self.prefix, self.suffix)
        names = (self.name, *table.header)
        return Table({name: [row[place] for row in moved] for place, name in enumerate(names)})

    def render(self, code: Code) -> list[str]:
        """Move the headings in a loop."""
        code.function(is_heading)
        arguments = f"place, {literal(self.kind)}, {literal(self.prefix)}, {literal(self.suffix)}"
        return [
            f"place = df.columns.get_loc({literal(self.column)})",
            f"rows = {code.function(move_headings)}(df.to_numpy().tolist(), {arguments})",
            f"df = pd.DataFrame(rows, columns=[{literal(self.name)}, *df.columns], dtype=object)",
        ]

    def explain(self) -> str:
        """Say which rows are headings."""
        marks = " and ".join(
            f'{verb} with "{text}"' for verb, text in (("begins", self.prefix), ("ends", self.suffix)) if text
        )
        which = KINDS[self.kind].format(column=self.column, marks=marks)
        cut = f", without what it {marks}," if marks and self.kind != "marked" else ""
        return f"Write the cells of rows {which}{cut} as headings beside the rows below them: {self.name}"

    def cost(self) -> float:
        """Count the two columns and the mark."""
        return 9.0 + len(self.prefix) / 2 + len(self.suffix) / 2


def move_headings(rows: list[list[str]], place: int, kind: str, prefix: str, suffix: str) -> list[list[str]]:
    """Write the headings in a column beside the rows below them, and leave out blank rows."""
    moved: list[list[str]] = []
    heading, after_blank = "", True
    for row in rows:
        filled = any(map(str.strip, row))
        if filled and is_heading(row, place, kind, prefix, suffix, after_blank):
            heading = row[place].removeprefix(prefix).removesuffix(suffix)
        elif filled:
            moved.append([heading, *row])
        after_blank = not filled
    return moved


def is_heading(row: list[str], place: int, kind: str, prefix: str, suffix: str, after_blank: bool) -> bool:
    """Tell whether a row is a heading: the first of its block, the only cell in its row, or one with the marks."""
    if kind == "alone":
        return bool(row[place].strip()) and not any(map(str.strip, [*row[:place], *row[place + 1 :]]))
    if kind == "block":
        return after_blank
    return row[place].startswith(prefix) and row[place].endswith(suffix) and len(row[place]) > len(prefix + suffix)


def propose_headings(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the rows that hold cells of a column of the output, or have them between marks."""
    name = next((name for name in NAMES if name not in table.columns), None)
    if name is None:
        return
    for place, (column, cells) in enumerate(list(table.columns.items())[:MOST_COLUMNS]):
        rows = rows_of(table.take(range(min(table.height, MOST_ROWS_LOOKED_AT))), table.header)
        for kind in KINDS:
            for prefix, suffix in marks(rows, place, kind, cells, goal):
                yield (MoveHeadings(column, name, kind, prefix, suffix),)


def marks(rows: list[list[str]], place: int, kind: str, cells: Cells, goal: Goal) -> Iterator[tuple[str, str]]:
    """Yield what stands before and behind the cells of the output in all headings of a kind, and in some rows not."""
    heads = [row for row, above in zip(rows, [[""], *rows], strict=False) if heads_section(row, above, place, kind)]
    filled = sum(any(map(str.strip, row)) for row in rows)
    if kind != "marked" and not 0 < len(heads) < filled:
        return
    for *_, values in goal.wanted[:MOST_COLUMNS_OF_OUTPUT]:
        around = parts_around((row[place] for row in heads), values, marked=kind == "marked")
        for prefix, suffix in around:
            own = [row for row in heads if is_heading(row, place, "marked", prefix, suffix, False)]
            titles = {row[place].removeprefix(prefix).removesuffix(suffix) for row in own}
            if all_among(titles, values) and (len(own) == len(heads) if kind != "marked" else len(own) < filled):
                yield prefix, suffix
                return


def all_among(titles: set[str], values: frozenset[str]) -> bool:
    """Tell whether the output has all titles, perhaps in another letter case."""
    return titles <= values or set(map(str.casefold, titles)) <= set(map(str.casefold, values))


def heads_section(row: list[str], above: list[str], place: int, kind: str) -> bool:
    """Tell whether a row may be a heading of a kind, whatever its marks are."""
    after_blank = not any(map(str.strip, above))
    return any(map(str.strip, row)) and (kind == "marked" or is_heading(row, place, kind, "", "", after_blank))


def parts_around(heads: Iterator[str], values: frozenset[str], marked: bool) -> Iterator[tuple[str, str]]:
    """Yield what stands around a value in the first head that has one; marked ones have something there."""
    longest = sorted(filter(str.strip, values), key=len, reverse=True)
    for head in heads:
        for value in longest:
            place = head.casefold().find(value.casefold())
            if place >= 0 and not (marked and len(value) == len(head)):
                prefix, suffix = head[:place], head[place + len(value) :]
                yield prefix, suffix
                break
        else:
            if not marked:
                return
