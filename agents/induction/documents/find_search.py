"""Finds the pattern that finds all items of an output in the texts of its input, and nothing else."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from agents.induction.documents.contexts import Document
from agents.induction.documents.find import FindInCells, FindInLines, Items
from agents.induction.documents.patterns import locate, patterns, spans_of
from agents.induction.layout.goal import Goal
from agents.induction.model import Cells, Chain, Table

ENOUGH_BITS = 5.0
FEWEST_ITEMS = 2
MOST_PARTS = 12
MOST_READ = 24  # items off which contexts are read
MOST_FOUND = 3


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


def finds(items: Items, documents: Sequence[Document]) -> bool:
    """Tell whether a pattern finds all items and nothing else; it stops at the first difference."""
    search = re.compile(items.pattern).finditer
    for each in documents:
        for found, wanted in itertools.zip_longest(search(each.text), each.items):
            if found is None or wanted is None or spans_of(found, len(wanted)) != wanted:
                return False
    return True


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
