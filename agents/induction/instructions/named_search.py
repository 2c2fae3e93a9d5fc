"""Proposes what instructions name: parts of cells at a separator, and pairs of old and new values."""

from collections.abc import Callable, Iterator

from agents.induction.cells.strings import Piece, Rest
from agents.induction.cells.text import Column, Trim
from agents.induction.cells.value_map import propose_value_maps
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Expression, Target

PARTS: dict[str, Callable[[Expression, str], Expression]] = {
    "before": lambda column, separator: Piece(column, separator, 0),
    "before the first": lambda column, separator: Piece(column, separator, 0),
    "before the last": lambda column, separator: Rest(column, separator, before_last=True),
    "after": lambda column, separator: Rest(column, separator, before_last=False),
    "after the first": lambda column, separator: Rest(column, separator, before_last=False),
    "after the last": lambda column, separator: Piece(column, separator, -1),
}
"""The parts that the search would not try where plainer ones give the same cells, by the family of the wish."""


def propose_named_parts(target: Target, instructions: Instructions) -> Iterator[Expression]:
    """Propose the parts of cells that instructions name, with and without the blanks around them."""
    named = any(wish.family in PARTS for note in instructions.notes for wish in note.cells)
    for name in target.table.header if named else ():
        for wish in instructions.cells(target.name, (name,)):
            if wish.family in PARTS and wish.source in ("", name):
                part = PARTS[wish.family](Column(name), wish.value)
                yield from (part, Trim(part, inner=False))


def propose_named_values(target: Target, instructions: Instructions) -> Iterator[Expression]:
    """Propose look-ups; pairs that instructions name need no evidence."""
    named: dict[str, dict[str, str]] = {}
    if any(wish.family == "map" for note in instructions.notes for wish in note.cells):
        for name in target.table.header:
            wishes = instructions.cells(target.name, (name,))
            named[name] = dict(wish.pair() for wish in wishes if wish.family == "map")
    return propose_value_maps(target, named)
