"""How the numbers of windows are read from columns, and how they are written."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from agents.induction.cells.text import Column
from agents.induction.numbers.formats import Operand
from agents.induction.numbers.relations import find_roundings
from agents.induction.numbers.search import looks_like_id
from agents.induction.numbers.shapes import find_number_readings
from agents.induction.numbers.styles import NumberLayout
from agents.induction.windows.window import write_floating

SAMPLE = 200
FLOATING = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


def find_operand(name: str, cells: Sequence[str]) -> Operand | None:
    """Return how a column is read as numbers; None when it holds others, or too few different ones."""
    texts = tuple(dict.fromkeys(cell for cell in cells if cell.strip()))
    if len(texts) < 2 or looks_like_id(texts):
        return None
    readings = find_number_readings(texts[:SAMPLE])
    return Operand(Column(name), readings[0]) if readings else None


def layouts(
    values: Sequence[Decimal], texts: Sequence[str], layout: NumberLayout
) -> Iterator[tuple[NumberLayout | None, int | None]]:
    """Yield how the values are written as the texts: like floating numbers of Python, or else in a layout."""
    if all(map(FLOATING.fullmatch, texts)):
        places = max(len(text.partition(".")[2]) for text in texts)
        for rounded in (None, places):
            if all(write_floating(value, rounded) == text for value, text in zip(values, texts, strict=True)):
                yield None, rounded
                return
    for rounded_layout in find_roundings(values, texts, layout, computed=True):
        yield rounded_layout, None
        return
