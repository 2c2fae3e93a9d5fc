"""Grouping: what the search computes is what scripts compute, and what is learned holds for other rows."""

from dataclasses import replace
from pathlib import Path

import pytest
from learning import convert, make_task
from rendering import rendered_table

from agents.induction.groups.aggregates import FIGURES, JOINS, TEXTS, Aggregate
from agents.induction.groups.steps import GroupRows
from agents.induction.model import Table, to_data
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.operators import from_data

B = 'b "c"\\'
NUMBERS = ["", " ", "1", "2.5", "-3", "1,5", "$7", "NULL", "x", "\u00c4", "1e3", "007", "0.1", "\u0663", "x", "2.5"]
NASTY = Table({"a": ["x", "y", "", "NA", " x", "x", "z", "z"] * 2, B: NUMBERS})
PLAIN = Table({"a": ["x", "y", "x", "", "y", "z", "x"], B: ["1", "2.5", "", "3", "-0.25", "n/a", "10"]})
EMPTY = Table({"a": [], B: []})
COMMA = NumberReading(mark=",", groups=".", affixes=("$",))

AGGREGATES = [
    *(Aggregate("n", function, B) for function in (*TEXTS, *FIGURES)),
    *(Aggregate("n", function, B, separator='", ') for function in JOINS),
    *(Aggregate("n", function, B, COMMA, NumberLayout(2, mark=",", positive="${}")) for function in FIGURES),
    *(Aggregate("n", function, B, layout=NumberLayout(strip=True), digits=15) for function in FIGURES),
    *(Aggregate(B, function, B, as_float=True) for function in FIGURES),
]


@pytest.mark.parametrize("table", [NASTY, PLAIN, EMPTY], ids=["nasty", "plain", "empty"])
@pytest.mark.parametrize("keys", [("a",), (B, "a"), ()])
def test_script_groups_as_the_search_does(table: Table, keys: tuple[str, ...]) -> None:
    aggregates = tuple(replace(one, name=f"n{number}") for number, one in enumerate(AGGREGATES))
    step = GroupRows(keys, aggregates)
    assert rendered_table(step, table) == {name: list(cells) for name, cells in step.run(table).columns.items()}
    assert from_data(GroupRows, to_data(step)) == step


GIVEN = """customer,city,amount
Adams,Rome,10.50
Brown,Oslo,4.00
Adams,Rome,2.25
Clark,Rome,8.00
Brown,Oslo,1.10
"""
UNSEEN = """customer,city,amount
Zorn,Rome,1.00
Adams,Oslo,0.05
Zorn,Rome,2.00
Brown,Oslo,7.00
"""


@pytest.mark.parametrize(
    ("expected", "wanted"),
    [
        ("customer,total\nAdams,12.75\nBrown,5.10\nClark,8.00", "Adams,0.05\nBrown,7.00\nZorn,3.00"),
        ("customer,orders\nAdams,2\nBrown,2\nClark,1", "Adams,1\nBrown,1\nZorn,2"),
        ("city,average\nOslo,2.55\nRome,6.92", "Oslo,3.53\nRome,1.50"),
        ("city,customers\nOslo,1\nRome,2", "Oslo,2\nRome,1"),
        ("city,customers\nOslo,Brown\nRome,Adams; Clark", "Oslo,Adams; Brown\nRome,Zorn"),
        (
            "customer,city,sum,max\nAdams,Rome,12.75,10.50\nBrown,Oslo,5.10,4.00\nClark,Rome,8.00,8.00",
            "Adams,Oslo,0.05,0.05\nBrown,Oslo,7.00,7.00\nZorn,Rome,3.00,2.00",
        ),
        ("total,count\n25.85,5", "10.05,4"),
        ("customer,total\nAdams,12.75\nClark,8.00\nBrown,5.10", "Brown,7.00\nZorn,3.00\nAdams,0.05"),
    ],
    ids=["total", "count", "average", "distinct", "joined", "two keys", "whole table", "sorted by total"],
)
def test_groups_of_other_rows_are_right(expected: str, wanted: str, tmp_path: Path) -> None:
    task = make_task(GIVEN, f"{expected}\n")
    made = convert(task, UNSEEN, tmp_path)
    assert "\n".join(map(",".join, made.rows)) == wanted
