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
    "separators": (r"[\W_]++", "blanks and symbols", 6.0),
    "wide blanks": (r"[^\S\n]{2,}+", "two blanks or more", 2.5),
    "blanks": (r"[^\S\n]++", "blanks", 3.0),
    "padding": (r"[^\S\n]*+", "blanks or none", 4.0),
    "e-mail address": (r"[\w.+%-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++", "an e-mail address", 5.0),
    "web address": (r"https?://[^\s<>\"')]++", "a web address", 5.0),
    "unbroken": (r"\S++", "characters without a blank", 8.0),
    "line": (r".++", "the rest of the line", 3.0),
    "block": (r"(?:.++\n)*+.++", "all lines up to a blank one", 4.0),
    "start of line": (r"^", "the start of a line", 1.0),
    "end of line": (r"$", "the end of the line", 1.0),
    "start of block": (r"(?:\A|(?<=\n\n))", "the start of the text or what follows a blank line", 0.5),
    "any": (r".+?", "any text", 3.0),
    "any or nothing": (r".*?", "any text or none", 3.5),
    "long": (r".+", "any text up to the last of what follows", 4.5),
    "all before": (r".+", "all text before what follows", 4.5),
    "any lines": (r"(?s:.{1,9999}?)", "any lines", 5.0),
}
"""Name of an atom: its regular expression, what it is called, and its description length in bits."""
LITERAL = "text"
WIDTH = "width"
LINES = "lines"
BITS_OF_WORD = 2.5
BITS_OF_WIDTH = 8.0
BITS_OF_ONE_CHARACTER = 5.0
BITS_OF_SHAPE = 5.0
BITS_OF_MANY_WORDS = 6.0


@dataclass(frozen=True)
class Atom:
    """A run of characters: of one of the KINDS, a text as it stands, or so many characters or lines of any kind."""

    kind: str
    text: str = ""  # the text as it stands, or the number of characters or lines

    @property
    def pattern(self) -> str:
        """The regular expression."""
        if self.kind == LITERAL:
            return re.escape(self.text).replace(r"\ ", " ").replace("\\\n", r"\n").replace("\\\t", r"\t")
        if self.kind == LINES:
            return rf"(?:.*+\n){{{int(self.text) - 1}}}.++"
        return f".{{{int(self.text)}}}" if self.kind == WIDTH else KINDS[self.kind][0]

    @property
    def open(self) -> bool:
        """True when it ends only where the next piece begins."""
        return self.kind in ("any", "any or nothing", "long", "any lines")

    def said(self) -> str:
        """Say what it is."""
        if self.kind == LITERAL:
            return f'"{self.text}"'
        if self.kind == LINES:
            return f"{self.text} lines"
        return f"{self.text} character{'s' * (self.text != '1')}" if self.kind == WIDTH else KINDS[self.kind][1]

    def bits(self) -> float:
        """Return the description length; a text counts by words, symbols and runs of blanks."""
        if self.kind == LITERAL:
            tokens = [found.group() for found in re.finditer(r"[^\W_]+|\s+|.", self.text, re.DOTALL)]
            return 1.0 + sum(BITS_OF_WORD if token.isalnum() else 1.0 for token in tokens)
        if self.kind == LINES:
            return KINDS["line"][2] + int(self.text)
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
        """Add up the atoms; a shape is one thing to say, but words between blanks are hardly a shape."""
        shape = len(self.atoms) > 1 and any(atom.kind in ("digits", "letters") for atom in self.atoms)
        if not shape:
            return sum(atom.bits() for atom in self.atoms)
        words = all(atom.kind in ("letters", "blanks") or atom.text.isspace() for atom in self.atoms)
        return BITS_OF_SHAPE + len(self.atoms) + BITS_OF_MANY_WORDS * words


def whole_pattern(pieces: Sequence[Piece], or_whole: bool = False) -> str:
    """Return the regular expression for texts that consist of the pieces, or else for whole texts as a last group."""
    return rf"(?s)\A(?:{joined(pieces)}\Z|(.+))" if or_whole else rf"(?s)\A{joined(pieces)}\Z"


def item_pattern(before: Sequence[Atom], pieces: Sequence[Piece], behind: Sequence[Atom]) -> str:
    """Return the regular expression for pieces between others, of which those behind may begin the next item."""
    start = [Piece((atom,), taken=False) for atom in before]
    end = "".join(atom.pattern for atom in behind)
    return f"(?m){joined([*start, *pieces], f'(?={end})' if end else '')}"


def joined(pieces: Sequence[Piece], end: str = "") -> str:
    """Return the regular expression for pieces in a row; one that is open shares an atomic group with the next."""
    parts: list[str] = []
    waiting = ""
    for piece in pieces:
        parts.append(f"(?>{waiting}{piece.pattern})" if waiting and not piece.open else waiting + piece.pattern)
        waiting = parts.pop() if piece.open else ""
    return "".join([*parts, f"(?>{waiting}{end})" if waiting and end else waiting + end])


def said(pieces: Iterable[Piece]) -> str:
    """Say what the pieces are, from left to right."""
    return ", ".join(piece.said() for piece in pieces)
