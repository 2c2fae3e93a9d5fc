"""What of the two files a script can be seen to repeat: cells that tell one row from all others."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from agents.csv_file import CsvFile
from agents.induction.sample import shape
from agents.reading.cells import MISSING
from agents.task import Task

NUMBER = re.compile(r"[-+]?\d{1,30}(\.\d{1,30})?")
FEWEST_CELLS = 3  # that tell rows apart; fewer of them are chance
MOST_BITS = 128  # of a number that may be a cell
UNLIKE = 0.9  # the share of different cells by which a column tells rows apart
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


class Examples:
    """The cells of the files, in the form in which literals are compared with them."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.given = {name: tuple(map(as_cell, cells)) for name, cells in columns(task.input)}
        self.wanted = {name: tuple(map(as_cell, cells)) for name, cells in columns(task.expected)}

    @cached_property
    def free(self) -> set[str]:
        """What any script may hold: names of columns, what instructions say, and words that everybody knows."""
        instructions = " ".join([*self.task.column_instructions.values(), self.task.general_instructions])
        said = re.findall(r"""[^\s,;:"'=]+""", instructions) + re.findall(r"""["']([^"']+)["']""", instructions)
        return set(map(as_cell, [*self.given, *self.wanted, *said, *MISSING, *WORDS, *NAMES]))

    @cached_property
    def recurring(self) -> set[str]:
        """What stands in more than one row of the input: it names a kind of rows, not one of them."""
        return {cell for cells in self.given.values() for cell, count in Counter(cells).items() if count > 1}

    @cached_property
    def cells(self) -> set[str]:
        """All cells of both files."""
        return {cell for cells in (*self.given.values(), *self.wanted.values()) for cell in cells}

    @cached_property
    def answers(self) -> dict[str, set[str]]:
        """For each column of the expected output the cells that tell one of its rows from all others."""
        return {name: self.telling(cells) for name, cells in self.wanted.items()}

    @cached_property
    def keys(self) -> dict[str, set[str]]:
        """The same for the columns of the input in which nearly all cells are different."""
        unlike = {name: cells for name, cells in self.given.items() if len(set(cells)) >= UNLIKE * len(cells)}
        return {name: self.telling(cells) for name, cells in unlike.items()}

    @cached_property
    def shapes(self) -> dict[str, Counter[str]]:
        """How often each shape of cells is in each column of the input."""
        return {name: Counter(map(shape, cells)) for name, cells in self.given.items()}

    @cached_property
    def all_telling(self) -> set[str]:
        """The cells of both of these together."""
        return set().union(*self.answers.values(), *self.keys.values())

    def telling(self, cells: Sequence[str]) -> set[str]:
        """Return the cells of a column that stand in one row and are nothing that any script may hold."""
        once = {cell for cell, count in Counter(cells).items() if count == 1}
        return once - self.recurring - self.free

    def key_columns(self, text: str) -> list[str]:
        """Return the columns of the input in which a text tells a row from all others and looks like the others."""
        return [name for name, cells in self.keys.items() if text in cells and self.looks_usual(text, name)]

    def looks_usual(self, text: str, column: str) -> bool:
        """Tell whether many cells of a column have the shape of a text."""
        shapes = self.shapes[column]
        return shapes[shape(text)] >= max(2, COMMON_SHAPE * shapes.total())


def columns(file: CsvFile) -> Iterable[tuple[str, Sequence[str]]]:
    """Return the columns of a file."""
    return zip(file.header, zip(*file.rows, strict=True), strict=True)


def as_cell(value: str | bytes | float) -> str:
    """Return what is the same for "2.50" and 2.5, or for "Ann " and "ann"."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else as_text(value)
    text = text.strip().casefold()
    return f"{float(text):.15g}" if NUMBER.fullmatch(text) else text


def as_text(value: str | float) -> str:
    """Return a text, or a number as one: in digits, unless it has more of them than Python writes."""
    return hex(value) if isinstance(value, int) and value.bit_length() > MOST_BITS else str(value)
