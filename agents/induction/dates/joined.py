"""Dates whose day and time of the day stand in two columns."""

import itertools
import re
from collections.abc import Iterator

from agents.induction.cells.strings import Concatenate
from agents.induction.cells.text import Column, Constant
from agents.induction.dates.columns import find_date_sources
from agents.induction.dates.formats import date_formats
from agents.induction.dates.search import find_readings
from agents.induction.model import Expression, Target

FEWEST_NUMBERS = 4  # in a date with a time


def propose_joined_dates(target: Target) -> Iterator[Expression]:
    """Propose moments made of a column of days and one of times."""
    rows = [row for row, cell in enumerate(target.cells) if cell]
    if not rows or len(re.findall(r"\d+", target.cells[rows[0]])) < FEWEST_NUMBERS:
        return
    columns = {name: [cells[row] for row in rows] for name, cells in target.table.columns.items()}
    timed = {name: shows for name, cells in columns.items() if (shows := shown(name, cells))}
    days = [name for name, (day, time) in timed.items() if day and not time]
    times = [name for name, (day, time) in timed.items() if time and not day]
    for day, time in itertools.product(days, times):
        source = Concatenate((Column(day), Constant(" "), Column(time)))
        texts = [f"{one.strip()} {other.strip()}" for one, other in zip(columns[day], columns[time], strict=True)]
        pairs = dict.fromkeys(zip(texts, [target.cells[row] for row in rows], strict=True))
        for reading in find_readings(list(pairs)):
            yield from date_formats(source, reading, target)


def shown(name: str, cells: list[str]) -> tuple[bool, bool] | None:
    """Tell whether a column of dates shows days, and times of the day; None when it holds no dates."""
    sources = find_date_sources(name, cells) if all(map(str.strip, cells)) else []
    if not sources:
        return None
    layouts = " ".join(sources[0].inputs)
    return re.search("%[dBb]", layouts) is not None, re.search("%[HI]", layouts) is not None
