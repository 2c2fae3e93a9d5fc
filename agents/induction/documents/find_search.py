"""Finds the pattern that finds all items of an output in the texts of its input, and nothing else."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from agents.induction.documents.atoms import LINES, Atom, Piece, item_pattern
from agents.induction.documents.contexts import Atoms, Document, Spans, befores, behinds, bodies
from agents.induction.documents.find import FindInCells, FindInLines, Items
from agents.induction.layout.goal import Goal
from agents.induction.model import Cells, Chain, Table

ENOUGH_BITS = 5.0
FEWEST_ITEMS = 2
MOST_PARTS = 12
MOST_PATTERNS = 600
MOST_READ = 24  # items off which contexts are read
MOST_FOUND = 3
BITS_OF_NOTHING_BEFORE = 4.0  # the end of a word that is no item may look like one


def propose_items_in_lines(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to find the output in the lines of a text, where lines are all that the input has."""
    expected = goal.expected
    if len(table.header) != 1 or len(expected.header) > MOST_PARTS or expected.height == table.height:
        return
    text = "\n".join(table.columns[table.header[0]])
    rows = list(zip(*expected.columns.values(), strict=True))
    items = locate(text, rows)
    if items is not None:
        for found in find_items([Document(text, tuple(items))]):
            yield (FindInLines(table.header[0], found, expected.header),)


def propose_items_in_cells(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to make a row of each item in long cells, beside the cells that are repeated."""
    expected = goal.expected
    if expected.height <= table.height or len(expected.header) > MOST_PARTS:
        return
    kept = [
        name
        for name in expected.header
        if name in table.columns and set(expected.columns[name]) <= set(table.columns[name])
    ]
    names = tuple(name for name in expected.header if name not in kept)
    rows = list(zip(*(expected.columns[name] for name in names), strict=True))
    keys = list(zip(*(expected.columns[name] for name in kept), strict=True)) if kept else [()] * expected.height
    own_keys = list(zip(*(table.columns[name] for name in kept), strict=True)) if kept else [()] * table.height
    if not names or len(set(own_keys)) < table.height:
        return
    wanted: dict[tuple[str, ...], list[tuple[str, ...]]] = {key: [] for key in own_keys}
    for key, row in zip(keys, rows, strict=True):
        wanted.get(key, []).append(row)
    if list(itertools.chain(*wanted.values())) != rows:
        return
    for source in table.header:
        if source not in kept:
            documents = read_documents(table.columns[source], list(wanted.values()))
            for found in find_items(documents):
                yield (FindInCells(source, found, names),)


def read_documents(cells: Cells, rows: Sequence[Sequence[tuple[str, ...]]]) -> list[Document]:
    """Return the cells with the items in them; [] when one is not there."""
    documents = []
    for cell, wanted in zip(cells, rows, strict=True):
        items = locate(cell, wanted)
        if items is None:
            return []
        documents.append(Document(cell, tuple(items)))
    return documents


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


def find_items(documents: Sequence[Document]) -> Iterator[Items]:
    """Yield the simplest patterns that find all items and nothing else, when that is no chance."""
    total = sum(len(each.items) for each in documents)
    if total < FEWEST_ITEMS:
        return
    read = first_items(documents)
    surprise = evidence(documents, total)
    simpler = (items for tried, items in enumerate(patterns(read), 1) if surprise - math.log2(tried) >= ENOUGH_BITS)
    yield from itertools.islice((items for items in simpler if finds(items, documents)), MOST_FOUND)


def first_items(documents: Sequence[Document]) -> list[Document]:
    """Return the first few items in their texts."""
    left = MOST_READ
    read = []
    for each in documents:
        if left > 0 and each.items:
            read.append(Document(each.text, each.items[:left]))
            left -= len(each.items)
    return read


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


def finds(items: Items, documents: Sequence[Document]) -> bool:
    """Tell whether a pattern finds all items and nothing else; it stops at the first difference."""
    search = re.compile(items.pattern).finditer
    for each in documents:
        for found, wanted in itertools.zip_longest(search(each.text), each.items):
            if found is None or wanted is None or spans_of(found, len(wanted)) != wanted:
                return False
    return True


def spans_of(found: re.Match[str], parts: int) -> Spans:
    """Return where the parts of an item stand."""
    return tuple(found.span(group) for group in range(1, parts + 1))


def evidence(documents: Sequence[Document], total: int) -> float:
    """Return the bits of choosing so many of all the runs of words and symbols within lines of the texts."""
    runs = 0
    for each in documents:
        for line in each.text.split("\n"):
            words = len(re.findall(r"[^\W_]+|[^\w\s]", line))
            runs += words * (words + 1) // 2
    if runs < total:
        return 0.0
    choices = (math.lgamma(n + 1) for n in (runs, total, runs - total))
    return (next(choices) - next(choices) - next(choices)) / math.log(2)
