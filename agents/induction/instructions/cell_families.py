"""The kinds of wishes for cells: how an output cell, or else a program, shows whether a wish was met."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.induction.dates.layouts import reading_pattern
from agents.induction.instructions.relations import RELATIONS

Holds = Callable[[str, str, str], bool | None]
"""Takes the cell before, the cell after and a wish's value; None when these cells show nothing."""


def unchanged(cell: str, value: str) -> str:
    """Return a cell as it is."""
    return cell


@dataclass(frozen=True)
class CellFamily:
    """A kind of wish for the cells of a column."""

    holds: Holds
    disturb: Callable[[str, str], str] = unchanged  # changes a cell so that only programs of this kind meet the wish
    compares: bool = False  # whether it looks at the cell before
    blanks: bool = False  # whether a blank cell can meet or break it


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


def follows_pair(before: str, after: str, pair: str) -> bool | None:
    """Tell whether the cell "A" became "B", where the pair is "A", a tab and "B"; other cells show nothing."""
    old, new = pair.split("\t")
    return after == new if before.strip().lower() == old.lower() else None


def is_blank_when(before: str, after: str, condition: str) -> bool | None:
    """Tell whether the cell is blank, where the condition is a key of RELATIONS, a tab and a value; else None."""
    relation, value = condition.split("\t")
    return after.strip() == "" if RELATIONS[relation](before, value) else None


def stands_beside(side: int, *ends: str) -> Holds:
    """Return the test for what stands before (0) or behind (2) the first or last of a separator, but for blanks."""

    def holds(before: str, after: str, separator: str) -> bool | None:
        parts = {"first": before.partition, "last": before.rpartition}
        possible = {parts[end](separator)[side].strip() for end in ends}
        return after.strip() in possible if separator in before else None

    return holds


def digits(cell: str) -> str:
    """Return the digits of a cell."""
    return re.sub(r"\D", "", cell)


def is_word(before: str, after: str, position: int) -> bool:
    """Tell whether the cell is one word of that before, in any letter case and without the marks around it."""
    words = before.split() or [""]
    return after.casefold().strip(MARKS_AROUND) == words[position].casefold().strip(MARKS_AROUND)


def lengthened(cell: str, separator: str) -> str:
    """Return a cell with other first and last parts."""
    return f"x{cell}x"


def with_more_parts(cell: str, separator: str) -> str:
    """Return a cell with one more separator at either end."""
    return f"x{separator}x{cell}x{separator}x"


def is_inside(before: str, after: str, marks: str) -> bool | None:
    """Tell whether the cell is what stood between two marks."""
    found = re.search(f"{re.escape(marks[0])}(.*?){re.escape(marks[1])}", before)
    return after.strip() == found[1].strip() if found else None


def is_one_of(before: str, after: str, pair: str) -> bool:
    """Tell whether the cell is one of two texts, in any letter case."""
    return after.strip().lower() in pair.split("\t")


def has_initials(before: str, after: str, value: str) -> bool:
    """Tell whether the letters of the cell are those with which the words begin."""
    letters = "".join(re.findall(r"[^\W\d_]", after)).lower()
    return letters == "".join(word[0] for word in re.findall(r"[^\W\d_]+", before)).lower()


def without_accents(text: str) -> str:
    """Return a text with plain letters only."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


SMALL_START = re.compile(r"(?<![\w'\u2019])[^\W\d_](?<=[a-zß-ÿ])")
MARKS_AROUND = ",.;:()"
ISO_DATE = re.compile(r"\d{4}-(\d\d-\d\d|W\d\d)(?!\w)|\d{4}-\d\d-\d\dT")

CELL_FAMILIES = {
    "copy": CellFamily(lambda before, after, _: after == before, compares=True, blanks=True),
    "reads": CellFamily(lambda *_: True, blanks=True),
    "upper case": CellFamily(lambda _, after, __: after == after.upper(), lambda cell, _: cell.swapcase()),
    "lower case": CellFamily(lambda _, after, __: after == after.lower(), lambda cell, _: cell.swapcase()),
    "title case": CellFamily(
        lambda _, after, __: SMALL_START.search(after) is None, lambda cell, _: f"{cell} {cell}".lower()
    ),
    "sentence case": CellFamily(
        lambda _, after, __: after[:1] == after[:1].upper() and after[1:] == after[1:].lower(),
        lambda cell, _: f"{cell} {cell}".upper(),
    ),
    "trim": CellFamily(lambda _, after, __: after == after.strip(), lambda cell, _: f" {cell} "),
    "single blanks": CellFamily(
        lambda _, after, __: re.search(r"\s\s", after.strip()) is None, lambda cell, _: f"{cell}  {cell}"
    ),
    "date layout": CellFamily(fits_layout),
    "iso date": CellFamily(lambda _, after, __: ISO_DATE.match(after) is not None),
    "round": CellFamily(is_rounded, lambda cell, _: re.sub(r"(\d[.,]\d+)", r"\g<1>4", cell)),
    "remove": CellFamily(lambda _, after, value: value not in after),
    "all digits": CellFamily(
        lambda before, after, _: digits(after) == digits(before), lambda cell, _: f"0{cell}", compares=True
    ),
    "no leading zeros": CellFamily(lambda _, after, __: re.match(r"0\d", after) is None, lambda cell, _: f"0{cell}"),
    "only digits": CellFamily(lambda _, after, __: after.strip().isdigit(), lambda cell, _: f"x{cell}-"),
    "not below zero": CellFamily(lambda _, after, __: not after.strip().startswith("-")),
    "one of": CellFamily(is_one_of),
    "inside": CellFamily(is_inside, compares=True),
    "initials": CellFamily(has_initials, compares=True),
    "no accents": CellFamily(lambda _, after, __: without_accents(after) == after, lambda cell, _: f"{cell}é"),
    "no longer": CellFamily(lambda _, after, value: len(after) <= int(value), lambda cell, _: cell * 9),
    "zero pad": CellFamily(lambda _, after, value: len(after) >= int(value)),
    "first word": CellFamily(lambda before, after, _: is_word(before, after, 0), compares=True),
    "last word": CellFamily(lambda before, after, _: is_word(before, after, -1), compares=True),
    "first characters": CellFamily(lambda before, after, value: after == before[: int(value)], compares=True),
    "last characters": CellFamily(lambda before, after, value: after == before[-int(value) :], compares=True),
    "before": CellFamily(stands_beside(0, "first", "last"), lengthened, compares=True),
    "before the first": CellFamily(stands_beside(0, "first"), with_more_parts, compares=True),
    "before the last": CellFamily(stands_beside(0, "last"), with_more_parts, compares=True),
    "after": CellFamily(stands_beside(2, "first", "last"), lengthened, compares=True),
    "after the first": CellFamily(stands_beside(2, "first"), with_more_parts, compares=True),
    "after the last": CellFamily(stands_beside(2, "last"), with_more_parts, compares=True),
    "constant": CellFamily(lambda _, after, value: after == value, blanks=True),
    "map": CellFamily(follows_pair, lambda _, pair: pair.split("\t")[0], compares=True, blanks=True),
    "default": CellFamily(lambda _, after, __: after != "", lambda *_: "", blanks=True),
    "blank when": CellFamily(is_blank_when, lambda _, condition: condition.split("\t")[1], compares=True, blanks=True),
    "prefix": CellFamily(lambda _, after, value: after.startswith(value)),
    "suffix": CellFamily(lambda _, after, value: after.endswith(value)),
}
PART_FAMILIES = {"first word", "last word", "first characters", "last characters"}
"""Wishes that columns of other names than the output's are compared for too, where the program reads only one."""


def heeds_offsets(dates: Mapping[str, Any]) -> bool | None:
    """Tell whether times with offsets are taken to UTC; None when no layout has an offset."""
    return False if "offsets" in dates["cleanings"] else any("%z" in layout for layout in dates["inputs"]) or None


def reads_day_first(dates: Mapping[str, Any]) -> bool | None:
    """Tell whether the day stands before the month in the layouts that are read; None when no layout shows it."""
    shown = [layout for layout in dates["inputs"] if re.search("%d.*%m|%m.*%d", layout) and not layout.startswith("%Y")]
    return all(layout.index("%d") < layout.index("%m") for layout in shown) if shown else None


DATE_FAMILIES: dict[str, Callable[[Mapping[str, Any], str], bool | None]] = {
    "utc": lambda dates, _: heeds_offsets(dates),
    "day first": lambda dates, _: reads_day_first(dates),
    "month first": lambda dates, _: None if (first := reads_day_first(dates)) is None else not first,
    "read dates": lambda dates, value: re.sub("%-", "%", value) in dates["inputs"],
}
"""Wishes for how dates are read, which cells cannot show: each takes the data of a date expression and the value."""
