"""Finds the patterns that fit the items of texts where these stand; what else they find is for others to see."""

import itertools
import re
from collections.abc import Sequence

from agents.induction.documents.atoms import LINES, Atom, Piece, item_pattern
from agents.induction.documents.contexts import Atoms, Document, Spans, befores, behinds, bodies
from agents.induction.documents.find import Items

MOST_PATTERNS = 600
BITS_OF_NOTHING_BEFORE = 4.0  # the end of a word that is no item may look like one


def locate(text: str, rows: Sequence[tuple[str, ...]]) -> list[Spans] | None:
    """Return where the cells of the rows stand in a text, each behind the one before; None when one does not."""
    items = []
    end = 0
    for row in rows:
        spans = []
        for value in row:
            start = word_at(text, value, end) if value else -1
            if start < 0:
                return None
            end = start + len(value)
            spans.append((start, end))
        items.append(tuple(spans))
    return items


def word_at(text: str, value: str, start: int) -> int:
    """Return where a value stands next, but not within a longer word; -1 when it does not."""
    while (start := text.find(value, start)) >= 0:
        end = start + len(value)
        cut_before = text[start - 1 : start].isalnum() and value[0].isalnum()
        if not cut_before and not (text[end : end + 1].isalnum() and value[-1].isalnum()):
            break
        start += 1
    return start


def patterns(documents: Sequence[Document]) -> list[Items]:
    """Return the patterns that stand where the items do, the simplest first."""
    starts = list(dict.fromkeys(befores(documents)))
    ends = [
        (pieces, behind)
        for pieces, behind in itertools.product(bodies(documents), dict.fromkeys(behinds(documents)))
        if stands(pieces, behind, documents)
    ]
    found = [
        Items(before, pieces, behind) for before in starts for pieces, behind in ends if before or not pieces[0].open
    ]
    return sorted(found, key=bits_here)[:MOST_PATTERNS]


def bits_here(items: Items) -> float:
    """Return the bits of a pattern, with what speaks against one that begins anywhere or behind any blanks."""
    before = all(
        atom.kind in ("blanks", "padding") or atom.text.strip(" \t\u00a0") == "" != atom.text for atom in items.before
    )
    return items.bits() + BITS_OF_NOTHING_BEFORE * before


def stands(pieces: Sequence[Piece], behind: Atoms, documents: Sequence[Document]) -> bool:
    """Tell whether pieces begin and end where the items and their parts do, and nothing more is said than needed."""
    ends_line = behind[:1] == (Atom("end of line"),)
    if pieces[-1].open and (ends_line or not behind):
        return False
    if pieces[-1].atoms[-1].kind in ("line", "block", LINES) and behind:
        return False
    match = re.compile(item_pattern((), pieces, behind)).match
    for each in documents:
        for item in each.items:
            found = match(each.text, item[0][0])
            if not found or spans_of(found, len(item)) != item:
                return False
    return True


def spans_of(found: re.Match[str], parts: int) -> Spans:
    """Return where the parts of an item stand."""
    return tuple(found.span(group) for group in range(1, parts + 1))
