"""A text between two places of another, each found by a kind of characters, by a delimiter or from an end."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from agents.induction.cells.strings import ordinal, position_bits
from agents.induction.cells.text import Change
from agents.induction.code import TEXTS, Code, literal

TOKENS = {
    "start": (r"\A", "beginning", 0.5),
    "end": (r"\Z", "end", 0.5),
    "digits": (r"[0-9]+", "run of digits", 3.5),
    "number": (r"[0-9]+(?:[.,][0-9]+)*", "number", 4.0),
    "letters": (r"[^\W\d_]+", "run of letters", 4.0),
    "word": (r"[^\W_]+", "run of letters and digits", 3.5),
    "filled": (r"\S+", "word between blanks", 3.5),
    "capitals": (r"[A-ZÀ-ÖØ-Þ]+", "run of capitals", 4.0),
    "small": (r"[a-zß-öø-ÿ]+", "run of small letters", 5.0),
    "capitalised": (r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+", "capitalised word", 4.5),
    "blanks": (r"\s+", "run of blanks", 4.0),
    "symbols": (r"[^\w\s]+", "run of symbols", 5.0),
}
"""Kinds of characters: pattern, name, and what it takes to choose it in bits."""
BITS_OF_OFFSET = 5.0
BITS_OF_LETTER = 4.0


@dataclass(frozen=True)
class Place:
    """A place between two characters: an edge of a match of a token, or of a delimiter when `token` is ""."""

    token: str  # a key of TOKENS
    text: str  # the delimiter
    index: int  # of the match, counted from 0, or from -1 at the end
    behind: bool  # behind the match or before it
    offset: int = 0  # so many characters further to the right

    def pattern(self) -> str:
        """Return the regular expression whose matches are counted."""
        return TOKENS[self.token][0] if self.token else re.escape(self.text)

    def explain(self) -> str:
        """Say where it is, such as "behind the second comma"."""
        what = TOKENS[self.token][1] if self.token else f'"{self.text}"'
        nth = "" if self.token in ("start", "end") else f"{ordinal(self.index)} "
        edge = "" if self.token in ("start", "end") else f"{'behind' if self.behind else 'before'} "
        if not self.offset:
            return f"{edge}the {nth}{what}"
        side = "behind" if self.offset > 0 else "before"
        return f"{abs(self.offset)} characters {side} the place {edge or 'at '}the {nth}{what}"

    def bits(self) -> float:
        """Count the token, its index and the offset."""
        letters = sum(character.isalnum() for character in self.text)
        chosen = TOKENS[self.token][2] if self.token else 2.0 + len(self.text) + (BITS_OF_LETTER - 1) * letters
        chosen += 1.5 * (self.text == " ")
        return chosen + position_bits(self.index, self.text) * (self.token != "end") + offset_bits(self.offset)


def offset_bits(offset: int) -> float:
    """Count the characters from an edge."""
    return BITS_OF_OFFSET + abs(offset) / 2 if offset else 0.0


def find_place(text: str, pattern: str, index: int, behind: bool, offset: int) -> int | None:
    """Return the place before or behind a match of a pattern, or some characters from it; None without the match."""
    matches = [match.end() if behind else match.start() for match in re.finditer(pattern, text)]
    if not -len(matches) <= index < len(matches):
        return None
    return min(max(matches[index] + offset, 0), len(text))


def text_between(text: str, start: tuple[str, int, bool, int], stop: tuple[str, int, bool, int]) -> str | None:
    """Return what stands between two places; None where one is missing or they are in the wrong order."""
    first, last = find_place(text, *start), find_place(text, *stop)
    return None if first is None or last is None or first > last else text[first:last]


@dataclass(frozen=True)
class Between(Change):
    """What stands between two places of a cell."""

    start: Place
    stop: Place
    op: ClassVar[str] = "between"
    action: ClassVar[str] = "extract_text"
    partial: ClassVar[bool] = True

    def places(self) -> tuple[tuple[str, int, bool, int], tuple[str, int, bool, int]]:
        """Return both places as `text_between` takes them."""
        start, stop = ((place.pattern(), place.index, place.behind, place.offset) for place in (self.start, self.stop))
        return start, stop

    def change(self, cell: str) -> str | None:
        """Cut one cell."""
        return text_between(cell, *self.places())

    def render(self, code: Code) -> str:
        """Cut cell by cell."""
        code.function(find_place, "re")
        function = code.function(text_between)
        start, stop = (
            f"({literal(pattern)}, {index}, {behind}, {offset})" for pattern, index, behind, offset in self.places()
        )
        cut = f"lambda text: {function}(text, {start}, {stop})"
        return f'{code.series(self.source)}.map(\n    {cut},\n    na_action="ignore",\n){TEXTS}'

    def clause(self) -> str:
        """Say from where to where, or how many characters."""
        count = self.stop.offset - self.start.offset
        if count > 0 and self.start == replace(self.stop, offset=0):
            return f"take {count} characters from {self.start.explain()} on"
        return f"take what stands from {self.start.explain()} to {self.stop.explain()}"

    def bits(self) -> float:
        """Count both places."""
        return 2.5 + self.start.bits() + self.stop.bits()
