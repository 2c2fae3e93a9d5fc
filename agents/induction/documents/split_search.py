"""Finds how a column is split into several of the output, all of them together."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from agents.induction.cells.sample import shape
from agents.induction.documents.atoms import Piece, whole_pattern
from agents.induction.documents.forms import Texts, find_form, forms_from_end, strict
from agents.induction.documents.split import SplitColumn
from agents.induction.goal import Goal
from agents.induction.model import Cells, Chain, Table, TableStep

MOST_TEXTS = 24  # of which a form is read off
MOST_SOURCES = 20
FEWEST_PIECES = 2
MANY_PIECES = 3
FIRST_ROWS = 8

Spans = tuple[tuple[int, int], ...]


def propose_whole_splits(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to split columns whose cells are the cells of neighbouring columns of the output, one behind the other.

    That never happens by chance, so these come before what explains each column of the output on its own, and so do
    splits into many pieces between delimiters, where nothing else is left to explain.
    """
    if table.height == goal.expected.height > 0:
        chain: Chain = ()
        for source in table.header[:MOST_SOURCES]:
            made = {name for step in chain for name in step.makes()}
            split = whole_split(source, table.columns[source], goal.expected)
            if split and made.isdisjoint(split.names):
                chain = (*chain, split)
        if chain:
            yield chain
        for pieces in propose_pieces(table, goal):
            if len(pieces[0].makes()) >= MANY_PIECES and leaves_copies(pieces[0], table, goal.expected):
                yield pieces


def leaves_copies(split: TableStep, table: Table, expected: Table) -> bool:
    """Tell whether the columns of the output that a split does not make are those of the input."""
    others = [name for name in expected.header if name not in split.makes()]
    return all(list(table.columns.get(name, ())) == list(expected.columns[name]) for name in others)


def propose_pieces(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to split columns in whose cells those of neighbouring columns of the output stand one after the other."""
    if table.height != goal.expected.height or not table.height:
        return
    for source in table.header[:MOST_SOURCES]:
        cells = table.columns[source]
        for names in inside(cells, goal.expected, table):
            split = split_of(source, cells, names, goal.expected)
            if split:
                yield (split,)


def whole_split(source: str, cells: Cells, expected: Table) -> SplitColumn | None:
    """Return the split of one column into neighbouring ones of the output."""
    for names in runs(cells, expected):
        split = split_of(source, cells, names, expected)
        if split and all(piece.taken for piece in split.pieces):
            return split
    return None


def runs(cells: Cells, expected: Table) -> Iterator[tuple[str, ...]]:
    """Yield neighbouring columns that spell the first cell that one of them begins."""
    header, columns = expected.header, list(expected.columns.values())
    for first, column in enumerate(columns[:-1]):
        row = next((row for row, value in enumerate(column) if value and value != cells[row]), None)
        if row is None or not cells[row].startswith(column[row]):
            continue
        end = len(column[row])
        for last in range(first + 1, len(columns)):
            piece = columns[last][row]
            if not cells[row].startswith(piece, end):
                break
            end += len(piece)
            if end == len(cells[row]):
                yield header[first : last + 1]
                break


def inside(cells: Cells, expected: Table, table: Table) -> Iterator[tuple[str, ...]]:
    """Yield the longest runs of neighbouring columns whose cells follow each other in the cells of the first rows."""
    rows = [row for row, cell in enumerate(cells) if cell][:FIRST_ROWS]
    if not rows:
        return
    first, cell = rows[0], cells[rows[0]]
    runs = itertools.groupby(expected.header, key=lambda name: expected.columns[name][first] in cell)
    for there, run in runs:
        names = [name for name in run if there and list(table.columns.get(name, ())) != list(expected.columns[name])]
        while len(names) >= FEWEST_PIECES:
            length = following(names, rows, cells, expected)
            if length >= FEWEST_PIECES:
                yield tuple(names[:length])
            names = names[max(length, 1) :]


def following(names: Sequence[str], rows: Sequence[int], cells: Cells, expected: Table) -> int:
    """Count the columns from the first on whose cells follow each other in the cells of some rows."""
    ends = [0] * len(rows)
    for count, name in enumerate(names):
        values = [expected.columns[name][row] for row in rows]
        starts = [cells[row].find(value, end) for row, value, end in zip(rows, values, ends, strict=True)]
        if min(starts) < 0 or not any(values):
            return count
        ends = [start + len(value) for start, value in zip(starts, values, strict=True)]
    return len(names)


def split_of(source: str, cells: Cells, names: tuple[str, ...], expected: Table) -> SplitColumn | None:
    """Return the split for the form of the cells with several pieces, which no other cell may have."""
    spans: dict[str, Spans] = {}
    blank: set[str] = set()
    whole: dict[str, str] = {}  # the cells that stand in one column, and that column
    for cell, *values in zip(cells, *(expected.columns[name] for name in names), strict=True):
        filled = [name for name, value in zip(names, values, strict=True) if value]
        found = find_spans(cell, values)
        if not filled:
            blank.add(cell)
        elif len(filled) == 1 and cell in values:
            whole[cell] = filled[0]
        elif len(filled) < FEWEST_PIECES or found is None or spans.setdefault(cell, found) != found:
            return None
    others = {*blank, *whole}
    places = set(whole.values())
    if not spans or others & spans.keys() or len(places) > 1 or (whole and any(blank)):
        return None
    texts = sample(spans)
    forms = itertools.chain(map(find_form, (texts, strict(texts))), forms_from_end(texts))
    fitting = (pieces for pieces in forms if pieces and holds(pieces, spans, others))
    pieces = next(fitting, None)
    return SplitColumn(source, pieces, names, *places) if pieces else None


def find_spans(cell: str, values: Sequence[str]) -> Spans | None:
    """Return where the values stand in a cell, one after the other, cutting no number or word; None when nowhere."""
    spans = []
    end = 0
    for value in values:
        start = cell.find(value, end)
        gap = cell[end:start] if start > end else ""
        if start < 0 or (end and cuts_word(cell, end, gap)) or (value and cuts_word(cell, start, gap)):
            return None
        end = start + len(value)
        spans.append((start, end))
    return None if cuts_word(cell, end, cell[end:]) else tuple(spans)


def cuts_word(cell: str, place: int, gap: str) -> bool:
    """Tell whether a gap parts a number or a word: the rest of it is no delimiter."""
    around = cell[max(0, place - 1) : place + 1]
    return bool(gap) and place > 0 and len(around) == 2 and (around.isdigit() or around.isalpha())


def sample(spans: Mapping[str, Spans]) -> Texts:
    """Return some of the texts, first those of different shapes, with the gaps between their pieces as pieces."""
    shapes = {shape(cell): cell for cell in reversed(list(spans))}
    chosen = list(dict.fromkeys([*shapes.values(), *spans]))[:MOST_TEXTS]
    edges = [[0, *(edge for span in spans[cell] for edge in span), len(cell)] for cell in chosen]
    places = range(1, len(edges[0]))
    filled = [place for place in places if place % 2 == 0 or any(row[place] > row[place - 1] for row in edges)]
    return Texts(chosen, [[row[place] for place in filled] for row in edges], [place % 2 == 0 for place in filled])


def holds(pieces: Sequence[Piece], spans: Mapping[str, Spans], others: set[str]) -> bool:
    """Tell whether the pieces stand in all cells where they should, and fit no other cell."""
    match = re.compile(whole_pattern(pieces)).match
    for cell, wanted in spans.items():
        found = match(cell)
        if not found or tuple(found.span(group) for group in range(1, len(wanted) + 1)) != wanted:
            return False
    return not any(map(match, others))
