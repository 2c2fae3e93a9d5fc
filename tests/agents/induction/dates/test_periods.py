"""Times rounded to periods, and labels that say where a period begins and ends."""

import pytest

from agents.induction.cells.text import Column
from agents.induction.dates.period_search import propose_periods
from agents.induction.dates.periods import DAY, Edge, Period, PeriodLabel
from agents.induction.dates.source import DateSource
from agents.induction.model import Table, Target, to_data
from agents.induction.operators import from_data
from tests.agents.induction.rendering import rendered_cells

TIMES = ["00:00", "23:59", "7:05", "12:30", "", " ", "25:00", "noon", "11:59", "11:59"]
DAYS = ["2024-02-29", "1999-12-31", "0001-01-01", "9999-12-31", "1969-12-31", "2024-02-30", "", "x", "2024-07-01"]
MOMENTS = ["2024-02-29 23:59:59", "1969-12-31 00:00:01", "1583-03-04 12:00:00", "2400-01-01 00:07:30", "-"]
LABELS = (
    *(
        PeriodLabel(DateSource(Column("a"), ("%H:%M",)), period, edges)
        for period in (Period(seconds=900), Period(seconds=5400, shift=1800), Period(seconds=7200))
        for edges in (
            (Edge("%-I:%M%p"),),
            (Edge("from %H:%M to "), Edge("%-H:%M", seconds=period.seconds)),
            (Edge("%I%P", seconds=-60), Edge("-%I%P", seconds=60)),
        )
    ),
    *(
        PeriodLabel(DateSource(Column("a"), ("%Y-%m-%d",)), period, edges)
        for period in (Period(months=1), Period(months=3), Period(months=120), Period(seconds=7 * DAY, shift=4 * DAY))
        for edges in ((Edge("%d.%m.%Y"),), (Edge("%Y - "), Edge("%b %Y", 9)), (Edge("%d %B %Y", 1, -DAY),))
    ),
    *(
        PeriodLabel(DateSource(Column("a"), ("%Y-%m-%d %H:%M:%S",)), period, (Edge("%Y-%m-%d %H:%M:%S", 0, seconds),))
        for period, seconds in (
            (Period(seconds=900, shift=450), 450),
            (Period(seconds=3600, shift=1), 3599),
            (Period(months=12, shift=3), 0),
        )
    ),
)


@pytest.mark.parametrize("label", LABELS, ids=repr)
@pytest.mark.parametrize("cells", [TIMES, DAYS, MOMENTS, []], ids=["times", "days", "moments", "empty"])
def test_script_labels_periods_as_the_search_does(label: PeriodLabel, cells: list[str]) -> None:
    table = Table({"a": cells})
    assert rendered_cells(label, table) == label.run(table)
    assert from_data(PeriodLabel, to_data(label)) == label


@pytest.mark.parametrize(
    ("cells", "wanted", "new", "expected"),
    [
        (["08:07", "09:41", "13:16"], ["08:00", "09:30", "13:15"], ["17:59", "23:50"], ["17:45", "23:45"]),
        (["08:07", "09:53", "13:16"], ["08:00", "10:00", "13:15"], ["17:59", "09:08"], ["18:00", "09:15"]),
        (["08:07", "09:41", "13:15"], ["08:15", "09:45", "13:15"], ["17:59", "09:00"], ["18:00", "09:00"]),
        (
            ["18:20:05", "21:40:10", "07:30:20"],
            ["6PM to 8PM", "8PM to 10PM", "6AM to 8AM"],
            ["23:10:00", "00:10:00"],
            ["10PM to 12AM", "12AM to 2AM"],
        ),
        (
            ["2024-02-14", "2023-11-02", "2024-06-30"],
            ["2024-02-29", "2023-11-30", "2024-06-30"],
            ["2023-02-03"],
            ["2023-02-28"],
        ),
        (
            ["2024-02-14", "2023-11-02", "2024-06-30"],
            ["2024-01-01", "2023-10-01", "2024-04-01"],
            ["2023-09-30"],
            ["2023-07-01"],
        ),
        (
            ["2024-03-06", "2024-03-17", "2024-03-18"],
            ["04.03.2024", "11.03.2024", "18.03.2024"],
            ["2024-02-29"],
            ["26.02.2024"],
        ),
        (
            ["1987-05-01", "1999-12-31", "2004-06-01"],
            ["1980-1989", "1990-1999", "2000-2009"],
            ["2010-01-01"],
            ["2010-2019"],
        ),
        (["1987-05-01", "1999-12-31", "2004-06-01"], ["1980s", "1990s", "2000s"], ["2010-01-01"], ["2010s"]),
        (
            ["2024-03-06 10:05:09", "2024-03-06 10:19:59", "2024-03-07 23:31:00"],
            ["2024-03-06 10:00", "2024-03-06 10:15", "2024-03-07 23:30"],
            ["2024-02-29 00:14:00"],
            ["2024-02-29 00:00"],
        ),
    ],
)
def test_periods_are_read_off_their_labels(
    cells: list[str], wanted: list[str], new: list[str], expected: list[str]
) -> None:
    target = Target("label", wanted, Table({"when": cells}))
    found = [one for one in propose_periods(target) if target.first_wrong_row(one) is None]
    best = min(found, key=lambda one: one.cost())
    assert best.run(Table({"when": new})) == expected


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["08:07", "09:41"], ["08:00", "09:00"]),  # hours as they stand, with a constant behind
        (["08:07", "09:41", "13:16"], ["10:00", "11:00", "12:00"]),
        (["2024-03-06", "2024-05-17"], ["2024-03", "2024-05"]),
        (["a", "b"], ["08:00", "09:00"]),
    ],
)
def test_what_is_no_period_is_left_to_others(cells: list[str], wanted: list[str]) -> None:
    target = Target("label", wanted, Table({"when": cells}))
    labels = [one for one in propose_periods(target) if target.first_wrong_row(one) is None]
    assert all(isinstance(one, PeriodLabel) and one.period.seconds == 3600 for one in labels)
