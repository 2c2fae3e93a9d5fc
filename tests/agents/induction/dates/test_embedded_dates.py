"""Dates in longer texts, and dates in layouts that the example does not show."""

import pytest

from agents.induction.cells.text import Column
from agents.induction.dates.embedded import DATE_PATTERNS, DateIn, propose_embedded_dates
from agents.induction.dates.formats import DateFormat, propose_dates
from agents.induction.model import Proposer, Table, Target, to_data
from agents.induction.operators import from_data
from tests.agents.induction.rendering import rendered_cells

CELLS = [
    "on 2024-03-05 at 7:15 pm, or later",
    "5.3.24",
    "12345-6-7 2024",
    "",
    "order 20240305 of March 5, 2024 09:30",
    "31-Dec-1999T23:59:59",
    "at 9:5",
]


@pytest.mark.parametrize("pattern", DATE_PATTERNS)
@pytest.mark.parametrize("cells", [CELLS, []], ids=["cells", "empty"])
def test_script_finds_the_dates_that_the_search_finds(pattern: str, cells: list[str]) -> None:
    table, expression = Table({"a": cells}), DateIn(Column("a"), pattern)
    assert rendered_cells(expression, table) == expression.run(table)
    assert from_data(DateIn, to_data(expression)) == expression


@pytest.mark.parametrize(
    ("cells", "wanted", "new", "expected"),
    [
        (
            ["Invoice of 03/14/2024, paid", "see 12/01/2023 (copy)", "due 02/28/2024"],
            ["2024-03-14", "2023-12-01", "2024-02-28"],
            "sent on 07/04/2021 by post",
            "2021-07-04",
        ),
        (
            ["ERROR 2024-03-05 10:00:01 disk", "INFO 2024-03-05 23:15:09 up"],
            ["05.03.2024 10:00", "05.03.2024 23:15"],
            "WARN 2023-12-31 00:00:00 hot",
            "31.12.2023 00:00",
        ),
        (
            ["[14/Jul/2020:10:22:01] GET", "[09/Jan/2005:01:02:03] POST"],
            ["2020-07-14", "2005-01-09"],
            "[23/Nov/2018:23:59:00] PUT",
            "2018-11-23",
        ),
        (["2001--11--6", "1846--1--31"], ["2001", "1846"], "6.30.2220", "2220"),
        (["Meeting 9:30 room 4", "Lunch 12:15 hall"], ["9:30", "12:15"], "Call 18:05 home", "18:05"),
    ],
)
def test_dates_are_found_in_texts(cells: list[str], wanted: list[str], new: str, expected: str) -> None:
    assert converted(propose_embedded_dates, cells, wanted, [new]) == [expected]


@pytest.mark.parametrize(
    ("cells", "wanted", "new", "expected"),
    [
        (["5:27", "22:06"], ["5:27 AM", "10:06 PM"], "1956-12-16 20:18", "8:18 PM"),
        (["2024-03-05", "9 April 1987", "7.3.1990"], ["5/3/2024", "9/4/1987", "7/3/1990"], "09.12.97", "9/12/1997"),
        (["03/05/2024", "12/31/2023"], ["2024-03-05", "2023-12-31"], "01/02/2024 10:30", "2024-01-02"),
        (["0:15 AM", "11:20 PM"], ["00:15", "23:20"], "12:01 AM", "00:01"),
        (["7:15 p.m.", "11:20 a.m."], ["19:15", "11:20"], "12:01 a.m.", "00:01"),
        (
            ["3 de maio de 2024", "9 de agosto de 2023"],
            ["2024-05-03", "2023-08-09"],
            "1 de abril de 2022",
            "2022-04-01",
        ),
    ],
)
def test_usual_layouts_are_read_though_no_row_shows_them(
    cells: list[str], wanted: list[str], new: str, expected: str
) -> None:
    assert converted(propose_dates, cells, wanted, [new]) == [expected]


def test_a_layout_that_an_example_leaves_blank_stays_unread() -> None:
    cells, wanted = ["2024-03-05", "2024-03-06", "2024-03-05 10:00"], ["05.03.2024", "06.03.2024", ""]
    assert converted(propose_dates, cells, wanted, ["2024-03-07 10:00"]) == [None]


def converted(propose: Proposer, cells: list[str], wanted: list[str], new: list[str]) -> list[str | None]:
    """Return what the simplest proposal makes of new cells, in the search as in the script."""
    target = Target("day", wanted, Table({"a": cells}))
    found = [one for one in propose(target) if target.first_wrong_row(one) is None]
    best = min(found, key=lambda one: one.cost())
    assert isinstance(best, DateFormat | DateIn)
    table = Table({"a": new})
    assert rendered_cells(best, table) == best.run(table)
    return best.run(table)
