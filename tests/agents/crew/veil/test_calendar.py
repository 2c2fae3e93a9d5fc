"""Dates behind the veil: other days, in the same layouts, as far apart."""

import pytest

from agents.crew.veil.calendar import Calendar
from agents.induction.dates.layouts import read_date

COLUMNS = [
    ["31.12.2024", "01.02.2024", "29.02.2024"],
    ["2024-12-31", "2024-02-01", "2024-02-29"],
    ["December 31, 2024", "February 1, 2024", "February 29, 2024"],
    ["12/31/24", "2/1/24", "2/29/24"],
    ["20241231", "20240201", "20240229"],
    ["Tue 31 Dec 2024", "Thu 01 Feb 2024", "Thu 29 Feb 2024"],
]
FORMATS = ["%d.%m.%Y", "%Y-%m-%d", "%B %d, %Y", "%m/%d/%y", "%Y%m%d", "%a %d %b %Y"]


@pytest.mark.parametrize("key", [b"a", b"b", b"c", b"d"])
def test_dates_keep_their_layout_and_their_relation(key: bytes) -> None:
    calendar = Calendar(key, COLUMNS)
    moved = [[calendar.veil(cell, place, str) for cell in cells] for place, cells in enumerate(COLUMNS)]
    read = [[read_date(cell, layout) for cell in cells] for cells, layout in zip(moved, FORMATS, strict=True)]
    assert all(days == read[0] for days in read)
    real = [read_date(cell, FORMATS[0]) for cell in COLUMNS[0]]
    assert len({day - old for day, old in zip(read[0], real, strict=True)}) == 1
    assert {day.year for day in read[0]}.isdisjoint({2024})
    assert not any(cell.startswith("0") for cell in moved[3])


def test_times_keep_their_noughts_and_their_halves_of_the_day() -> None:
    columns = [["2024-05-06 14:30:00", "2024-05-07 00:00:00"], ["02:30 PM", "12:00 AM"]]
    calendar = Calendar(b"key", columns)
    (first, midnight), (clock, twelve) = [
        [calendar.veil(cell, place, str) for cell in cells] for place, cells in enumerate(columns)
    ]
    assert midnight.endswith(" 00:00:00")
    assert twelve == "12:00 AM"
    assert clock != "02:30 PM"
    assert first.endswith(f" {read_date(clock, '%I:%M %p'):%H:%M}:00")


@pytest.mark.parametrize(
    "cells", [["5551234567", "2125550100"], ["12345678", "87654321"], ["1.2.3", "4.5.6"], ["2024"]]
)
def test_numbers_are_no_dates(cells: list[str]) -> None:
    calendar = Calendar(b"key", [cells])
    assert [calendar.veil(cell, 0, str) for cell in cells] == [None] * len(cells)
