"""One field out of a longer text, told by what stands before and behind it."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import TEXTS, Code, literal
from agents.induction.documents.atoms import LITERAL, Atom
from agents.induction.documents.contexts import Document
from agents.induction.documents.find import Items
from agents.induction.documents.patterns import BLANKS, patterns, placed, spans_of
from agents.induction.model import Expression, Table, Target

WORD = re.compile(r"[^\W_]+")
FEWEST_WORDS = 2  # of a text in which something is looked for
FEWEST_TEXTS = 2
BITS_OF_NO_MARK = 2.0  # places between blanks, or before a symbol, are told as well by counting
BITS_OF_OWN_MARK = 2.0  # a symbol such as "$" tells more than the number of words before it
BITS_OF_BLANK_BEHIND = 0.25  # of two patterns that are as simple, one holds at the end of a text too
ENOUGH_BITS = 5.0  # of finding the right word of each text, beyond the patterns that were tried
MOST_TEXTS = 12
MOST_FOUND = 2


@dataclass(frozen=True)
class Field(Expression):
    """The first place in a text where a pattern finds something; undefined where it finds nothing."""

    column: str
    items: Items
    op: ClassVar[str] = "field"
    action: ClassVar[str] = "extract_text"

    def sources(self) -> tuple[str, ...]:
        """Return the column."""
        return (self.column,)

    def run(self, table: Table) -> list[str | None]:
        """Search every cell once."""
        search = re.compile(self.items.pattern).search
        return [found.group(1) if (found := search(cell)) else None for cell in table.columns[self.column]]

    def render(self, code: Code) -> str:
        """Extract the group."""
        return f"{code.column(self.column)}.str.extract({literal(self.items.pattern)}, expand=False){TEXTS}"

    def explain(self) -> str:
        """Say what is looked for."""
        return f"Find in {self.column} the first {self.items.said()}"

    def cost(self) -> float:
        """Add the pattern, and what speaks against it where no text marks the place."""
        marks = BITS_OF_NO_MARK * (not is_marked(self.items)) - BITS_OF_OWN_MARK * begins_alike(self.items)
        return 2.0 + self.items.bits() + marks + BITS_OF_BLANK_BEHIND * ends_at_blank(self.items)


def propose_fields(target: Target) -> Iterator[Expression]:
    """Propose what finds the wanted texts in long ones, and nothing in texts of which none is wanted."""
    for name, cells in target.table.columns.items():
        texts = dict(zip(cells, target.cells, strict=True))
        wanted = [text for text, want in texts.items() if want]
        if len(wanted) < FEWEST_TEXTS or not all(texts[text] in text and has_words(text) for text in wanted):
            continue
        sample = wanted[:MOST_TEXTS]
        for documents in placed(sample, [[(texts[text],)] for text in sample]):
            surprise = sum(math.log2(1 + len(WORD.findall(each.text))) for each in documents)
            tried = enumerate(patterns(documents), 1)
            known = (items for number, items in tried if surprise - math.log2(number) >= ENOUGH_BITS)
            fitting = (items for items in known if finds_first(items, documents))
            yield from (Field(name, items) for items in itertools.islice(fitting, MOST_FOUND))


def begins_alike(items: Items) -> bool:
    """Tell whether all that is looked for begins with the same symbol and goes on with one kind of characters."""
    atoms = items.pieces[0].atoms
    return len(atoms) == 2 and atoms[0].kind == LITERAL and not items.pieces[0].open


def ends_at_blank(items: Items) -> bool:
    """Tell whether a blank has to follow, which no text has at its end."""
    return items.pieces[-1].open and len(items.behind) == 1 and items.behind[0].text == " "


def is_marked(items: Items) -> bool:
    """Tell whether a text before or at the beginning of what is looked for marks it, its kind, or the end of a line."""
    first, before = items.pieces[0].atoms[0], items.before
    ends_line = items.behind[:1] == (Atom("end of line"),)
    marked = any((atom.kind not in BLANKS and atom.text.strip() != "") or "start" in atom.kind for atom in before)
    return marked or ends_line or first.kind in (LITERAL, "e-mail address", "web address")


def has_words(text: str) -> bool:
    """Tell whether a text is more than a name or a number."""
    return len(text.split()) >= FEWEST_WORDS


def finds_first(items: Items, documents: Sequence[Document]) -> bool:
    """Tell whether what a pattern finds first in each text is what is wanted of it."""
    search = re.compile(items.pattern).search
    return all((found := search(each.text)) and spans_of(found, 1) == each.items[0] for each in documents)
