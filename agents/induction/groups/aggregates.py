"""Aggregates: the one cell that the rows of a group become."""

import decimal
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from agents.induction.code import Code, literal
from agents.induction.groups import figures
from agents.induction.numbers import text as number_text
from agents.induction.numbers.formats import keywords, render_reading, render_writing
from agents.induction.numbers.styles import NumberLayout, NumberReading

FIGURES: dict[str, tuple[Callable[[list[Decimal]], Decimal], str, float]] = {
    "sum": (figures.total, "the sum of {}", 2.0),
    "mean": (figures.mean, "the mean of {}", 2.0),
    "smallest": (figures.smallest, "the smallest {}", 3.0),
    "largest": (figures.largest, "the largest {}", 3.0),
    "median": (figures.median, "the median of {}", 4.0),
    "deviation": (figures.deviation, "the standard deviation of {}", 4.0),
    "variance": (figures.variance, "the variance of {}", 5.0),
    "span": (figures.span, "the largest less the smallest {}", 6.0),
}
"""Functions on the numbers in a column, how they are called, and their bits."""

DIVIDING = ("mean", "median", "deviation", "variance")  # whose numbers may have no end
DIGITS = 15  # to which numbers without end are rounded where nothing else is seen

TEXTS: dict[str, tuple[Callable[[list[str]], str], str, str, float]] = {
    "rows": (lambda cells: str(len(cells)), "str(len({}))", "the number of rows", 1.0),
    "known": (
        lambda cells: str(len(figures.known_cells(cells))),
        "str(len(known_cells({})))",
        "the number of cells with a {}",
        4.0,
    ),
    "distinct": (
        lambda cells: str(len(set(figures.known_cells(cells)))),
        "str(len(set(known_cells({}))))",
        "the number of different cells in {}",
        3.0,
    ),
    "first": (figures.first_known, "first_known({})", "the first {}", 4.0),
    "last": (figures.last_known, "last_known({})", "the last {}", 4.0),
    "most_frequent": (figures.most_frequent, "most_frequent({})", "the most frequent {}", 5.0),
    "least_text": (
        lambda cells: min(figures.known_cells(cells), default=""),
        'min(known_cells({}), default="")',
        "the {} that comes first when sorted as text",
        5.0,
    ),
    "greatest_text": (
        lambda cells: max(figures.known_cells(cells), default=""),
        'max(known_cells({}), default="")',
        "the {} that comes last when sorted as text",
        5.0,
    ),
}
"""Functions on cells as texts, the same as source, how they are called, and their bits."""

CELL_CHOICES: dict[str, Callable[[list[str]], str]] = {
    "first": figures.first_known,
    "last": figures.last_known,
    "most_frequent": figures.most_frequent,
}
"""Those of them that are functions of the script."""

JOINS: dict[str, tuple[str, str, float]] = {
    "joined": ("known_cells({})", "all cells of {}, joined by {}", 4.0),
    "joined_once": ("dict.fromkeys(known_cells({}))", "the different cells of {}, joined by {}", 5.0),
    "joined_sorted": ("sorted(set(known_cells({})))", "the different cells of {}, sorted and joined by {}", 6.0),
}
"""What is joined, as source, how that is called, and its bits."""


@dataclass(frozen=True)
class Aggregate:
    """One column of the table of groups; `function` is a key of FIGURES, TEXTS or JOINS."""

    name: str
    function: str
    column: str
    reading: NumberReading = field(default_factory=NumberReading)
    layout: NumberLayout = field(default_factory=NumberLayout)
    digits: int = 0  # to which figures are rounded before they are written; 0 when they are not
    as_float: bool = False  # True when they are written as Python writes floats
    separator: str = ""  # between joined cells

    def cell(self, cells: list[str]) -> str:
        """Return what the cells of one group become."""
        if self.function in JOINS:
            return self.separator.join(joined(cells, self.function))
        if self.function in TEXTS:
            return TEXTS[self.function][0](cells)
        return self.write(self.figure(cells))

    def figure(self, cells: list[str]) -> Decimal:
        """Return the number that a function on numbers gives."""
        numbers = [self.reading.read(cell) for cell in figures.known_cells(cells)]
        if any(number.is_nan() for number in numbers):
            return Decimal("NaN")
        return FIGURES[self.function][0](numbers)

    def write(self, number: Decimal) -> str:
        """Write a number; NaN is blank."""
        if self.as_float:
            return figures.write_float(number)
        if self.digits:
            number = decimal.Context(prec=self.digits).plus(number)
        return self.layout.write(number) or ""

    def render(self, code: Code, cells: str) -> str:
        """Return the expression for what some cells become."""
        code.function(figures.known_cells)
        if self.function in JOINS:
            return f"{literal(self.separator)}.join({JOINS[self.function][0].format(cells)})"
        if self.function in TEXTS:
            if self.function in CELL_CHOICES:
                modules = ["collections"] if self.function == "most_frequent" else []
                code.function(CELL_CHOICES[self.function], *modules)
            return TEXTS[self.function][1].format(cells)
        return self.render_figure(code, cells)

    def render_function(self, code: Code) -> str:
        """Return the function of some cells that does it."""
        made = self.render(code, "cells")
        name = made.removesuffix("(cells)")
        return name if name.isidentifier() else f"lambda cells: {made}"

    def render_figure(self, code: Code, cells: str) -> str:
        """Return the same for a function on numbers."""
        call = render_reading(self.reading, cells, code)
        numbers = code.function(figures.numbers_in) + call.removeprefix(number_text.read_number.__name__)
        number = f"{code.function(FIGURES[self.function][0])}({numbers})"
        if self.as_float:
            return f"{code.function(figures.write_float)}({number})"
        if self.digits:
            number = f"decimal.Context(prec={self.digits}).plus({number})"
        return f'{render_writing(number, self.layout, code)} or ""'

    def explain(self) -> str:
        """Say what the column holds."""
        if self.function in JOINS:
            return f"{self.name} is {JOINS[self.function][1].format(self.column, repr(self.separator))}"
        told = TEXTS[self.function][2] if self.function in TEXTS else FIGURES[self.function][1]
        return f"{self.name} is {told.format(self.column)}"

    def cost(self) -> float:
        """Count the function and how its numbers are written."""
        if self.function in JOINS:
            return 4.0 + JOINS[self.function][2] + len(self.separator)
        if self.function in TEXTS:
            return 4.0 + TEXTS[self.function][3]
        return 4.0 + FIGURES[self.function][2] + len(keywords(self.layout)) + self.reading.bits()


def joined(cells: list[str], function: str) -> list[str]:
    """Return the cells that are joined."""
    known = figures.known_cells(cells)
    if function == "joined_sorted":
        return sorted(set(known))
    return known if function == "joined" else list(dict.fromkeys(known))
