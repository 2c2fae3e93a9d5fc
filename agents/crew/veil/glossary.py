"""Puts the words of one side of the veil in place of those of the other, in literals and in sentences."""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from agents.crew.veil.cipher import cased_like, lowered
from agents.crew.veil.veil import RUNS, SHORT, Veil
from agents.crew.veil.vocabulary import VOCABULARY
from agents.csv_file import CsvFile
from agents.task import Task

CODE = re.compile(
    r"%[-^#+ ]?\d*(?:\.\d+)?[A-Za-z]"  # of strftime and of logging
    r"|__\w+__"  # Python's own names
    r"|\\."  # of patterns
    r"|\{[^{}]*\}"  # a field of a format, or how often a pattern is repeated
    r"|\[(?=[^\[\]]*\])[^\[\]]*(?:\w-\w|\\)[^\[\]]*\]"  # a class of characters; looking ahead keeps it linear
)
"""What stands in string literals and is no text."""


def silent(word: str) -> None:
    """Know nothing of parts of words."""


PREFIX = 2  # letters, at the least, and as many words that begin so


@dataclass(frozen=True)
class Glossary:
    """Words in small letters and whole cells, each with what stands for it on the other side."""

    words: Mapping[str, str]
    cells: Mapping[str, str]
    names: Collection[str]  # of columns, which stay
    files: Sequence[CsvFile]  # of this side
    find_part: Callable[[str], str | None] = silent  # what stands for a part of a word

    @classmethod
    def to_real(cls, veil: Veil, names: Collection[str], made_up: Task) -> Self:
        """Return the way back, for what was written about made-up rows."""
        return cls(veil.real, veil.real_cells, names, (made_up.input, made_up.expected))

    @classmethod
    def to_made_up(cls, veil: Veil, names: Collection[str], real: Task) -> Self:
        """Return the way there, for what was written about real rows."""
        return cls(veil.made, veil.made_cells, names, (real.input, real.expected), veil.part)

    def literal(self, text: str) -> str:
        """Return the text of a string literal.

        Words and numbers of three characters or more are known wherever they stand. Shorter ones, and the beginnings
        of words, count only where nothing else stands in the literal, and as they stand in some cell: "no" in a message
        need not be the cell "no", nor "20" before a year the end of a price. What looks like code is text where it is a
        part of a cell, such as the name in "{Ann}".
        """
        if text in self.names:
            return text
        if text.strip() in self.cells:
            return text.replace(text.strip(), self.cells[text.strip()])
        in_cells = self.stands_in_cells(text)
        pieces = [text] if in_cells else re.split(f"({CODE.pattern})", text)
        tokens = [token for piece in pieces[::2] for token in RUNS.findall(piece)]
        alone = in_cells and all(self.find(token) or self.find_beginning(token) for token in tokens)
        pieces[::2] = [RUNS.sub(lambda match: self.translate(match[0], alone), piece) for piece in pieces[::2]]
        return "".join(pieces)

    def stands_in_cells(self, text: str) -> bool:
        """Tell whether a text is part of a cell; a single letter, or one or two digits, have to be all of it."""
        bare = text.isalnum() and len(text) < (SHORT if text.isdecimal() else PREFIX)
        return (f"\0{text}\0" if bare else text) in self.all_cells

    @cached_property
    def all_cells(self) -> str:
        """All cells of this side."""
        return "\0".join(["", *(cell for file in self.files for row in file.rows for cell in row), ""])

    def sentence(self, text: str) -> str:
        """Return a sentence, in which short words are left as they are."""
        return RUNS.sub(lambda match: self.translate(match[0], alone=False), text)

    def translate(self, token: str, alone: bool) -> str:
        """Return what stands for a word or a number; itself when that is not known."""
        found = self.find(token) if alone or len(token) >= SHORT else None
        if found is None:
            found = (self.find_beginning(token) if alone else None) or self.find_part(token)
        return token if found is None else found

    def find(self, token: str) -> str | None:
        """Look a word up, or a number, whose digits may stand in groups."""
        if not token[0].isdecimal():
            found = self.words.get(lowered(token))
            return found and cased_like(token, found)
        if token.isdecimal():
            return self.words.get(token) if token.strip("0") else token
        return self.find_groups(token)

    def find_groups(self, token: str) -> str | None:
        """Look up digits with signs between them: as one number, or one by one."""
        parts = re.split(r"(\D+)", token)
        whole = self.words.get("".join(parts[::2]))
        if whole is not None:
            digits = iter(whole)
            return "".join(next(digits) if letter.isdecimal() else letter for letter in token)
        found = [self.find(part) for part in parts[::2]]
        if None in found:
            return None
        parts[::2] = [part or "" for part in found]
        return "".join(parts)

    def find_beginning(self, token: str) -> str | None:
        """Look up what several words begin with."""
        small = lowered(token)
        if len(small) < PREFIX or small in VOCABULARY or not small.isalnum():
            return None
        place = bisect_right(self.in_order, small)
        words = [word for word in self.in_order[place : place + PREFIX] if word.startswith(small)]
        beginnings = {self.words[word][: len(small)] for word in words}
        return cased_like(token, beginnings.pop()) if len(words) == PREFIX and len(beginnings) == 1 else None

    @cached_property
    def in_order(self) -> list[str]:
        """The words that are known when one is first looked for by its beginning."""
        return sorted(self.words)
