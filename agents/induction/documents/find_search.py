"""Finds the pattern that finds all items of an output in the texts of its input, and nothing else."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from agents.induction.chance import choice_bits
from agents.induction.documents.contexts import Document
from agents.induction.documents.find import FindInCells, FindInLines, Items
from agents.induction.documents.patterns import patterns, place, placed, spans_of
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table

ENOUGH_BITS = 5.0
BITS_OF_OTHER_LINES = 4.0
BITS_OF_FAR_WORDS = 3.0
FEWEST_ITEMS = 2
MOST_PARTS = 12
MOST_READ = 24  # items off which contexts are read
MOST_FOUND = 3


def propose_items_in_lines(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to find the output in the lines of a text, where lines are all that the input has."""
    expected = goal.expected
    if len(table.header) != 1 or len(expected.header) > MOST_PARTS or line_by_line(table, expected):
        return
    text = "\n".join(table.columns[table.header[0]])
    for found in find_items([text], [list(zip(*expected.columns.values(), strict=True))]):
        yield (FindInLines(table.header[0], found, expected.header),)


def line_by_line(table: Table, expected: Table) -> bool:
    """Tell whether each line has what stands in the same row of the output: that is for other steps to explain."""
    lines = table.columns[table.header[0]]
    return table.height == expected.height and all(
        cell in line for cells in expected.columns.values() for line, cell in zip(lines, cells, strict=True)
    )


def propose_items_in_cells(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to make a row of each item in long cells, beside the cells that are repeated."""
    expected = goal.expected
    if expected.height <= table.height or len(expected.header) > MOST_PARTS:
        return
    kept = [name for name in expected.header if set(expected.columns[name]) <= set(table.columns.get(name, ()))]
    names = tuple(name for name in expected.header if name not in kept)
    for source in table.header:
        if names and source not in kept:
            rows = rows_of_cells(table, source, expected, kept, names)
            for found in find_items(table.columns[source], rows) if rows else ():
                yield (FindInCells(source, found, names),)


def rows_of_cells(
    table: Table, source: str, expected: Table, kept: Sequence[str], names: Sequence[str]
) -> list[list[tuple[str, ...]]]:
    """Return the rows of the output that each cell gives, told by what is kept beside it, else by where they stand."""
    own_keys, wanted_keys, items = keys(table, kept), keys(expected, kept), keys(expected, names)
    rows: list[list[tuple[str, ...]]] = []
    done = 0
    for own, cell in zip(own_keys, table.columns[source], strict=True):
        first, end = done, 0
        while done < len(items) and wanted_keys[done] == own and (spans := place(cell, items[done], end)):
            done, end = done + 1, spans[-1][1]
        rows.append(items[first:done])
    return rows if done == len(items) else []


def keys(table: Table, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the cells of some columns, row by row."""
    return list(zip(*(table.columns[name] for name in names), strict=True)) if names else [()] * table.height


def find_items(texts: Sequence[str], rows: Sequence[Sequence[tuple[str, ...]]]) -> Iterator[Items]:
    """Yield the simplest patterns that find the rows in their texts and nothing else, when that is no chance."""
    total = sum(map(len, rows))
    if total < FEWEST_ITEMS:
        return
    for documents in placed(texts, rows):
        tried = enumerate(patterns(first_items(documents)), 1)
        fitting = ((number, items) for number, items in tried if finds(items, documents))
        for number, items in itertools.islice(fitting, MOST_FOUND):
            if evidence(documents, total) - math.log2(number) - bits_of_luck(items) < ENOUGH_BITS:
                return  # what is less simple would only hide that the items are too few
            yield items


def bits_of_luck(items: Items) -> float:
    """Return the bits that other lines and words further off cost: there are many that could have been alike."""
    around = (*items.before, *items.behind)
    lines = any("\n" in atom.text and not atom.text.isspace() for atom in around)
    return BITS_OF_OTHER_LINES * lines + BITS_OF_FAR_WORDS * any(atom.kind == "any or nothing" for atom in around)


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
    """Return the bits of choosing so many of all lines of the texts, of all runs of lines, or of words within lines."""
    whole = all(len(item) == 1 and is_whole(each.text, *item[0]) for each in documents for item in each.items)
    runs = 0
    for each in documents:
        lines = list(filter(str.strip, each.text.split("\n")))
        several = any("\n" in each.text[item[0][0] : item[-1][1]] for item in each.items)
        words = [1 if whole else len(re.findall(r"[^\W_]+|[^\w\s]", line)) for line in lines]
        runs += sum_to(len(lines)) if whole and several else sum(map(sum_to, words))
    if runs < total:
        return 0.0
    return choice_bits(runs, total)


def sum_to(count: int) -> int:
    """Return how many runs so many things in a row have."""
    return count * (count + 1) // 2


def is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether an item is one line or several."""
    return text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")
