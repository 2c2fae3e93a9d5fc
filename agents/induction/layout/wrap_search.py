"""Proposes to wrap rows, as the number of rows that are wanted and the cells that begin them tell."""

import re
from collections.abc import Iterator

from agents.induction.goal import Goal
from agents.induction.layout.grid import GridStep, rows_of
from agents.induction.layout.selection import DropBlankColumns, KeepColumns, find_selection
from agents.induction.layout.wrap import SHAPES, WrapAll, WrapBlocks, WrapByKey, WrapEvery, WrapFrom, wrap_blocks
from agents.induction.model import Cells, Chain, Table

MOST_KEYS = 3
MOST_KEY_COLUMNS = 12
MARK = re.compile(r"[^\w\s]+\s*")
LABEL = re.compile(r"[^:=]*[:=]\s*")


def propose_wraps(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the ways to make fewer and wider rows."""
    if table.height <= goal.expected.height:
        return
    yield from wraps(table, goal)
    if selection := find_selection(table, goal):
        yield from ((selection, *chain) for chain in wraps(selection.run(table), goal))


def wraps(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the ways to wrap all columns, and some behind a key."""
    yield from by_key(table, goal)
    if len(table.header) >= len(goal.expected.header):
        return
    rows = rows_of(table, table.header)
    for step in (*blocks(rows, goal), *records(table, goal), *shaped(table, goal), *counted(rows, goal)):
        yield (step,)
        if not all(cell.strip() for row in rows for cell in row):
            yield (step, DropBlankColumns())


def by_key(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the first columns, or one column, as the key, when it has as many values as rows are wanted."""
    first = [table.header[:count] for count in range(1, min(MOST_KEYS, len(table.header) - 1) + 1)]
    single = [(name,) for name in table.header[1:MOST_KEY_COLUMNS]]
    for keys in (*first, *single):
        columns = [table.columns[name] for name in keys]
        distinct = set(zip(*columns, strict=True))
        if len(distinct) != goal.expected.height or not all(map(goal.cells.issuperset, columns)):
            continue
        others = [name for name in table.header if name not in keys]
        wanted = [name for name in others if any(table.columns[name]) and goal.cells.issuperset(table.columns[name])]
        if wanted and wanted != others and len(keys) + len(wanted) < len(goal.expected.header):
            yield KeepColumns((*keys, *wanted)), WrapByKey(keys)
        if len(table.header) < len(goal.expected.header):
            yield (WrapByKey(keys),)


def blocks(rows: list[list[str]], goal: Goal) -> Iterator[GridStep]:
    """Propose blank rows as what parts the rows."""
    if all(any(map(str.strip, row)) for row in rows):
        return
    if len(wrap_blocks(rows, skip_blank=False)) == goal.expected.height:
        yield from map(WrapBlocks, ways_to_skip(rows))


def records(table: Table, goal: Goal) -> Iterator[GridStep]:
    """Propose what the first column shows where a record begins: something at all, a mark, or a label."""
    column, cells = next(iter(table.columns.items()))
    for start in starts(cells):
        begins = [cell.startswith(start) if start else bool(cell.strip()) for cell in cells]
        if sum(begins) == goal.expected.height:
            shown = [cell for cell, first in zip(cells, begins, strict=True) if first]
            cut = not goal.cells.issuperset(shown)
            yield from (WrapFrom(column, start, cut, skip) for skip in ways_to_skip(rows_of(table, table.header)))


def shaped(table: Table, goal: Goal) -> Iterator[GridStep]:
    """Propose what the first cells of all records look like, when there are several and they stay as they are."""
    column, cells = next(iter(table.columns.items()))
    for shape, (pattern, _) in SHAPES.items() if goal.expected.height > 1 else ():
        shown = [cell for cell in cells if re.match(pattern, cell)]
        if len(shown) == goal.expected.height and goal.cells.issuperset(shown):
            yield from (WrapFrom(column, "", False, skip, shape) for skip in ways_to_skip(rows_of(table, table.header)))


def starts(cells: Cells) -> Iterator[str]:
    """Yield how the first filled cell begins that may mark the beginning of a record; "" for a cell that is filled."""
    first = next(filter(str.strip, cells), "")
    if not all(map(str.strip, cells)):
        yield ""
    for pattern in (MARK, LABEL):
        if found := pattern.match(first):
            yield found.group()
    if cells.count(first) > 1:
        yield first


def counted(rows: list[list[str]], goal: Goal) -> Iterator[GridStep]:
    """Propose as many rows for each as make the height; rows of one kind are a list and become a single row."""
    height = goal.expected.height
    if height == 1 and len(set(map(kind, rows))) == 1:
        yield WrapAll()
        return
    count = -(-len(rows) // height)
    if -(-len(rows) // count) == height:
        yield WrapEvery(count)


def ways_to_skip(rows: list[list[str]]) -> tuple[bool, ...]:
    """Return whether blank cells may be left out: also when there are some."""
    return (False,) if all(cell.strip() for row in rows for cell in row) else (False, True)


def kind(row: list[str]) -> tuple[str, ...]:
    """Return what rows of one kind have in common: letters, digits and symbols in the same places."""
    return tuple(re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", cell)) for cell in row)
