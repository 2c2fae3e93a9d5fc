"""Spreading: labels in cells become columns, as the search computes it and for labels that no example has."""

from pathlib import Path

import pytest
from learning import convert, make_task
from rendering import rendered_table

from agents.induction.layout.spread import Spread
from agents.induction.model import Table, to_data
from agents.induction.operators import from_data

V = 'v "c"\\'
NASTY = Table(
    {
        "k": ["x", "y", "x", "", "NA", "x", "y"],
        "m": ["1", "1", "1", "2", "\u00c4", " ", "1"],
        "l": ["10", "9", "a", "", "\u00df", "10", "9.5"],
        V: ["1", "", "NULL", "3", "4", "5", "6"],
        "w": ["a", "b", "c", "d", "e", "f", ""],
    }
)
ONE = Table({"k": ["x"], "m": ["y"], "l": ["z"], V: ["v"], "w": ["w"]})
EMPTY = Table({name: [] for name in ONE.header})


@pytest.mark.parametrize("table", [NASTY, ONE, EMPTY], ids=["nasty", "one row", "empty"])
@pytest.mark.parametrize("order", ["sorted", "labels", "values"])
@pytest.mark.parametrize("labels", [("l",), ("m", "l")])
def test_script_spreads_as_the_search_does(table: Table, order: str, labels: tuple[str, ...]) -> None:
    for keys in (("k",), ("k", "m"))[: 3 - len(labels)]:
        for values in (((V, "", ""),), ((V, "", '_"v'), ("w", "w.", ""))):
            step = Spread(keys, labels, values, "-", order, missing="0")
            assert rendered_table(step, table) == {name: list(cells) for name, cells in step.run(table).columns.items()}
            assert from_data(Spread, to_data(step)) == step


SALES = """shop,month,amount,items
North,Jan,10.50,1
North,Feb,4.00,2
South,Jan,2.25,3
South,Feb,8.00,4
"""
MORE_SALES = """shop,month,amount,items
North,Jan,1.00,5
West,Mar,3.00,6
West,Jan,4.50,7
"""


@pytest.mark.parametrize(
    ("expected", "wanted"),
    [
        ("shop,Feb,Jan\nNorth,4.00,10.50\nSouth,8.00,2.25", "shop,Jan,Mar\nNorth,1.00,\nWest,4.50,3.00"),
        ("shop,Jan,Feb\nNorth,10.50,4.00\nSouth,2.25,8.00", "shop,Jan,Mar\nNorth,1.00,\nWest,4.50,3.00"),
        (
            "shop,Feb_amount,Feb_items,Jan_amount,Jan_items\nNorth,4.00,2,10.50,1\nSouth,8.00,4,2.25,3",
            "shop,Jan_amount,Jan_items,Mar_amount,Mar_items\nNorth,1.00,5,,\nWest,4.50,7,3.00,6",
        ),
    ],
    ids=["sorted", "as they appear", "two columns of values"],
)
def test_labels_of_other_files_become_columns(expected: str, wanted: str, tmp_path: Path) -> None:
    task = make_task(SALES, f"{expected}\n")
    made = convert(task, MORE_SALES, tmp_path)
    assert "\n".join(map(",".join, [made.header, *made.rows])) == wanted


def test_rows_of_a_pivot_table_are_added_up(tmp_path: Path) -> None:
    given = SALES + "North,Jan,1.25,9\nSouth,Mar,2.00,1\n"
    task = make_task(given, "shop,Feb,Jan,Mar\nNorth,4.00,11.75,0\nSouth,8.00,2.25,2.00\n")
    made = convert(task, MORE_SALES + "West,Mar,0.75,1\n", tmp_path)
    assert "\n".join(map(",".join, [made.header, *made.rows])) == "shop,Jan,Mar\nNorth,1.00,0\nWest,4.50,3.75"
