"""Finds out which columns of both files are dates, and in which layouts they are written.

Which layouts a text may have and what they mean is known to the induction; here columns choose among them.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agents.induction.dates.layouts import codes, read_date, reading_pattern
from agents.induction.dates.search import is_day_first
from agents.induction.dates.shapes import LONGEST_SHAPE, input_layouts
from agents.induction.numbers.shapes import DIGITS_TO_ZERO

YEARS = range(1900, 2101)  # of texts that are taken for dates
MOST_SHAPES = 500
SHARE = 0.9  # of the cells with digits that have to be dates

Groups = dict[str, list[str]]
"""The cells of each shape."""


@dataclass(frozen=True)
class Layouts:
    """How the dates of one column are written."""

    by_shape: dict[str, str]
    unpadded: frozenset[str]  # the letters of fields, such as "d", that have a single digit somewhere

    def of(self, text: str) -> str | None:
        """Return the layout of a text; None when it is no date."""
        return self.by_shape.get(shape(text.strip()))

    def read(self, text: str) -> datetime | None:
        """Read a text, in UTC where it has an offset; None when it is no date."""
        layout = self.of(text)
        return read_date(text.strip(), layout) if layout else None


def find_layouts(columns: Sequence[Collection[str]]) -> list[Layouts | None]:
    """Return the layouts of each column, None for those that are no dates.

    Texts that may be read in several ways, such as 03/04/2025 or bare digits, are read as the dates that other columns
    have, then with the day first.
    """
    grouped = [group_by_shape({cell.strip() for cell in cells if re.search(r"\d", cell)}) for cells in columns]
    choices = [{name: possible_layouts(cells) for name, cells in groups.items()} for groups in grouped]
    certain = {
        day
        for groups, choice in zip(grouped, choices, strict=True)
        for name, layouts in choice.items()
        if len(layouts) == 1 and speaks_for_itself(layouts[0])
        for day in days(groups[name], layouts[0])
    }
    return [choose(groups, choice, certain) for groups, choice in zip(grouped, choices, strict=True)]


def choose(groups: Groups, choices: dict[str, list[str]], certain: set[date]) -> Layouts | None:
    """Return the layouts of one column, by the days that are certain elsewhere."""
    orders = {is_day_first(layouts[0]) for layouts in choices.values() if len(layouts) == 1} - {None}
    found = {}
    for name, layouts in choices.items():
        confirmed = {layout: len(days(groups[name], layout) & certain) for layout in layouts}
        likely = [
            one for one in layouts if speaks_for_itself(one) or 2 * confirmed[one] >= len(days(groups[name], one))
        ]
        if likely:
            found[name] = max(likely, key=lambda one: (confirmed[one], is_day_first(one) in orders, not is_odd(one)))
    if not found or sum(len(groups[name]) for name in found) < SHARE * sum(map(len, groups.values())):
        return None
    fields = (item for name in found for cell in groups[name] for item in fields_of(cell, found[name]))
    return Layouts(found, frozenset(letter for letter, text in fields if len(text) == 1 and letter in "mdHI"))


def is_odd(layout: str) -> bool:
    """Tell whether the day stands between year and month, or behind a month in digits."""
    return layout.startswith("%Y") == (is_day_first(layout) is True) and is_day_first(layout) is not None


def speaks_for_itself(layout: str) -> bool:
    """Tell whether texts that fit are dates; bare digits may be anything, unless they are years, months and days."""
    return not layout.replace("%", "").isalnum() or layout.startswith("%Y%m%d") or "%b" in layout or "%B" in layout


def group_by_shape(cells: Collection[str]) -> Groups:
    """Group cells by their shape; nothing for texts that are no dates."""
    groups: Groups = {}
    for cell in cells:
        if len(cell) > LONGEST_SHAPE or len(groups) > MOST_SHAPES:
            return {}
        groups.setdefault(shape(cell), []).append(cell)
    return groups


def shape(cell: str) -> str:
    """Return a text with 0 for every digit; days and months with two digits have the shape of those with one."""
    return re.sub(r"(?<!0)00(?!0)", "0", cell.translate(DIGITS_TO_ZERO))


def possible_layouts(cells: Sequence[str]) -> list[str]:
    """Return the layouts of dates and times in which all these cells can be read."""
    layouts = input_layouts(max(cells, key=len).translate(DIGITS_TO_ZERO))
    return [layout for layout in layouts if is_whole(layout) and days(cells, layout)]


def is_whole(layout: str) -> bool:
    """Tell whether a layout has year, month and day, or a time alone."""
    letters = {code[-1] for _, code in codes(layout) if code}
    parts = [bool(letters & set(part)) for part in ("Yy", "mbB", "d")]
    return all(parts) or not any(parts)


def has_day(layout: str) -> bool:
    """Tell whether a layout is of days, not of the time of day alone."""
    return any(f"%{letter}" in layout for letter in "YysQ")


def days(cells: Sequence[str], layout: str) -> set[date]:
    """Return the days that the cells say under a layout; nothing when one of them says none."""
    read = {read_date(cell, layout) for cell in cells}
    found = {moment.date() for moment in read if moment and moment.year in YEARS}
    return found if None not in read and all(moment and moment.year in YEARS for moment in read) else set()


def fields_of(cell: str, layout: str) -> Iterable[tuple[str, str]]:
    """Return the fields of a date, each with the letter of its code."""
    match = reading_pattern(layout).fullmatch(cell)
    return match.groupdict().items() if match else ()
