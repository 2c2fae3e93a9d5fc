"""Of the rows with the same key, the one with the highest or lowest value is kept."""

from pathlib import Path

from learning import convert, make_task, plan_for

VISITS = (
    "client,place,day\nann,x,2021-05-02\nbob,y,2022-01-09\nann,y,2020-11-30\ncy,x,2021-07-07\nbob,x,2020-02-03\n"
    "cy,y,2022-12-01\nann,x,2022-03-03\ncy,x,2020-08-15\nbob,y,2021-06-06\ndi,x,2021-01-01\ndi,y,2021-09-09\n"
    "di,x,2020-09-09\nann,y,2019-12-12\nbob,x,2019-03-03\ncy,y,2019-05-05\n"
)


def test_the_latest_row_of_each_key_is_kept(tmp_path: Path) -> None:
    expected = "client,place,day\nann,x,2022-03-03\nbob,y,2022-01-09\ncy,y,2022-12-01\ndi,y,2021-09-09\n"
    new = "client,place,day\nzoe,y,2020-05-05\nzoe,x,2021-01-01\nkai,x,2020-01-01\n"
    made = convert(make_task(VISITS, expected), new, tmp_path)
    assert sorted(made.rows) == [("kai", "x", "2020-01-01"), ("zoe", "x", "2021-01-01")]


def test_two_small_groups_do_not_prove_by_which_column_rows_were_chosen() -> None:
    given = "key,a,b\nk,9,z\nk,1,y\nm,3,x\nm,8,w\n"
    assert plan_for(make_task(given, "key,a,b\nk,9,z\nm,8,w\n")).ambiguities
