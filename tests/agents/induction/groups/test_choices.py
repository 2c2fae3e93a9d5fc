"""Which cell of a group an output shows, and what stands where a group has no rows."""

from pathlib import Path

from learning import convert, make_task, plan_for

VISITS = (
    "client,day\nann,2021-05-02\nbob,2022-01-09\nann,2020-11-30\ncy,2021-07-07\nbob,2020-02-03\n"
    "cy,2022-12-01\nann,2022-03-03\ncy,2020-08-15\nbob,2021-06-06\n"
)
ORDERS = (
    "no,city,state\n1,Bonn,open\n2,Bonn,paid\n"
    "3,Kiel,open\n4,Kiel,paid\n5,Linz,open\n6,Linz,paid\n7,Bonn,open\n8,Kiel,open\n"
)


def test_first_and_last_of_dates_are_the_earliest_and_the_latest(tmp_path: Path) -> None:
    expected = "client,first,last\nann,2020-11-30,2022-03-03\nbob,2020-02-03,2022-01-09\ncy,2020-08-15,2022-12-01\n"
    new = "client,day\nzoe,2020-05-05\nzoe,2019-01-01\nzoe,2020-01-01\n"
    assert convert(make_task(VISITS, expected), new, tmp_path).rows == (("zoe", "2019-01-01", "2020-05-05"),)


def test_a_cell_that_is_first_and_smallest_is_a_doubt() -> None:
    given = "team,score\na,3\na,9\nb,2\nb,5\na,7\nb,4\nc,1\nc,8\nc,6\n"
    plan = plan_for(make_task(given, "team,start,total\na,3,19\nb,2,11\nc,1,15\n"))
    assert any("smallest" in reading for doubt in plan.ambiguities for reading in doubt.readings)


def test_counts_are_zero_where_there_is_nothing_to_count(tmp_path: Path) -> None:
    made = convert(
        make_task(ORDERS, "city,open,paid\nBonn,2,1\nKiel,2,1\nLinz,1,1\n"),
        "no,city,state\n1,Metz,open\n2,Nice,paid\n",
        tmp_path,
    )
    assert made.rows == (("Metz", "1", "0"), ("Nice", "0", "1"))
