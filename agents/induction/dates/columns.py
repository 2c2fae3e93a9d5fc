"""How a column may be read as dates, whatever becomes of them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from agents.induction.cells.text import Column
from agents.induction.dates.layouts import read_date
from agents.induction.dates.search import (
    agreement,
    clean,
    group_by_layouts,
    needed_cleanings,
    with_month_names,
)
from agents.induction.dates.shapes import input_layouts
from agents.induction.dates.source import EPOCH_UNITS, DateSource
from agents.induction.numbers.shapes import DIGITS_TO_ZERO

SAMPLE = 200
MOST_GROUPS = 12
MINUTES_AND_SECONDS = "%M:%S"


def find_date_sources(name: str, cells: Sequence[str]) -> list[DateSource]:
    """Return the ways to read a column whose filled cells all are dates; none when one of them is not."""
    texts = tuple(dict.fromkeys(cell for cell in cells if cell.strip()))[:SAMPLE]
    return [DateSource(Column(name), inputs, cleanings) for inputs, cleanings in readings_of(texts)]


@lru_cache(maxsize=1024)
def readings_of(texts: tuple[str, ...]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return input layouts, with the cleanings before them, under which every text is a date.

    There are two when it stays open whether day or month stands first. Remembered, since every column of the output
    asks for every column of the input.
    """
    if not texts or not any(character.isdigit() for character in texts[0]):
        return []
    cleanings = tuple(needed_cleanings(texts))
    groups = group_by_layouts([(clean(text, cleanings), "") for text in texts])
    if not groups or len(groups) > MOST_GROUPS:
        return []
    found = []
    for day_first in (True, False):
        inputs = [layout_of([text for text, _ in members], layouts, day_first) for layouts, members in groups.items()]
        if all(inputs) and (len(inputs) == 1 or EPOCH_UNITS.keys().isdisjoint(inputs)):
            found.append((with_month_names(inputs), cleanings))
    return list(dict.fromkeys(found))


def shared_layouts(texts: Iterable[str]) -> list[str]:
    """Return the layouts in which every text is a date, the likeliest first."""
    different = set(texts)
    shapes = {text.translate(DIGITS_TO_ZERO) for text in different}
    layouts = input_layouts(shapes.pop()) if shapes else ()
    for shape in shapes:
        layouts = tuple(layout for layout in layouts if layout in input_layouts(shape))
        if not layouts:
            return []
    return [layout for layout in layouts if all(read_date(text, layout) for text in different)]


def layout_of(texts: Sequence[str], layouts: Sequence[str], day_first: bool) -> str:
    """Return the layout in which all texts are dates, in the given order of day and month if possible; "" for none."""
    if layouts == ("%H:%M",):
        layouts = (*layouts, MINUTES_AND_SECONDS)
    fitting = [layout for layout in layouts if all(read_date(text, layout) is not None for text in texts)]
    return max(fitting, key=lambda layout: agreement((layout,), day_first), default="")
