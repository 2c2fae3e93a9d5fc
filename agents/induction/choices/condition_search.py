"""Finds the test by which the cells of a column are one of two texts, or a text and else a copy."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agents.induction.cells.text import Column, Constant
from agents.induction.chance import order_bits
from agents.induction.choices.conditions import Choose
from agents.induction.instructions.clauses import column_pattern
from agents.induction.instructions.relations import read_relation
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Cells, Expression, Table, Target
from agents.induction.rows.filters import propose_filters
from agents.induction.rows.steps import BITS_TO_CHOOSE_A_PART, NUMBER_TESTS, KeepRows

ENOUGH_BITS = 5.0
FEWEST_ROWS = 2  # of each outcome
FEWEST_OTHER_VALUES = 4  # fewer are better looked up, which does not guess at values that were never seen
NEGATIVE_TESTS = ("differs", "none_of", "lacks", "not_blank", "less", "at_most")
TESTS_OF_RELATIONS = {
    ">": "greater",
    ">=": "at_least",
    "<": "less",
    "<=": "at_most",
    "=": "equals",
    "!=": "differs",
    "contains": "contains",
    "lacks": "lacks",
    "starts with": "starts",
    "ends with": "ends",
    "blank": "blank",
    "not blank": "not_blank",
}


@dataclass(frozen=True)
class Split:
    """Two outcomes, the rows that show the first and those that show the second, counted from 0."""

    then: Expression
    otherwise: Expression
    passing: tuple[int, ...]
    failing: tuple[int, ...]

    def bits(self) -> float:
        """Return in bits in how many ways so many rows could have been chosen from all."""
        return order_bits((len(self.passing), len(self.failing)))

    def read_by(self, choice: Choose, cells: Cells) -> "Split":
        """Return the rows alone whose cells are tested by the choice: that others are blank is no evidence for it."""
        passing, failing = (
            tuple(row for row in rows if choice.reads(cells[row])) for rows in (self.passing, self.failing)
        )
        return replace(self, passing=passing, failing=failing)


def propose_conditions(target: Target, instructions: Instructions) -> Iterator[Expression]:
    """Propose the tests that an instruction names, and those for which the rows say more than chance would."""
    named = named_tests(target.name, target.table, instructions)
    for split in splits(target):
        yield from (
            Choose(test, split.then, split.otherwise, tests_all) for test in named for tests_all in (False, True)
        )
        yield from unnamed(split, target)


def unnamed(split: Split, target: Target) -> Iterator[Choose]:
    """Yield the tests that tell the rows of a split apart by more than chance."""
    columns = len(target.table.header) ** (1 if isinstance(split.otherwise, Constant) else 2)
    enough = ENOUGH_BITS + math.log2(columns)
    if split.bits() < enough or min(len(split.passing), len(split.failing)) < FEWEST_ROWS:
        return
    for test in tests(split, target.table):
        cells = target.table.columns[test.column]
        for choice in readings(Choose(test, split.then, split.otherwise), target):
            if split.read_by(choice, cells).bits() - choice_bits(test, cells) >= enough and many_others(test, cells):
                yield choice


def readings(choice: Choose, target: Target) -> Iterator[Choose]:
    """Yield the choice that leaves out what cannot be tested, or else the one that tests every cell."""
    either = (choice, replace(choice, tests_all=True))
    yield from [one for one in either if target.first_wrong_row(one) is None][:1]


def splits(target: Target) -> Iterator[Split]:
    """Yield the ways to see the cells as one of two texts, in both orders, or as a text and else a blank or a copy."""
    texts = list(dict.fromkeys(cell for cell in target.cells if cell))
    if len(texts) == 2:
        yield from (split_of(first, second, target.cells) for first, second in (texts, texts[::-1]))
    if len(texts) == 1:
        yield split_of(texts[0], "", target.cells)
    for name, cells in target.table.columns.items():
        differing = [row for row, (cell, want) in enumerate(zip(cells, target.cells, strict=True)) if cell != want]
        outcomes = {target.cells[row] for row in differing}
        if len(outcomes) == 1 and len(differing) < len(cells):
            (text,) = outcomes
            copied = tuple(row for row, cell in enumerate(cells) if cell == target.cells[row] != text)
            yield Split(Constant(text), Column(name), tuple(differing), copied)


def split_of(first: str, second: str, wanted: Cells) -> Split:
    """Return the rows in which either text is wanted."""
    passing, failing = (tuple(row for row, cell in enumerate(wanted) if cell == text) for text in (first, second))
    return Split(Constant(first), Constant(second), passing, failing)


def tests(split: Split, table: Table) -> Iterator[KeepRows]:
    """Yield the tests on one column that tell the rows apart, blank cells aside or among the others."""
    either_order = isinstance(split.otherwise, Constant) and split.otherwise.text != ""
    found: dict[KeepRows, None] = {}
    for name, cells in table.columns.items():
        column = Table({name: cells})
        for blanks in (False, True):
            passing, failing = (
                [row for row in rows if blanks or cells[row].strip()] for rows in (split.passing, split.failing)
            )
            if min(len(passing), len(failing)) >= FEWEST_ROWS:
                found |= dict.fromkeys(propose_filters(column, passing, failing))
    yield from (test for test in found if not (either_order and test.test in NEGATIVE_TESTS))


def choice_bits(test: KeepRows, cells: Cells) -> float:
    """Count the choices behind a test; how many rows pass leaves no choice of a limit."""
    if test.test in NUMBER_TESTS:
        return 0.0
    values = len(test.values) * math.log2(len(set(cells)) + 1)
    return 2.0 + BITS_TO_CHOOSE_A_PART.get(test.test, 0.0) + values


def many_others(test: KeepRows, cells: Cells) -> bool:
    """Tell whether the values that a test does not list are too many to be looked up."""
    listing = test.test in ("equals", "differs", "one_of", "none_of")
    return not listing or len(set(cells) - set(test.values)) >= FEWEST_OTHER_VALUES


def named_tests(name: str, table: Table, instructions: Instructions) -> list[KeepRows]:
    """Return the tests that the instructions for a column name, such as "s is at least 60"."""
    texts = [note.text for note in instructions.notes if note.column in ("", name)]
    found: dict[KeepRows, None] = {}
    for column, cells in table.columns.items():
        for text in texts:
            for place in column_pattern(column).finditer(text):
                relation, value = read_relation(text[place.end() :]) or ("", "")
                if relation in TESTS_OF_RELATIONS:
                    found |= dict.fromkeys(named_test(column, TESTS_OF_RELATIONS[relation], value, cells))
    return list(found)


def named_test(column: str, test: str, text: str, cells: Sequence[str]) -> Iterator[KeepRows]:
    """Yield the test when the text begins with a value for it: a number, a cell of the column, or a word."""
    if test in ("blank", "not_blank"):
        yield KeepRows(column, test)
    elif test in NUMBER_TESTS:
        number = re.match(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?|[-+]?\.[0-9]+", text)
        if number:
            yield KeepRows(column, test, (format(Decimal(number.group().replace(",", "")), "f"),))
    elif test in ("equals", "differs"):
        whole = [cell for cell in set(cells) if cell and re.match(rf"{re.escape(cell)}(?!\w)", text, re.IGNORECASE)]
        yield from (KeepRows(column, test, (cell,)) for cell in sorted(whole, key=len)[-1:])
    elif word := re.match(r"[^\s\"'`,;]+", text):
        yield KeepRows(column, test, (word.group(),))
