"""Dates read in many layouts and written in one."""

import datetime
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.induction.cells.text import Column
from agents.induction.dates.formats import DateFormat, propose_dates
from agents.induction.dates.layouts import describe, read_description, write_date
from agents.induction.model import OutputColumn, Program, Table, Target
from agents.induction.operators import read_program
from tests.agents.induction.rendering import rendered_cells

LAYOUTS = (
    *("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%y", "%b %d, %Y", "%d %B %Y", "%Y%m%d", "%Y-%m-%d %H:%M", "%d.%m.%Y %I:%M %p"),
    *("%Y-%m-%d %H:%M:%S.%f", "%H:%M", "%Y", "%m/%Y", "%A %d.%m.%y", "%Y/%m/%d", "%Y%m%d%H%M%S"),
    *("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%a, %d %b %Y %H:%M:%S %z", "%d.%m.%Y %H:%M%z", "%s", "%Q"),
)
OUTPUTS = (
    "%Y-%m-%d %H:%M:%S",
    "%-d.%-m.%Y",
    "%^b %d %y %-I:%M %P",
    "%G-W%V",
    "%Y-Q%q",
    "%Y-H%E",
    "%B %-d%o",
    "%-j",
    "%A, %B %-d, %Y %H:%M:%S.%L",
)


def learned(cells: Sequence[str], wanted: Sequence[str]) -> list[DateFormat]:
    """Return what is proposed and right, the simplest first."""
    target = Target("day", wanted, Table({"day": cells}))
    found = [found for found in propose_dates(target) if isinstance(found, DateFormat)]
    assert all([cell or "" for cell in expression.run(target.table)] == list(wanted) for expression in found)
    return sorted(found, key=DateFormat.cost)


@pytest.mark.parametrize(
    ("cells", "wanted", "inputs", "output"),
    [
        (["05/03/2024", "13/04/2024", ""], ["2024-03-05", "2024-04-13", ""], ["%d/%m/%Y"], "%Y-%m-%d"),
        (["3/5/24", "11/15/99"], ["2024-03-05", "1999-11-15"], ["%m/%d/%y"], "%Y-%m-%d"),
        (["2024-03-05", "2024-11-15"], ["5.3.2024", "15.11.2024"], ["%Y-%m-%d"], "%-d.%-m.%Y"),
        (["20240305", "19991231"], ["05 Mar 2024", "31 Dec 1999"], ["%Y%m%d"], "%d %b %Y"),
        (
            ["Tuesday, March 5, 2024", "Friday, June 7, 2024"],
            ["2024-03-05", "2024-06-07"],
            ["%A, %B %d, %Y", "%A, %b %d, %Y"],
            "%Y-%m-%d",
        ),
        (["2024-03-05 13:05:00", "2024-12-15 00:30:00"], ["1:05 PM", "12:30 AM"], ["%Y-%m-%d %H:%M:%S"], "%-I:%M %p"),
        (["6:25:57 PM", "9:04:40 AM"], ["18:25", "09:04"], ["%I:%M:%S %p"], "%H:%M"),
        (["2024-03-05", "2024-11-15"], ["2024-H1", "2024-H2"], ["%Y-%m-%d"], "%Y-H%E"),
        (["2024-03-01", "2024-11-22"], ["1st of March", "22nd of November"], ["%Y-%m-%d"], "%-d%o of %B"),
        (["2024-03-05", "2024-01-15"], ["65", "15"], ["%Y-%m-%d"], "%-j"),
        (["2024-03-05", "2024-11-15"], ["2024-Q1", "2024-Q4"], ["%Y-%m-%d"], "%Y-Q%q"),
        (["2024-03-05", "2021-01-01"], ["2024-W10", "2020-W53"], ["%Y-%m-%d"], "%G-W%V"),
        (["2024-03-05", "2023-01-01"], ["Tue", "Sun"], ["%Y-%m-%d"], "%a"),
        (["2024-03-05", "2023-01-01"], ["MAR-24", "JAN-23"], ["%Y-%m-%d"], "%^b-%y"),
        (["1709632800", "1700000000"], ["2024-03-05", "2023-11-14"], ["%s"], "%Y-%m-%d"),
        (["1709632800000", "1700000000000"], ["2024-03-05", "2023-11-14"], ["%Q"], "%Y-%m-%d"),
    ],
)
def test_layouts_are_read_off_the_rows(cells: list[str], wanted: list[str], inputs: list[str], output: str) -> None:
    best = learned(cells, wanted)[0]
    assert (list(best.inputs), best.output) == (inputs, output)


def test_layouts_may_be_mixed_in_one_column() -> None:
    cells = ["2024-03-05", "03/15/2024", "Mar 7, 2024", "7 March 2024", "20240308", "3/4/2024"]
    wanted = ["05.03.2024", "15.03.2024", "07.03.2024", "07.03.2024", "08.03.2024", "04.03.2024"]
    (best,) = learned(cells, wanted)
    assert best.inputs == (
        *("%Y-%m-%d", "%m/%d/%Y", "%b %d, %Y", "%B %d, %Y"),
        *("%d %B %Y", "%d %b %Y", "%Y%m%d"),
    )
    assert rendered_cells(best, Table({"day": cells})) == wanted


def test_one_row_far_down_decides_the_order_of_day_and_month() -> None:
    days = [datetime.date(2000, 1, 1) + datetime.timedelta(days=31 * row) for row in range(1000)]
    days = [day.replace(day=day.month) for day in days] + [datetime.date(2024, 1, 13)]
    (best,) = learned([f"{day:%d/%m/%Y}" for day in days], [f"{day:%Y-%m-%d}" for day in days])
    assert best.inputs == ("%d/%m/%Y",)


def test_both_orders_are_told_when_no_row_decides() -> None:
    found = learned(["05/05/2024", "06/06/2024"], ["2024-05-05", "2024-06-06"])
    usual = [expression for expression in found if expression.output == "%Y-%m-%d"]
    assert [expression.inputs for expression in usual] == [("%d/%m/%Y",), ("%m/%d/%Y",)]
    assert found[:2] == usual


def test_a_layout_that_one_row_decides_settles_the_others() -> None:
    found = learned(["05/05/2024", "13-04-2024"], ["2024-05-05", "2024-04-13"])
    assert found[0].inputs == ("%d/%m/%Y", "%d-%m-%Y")
    assert all(expression.inputs == found[0].inputs for expression in found)


def test_both_orders_in_one_column_are_read_one_after_the_other() -> None:
    found = learned(["13/02/2024", "02/14/2024", "01/02/2024"], ["2024-02-13", "2024-02-14", "2024-02-01"])
    assert found[0].inputs == ("%d/%m/%Y", "%m/%d/%Y")


def test_rows_that_contradict_each_other_are_not_explained() -> None:
    cells = ["13/02/2024", "02/14/2024", "01/02/2024", "01/03/2024"]
    assert learned(cells, ["2024-02-13", "2024-02-14", "2024-02-01", "2024-01-03"]) == []


def test_times_with_offsets_become_utc() -> None:
    cells = ["2024-03-05T10:00:00+02:00", "2024-11-15T00:30:00Z", "2024-11-15T00:30:00-0500", "2024-11-15 07:00"]
    wanted = ["2024-03-05T08:00:00Z", "2024-11-15T00:30:00Z", "2024-11-15T05:30:00Z", "2024-11-15T07:00:00Z"]
    best = learned(cells, wanted)[0]
    assert best.dates.utc
    assert rendered_cells(best, Table({"day": cells})) == wanted


def test_offsets_are_ignored_when_the_rows_show_local_time() -> None:
    cells = ["2024-03-05T01:00:00+02:00", "2024-11-15T23:30:00.5-05:00"]
    best = learned(cells, ["2024-03-05", "2024-11-15"])[0]
    assert not best.dates.utc
    assert rendered_cells(best, Table({"day": cells})) == ["2024-03-05", "2024-11-15"]


@pytest.mark.parametrize(
    ("cells", "new"),
    [
        (["5th March 2024", "1st May 2023", "22nd July 2022"], "3rd June 2021"),
        (["5. März 2024", "1. Mai 2023", "22. Juli 2022"], "3. Juni 2021"),
        (["5 mars 2024", "1 mai 2023", "22 juillet 2022"], "3 juin 2021"),
        (["5 de marzo de 2024", "1 de mayo de 2023", "22 de julio de 2022"], "3 de junio de 2021"),
    ],
)
def test_ordinals_and_foreign_months_are_read(cells: list[str], new: str) -> None:
    best = learned(cells, ["2024-03-05", "2023-05-01", "2022-07-22"])[0]
    assert best.run(Table({"day": [new]})) == ["2021-06-03"]
    assert rendered_cells(best, Table({"day": [new]})) == ["2021-06-03"]


def test_months_are_read_short_and_in_full_whatever_was_seen() -> None:
    best = learned(["Mar 5, 2024", "Dec 24, 2023"], ["2024-03-05", "2023-12-24"])[0]
    assert best.run(Table({"day": ["October 1, 2020"]})) == ["2020-10-01"]


def test_texts_that_are_no_dates_stay_undefined() -> None:
    cells = ["31/02/2024", "", "  ", "soon", "now", "1/1/24", "00/00/0000", " 3/4/2024 ", "29/02/2023", "01/01/1500"]
    expression = DateFormat(Column("day"), ("%d/%m/%Y",), "%Y-%m-%d")
    expected = [None] * 7 + ["2024-04-03", None, "1500-01-01"]
    assert expression.run(Table({"day": cells})) == expected
    assert rendered_cells(expression, Table({"day": cells})) == expected


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["a1", "b2"], ["c1", "d2"]),
        (["100", "200"], ["1", "2"]),
        (["Est 2024"], ["2024"]),
        (["2024-03-05"], ["2024-03-05"]),
        ([""], [""]),
    ],
)
def test_nothing_is_proposed_where_there_are_no_dates(cells: list[str], wanted: list[str]) -> None:
    assert learned(cells, wanted) == []


def test_many_rows_take_seconds_at_most() -> None:
    start = datetime.date(1500, 1, 1)
    days = [start + datetime.timedelta(days=5 * row) for row in range(50_000)]
    began = time.perf_counter()
    (best,) = learned([f"{day:%d/%m/%Y}" for day in days], [f"{day:%Y-%m-%d}" for day in days])
    assert best.output == "%Y-%m-%d"
    assert time.perf_counter() - began < 10


def test_explanation_names_the_layouts() -> None:
    expression = DateFormat(Column("order_date"), ("%d/%m/%Y", "%Y-%m-%d", "%b %d, %Y"), "%Y-%m-%d")
    assert expression.explain() == (
        "Take order_date, read it as DD/MM/YYYY, YYYY-MM-DD or Mon DD, YYYY and write it as YYYY-MM-DD"
    )


def test_expression_survives_storage() -> None:
    program = Program((), (OutputColumn("day", DateFormat(Column("day"), ("%d.%m.%y",), "%Y", ("ordinals",))),))
    assert read_program(program.dumps()) == program


@pytest.mark.parametrize("layout", ["%Y-%m-%d", "%-d.%-m.%y", "%B %-d, %Y", "%d/%m/%Y %H:%M:%S", "%I:%M %p on %d %b"])
def test_description_is_read_back(layout: str) -> None:
    assert read_description(describe(layout)).replace("%I", "%H") == layout.replace("%I", "%H")


@st.composite
def columns_of_dates(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Draw a layout, and texts that have it or nearly so."""
    layout = draw(st.sampled_from(LAYOUTS))
    cells = []
    for at in draw(st.lists(st.datetimes(), min_size=1, max_size=5)):
        if layout in ("%s", "%Q"):
            cells.append(str(draw(st.integers(0, 10**14))))
            continue
        offset = draw(st.sampled_from(["Z", "+02:00", "-0530", "+02"])) if "%z" in layout else ""
        text = write_date(at, layout.replace("%z", "")) + offset
        cut = draw(st.integers(0, len(text)))
        cells.append(text[:cut] + draw(st.sampled_from(["", "", "", "0", "9", " ", "-", "a", "Z", ":"])) + text[cut:])
    return layout, cells


@given(columns_of_dates(), st.sampled_from(OUTPUTS))
@settings(max_examples=150, deadline=None)
def test_script_gives_what_the_search_gives(column: tuple[str, list[str]], output: str) -> None:
    layout, cells = column
    table = Table({"day": cells})
    expression = DateFormat(Column("day"), (layout,), output)
    assert rendered_cells(expression, table) == expression.run(table)
