"""Columns that an output is grouped by or spread over, and that are made first: months, parts of codes, pairs."""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence

from agents.induction.cells.strings import Concatenate, Part, Piece, Slice
from agents.induction.cells.text import Case, Column, Constant, Trim
from agents.induction.dates.columns import shared_layouts
from agents.induction.dates.formats import DateFormat
from agents.induction.dates.layouts import read_date, write_date
from agents.induction.dates.shapes import output_layouts
from agents.induction.goal import Goal
from agents.induction.groups.measures import free_name, measures
from agents.induction.model import Chain, Expression, Table
from agents.induction.windows.added import AddColumn

MOST_COLUMNS = 12
MOST_VALUES = 20_000
MOST_LAYOUTS = 6
DATES_LOOKED_AT = 60
FEWEST_KEYS = 2
SEPARATORS = re.compile(r"[^\w]+|_+")
CASES = ("upper", "lower", "title")
PATTERNS = ("letters", "digits", "word")


def propose_derived(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose the columns that make cells of the output out of those of the table, where several rows become one."""
    expected = goal.expected
    if not 0 < expected.height < table.height or goal.numbering or len(table.header) > MOST_COLUMNS:
        return
    distinct = {name: list(dict.fromkeys(cells)) for name, cells in table.columns.items()}
    if any(len(cells) > MOST_VALUES for cells in distinct.values()):
        return
    values = [set(cells) for cells in distinct.values()]
    made = []
    for name, cells in expected.columns.items():
        wanted = set(cells)
        if len(wanted) >= FEWEST_KEYS and not any(wanted <= own for own in values):
            found = next(derivations(wanted, distinct), None)
            made += [AddColumn(free_name(name, table), found)] if found else []
    made += pieces_in_header(distinct, set(expected.header), table)
    made += measures(table, expected)
    if made:
        yield tuple(made)


def derivations(wanted: Collection[str], distinct: dict[str, list[str]]) -> Iterator[Expression]:
    """Yield what makes all wanted cells: dates written as their period, parts of cells, pairs of cells."""
    numeric = all(cell.isdigit() for cell in wanted)
    for name, cells in distinct.items():
        for expression in itertools.chain(periods_of(name, cells, wanted), parts_of(name, cells, wanted)):
            made = {cell or "" for cell in expression.run(Table({name: cells}))}
            merged = not numeric and made > set(wanted) and len(made) < len(cells)
            if all(made) and made != set(cells) and (made == set(wanted) or merged):
                yield expression
    yield from pairs_of(distinct, wanted)


def periods_of(name: str, cells: Sequence[str], wanted: Collection[str]) -> Iterator[Expression]:
    """Yield the ways to write the dates of a column that give one of the wanted cells."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or not any(character.isdigit() for character in filled[0]):
        return
    sample = next(iter(sorted(wanted)))
    for layout in shared_layouts(filled)[:MOST_LAYOUTS]:
        dates = [date for cell in filled if (date := read_date(cell, layout))]
        found = (output_layouts(date, sample) for date in dates[:DATES_LOOKED_AT])
        for output in dict.fromkeys(itertools.chain.from_iterable(found)):
            if {write_date(date, output) for date in dates} >= set(wanted):
                yield DateFormat(Column(name), (layout,), output)


def parts_of(name: str, cells: Sequence[str], wanted: Collection[str]) -> Iterator[Expression]:
    """Yield what may be cut out of the cells of a column, and how they may be cleaned."""
    column = Column(name)
    yield from (Case(source, style) for source in (column, Trim(column, inner=False)) for style in CASES)
    yield Trim(column, inner=False)
    for separator in dict.fromkeys(SEPARATORS.findall(cells[0])):
        yield from (Piece(column, separator, index) for index in (0, 1, -1))
    yield from (Part(column, pattern, index) for pattern in PATTERNS for index in (0, 1, -1))
    lengths = set(map(len, wanted))
    if len(lengths) == 1:
        length = lengths.pop()
        yield from (Slice(column, 0, length), Slice(column, -length, None))


def pairs_of(distinct: dict[str, list[str]], wanted: Collection[str]) -> Iterator[Expression]:
    """Yield the pairs of columns that make the wanted cells with a separator between them."""
    first = next(iter(sorted(wanted)))
    for separator in dict.fromkeys(SEPARATORS.findall(first)):
        halves = [cell.split(separator) for cell in wanted]
        if any(len(half) != 2 for half in halves):
            continue
        left, right = ({half[place] for half in halves} for place in (0, 1))
        for one, other in itertools.permutations(distinct, 2):
            if left <= set(distinct[one]) and right <= set(distinct[other]):
                yield Concatenate((Column(one), Constant(separator), Column(other)))


def pieces_in_header(distinct: dict[str, list[str]], header: Collection[str], table: Table) -> Iterator[AddColumn]:
    """Yield the parts of a column's cells that are names of columns in the output."""
    for name, cells in distinct.items():
        for part in parts_of(name, cells, ()):
            made = {cell or "" for cell in part.run(Table({name: cells}))}
            if FEWEST_KEYS <= len(made) < len(cells) and made <= set(header):
                yield AddColumn(free_name(f"{name} label", table), part)
                break
