"""The kinds of wishes for cells: how an output cell, or else a program, shows whether a wish was met."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.induction.date_layouts import reading_pattern


@dataclass(frozen=True)
class CellFamily:
    """A kind of wish for the cells of a column."""

    wish: str  # what it asks for, with {value}
    holds: Callable[[str, str, str], bool]  # takes the cell before, the cell after and the constraint's value
    disturb: Callable[[str], str] = str  # changes an input cell so that only programs of this kind meet the wish
    compares: bool = False  # whether it looks at the cell before


def fits_layout(before: str, after: str, layout: str) -> bool:
    """Tell whether the cell is written in the layout, leading zeros included."""
    zeros_missing = re.search(r"(?<!\d)\d(?!\d)", after) and not re.search(r"%-|%q|%u", layout)
    pattern = reading_pattern(re.sub("%-", "%", layout))
    return not zeros_missing and pattern.fullmatch(after) is not None


def is_rounded(before: str, after: str, places: str) -> bool:
    """Tell whether the number in the cell has no more decimals than asked for."""
    decimals = re.search(r"\d[.,](\d+)\D*$", after)
    groups_only = decimals is not None and places == "0" and re.search(r"\d[.,]\d{3}\D*$", after) is not None
    return decimals is None or groups_only or len(decimals.group(1)) <= int(places)


def follows_pair(before: str, after: str, pair: str) -> bool:
    """Tell whether the cell "A" became "B", where the pair is "A", a tab and "B"."""
    old, new = pair.split("\t")
    return before.strip().lower() != old.lower() or after == new


def word(cell: str, position: int) -> str:
    """Return one word of the cell, empty when there is none."""
    words = cell.split()
    return words[position] if words else ""


CELL_FAMILIES = {
    "copy": CellFamily("the same as in the input", lambda before, after, _: after == before, compares=True),
    "upper case": CellFamily("upper case", lambda _, after, __: after == after.upper(), str.swapcase),
    "lower case": CellFamily("lower case", lambda _, after, __: after == after.lower(), str.swapcase),
    "title case": CellFamily(
        "title case", lambda _, after, __: re.search(r"(?<![\w'\u2019])[^\W\d_](?<=[a-zß-ÿ])", after) is None, str.lower
    ),
    "sentence case": CellFamily(
        "sentence case",
        lambda _, after, __: after[:1] == after[:1].upper() and after[1:] == after[1:].lower(),
        str.upper,
    ),
    "trim": CellFamily("no blanks around", lambda _, after, __: after == after.strip(), lambda cell: f" {cell} "),
    "date layout": CellFamily("dates as {value}", fits_layout),
    "iso date": CellFamily(
        "ISO dates", lambda _, after, __: re.match(r"\d{4}-(\d\d-\d\d|W\d\d)(?!\w)|\d{4}-\d\d-\d\dT", after) is not None
    ),
    "round": CellFamily("at most {value} decimals", is_rounded, lambda cell: re.sub(r"(\d[.,]\d+)", r"\g<1>4", cell)),
    "remove": CellFamily('no "{value}"', lambda _, after, value: value not in after),
    "no leading zeros": CellFamily(
        "no leading zeros", lambda _, after, __: re.match(r"0\d", after) is None, lambda cell: f"0{cell}"
    ),
    "zero pad": CellFamily("{value} digits", lambda _, after, value: len(after) >= int(value)),
    "first word": CellFamily("the first word", lambda before, after, _: after == word(before, 0), compares=True),
    "last word": CellFamily("the last word", lambda before, after, _: after == word(before, -1), compares=True),
    "first characters": CellFamily(
        "the first {value} characters", lambda before, after, value: after == before[: int(value)], compares=True
    ),
    "last characters": CellFamily(
        "the last {value} characters", lambda before, after, value: after == before[-int(value) :], compares=True
    ),
    "constant": CellFamily('"{value}" everywhere', lambda _, after, value: after == value),
    "map": CellFamily("{value}", follows_pair, compares=True),
    "default": CellFamily('"{value}" for blanks', lambda _, after, __: after != "", lambda cell: ""),
    "prefix": CellFamily('"{value}" in front', lambda _, after, value: after.startswith(value)),
    "suffix": CellFamily('"{value}" at the end', lambda _, after, value: after.endswith(value)),
}


@dataclass(frozen=True)
class DateFamily:
    """A kind of wish for how dates are read: cells cannot show it, the stored expression does."""

    wish: str  # what it asks for, with {value}
    holds: Callable[[Mapping[str, Any], str], bool | None]  # takes the data of a date expression and the value


def reads_day_first(dates: Mapping[str, Any]) -> bool | None:
    """Tell whether the day stands before the month in the layouts that are read; None when no layout shows it."""
    shown = [layout for layout in dates["inputs"] if re.search("%d.*%m|%m.*%d", layout) and not layout.startswith("%Y")]
    return all(layout.index("%d") < layout.index("%m") for layout in shown) if shown else None


DATE_FAMILIES = {
    "utc": DateFamily("times in UTC", lambda dates, _: any("%z" in layout for layout in dates["inputs"])),
    "day first": DateFamily("the day before the month", lambda dates, _: reads_day_first(dates)),
    "month first": DateFamily(
        "the month before the day", lambda dates, _: None if (first := reads_day_first(dates)) is None else not first
    ),
    "read dates": DateFamily("dates read as {value}", lambda dates, value: re.sub("%-", "%", value) in dates["inputs"]),
}
