"""Writes the digits of a cell in one fixed form, as phone and account numbers are."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.strings import part_cost
from agents.induction.cells.text import Change, Column, Constant
from agents.induction.code import TEXTS, Code, as_source, literal
from agents.induction.model import Cells, Expression, Target

BITS_PER_DIGIT = math.log2(10)
FEWEST_SHAPES = 3  # so differently are phone numbers written, and hardly anything else
BITS_OF_MISSING_DIGITS = 6.0
FEWEST_DIGITS = 6  # fewer may stand in the same form by chance, as versions and small amounts do
MOST_DROPPED = 3
LONGEST_DROPPED = 5  # such as 00420, to dial Prague from elsewhere


def write_digits(text: str, pattern: str, dropped: tuple[str, ...] = (), missing: str = "") -> str | None:
    """Write the digits of a text for the zeros of a pattern; None when there are too few or too many.

    Args:
        text: the cell.
        pattern: how the digits are written, such as "(000) 000-0000".
        dropped: what may stand before the digits that are wanted, such as a country code.
        missing: what is put before digits that are just so many too few, such as an area code.
    """
    digits = re.sub(r"[^0-9]", "", text)
    if len(missing) + len(digits) == pattern.count("0"):
        digits = missing + digits
    surplus = len(digits) - pattern.count("0")
    if surplus < 0 or (surplus and digits[:surplus] not in dropped):
        return None
    wanted = iter(digits[surplus:])
    return re.sub("0", lambda zero: next(wanted), pattern)


@dataclass(frozen=True)
class DigitPattern(Change):
    """The digits of a cell take the place of the zeros of a pattern; only what is listed may be dropped before them."""

    pattern: str
    dropped: tuple[str, ...] = ()
    missing: str = ""  # what is put before digits that lack just this
    op: ClassVar[str] = "digit_pattern"
    action: ClassVar[str] = "digit_formatting"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Write the digits of one cell."""
        return write_digits(cell, self.pattern, self.dropped, self.missing)

    def render(self, code: Code) -> str:
        """Call the function for every cell."""
        arguments = ["text", literal(self.pattern), *[as_source(self.dropped)] * bool(self.dropped)]
        arguments += [f"missing={literal(self.missing)}"] * bool(self.missing)
        call = f"{code.function(write_digits, 're')}({', '.join(arguments)})"
        return f'{self.source.render(code)}.map(\n    lambda text: {call}, na_action="ignore"\n){TEXTS}'

    def clause(self) -> str:
        """Show the pattern."""
        listed = " or ".join(f'"{digits}"' for digits in self.dropped)
        without = f", without {listed} before them" if listed else ""
        filled = (
            f', with "{self.missing}" before them where they are {len(self.missing)} too few' if self.missing else ""
        )
        return f'write its digits as "{self.pattern}"{without}{filled}'

    def bits(self) -> float:
        """Count what stands around the digits and what is dropped; where the digits stand is said by the pattern."""
        dropped = sum(4.0 + BITS_PER_DIGIT * len(digits) for digits in self.dropped)
        missing = BITS_OF_MISSING_DIGITS + BITS_PER_DIGIT * len(self.missing) if self.missing else 0.0
        return 8.0 + part_cost(Constant(self.pattern.replace("0", ""))) + dropped + missing


def propose_digit_patterns(target: Target) -> Iterator[Expression]:
    """Propose the one form in which all wanted digits stand, for the columns whose digits they are."""
    filled = [row for row, cell in enumerate(target.cells) if cell]
    wanted = [target.cells[row] for row in filled]
    patterns = {re.sub("[0-9]", "0", cell) for cell in wanted}
    if len(patterns) == 1 and (pattern := patterns.pop()).count("0") >= FEWEST_DIGITS:
        for name, column in target.table.columns.items():
            cells = [column[row] for row in filled]
            missing = missing_digits(cells, wanted)
            dropped = dropped_digits([missing.get(cell, "") + cell for cell in cells], wanted)
            few = len(set(missing.values())) < 2 and len(missing) < len(set(cells))
            if dropped is not None and few and (missing or regrouped(cells, wanted)):
                proposed = DigitPattern(Column(name), pattern, dropped, next(iter(missing.values()), ""))
                if BITS_PER_DIGIT * pattern.count("0") * (len(set(wanted)) - 1) > proposed.bits():
                    yield proposed


def dropped_digits(cells: Cells, wanted: Cells) -> tuple[str, ...] | None:
    """Return what stands before the wanted digits in some cells; None when other digits are wanted, or too many go."""
    pairs = [(re.sub("[^0-9]", "", cell), re.sub("[^0-9]", "", want)) for cell, want in zip(cells, wanted, strict=True)]
    if not all(digits.endswith(want) for digits, want in pairs):
        return None
    dropped = {digits[: len(digits) - len(want)] for digits, want in pairs} - {""}
    few = len(dropped) <= MOST_DROPPED and all(len(digits) <= LONGEST_DROPPED for digits in dropped)
    return tuple(sorted(dropped)) if few else None


def missing_digits(cells: Cells, wanted: Cells) -> dict[str, str]:
    """Return what was put before the digits of the cells that have too few of them."""
    pairs = [
        (cell, *(re.sub("[^0-9]", "", text) for text in (cell, want))) for cell, want in zip(cells, wanted, strict=True)
    ]
    return {
        cell: want[: len(want) - len(digits)]
        for cell, digits, want in pairs
        if FEWEST_DIGITS <= len(digits) < len(want) and want.endswith(digits)
    }


def regrouped(cells: Cells, wanted: Cells) -> bool:
    """Tell whether digits stand together in other groups than before, or between other symbols in each row.

    Else each group is a part of its own.
    """
    pairs = zip(cells, wanted, strict=True)
    shapes = {re.sub("[0-9]", "0", cell) for cell in cells}
    return len(shapes) >= FEWEST_SHAPES or any(
        re.findall("[0-9]+", cell) != re.findall("[0-9]+", want) for cell, want in pairs
    )
