"""Operators on whole cells: copy, constant, letter case, blanks, replacement."""

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import TEXTS, Code, literal
from agents.induction.model import Expression, Table

BITS_PER_CHARACTER = 6.0


@dataclass(frozen=True)
class Column(Expression):
    """The cells of an input column as they are."""

    name: str
    op: ClassVar[str] = "column"
    action: ClassVar[str] = "column_mapping"

    def sources(self) -> tuple[str, ...]:
        """Return the column."""
        return (self.name,)

    def run(self, table: Table) -> list[str | None]:
        """Return the column's cells."""
        return list(table.columns[self.name])

    def total(self) -> bool:
        """Say yes: cells of the input are never missing."""
        return True

    def render(self, code: Code) -> str:
        """Return the column's Series."""
        return code.column(self.name)

    def explain(self) -> str:
        """Say which column is taken."""
        return f"Take {self.name}"

    def cost(self) -> float:
        """Return the least there is."""
        return 1.0


@dataclass(frozen=True)
class Constant(Expression):
    """The same text in every row."""

    text: str
    op: ClassVar[str] = "constant"
    action: ClassVar[str] = "constant_value"

    def sources(self) -> tuple[str, ...]:
        """Return nothing: no column is read."""
        return ()

    def run(self, table: Table) -> list[str | None]:
        """Return the text once a row."""
        return [self.text] * table.height

    def total(self) -> bool:
        """Say yes: the text is always there."""
        return True

    def render(self, code: Code) -> str:
        """Return a Series on the rows of `df`."""
        return f"pd.Series({literal(self.text)}, index=df.index, dtype=object)"

    def explain(self) -> str:
        """Say what is written."""
        return f'Write "{self.text}" in every row' if self.text else "Leave every row blank"

    def cost(self) -> float:
        """Count every character."""
        return 2 + BITS_PER_CHARACTER * len(self.text)


@dataclass(frozen=True)
class Change(Expression):
    """Changes the cells of another expression one by one; what is undefined stays undefined."""

    source: Expression
    partial: ClassVar[bool] = False  # True when `change` may return None

    @abstractmethod
    def change(self, cell: str) -> str | None:
        """Return the new cell, None where there is none."""

    @abstractmethod
    def clause(self) -> str:
        """Say what happens to a cell, as part of a sentence."""

    @abstractmethod
    def bits(self) -> float:
        """Return the description length of this change alone."""

    def sources(self) -> tuple[str, ...]:
        """Return the columns of the changed expression."""
        return self.source.sources()

    def total(self) -> bool:
        """Say yes when the changed expression is total and this change is."""
        return not self.partial and self.source.total()

    def run(self, table: Table) -> list[str | None]:
        """Change every cell; equal cells are changed once."""
        cells = self.source.run(table)
        changed = {cell: self.change(cell) for cell in set(cells) if cell is not None}
        return [None if cell is None else changed[cell] for cell in cells]

    def explain(self) -> str:
        """Add a clause to what the changed expression says."""
        return f"{self.source.explain()}, {self.clause()}"

    def cost(self) -> float:
        """Add the bits of the change."""
        return self.source.cost() + self.bits()


def title_case(text: str) -> str:
    """Start every word with a capital, as in "Mary-Ann O'Brien's 3rd House"."""
    if text.isascii() and text.replace(" ", "").isalpha():  # in a tenth of the time
        return text.title()
    return re.sub(r"[^\W_]+(?:['\u2019][^\W_](?![^\W_]))*", lambda word: word.group().capitalize(), text)


def name_case(text: str) -> str:
    """Start every word with a capital, also the part after Mc, as in "Ann McDonald"."""
    return re.sub(r"\bMc[^\W\d_]", lambda start: start.group()[:2] + start.group()[2:].upper(), title_case(text))


def word_case(text: str) -> str:
    """Start what follows a blank with a capital and write the rest small, as in "Mary-ann O'brien"."""
    return re.sub(r"\S+", lambda word: word.group().capitalize(), text)


def title_words(text: str) -> str:
    """Start what follows a blank with a capital and leave the rest as it is."""
    return re.sub(r"(?<!\S)\S", lambda letter: letter.group().upper(), text)


def headline_case(text: str) -> str:
    """Start every word with a capital but articles, conjunctions and short prepositions behind the first word."""
    small = {"a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "on", "or", "the"}
    small |= {"to", "vs", "with"}
    words = re.split(r"(\s+)", text)
    return "".join(
        word.lower() if place > 1 and word.lower() in small else word.capitalize() for place, word in enumerate(words)
    )


CASE_FUNCTIONS = {
    "upper": (str.upper, "write it in capitals", 2.0),
    "lower": (str.lower, "write it in small letters", 2.0),
    "title": (title_case, "start every word with a capital", 2.5),
    "sentence": (str.capitalize, "start it with a capital and write the rest small", 2.5),
    "python_title": (str.title, "start every run of letters with a capital", 4.0),
    "words": (word_case, "start every word with a capital, words being parted by blanks only", 4.0),
    "name": (name_case, "start every word with a capital, also the part after Mc", 4.5),
    "swap": (str.swapcase, "swap capitals and small letters", 5.0),
    "headline": (headline_case, "write it as a headline, with short words like of and the in small letters", 4.5),
    "initials": (title_words, "start every word with a capital and leave the other letters as they are", 4.5),
}
SERIES_METHODS = {
    "upper": "upper",
    "lower": "lower",
    "sentence": "capitalize",
    "python_title": "title",
    "swap": "swapcase",
}


@dataclass(frozen=True)
class Case(Change):
    """Letter case; `style` is a key of CASE_FUNCTIONS."""

    style: str
    op: ClassVar[str] = "case"
    action: ClassVar[str] = "text_formatting"

    def change(self, cell: str) -> str:
        """Change the case of one cell."""
        return CASE_FUNCTIONS[self.style][0](cell)

    def render(self, code: Code) -> str:
        """Use the method of the Series where there is one."""
        if self.style in SERIES_METHODS:
            return f"{code.series(self.source)}.str.{SERIES_METHODS[self.style]}()"
        if self.style == "name":
            code.function(title_case, "re")
        function = code.function(CASE_FUNCTIONS[self.style][0], "re")
        return f'{code.series(self.source)}.map({function}, na_action="ignore"){TEXTS}'

    def clause(self) -> str:
        """Say which case."""
        return CASE_FUNCTIONS[self.style][1]

    def bits(self) -> float:
        """Count the plain cases as simplest."""
        return CASE_FUNCTIONS[self.style][2]


@dataclass(frozen=True)
class Trim(Change):
    """Blanks around a cell are removed; with `inner`, runs of blanks inside become one space as well."""

    inner: bool
    op: ClassVar[str] = "trim"
    action: ClassVar[str] = "text_cleaning"

    def change(self, cell: str) -> str:
        """Trim one cell."""
        return " ".join(cell.split()) if self.inner else cell.strip()

    def render(self, code: Code) -> str:
        """Use the methods of the Series."""
        method = '.str.split().str.join(" ")' if self.inner else ".str.strip()"
        return self.source.render(code) + method

    def clause(self) -> str:
        """Say which blanks go."""
        return "remove blanks around it" + (" and all but one between words" if self.inner else "")

    def bits(self) -> float:
        """Outer blanks are the plainer case."""
        return 3.0 if self.inner else 2.0


@dataclass(frozen=True)
class Replace(Change):
    """Every occurrence of a text is replaced by another; an empty one removes it."""

    old: str
    new: str
    op: ClassVar[str] = "replace"
    action: ClassVar[str] = "text_replacement"

    def change(self, cell: str) -> str:
        """Replace in one cell."""
        return cell.replace(self.old, self.new)

    def render(self, code: Code) -> str:
        """Use the method of the Series."""
        return f"{code.series(self.source)}.str.replace({literal(self.old)}, {literal(self.new)}, regex=False)"

    def clause(self) -> str:
        """Say what is replaced."""
        return f'replace "{self.old}" by "{self.new}"' if self.new else f'remove "{self.old}"'

    def bits(self) -> float:
        """Both texts have to be said."""
        return 3 + BITS_PER_CHARACTER * (len(self.old) + len(self.new))


CHARACTER_CLASSES = {
    "digits": (r"[^0-9]", "keep only its digits"),
    "letters": (r"[\W\d_]", "keep only its letters"),
    "letters_digits": (r"[\W_]", "keep only its letters and digits"),
}


class Removal(Change):
    """All matches of a pattern are left out."""

    action: ClassVar[str] = "text_cleaning"

    @property
    @abstractmethod
    def pattern(self) -> str:
        """The regular expression of what is left out, without a quotation mark."""

    def change(self, cell: str) -> str:
        """Leave the matches out of one cell."""
        return re.sub(self.pattern, "", cell)

    def render(self, code: Code) -> str:
        """Use the method of the Series."""
        return f'{code.series(self.source)}.str.replace(r"{self.pattern}", "", regex=True)'


@dataclass(frozen=True)
class Keep(Removal):
    """Only the characters of a class are kept; `characters` is a key of CHARACTER_CLASSES."""

    characters: str
    op: ClassVar[str] = "keep_characters"

    @property
    def pattern(self) -> str:
        """What is not of the class."""
        return CHARACTER_CLASSES[self.characters][0]

    def clause(self) -> str:
        """Say what stays."""
        return CHARACTER_CLASSES[self.characters][1]

    def bits(self) -> float:
        """Count one class of three."""
        return 5.0


def folded_name(name: str) -> str:
    """Return what "Order Date" and "order_date" have in common."""
    return "".join(character for character in name.casefold() if character.isalnum())


def shared_length(*texts: str) -> int:
    """Count the characters with which all texts begin."""
    differing = (place for place, own in enumerate(zip(*texts, strict=False)) if len(set(own)) > 1)
    return next(differing, min(map(len, texts)))
