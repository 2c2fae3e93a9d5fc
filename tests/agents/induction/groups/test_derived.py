"""Groups by what has to be made first: months of dates, parts of codes, with a test on the rows."""

from pathlib import Path

import pytest
from learning import convert, make_task, plan_for

GIVEN = """date,code,shop,state,amount
2024-01-05,A-1,North,paid,10.50
2024-01-20,A-2,South,paid,4.25
2024-02-03,B-1,North,open,9.99
2024-02-11,A-1,North,paid,2.75
2024-03-01,B-2,South,paid,8.05
2024-03-09,B-1,South,open,3.10
"""
UNSEEN = """date,code,shop,state,amount
2025-06-05,C-1,West,open,1.00
2025-06-20,A-2,West,paid,2.50
2025-05-01,C-1,North,paid,4.00
"""


@pytest.mark.parametrize(
    ("expected", "wanted"),
    [
        ("month,total\n2024-01,14.75\n2024-02,12.74\n2024-03,11.15", "2025-05,4.00\n2025-06,3.50"),
        ("month,average\nFeb 2024,6.37\nJan 2024,7.38\nMar 2024,5.58", "Jun 2025,1.75\nMay 2025,4.00"),
        ("family,total\nA,17.50\nB,21.14", "A,2.50\nC,5.00"),
        ("shop,total\nNorth,13.25\nSouth,12.30", "North,4.00\nWest,2.50"),
    ],
    ids=["month", "name of month", "part of a code", "paid ones"],
)
def test_made_keys_and_kept_rows_hold_for_other_files(expected: str, wanted: str, tmp_path: Path) -> None:
    task = make_task(GIVEN, f"{expected}\n")
    made = convert(task, UNSEEN, tmp_path)
    assert "\n".join(map(",".join, made.rows)) == wanted


def test_products_are_added_up(tmp_path: Path) -> None:
    given = "no,region,price,qty\n1,North,2.50,3\n2,South,4.00,2\n3,North,1.25,4\n4,South,10.00,1\n5,West,3.30,10\n"
    task = make_task(given, "region,revenue\nNorth,12.50\nSouth,18.00\nWest,33.00\n")
    made = convert(task, "no,region,price,qty\n1,East,1.50,3\n2,West,2.00,2\n3,East,0.25,1\n", tmp_path)
    assert "\n".join(map(",".join, made.rows)) == "East,4.75\nWest,4.00"


def test_doubt_about_kept_rows_is_named() -> None:
    given = "shop,kind,amount\nNorth,a,3\nNorth,b,4\nSouth,b,5\nSouth,b,1\nSouth,a,2\n"
    plan = plan_for(make_task(given, "shop,total\nNorth,4\nSouth,6\n"))
    assert plan.unsolved_columns or plan.ambiguities


def test_rows_without_a_key_and_small_groups_are_left_out(tmp_path: Path) -> None:
    given = "id,user\n1,ann\n2,ann\n3,null\n4,bob\n5,null\n6,cat\n7,cat\n8,cat\n9,dan\n"
    task = make_task(given, "user,count\nann,2\ncat,3\n")
    made = convert(task, "id,user\n1,zed\n2,zed\n3,null\n4,null\n5,ann\n", tmp_path)
    assert [list(row) for row in made.rows] == [["zed", "2"]]
