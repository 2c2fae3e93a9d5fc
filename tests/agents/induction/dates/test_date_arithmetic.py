"""Dates that are some time later, and the time between two dates."""

import decimal

import pytest

from agents.induction.cells.text import Column
from agents.induction.dates.arithmetic import LaterDate, TimeBetween
from agents.induction.dates.arithmetic_search import propose_date_arithmetic
from agents.induction.dates.source import DateSource
from agents.induction.model import Expression, Table, Target, to_data
from agents.induction.numbers.formats import Operand
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.operators import from_data
from tests.agents.induction.rendering import rendered_cells

DAYS = DateSource(Column("a"), ("%Y-%m-%d", "%Y-%m-%d %H:%M"))
OTHER_DAYS = DateSource(Column("b"), ("%Y-%m-%d", "%Y-%m-%d %H:%M"))
CLOCKS = (DateSource(Column("a"), ("%H:%M",)), DateSource(Column("b"), ("%H:%M",)))
COUNT = Operand(Column("b"), NumberReading())
EXPRESSIONS: tuple[Expression, ...] = (
    LaterDate(DAYS, "day", 30, "%d.%m.%Y"),
    LaterDate(DAYS, "month", -1, "%Y-%m-%d %H:%M"),
    LaterDate(DAYS, "year", 1, "%A, %-d %B %y"),
    LaterDate(CLOCKS[0], "minute", 90, "%-I:%M %p"),
    *(LaterDate(DAYS, unit, sign, "%Y-%m-%d", COUNT) for unit in ("day", "month", "week") for sign in (1, -2)),
    *(TimeBetween(DAYS, OTHER_DAYS, unit, NumberLayout(0)) for unit in ("day", "month", "year")),
    TimeBetween(DAYS, OTHER_DAYS, "hour", NumberLayout(2, strip=True), also_first=True),
    TimeBetween(*CLOCKS, "hour", NumberLayout(2, mark=",", rounding=decimal.ROUND_HALF_EVEN), overnight=True),
    TimeBetween(*CLOCKS, "second", NumberLayout(), overnight=True, clock="%-H:%M"),
    TimeBetween(DAYS, OTHER_DAYS, "second", NumberLayout(), clock="%H:%M:%S"),
)
TABLES = (
    {
        "a": ["2024-01-31", "2024-02-29 23:59", "0001-01-01", "9999-12-31", "", "x"],
        "b": ["1", "-1", "2.5", "1e9", "3", ""],
    },
    {
        "a": ["2024-01-31", "1999-12-31", "2000-02-29", ""],
        "b": ["2024-02-29 00:01", "1970-01-01", "2023-02-28", "2024-01-01"],
    },
    {"a": ["22:15", "6:00", "", "25:00"], "b": ["06:00", "06:00", "1:00", "1:00"]},
    {"a": [], "b": []},
)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=repr)
@pytest.mark.parametrize("columns", TABLES, ids=["counts", "days", "times", "empty"])
def test_script_computes_what_the_search_computes(expression: Expression, columns: dict[str, list[str]]) -> None:
    table = Table(columns)
    assert rendered_cells(expression, table) == expression.run(table)
    assert from_data(type(expression), to_data(expression)) == expression


ISSUED = ["2024-01-30", "2024-02-15", "2023-12-01", "2024-05-31"]


@pytest.mark.parametrize(
    ("columns", "wanted", "new", "expected"),
    [
        ({"a": ISSUED}, ["29.02.2024", "16.03.2024", "31.12.2023", "30.06.2024"], ["2024-03-01"], "31.03.2024"),
        ({"a": ISSUED}, ["2024-02-29", "2024-03-15", "2024-01-01", "2024-06-30"], ["2024-10-31"], "2024-11-30"),
        (
            {"a": ISSUED, "b": ["14", "30", "10", "14"]},
            ["2024-02-13", "2024-03-16", "2023-12-11", "2024-06-14"],
            ["2024-03-01", "5"],
            "2024-03-06",
        ),
        (
            {"a": ["2024-01-01 10:00", "2024-06-01 00:30"]},
            ["2024-01-01 08:00", "2024-05-31 22:30"],
            ["2024-01-01 01:00"],
            "2023-12-31 23:00",
        ),
        (
            {"a": ["2024-01-01", "2024-02-27", "2023-12-30"], "b": ["2024-01-11", "2024-03-01", "2024-01-02"]},
            ["10", "3", "3"],
            ["2024-03-01", "2024-04-01"],
            "31",
        ),
        (
            {"a": ["08:00", "09:15", "22:00"], "b": ["16:30", "12:00", "06:00"]},
            ["8.5", "2.75", "8"],
            ["23:30", "01:00"],
            "1.5",
        ),
        (
            {"a": ["08:00", "09:15", "10:00"], "b": ["16:30", "12:00", "10:05"]},
            ["8:30", "2:45", "0:05"],
            ["9:00", "18:01"],
            "9:01",
        ),
        (
            {"a": ["15.06.1980", "01.02.1999", "20.11.1955"], "b": ["14.06.2024", "01.02.2024", "21.11.2023"]},
            ["43", "25", "68"],
            ["29.02.2000", "28.02.2024"],
            "23",
        ),
    ],
)
def test_arithmetic_is_read_off_the_rows(
    columns: dict[str, list[str]], wanted: list[str], new: list[str], expected: str
) -> None:
    target = Target("result", wanted, Table(columns))
    found = [one for one in propose_date_arithmetic(target) if target.first_wrong_row(one) is None]
    best = min(found, key=lambda one: one.cost())
    assert best.run(Table({name: [cell] for name, cell in zip(columns, new, strict=True)})) == [expected]


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        ({"a": ISSUED[:2]}, ["2024-01-30", "2024-02-15"]),
        ({"a": ISSUED[:3]}, ["2024-02-29", "2024-03-16", "2024-03-31"]),
        ({"a": ISSUED[:2], "b": ["2024-02-01", "2024-02-17"]}, ["1", "2"]),
    ],
)
def test_what_is_nothing_of_the_kind_is_left_to_others(columns: dict[str, list[str]], wanted: list[str]) -> None:
    target = Target("result", wanted, Table(columns))
    assert [one for one in propose_date_arithmetic(target) if target.first_wrong_row(one) is None] == []
