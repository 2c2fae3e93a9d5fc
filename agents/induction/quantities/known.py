"""Functions that people know by name, applied to cells, and how the examples ask for them."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.strings import Concatenate
from agents.induction.cells.text import CASE_FUNCTIONS, Case, Change, Column, Constant
from agents.induction.code import TEXTS, Code, as_source
from agents.induction.model import Expression, Target
from agents.induction.quantities.addresses import ADDRESSES
from agents.induction.quantities.arithmetic import ARITHMETIC
from agents.induction.quantities.characters import CHARACTERS
from agents.induction.quantities.codes import CODES
from agents.induction.quantities.counts import COUNTS
from agents.induction.quantities.functions import Arguments, KnownFunction, common_ends
from agents.induction.quantities.identifiers import IDENTIFIERS
from agents.induction.quantities.in_text import IN_TEXT
from agents.induction.quantities.numerals import NUMERALS
from agents.induction.quantities.plurals import PLURALS
from agents.induction.quantities.words import WORDS

FUNCTIONS: dict[str, KnownFunction] = {
    **NUMERALS,
    **CODES,
    **ARITHMETIC,
    **ADDRESSES,
    **PLURALS,
    **CHARACTERS,
    **IDENTIFIERS,
    **WORDS,
    **COUNTS,
    **IN_TEXT,
}
CASES = ("upper", "lower", "title", "sentence")
BITS_PER_ARGUMENT = 2.0
BITS_PER_DIGIT = 3.3
BITS_PER_CHARACTER = 6.0
MOST_BITS_OF_A_CELL = 12.0
MOST_COUNTED = 10**6
ENOUGH_BITS = 5.0
BITS_OF_FUNCTIONS = 4.0  # of some sixty functions few can be applied to the same cells
GLANCE = 40  # rows; what fits these is tried on all
LONGEST_CELL = 1000


@dataclass(frozen=True)
class Apply(Change):
    """What a known function makes of a cell; `function` is a key of FUNCTIONS."""

    function: str
    arguments: Arguments = ()
    op: ClassVar[str] = "known_function"
    action: ClassVar[str] = "known_conversion"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Call the function."""
        return FUNCTIONS[self.function].call(cell, *self.arguments)

    def render(self, code: Code) -> str:
        """Map the function over the Series."""
        known = FUNCTIONS[self.function]
        for needed in known.needs:
            code.function(needed)
        name = code.function(known.call, *known.imports)
        arguments = "".join(f", {as_source(argument)}" for argument in self.arguments)
        called = f"lambda text: {name}(text{arguments})" if arguments else name
        return f'{self.source.render(code)}.map({called}, na_action="ignore"){TEXTS}'

    def clause(self) -> str:
        """Say what it does."""
        return FUNCTIONS[self.function].clause.format(*self.arguments)

    def bits(self) -> float:
        """Count the function and its arguments."""
        return FUNCTIONS[self.function].bits + BITS_PER_ARGUMENT * len(self.arguments)


def propose_known_functions(target: Target) -> Iterator[Expression]:
    """Propose the functions that make the wanted cells, but for letter case and what stands around all of them."""
    rows = [row for row, want in enumerate(target.cells) if want][:GLANCE]
    wanted = [target.cells[row] for row in rows]
    if not rows or max(map(len, wanted)) > LONGEST_CELL:
        return
    for name, column in target.table.columns.items():
        cells = [column[row] for row in rows]
        if max(map(len, cells)) <= LONGEST_CELL and all(map(str.strip, cells)):
            yield from known_functions(Column(name), cells, wanted)


def known_functions(source: Expression, cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Expression]:
    """Yield the functions that make these cells of those, when the cells say more than chance would."""
    for name, function in FUNCTIONS.items():
        ways = (Apply(source, name, tuple(arguments)) for arguments in function.arguments(cells, wanted))
        found = (expression for applied in ways for expression in made_by(applied, cells, wanted))
        yield from found if function.choice else itertools.islice(found, 1)


def made_by(applied: Apply, cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Expression]:
    """Yield the function, in a letter case and with ends, if it makes what is wanted and that is no chance."""
    first = applied.change(cells[0])
    if first and first.casefold() in wanted[0].casefold():
        made = [applied.change(cell) or "" for cell in cells]
        told = surprise(cells, made) + FUNCTIONS[applied.function].bits_a_cell * len(set(cells))
        if all(made) and told >= ENOUGH_BITS + chance_bits(applied):
            yield from fitted(applied, made, wanted)


def surprise(cells: Sequence[str], made: Sequence[str]) -> float:
    """Return the bits of what was made: of each character that is new, or of where in the cell it stands.

    Whole numbers could be any up to the greatest.
    """
    pairs = dict.fromkeys(zip(cells, made, strict=True))
    most = MOST_BITS_OF_A_CELL
    if all(map(str.isdecimal, made)):
        most = min(most, math.log2(1 + min(max(map(int, made)), MOST_COUNTED)))
    return sum(min(sum(map(character_bits, new)), most, place_bits(cell, new)) for cell, new in pairs)


def place_bits(cell: str, new: str) -> float:
    """Return what it takes to say which run of tokens a part of a cell is; all there is for what is no part of it."""
    if new not in cell:
        return MOST_BITS_OF_A_CELL
    tokens = len(re.findall(r"[^\W_]+|[\W_]+", cell))
    return math.log2(tokens * (tokens + 1) / 2)


def chance_bits(applied: Apply) -> float:
    """Return in bits how many functions and arguments there are to choose from; what is read off leaves no choice."""
    return min(applied.bits(), BITS_OF_FUNCTIONS) + FUNCTIONS[applied.function].bits_of_choice


def character_bits(character: str) -> float:
    """Return what it takes to guess a character: a digit is one of ten."""
    return BITS_PER_DIGIT if character.isdigit() else BITS_PER_CHARACTER


def fitted(applied: Expression, made: Sequence[str], wanted: Sequence[str]) -> Iterator[Expression]:
    """Yield the expression whose cells were made, in the letter case and with the ends that are wanted."""
    cased = [("", list(made)), *((style, [CASE_FUNCTIONS[style][0](text) for text in made]) for style in CASES)]
    for style, texts in cased:
        ends = common_ends(texts, wanted) if texts[0] in wanted[0] else None
        if ends is not None:
            expression = Case(applied, style) if style else applied
            parts = (*map(Constant, ends[:1] * bool(ends[0])), expression, *map(Constant, ends[1:] * bool(ends[1])))
            yield expression if len(parts) == 1 else Concatenate(parts)
            return
