"""Proposes what stands for blank cells of a column: a number computed of the others, or one of them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agents.induction.cells.text import Column
from agents.induction.choices.defaults import WhenBlank
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Expression, Target
from agents.induction.numbers.shapes import find_number_layouts
from agents.induction.windows.evidence import BITS_OF_HINT, MARGIN_BITS, arrangement_bits, hinted, magnitude_bits
from agents.induction.windows.keys import Grouping
from agents.induction.windows.kinds import FUNCTIONS
from agents.induction.windows.places import MEMBERS, Member
from agents.induction.windows.window import Window, compute, read_all
from agents.induction.windows.written import find_operand, layouts


def propose_filled(target: Target, ways: Sequence[Grouping], instructions: Instructions) -> Iterator[WhenBlank]:
    """Yield columns whose blank cells become one thing for all rows of a group."""
    for name, cells in target.table.columns.items():
        blank = [row for row, cell in enumerate(cells) if not cell.strip()]
        if not blank or len(blank) == len(cells) or not all(target.cells[row] for row in blank):
            continue
        if all(cell == want for cell, want in zip(cells, target.cells, strict=True) if cell.strip()):
            found = (filled_numbers, filled_members)
            for propose in found:
                yield from (
                    WhenBlank(Column(name), name, one) for one in propose(name, blank, target, ways, instructions)
                )


def filled_members(
    name: str, blank: Sequence[int], target: Target, ways: Sequence[Grouping], instructions: Instructions
) -> Iterator[Expression]:
    """Yield the first, last or most frequent cells of groups, where other cells would surprise."""
    surprise = arrangement_bits([target.cells[row] for row in blank])
    for way in ways:
        if way.keys and (surprise >= MARGIN_BITS + way.bits or way.bits == 0.0):
            yield from (Member(Column(name), which, way.keys) for which in MEMBERS)
    if hinted("mode|most (?:common|frequent)|majority", target.name, instructions):
        yield Member(Column(name), "commonest")


def filled_numbers(
    name: str, blank: Sequence[int], target: Target, ways: Sequence[Grouping], instructions: Instructions
) -> Iterator[Expression]:
    """Yield the totals, means and so on of groups that blank cells become."""
    texts = [target.cells[row] for row in blank]
    operand = find_operand(name, target.table.columns[name])
    found = next(find_number_layouts(tuple(dict.fromkeys(texts))), None) if operand else None
    if operand is None or found is None:
        return
    layout, reading = found
    bits = magnitude_bits([reading.read(text) for text in texts], layout.unit())
    numbers = read_all(operand, target.table)
    for function, kind in FUNCTIONS.items():
        hint = BITS_OF_HINT * hinted(kind.words, target.name, instructions)
        for way in ways if kind.single else ():
            if bits >= MARGIN_BITS + way.bits + kind.bits / 2 - hint:
                computed = compute(function, numbers, way.groups)
                values = [Decimal(computed[row]) for row in blank]
                if not any(value.is_nan() for value in values):
                    ways_to_write = layouts(values, texts, layout)
                    yield from (Window(function, operand, way.keys, 0, *written) for written in ways_to_write)
