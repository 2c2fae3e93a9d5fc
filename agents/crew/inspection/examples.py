"""What of the two files a script can be seen to repeat: cells that tell one row from all others."""

import calendar
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from agents.csv_file import CsvFile
from agents.induction.cells.sample import shape
from agents.reading.cells import MISSING
from agents.task import Task

NUMBER = re.compile(r"[-+]?\d{1,30}(\.\d{1,30})?")
FEWEST_CELLS = 3  # that tell rows apart; fewer of them are chance
MOST_BITS = 128  # of a number that may be a cell
UNLIKE = 0.9  # the share of different cells by which a column tells rows apart
SHAPES_LOOKED_AT = 10_000  # in a column
COMMON_SHAPE = 0.2  # of a column's cells; what looks unlike the others stands for "nothing" or "all"
WORDS = {
    "unknown",
    "total",
    "grand total",
    "subtotal",
    "other",
    "all",
    "true",
    "false",
    "yes",
    "no",
    "tbd",
    "x",
    "0",
    "1",
}
NAMES = {*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr}


@dataclass(frozen=True)
class Column:
    """What of a column a script repeats."""

    known: tuple[str, ...]  # cells that the script has as well, one for each row that has them
    height: int
    tells_rows_apart: bool  # nearly all cells are different


class Examples:
    """The cells of the files that a script has as well, in the form in which literals are compared with them."""

    def __init__(self, task: Task, texts: Collection[str]) -> None:
        """Take the files, and all texts of the script: of long tables no more than these are kept."""
        self.task = task
        self.shapes = cache(self.count_shapes)
        self.given = {name: look_for(texts, cells) for name, cells in columns(task.input)}
        self.wanted = {name: look_for(texts, cells) for name, cells in columns(task.expected)}

    @cached_property
    def free(self) -> set[str]:
        """What any script may hold: names of columns, what instructions say, and words that everybody knows."""
        instructions = " ".join([*self.task.column_instructions.values(), self.task.general_instructions])
        said = re.findall(r"""[^\s,;:"'=]+""", instructions) + re.findall(r"""["']([^"']+)["']""", instructions)
        return set(map(as_cell, [*self.given, *self.wanted, *said, *MISSING, *WORDS, *NAMES]))

    @cached_property
    def recurring(self) -> set[str]:
        """What stands in more than one row of the input: it names a kind of rows, not one of them."""
        return {cell for column in self.given.values() for cell, count in Counter(column.known).items() if count > 1}

    @cached_property
    def cells(self) -> set[str]:
        """All cells of both files that the script has."""
        return {cell for column in (*self.given.values(), *self.wanted.values()) for cell in column.known}

    @cached_property
    def answers(self) -> dict[str, set[str]]:
        """For each column of the expected output in which nearly all cells are different those that tell rows apart.

        Where several rows say the same, an honest script may well hold what they say, such as the names of states.
        """
        return {name: self.telling(column) for name, column in self.wanted.items() if column.tells_rows_apart}

    @cached_property
    def keys(self) -> dict[str, set[str]]:
        """The same for the columns of the input."""
        return {name: self.telling(column) for name, column in self.given.items() if column.tells_rows_apart}

    @cached_property
    def all_telling(self) -> set[str]:
        """The cells of both of these together."""
        return set().union(*self.answers.values(), *self.keys.values())

    def telling(self, column: Column) -> set[str]:
        """Return the cells of a column that stand in one row and are nothing that any script may hold."""
        once = {cell for cell, count in Counter(column.known).items() if count == 1}
        return once - self.recurring - self.free

    def key_columns(self, text: str) -> list[str]:
        """Return the columns of the input in which a text tells a row from all others and looks like the others."""
        return [name for name, cells in self.keys.items() if text in cells and self.looks_usual(text, name)]

    def looks_usual(self, text: str, column: str) -> bool:
        """Tell whether many cells of a column have the shape of a text."""
        shapes = self.shapes(column)
        return shapes[shape(text)] >= max(2, COMMON_SHAPE * shapes.total())

    def count_shapes(self, column: str) -> Counter[str]:
        """Return how often each shape of cells is in a column of the input, of a long one in rows from everywhere."""
        place, rows = self.task.input.positions[column], self.task.input.rows
        return Counter(shape(as_cell(row[place])) for row in rows[:: 1 + len(rows) // SHAPES_LOOKED_AT])


def columns(file: CsvFile) -> Iterable[tuple[str, Sequence[str]]]:
    """Return the columns of a file."""
    return zip(file.header, zip(*file.rows, strict=True), strict=True)


def look_for(texts: Collection[str], cells: Sequence[str]) -> Column:
    """Look for texts in a column, going once through its cells."""
    small = [cell.strip().casefold() for cell in cells]
    different = set(small)
    found = {text: cell for text in different if (cell := without_zeros(text)) in texts}
    known = tuple(found[text] for text in small if text in found)
    return Column(known, len(cells), len(different) >= UNLIKE * len(cells))


def as_cell(value: str | bytes | float) -> str:
    """Return what is the same for "2.50" and 2.5, or for "Ann " and "ann"."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else as_text(value)
    return without_zeros(text.strip().casefold())


def without_zeros(text: str) -> str:
    """Return the shortest form of a number, and any other text as it is."""
    return f"{float(text):.15g}" if NUMBER.fullmatch(text) else text


def as_text(value: str | float) -> str:
    """Return a text, or a number as one: in digits, unless it has more of them than Python writes."""
    return hex(value) if isinstance(value, int) and value.bit_length() > MOST_BITS else str(value)
