"""What stands at the end or the beginning of a cell, put there where it is missing, and kinds of text left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Change, Column, Removal
from agents.induction.code import TEXTS, Code, literal
from agents.induction.model import Cells, Expression

LONGEST_AFFIX = 12
CELLS_LOOKED_AT = 6


def with_end(text: str, end: str) -> str:
    """Return a text with this end, which is added where it is missing; blanks stay blank."""
    return text if not text.strip() or text.endswith(end) else text + end


def with_start(text: str, start: str) -> str:
    """Return a text with this beginning, which is added where it is missing; blanks stay blank."""
    return text if not text.strip() or text.startswith(start) else start + text


@dataclass(frozen=True)
class Ensure(Change):
    """A text is added to the cells that do not end, or begin, with it."""

    text: str
    at_end: bool
    op: ClassVar[str] = "ensure"
    action: ClassVar[str] = "text_completion"

    def change(self, cell: str) -> str:
        """Complete one cell."""
        return with_end(cell, self.text) if self.at_end else with_start(cell, self.text)

    def render(self, code: Code) -> str:
        """Complete cell by cell."""
        function = code.function(with_end if self.at_end else with_start)
        complete = f"lambda text: {function}(text, {literal(self.text)})"
        return f'{code.series(self.source)}.map({complete}, na_action="ignore"){TEXTS}'

    def clause(self) -> str:
        """Say what is added."""
        return f'add "{self.text}" where it does not {"end" if self.at_end else "begin"} with it'

    def bits(self) -> float:
        """Count the text at a low price, since some cells have it already."""
        return 6.0 + 2.0 * len(self.text)


REMOVALS = {
    "parentheses": (r"(?<!\s)\s*\([^()]*\)", "leave out parentheses and what is in them"),
    "brackets": (r"(?<!\s)\s*\[[^\[\]]*\]", "leave out brackets and what is in them"),
    "tags": (r"<[^<>]*>", "leave out tags in angle brackets"),
    "digits": (r"[0-9]", "leave out digits"),
    "symbols": (r"[^\w\s]", "leave out all but letters, digits and blanks"),
    "blanks": (r"\s", "leave out blanks"),
    "leading_zeros": (r"\A0+(?=[0-9])", "leave out zeros in front"),
    "leading_number": (r"\A[0-9]+[.):]?\s*", "leave out the number in front"),
    "trailing_number": (r"(?<![\s0-9])\s*[0-9]+\Z", "leave out the number at the end"),
    "outer_symbols": (r"\A[\W_]+|(?<![\W_])[\W_]+\Z", "leave out symbols around it"),
    "leading_symbols": (r"\A[\W_]+", "leave out symbols in front"),
    "trailing_symbols": (r"(?<![\W_])[\W_]+\Z", "leave out symbols at the end"),
    "trailing_capitals": (r"(?<!\s)\s+[A-Z]{2,}\Z", "leave out the word in capitals at the end"),
}


@dataclass(frozen=True)
class LeaveOut(Removal):
    """All matches of a pattern are left out; `kind` is a key of REMOVALS."""

    kind: str
    op: ClassVar[str] = "leave_out"

    @property
    def pattern(self) -> str:
        """What is left out."""
        return REMOVALS[self.kind][0]

    def clause(self) -> str:
        """Say what is left out."""
        return REMOVALS[self.kind][1]

    def bits(self) -> float:
        """Count one pattern of a dozen; what is left out at one end only is rarer."""
        return 5.5 + 1.0 * self.kind.startswith(("leading", "trailing"))


def completed(column: Column, cells: Cells, wanted: Cells) -> Iterator[Expression]:
    """Yield a column with an end or a beginning that some cells have and that is added to the others."""
    held = all(map(str.__contains__, wanted, cells))
    for at_end in (True, False) if held else ():
        for text in affixes(cells, at_end):
            ensure = Ensure(column, text, at_end)
            if all(ensure.change(cell) in want for cell, want in zip(cells, wanted, strict=True)):
                yield ensure
                break


def affixes(cells: Cells, at_end: bool) -> list[str]:
    """Return what some cells end or begin with and others do not, the longest first."""
    lengths = range(min(LONGEST_AFFIX, max(map(len, cells), default=0)), 0, -1)
    found = dict.fromkeys(
        cell[-length:] if at_end else cell[:length]
        for length in lengths
        for cell in cells[:CELLS_LOOKED_AT]
        if len(cell) > length
    )
    return [
        text for text in found if not all(cell.endswith(text) if at_end else cell.startswith(text) for cell in cells)
    ]


def reduced(column: Column, cells: Cells) -> Iterator[Expression]:
    """Yield a column without what a pattern finds, where it finds something."""
    for kind, (pattern, _) in REMOVALS.items():
        if any(re.search(pattern, cell) for cell in cells):
            yield LeaveOut(column, kind)
