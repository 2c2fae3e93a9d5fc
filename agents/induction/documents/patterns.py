"""Finds the patterns that fit the items of texts where these stand; what else they find is for others to see."""

import itertools
import re
from collections.abc import Iterator, Sequence

from agents.induction.documents.atoms import LINES, Atom, Piece, item_pattern
from agents.induction.documents.contexts import Atoms, Document, Spans, befores, behinds, bodies
from agents.induction.documents.find import Items

MOST_PATTERNS = 600
MOST_PLACES = 20
LONGEST_ALIKE = 40  # characters
BLANKS = ("blanks", "wide blanks", "padding")
WORDS = ("letters", "capitals", "word", "capitalised")
BITS_OF_SINGLE_WORD = 3.0
BITS_OF_NEXT_LINE = 2.0
BITS_OF_NOTHING_BEFORE = 4.0  # the end of a word that is no item may look like one


def placed(texts: Sequence[str], rows: Sequence[Sequence[tuple[str, ...]]]) -> Iterator[list[Document]]:
    """Yield the texts with the rows of each in them: where these stand first, then where they stand alike."""
    firsts = [locate(text, wanted, "") for text, wanted in zip(texts, rows, strict=True)]
    if None in firsts:
        return
    first = [Document(text, tuple(items or ())) for text, items in zip(texts, firsts, strict=True)]
    yield first
    for each in first:
        for item in each.items:
            start, end = item[0]
            if word_at(each.text, each.text[start:end], start + 1) < 0:
                before = each.text[max(0, start - LONGEST_ALIKE) : start]
                alike = [locate(text, wanted, before) for text, wanted in zip(texts, rows, strict=True)]
                if None not in alike and alike != firsts:
                    yield [Document(text, tuple(items or ())) for text, items in zip(texts, alike, strict=True)]
                return


def locate(text: str, rows: Sequence[tuple[str, ...]], before: str) -> list[Spans] | None:
    """Return where the cells of the rows stand in a text, each behind the one before; None when one does not.

    Of several places for the first cell of a row, the first of those that have most in common with `before` is chosen.
    """
    items: list[Spans] = []
    for row in rows:
        spans = place(text, row, items[-1][-1][1] if items else 0, before)
        if spans is None:
            return None
        items.append(spans)
    return items


def place(text: str, row: tuple[str, ...], end: int, before: str = "") -> Spans | None:
    """Return where the cells of one row stand behind a place in a text; None when one does not."""
    spans = []
    for number, value in enumerate(row):
        start = word_at(text, value, end) if value else -1
        if before and number == 0 and start >= 0:
            start = max(occurrences(text, value, start), key=lambda at: shared_end(text[:at], before))
        if start < 0:
            return None
        end = start + len(value)
        spans.append((start, end))
    return tuple(spans)


def occurrences(text: str, value: str, start: int) -> list[int]:
    """Return the next few places where a value stands."""
    places = [start]
    while len(places) < MOST_PLACES and (start := word_at(text, value, start + 1)) >= 0:
        places.append(start)
    return places


def shared_end(text: str, other: str) -> int:
    """Count the characters with which both texts end."""
    pairs = zip(reversed(text[-LONGEST_ALIKE:]), reversed(other), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


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
    starts = [(bits_before(before), before) for before in dict.fromkeys(befores(documents))]
    ends = [
        (bits_within(pieces) + bits_behind(behind), pieces, behind)
        for pieces, behind in itertools.product(bodies(documents), dict.fromkeys(behinds(documents)))
        if stands(pieces, behind, documents)
    ]
    pairs = [
        (bits + more, Items(before, pieces, behind))
        for bits, before in starts
        for more, pieces, behind in ends
        if before or not pieces[0].open
    ]
    return [items for _, items in sorted(pairs, key=lambda pair: pair[0])[:MOST_PATTERNS]]


def bits_before(atoms: Atoms) -> float:
    """Return the bits of what stands before, with what speaks against beginning anywhere or behind any blanks."""
    blank = all(atom.kind in BLANKS or atom.text.strip(" \t\u00a0") == "" != atom.text for atom in atoms)
    return sum(atom.bits() for atom in atoms) + BITS_OF_NOTHING_BEFORE * blank


def bits_within(pieces: Sequence[Piece]) -> float:
    """Return the bits of the items themselves; single words in a text are seldom all that an item can be."""
    words = sum(piece.taken and piece.atoms[0].kind in WORDS and len(piece.atoms) == 1 for piece in pieces)
    return sum(piece.bits() for piece in pieces) + BITS_OF_SINGLE_WORD * words


def bits_behind(atoms: Atoms) -> float:
    """Return the bits of what stands behind; the next line is seldom what ends an item."""
    return sum(atom.bits() for atom in atoms) + BITS_OF_NEXT_LINE * any("\n" in atom.text for atom in atoms)


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
