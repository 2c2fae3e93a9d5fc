"""Proposes the cells of other rows: of the row above or below, or one cell for all rows of a group."""

from collections.abc import Iterator, Sequence

from agents.induction.cells.text import Column
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Cells, Expression, Target
from agents.induction.windows.evidence import MARGIN_BITS, arrangement_bits, hinted
from agents.induction.windows.groups import Groups
from agents.induction.windows.keys import Grouping
from agents.induction.windows.places import MEMBERS, Member, Neighbour

OFFSETS = (1, -1, 2, -2)
WORDS = r"shift\w*|prev\w*|next|lag\w*|lead|above|below|before|after|following|roll\w*|rotate\w*|last|prior"
BITS_OF_OFFSET = 3.0  # for each row farther than the next
ENOUGH_BITS = 5.0


def propose_neighbours(target: Target, ways: Sequence[Grouping], instructions: Instructions) -> Iterator[Expression]:
    """Yield shifts of columns, and the first, last or most frequent cells of groups."""
    enough = ENOUGH_BITS - 2.0 * hinted(WORDS, target.name, instructions)
    surprise = arrangement_bits(target.cells)
    wanted = set(target.cells)
    for name, cells in target.table.columns.items():
        if len(wanted - set(cells)) > 1:
            continue
        for way in ways:
            if surprise >= MARGIN_BITS + way.bits:
                yield from shifted(name, cells, way, target, surprise - enough - way.bits)
                yield from chosen(name, cells, way, target)


def shifted(name: str, cells: Cells, way: Grouping, target: Target, spare: float) -> Iterator[Neighbour]:
    """Yield the shifts of a column by a row or two that give the wanted cells but for the ends of groups.

    There have to be some bits to spare for a shift by more than a row.
    """
    for offset in OFFSETS:
        if spare < BITS_OF_OFFSET * (abs(offset) - 1):
            continue
        ends = at_ends(cells, target.cells, offset, way.groups)
        if ends is None or len(ends) == len(cells):
            continue
        edges = {target.cells[row] for row in ends}
        if len(edges) == 1:
            yield Neighbour(Column(name), offset, way.keys, edge=edges.pop())
        yield Neighbour(Column(name), offset, way.keys, wraps=True)


def at_ends(cells: Cells, wanted: Cells, offset: int, groups: Groups) -> list[int] | None:
    """Return the rows for which there is none so many rows above; None when another row has not the wanted cell."""
    ends = []
    for rows in groups:
        for place, row in enumerate(rows):
            there = place - offset
            if not 0 <= there < len(rows):
                ends.append(row)
            elif cells[rows[there]] != wanted[row]:
                return None
    return ends


def chosen(name: str, cells: Cells, way: Grouping, target: Target) -> Iterator[Member]:
    """Yield the cells of a group that all its rows want."""
    if not way.keys or way.keys == (Column(name),):
        return
    if all(len({target.cells[row] for row in rows}) == 1 for rows in way.groups):
        yield from (Member(Column(name), which, way.keys) for which in MEMBERS)
