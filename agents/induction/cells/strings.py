"""Operators that take cells apart and put them together."""

import re
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import BITS_PER_CHARACTER, Change, Column, Constant
from agents.induction.code import TEXTS, Code, literal
from agents.induction.model import Expression, Table

ORDINALS = {0: "first", 1: "second", 2: "third", 3: "fourth", -1: "last", -2: "last but one", -3: "last but two"}
ENDING_SEPARATORS = (".", "/", "\\")
LINE = 90  # characters of an expression that fit on a line
BITS_PER_LETTER = 15.0  # of a constant inside a longer text: it may well be a value in disguise


def ordinal(index: int) -> str:
    """Return "first" for 0 and "last" for -1."""
    return ORDINALS.get(index) or (f"{index + 1}th" if index > 0 else f"{-index}th from the end")


def position_bits(index: int, separator: str = "") -> float:
    """Count how far a part is from the beginning or the end; the third is likelier than the last of three.

    It is the other way round with what separates names of files and their endings.
    """
    if index == -1 and separator in ENDING_SEPARATORS:
        return -0.5 if separator == "." else 0.5
    return min(float(index), 6.0) if index >= 0 else 2.0 + min(float(-index), 6.0)


@dataclass(frozen=True)
class Piece(Change):
    """One of the pieces between separators, counted from 0, or from -1 at the end; an empty separator means blanks."""

    separator: str
    index: int
    op: ClassVar[str] = "piece"
    action: ClassVar[str] = "split_column"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Return the piece, None where there are too few."""
        pieces = cell.split(self.separator or None)
        return pieces[self.index] if -len(pieces) <= self.index < len(pieces) else None

    def render(self, code: Code) -> str:
        """Split and take."""
        arguments = f"{literal(self.separator)}, regex=False" if self.separator else ""
        return f"{code.series(self.source)}.str.split({arguments}).str[{self.index}]{TEXTS}"

    def clause(self) -> str:
        """Say which piece."""
        between = f'pieces between "{self.separator}"' if self.separator else "words"
        return f"take the {ordinal(self.index)} of the {between}"

    def bits(self) -> float:
        """Count the separator and how far the piece is from an end; values of several words make blanks unlikely."""
        return (3.0 + len(self.separator) if self.separator else 6.0) + position_bits(self.index, self.separator)


@dataclass(frozen=True)
class Rest(Change):
    """What stands behind the first separator or, with `before_last`, before the last one."""

    separator: str
    before_last: bool
    op: ClassVar[str] = "rest"
    action: ClassVar[str] = "split_column"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Return the rest; the whole cell stands before a last separator that is not there."""
        separator = self.separator or None
        if self.before_last:
            return next(iter(cell.rsplit(separator, 1)), None)
        return next(iter(cell.split(separator, 1)[1:]), None)

    def render(self, code: Code) -> str:
        """Split once."""
        if self.before_last:
            arguments = f"{literal(self.separator)}, n=1" if self.separator else "n=1"
            return f"{code.series(self.source)}.str.rsplit({arguments}).str[0]{TEXTS}"
        arguments = f"{literal(self.separator)}, n=1, regex=False" if self.separator else "n=1"
        return f"{code.series(self.source)}.str.split({arguments}).str[1]{TEXTS}"

    def clause(self) -> str:
        """Say which part."""
        separator = f'"{self.separator}"' if self.separator else "blank"
        return f"take what stands {'before the last' if self.before_last else 'behind the first'} {separator}"

    def bits(self) -> float:
        """Count the separator, as for a piece; a full stop stands before the ending of a file's name."""
        if self.separator == "." and self.before_last:
            return 3.5
        return 5.5 - 2.5 * (not self.before_last) + len(self.separator) if self.separator else 9.5


PATTERNS = {
    "digits": (r"[0-9]+", "runs of digits"),
    "number": (r"[0-9]+(?:\.[0-9]+)?", "numbers"),
    "letters": (r"[^\W\d_]+", "runs of letters"),
    "capitals": (r"[A-Z]+", "runs of capitals"),
    "word": (r"[^\W_]+", "runs of letters and digits"),
    "leading_digits": (r"\A[0-9]+", "digits in front"),
    "trailing_digits": (r"(?<![0-9])[0-9]+\Z", "digits at the end"),
    "leading_letters": (r"\A[^\W\d_]+", "letters in front"),
    "parentheses": (r"\(([^()]*)\)", "parts in parentheses"),
    "brackets": (r"\[([^\[\]]*)\]", "parts in brackets"),
    "quotes": (r'"([^"]*)"', "parts in quotes"),
}
BITS_OF_PATTERN = {
    "parentheses": 4.5,
    "brackets": 4.5,
    "quotes": 4.5,
    "word": 7.5,
    "number": 8.0,
    "capitals": 8.0,
    "leading_digits": 9.5,
    "trailing_digits": 11.5,
    "leading_letters": 9.5,
}
"""What it takes to choose patterns that are rarer than the others."""


@dataclass(frozen=True)
class Part(Change):
    """One of the parts that a pattern finds, counted as in Piece; `pattern` is a key of PATTERNS."""

    pattern: str
    index: int
    op: ClassVar[str] = "part"
    action: ClassVar[str] = "extract_text"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Return the part, None where there are too few."""
        parts: list[str] = re.findall(PATTERNS[self.pattern][0], cell)
        return parts[self.index] if -len(parts) <= self.index < len(parts) else None

    def render(self, code: Code) -> str:
        """Find all and take one."""
        pattern = PATTERNS[self.pattern][0]
        quote = "'" if '"' in pattern else '"'
        return f"{code.series(self.source)}.str.findall(r{quote}{pattern}{quote}).str[{self.index}]{TEXTS}"

    def clause(self) -> str:
        """Say which part."""
        return f"take the {ordinal(self.index)} of its {PATTERNS[self.pattern][1]}"

    def bits(self) -> float:
        """Count the pattern and how far the part is from an end."""
        return BITS_OF_PATTERN.get(self.pattern, 7.0) + position_bits(self.index)


@dataclass(frozen=True)
class Slice(Change):
    """The characters from `start` up to `stop`, counted as Python counts them."""

    start: int
    stop: int | None
    op: ClassVar[str] = "slice"
    action: ClassVar[str] = "substring"

    def change(self, cell: str) -> str:
        """Cut one cell."""
        return cell[self.start : self.stop]

    def render(self, code: Code) -> str:
        """Slice the cells."""
        return f"{code.series(self.source)}.str[{self.start or ''}:{'' if self.stop is None else self.stop}]"

    def clause(self) -> str:
        """Say which characters."""
        if self.stop is None:
            return f"take its last {-self.start} characters" if self.start < 0 else f"leave out {self.start} characters"
        if self.start == 0 and self.stop > 0:
            return "take its first character" if self.stop == 1 else f"take its first {self.stop} characters"
        if self.start == 0:
            return f"leave out its last {-self.stop} characters"
        return f"take its characters {self.start + 1} to {self.stop}"

    def bits(self) -> float:
        """Count the positions that are not an end; a single first character is an everyday thing."""
        ends = [end for end in (self.start, self.stop) if end]
        return 4.5 if (self.start, self.stop) == (0, 1) else 4.0 + sum(3.0 + min(abs(end), 8) / 2 for end in ends)


@dataclass(frozen=True)
class Concatenate(Expression):
    """Several expressions written one behind the other; undefined where one of them is."""

    parts: tuple[Expression, ...]
    op: ClassVar[str] = "concatenate"
    action: ClassVar[str] = "concatenate_columns"

    def sources(self) -> tuple[str, ...]:
        """Return the columns of all parts, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.sources()))

    def total(self) -> bool:
        """Say yes when all parts are total."""
        return all(part.total() for part in self.parts)

    def run(self, table: Table) -> list[str | None]:
        """Join the parts row by row."""
        rows = zip(*(part.run(table) for part in self.parts), strict=True)
        return [None if None in cells else "".join(cell or "" for cell in cells) for cells in rows]

    def render(self, code: Code) -> str:
        """Add the Series, one a line when they are long; constants are plain literals."""
        parts = [literal(part.text) if isinstance(part, Constant) else part.render(code) for part in self.parts]
        line, lines = " + ".join(parts), "\n    + ".join(parts)
        return line if len(line) <= LINE else f"(\n    {lines}\n)"

    def explain(self) -> str:
        """Say the parts in order."""
        return f"Join {', '.join(map(explain_part, self.parts))}"

    def cost(self) -> float:
        """Add the parts, and what it takes to say that there is another one."""
        return sum(2.0 + part_cost(part) for part in self.parts)


@dataclass(frozen=True)
class JoinFilled(Expression):
    """The cells that are not blank, with a separator between them."""

    parts: tuple[Expression, ...]
    separator: str
    op: ClassVar[str] = "join_filled"
    action: ClassVar[str] = "concatenate_columns"

    def sources(self) -> tuple[str, ...]:
        """Return the columns of all parts, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.sources()))

    def total(self) -> bool:
        """Say yes: what is missing is left out."""
        return True

    def run(self, table: Table) -> list[str | None]:
        """Join what is there row by row."""
        rows = zip(*(part.run(table) for part in self.parts), strict=True)
        return [self.separator.join(cell for cell in cells if cell) for cells in rows]

    def render(self, code: Code) -> str:
        """Join lists of cells."""
        cells = ", ".join(f'{code.series(part)}.fillna("")' for part in self.parts)
        joined = f"{literal(self.separator)}.join(filter(None, cells)) for cells in zip({cells})"
        return f"pd.Series([{joined}], index=df.index, dtype=object)"

    def explain(self) -> str:
        """Say the parts and the separator."""
        return (
            f'Join those that are filled of {", ".join(map(explain_part, self.parts))}, with "{self.separator}" between'
        )

    def cost(self) -> float:
        """Count the separator once."""
        return 4.0 + BITS_PER_CHARACTER * len(self.separator) + sum(1.0 + part.cost() for part in self.parts)


def explain_part(part: Expression) -> str:
    """Name a part of a longer text."""
    if isinstance(part, Constant):
        return f'"{part.text}"'
    if isinstance(part, Column):
        return part.name
    return f"({part.explain()[0].lower()}{part.explain()[1:]})"


def part_cost(part: Expression) -> float:
    """Return the bits of a part; letters and digits are dear in constants, which symbols mostly are made of."""
    if isinstance(part, Constant):
        return 2 + sum(BITS_PER_LETTER if character.isalnum() else BITS_PER_CHARACTER - 2 for character in part.text)
    return part.cost()
