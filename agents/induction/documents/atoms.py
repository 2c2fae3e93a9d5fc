"""What texts consist of: atoms such as digits or a comma, and pieces made of them, as regular expressions.

What an atom has read it never gives back (its quantifiers are possessive), and what stands before a delimiter ends at
the first one (the two share an atomic group), so that reading a text takes time in proportion to its length.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KINDS = {
    "digits": (r"[0-9]++", "digits", 5.0),
    "letters": (r"[^\W\d_]++", "letters", 5.0),
    "capitals": (r"[A-Z]++", "capitals", 5.5),
    "number": (r"[-+]?+[0-9]++(?:[.,][0-9]++)*+", "a number", 5.5),
    "word": (r"[^\W_]++", "letters and digits", 5.5),
    "capitalised": (r"[A-Z][a-z]++", "a capital with small letters", 6.0),
    "symbol": (r"[^\w\s]", "a symbol", 5.0),
    "blanks": (r"[^\S\n]++", "blanks", 3.0),
    "padding": (r"[^\S\n]*+", "blanks or none", 4.0),
    "unbroken": (r"\S++", "characters without a blank", 6.0),
    "line": (r".++", "a line", 4.0),
    "end of line": (r"$\n?+", "the end of the line", 1.0),
    "any": (r".+?", "any text", 3.0),
    "any or nothing": (r".*?", "any text or none", 3.5),
}
"""Name of an atom: its regular expression, what it is called, and its description length in bits."""
LITERAL = "text"
WIDTH = "width"
BITS_OF_WIDTH = 8.0
BITS_OF_ONE_CHARACTER = 5.0


@dataclass(frozen=True)
class Atom:
    """A run of characters: of one of the KINDS, a text as it stands, or so many characters of any kind."""

    kind: str
    text: str = ""  # the text as it stands, or the number of characters

    @property
    def pattern(self) -> str:
        """The regular expression."""
        if self.kind == LITERAL:
            return re.escape(self.text).replace(r"\ ", " ").replace("\\\n", r"\n").replace("\\\t", r"\t")
        return f".{{{self.text}}}" if self.kind == WIDTH else KINDS[self.kind][0]

    @property
    def open(self) -> bool:
        """True when it ends only where the next piece begins."""
        return self.kind in ("any", "any or nothing")

    def said(self) -> str:
        """Say what it is."""
        if self.kind == LITERAL:
            return f'"{self.text}"'
        return f"{self.text} character{'s' * (self.text != '1')}" if self.kind == WIDTH else KINDS[self.kind][1]

    def bits(self) -> float:
        """Return the description length; words in a delimiter may well be values in disguise."""
        if self.kind == LITERAL:
            return 1.0 + sum(3.0 if character.isalnum() else 1.0 for character in self.text)
        if self.kind == WIDTH:
            return BITS_OF_ONE_CHARACTER if self.text == "1" else BITS_OF_WIDTH
        return KINDS[self.kind][2]


@dataclass(frozen=True)
class Piece:
    """Atoms one behind the other, which are taken as one cell or only passed over."""

    atoms: tuple[Atom, ...]
    taken: bool = True

    @property
    def pattern(self) -> str:
        """The regular expression, a group when the piece is taken."""
        inner = "".join(atom.pattern for atom in self.atoms)
        return f"({inner})" if self.taken else inner

    @property
    def open(self) -> bool:
        """True when it ends only where the next piece begins."""
        return len(self.atoms) == 1 and self.atoms[0].open

    def said(self) -> str:
        """Say what it is, in parentheses when it is only passed over."""
        inner = " and ".join(atom.said() for atom in self.atoms)
        return inner if self.taken else f"({inner})"

    def bits(self) -> float:
        """Add up the atoms."""
        return sum(atom.bits() for atom in self.atoms)


def whole_pattern(pieces: Sequence[Piece]) -> str:
    """Return the regular expression for texts that consist of the pieces from beginning to end."""
    return rf"(?s)\A{joined(pieces)}\Z"


def joined(pieces: Sequence[Piece]) -> str:
    """Return the regular expression for pieces in a row; one that is open shares an atomic group with the next."""
    parts: list[str] = []
    waiting = ""
    for piece in pieces:
        parts.append(f"(?>{waiting}{piece.pattern})" if waiting and not piece.open else waiting + piece.pattern)
        waiting = parts.pop() if piece.open else ""
    return "".join([*parts, waiting])


def said(pieces: Iterable[Piece]) -> str:
    """Say what the pieces are, from left to right."""
    return ", ".join(piece.said() for piece in pieces)
