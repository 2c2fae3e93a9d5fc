"""Yes and no in their many spellings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Column
from agents.induction.code import TEXTS, Code, literal
from agents.induction.model import Expression, Table, Target

TRUE_WORDS = ("yes", "y", "true", "t", "1", "on", "x", "active", "enabled")
FALSE_WORDS = ("no", "n", "false", "f", "0", "off", "inactive", "disabled")
TRUTH = dict.fromkeys(TRUE_WORDS, True) | dict.fromkeys(FALSE_WORDS, False)
BITS_PER_CHARACTER = 3.0


@dataclass(frozen=True)
class YesNo(Expression):
    """Reads the usual words for yes and no, and writes one word for each; undefined for other texts."""

    source: Expression
    yes: str
    no: str
    op: ClassVar[str] = "yes_no"
    action: ClassVar[str] = "value_mapping"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        return self.source.sources()

    def run(self, table: Table) -> list[str | None]:
        """Look up every cell, without blanks and letter case."""
        words = {True: self.yes, False: self.no, None: None}
        return [words[None if cell is None else truth(cell)] for cell in self.source.run(table)]

    def render(self, code: Code) -> str:
        """Return a look-up in two constants."""
        words = code.constant("truth", TRUTH)
        known = f"{self.source.render(code)}.str.strip().str.lower().map({words})"
        return f"{known}.map({{True: {literal(self.yes)}, False: {literal(self.no)}}}){TEXTS}"

    def explain(self) -> str:
        """Name the two words."""
        return f'{self.source.explain()}, write "{self.yes}" for yes and "{self.no}" for no, however they are spelled'

    def cost(self) -> float:
        """Count the two words."""
        return self.source.cost() + 4 + BITS_PER_CHARACTER * len(self.yes + self.no)


def truth(text: str) -> bool | None:
    """Return what a word means; None when it is neither yes nor no."""
    return TRUTH.get(text.strip().lower())


def propose_yes_no(target: Target) -> Iterator[Expression]:
    """Yield the words that stand for yes and no, where both are seen."""
    for name, cells in target.table.columns.items():
        known: dict[bool, str] = {}
        for cell, want in dict.fromkeys(zip(cells, target.cells, strict=True)):
            meaning = truth(cell)
            if (meaning is None and want) or (meaning is not None and known.setdefault(meaning, want) != want):
                break
        else:
            if len(known) == 2 and known[True] != known[False] and list(cells) != list(target.cells):
                yield YesNo(Column(name), known[True], known[False])
