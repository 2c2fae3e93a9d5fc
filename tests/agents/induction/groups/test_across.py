"""Figures across a row: the same in the search and in scripts, and right for rows that no example has."""

from pathlib import Path

import pytest
from learning import convert, make_task, plan_for
from rendering import rendered_cells

from agents.induction.groups.across import Across
from agents.induction.groups.aggregates import FIGURES, Aggregate
from agents.induction.model import Table, to_data
from agents.induction.numbers.styles import NumberLayout
from agents.induction.operators import from_data

B = 'b "c"\\'
TABLE = Table({"a": ["1", "", "x", "-2.5", "007"], B: ["2", "NA", "1", "\u0663", " "], "d": ["4", "", "1", "1", "1e3"]})


@pytest.mark.parametrize("function", FIGURES)
@pytest.mark.parametrize("table", [TABLE, Table({name: [] for name in TABLE.header})], ids=["nasty", "empty"])
def test_script_computes_across_rows_as_the_search_does(function: str, table: Table) -> None:
    for aggregate in (
        Aggregate("", function, ""),
        Aggregate("", function, "", layout=NumberLayout(strip=True), digits=15),
        Aggregate("", function, "", as_float=True),
    ):
        expression = Across(("a", B, "d"), aggregate)
        assert rendered_cells(expression, table) == expression.run(table)
        assert from_data(Across, to_data(expression)) == expression


@pytest.mark.parametrize(
    ("expected", "wanted"),
    [
        ("name,average\nAnn,2.33\nBob,3.00\nCleo,1.67", "Zoe,4.00"),
        ("name,average,math,art\nAnn,2.33333333333333,1,2\nBob,3,2,4\nCleo,1.66666666666667,1,3", "Zoe,4,3,3"),
        ("name,total\nAnn,7\nBob,9\nCleo,5", "Zoe,12"),
        ("name,lowest,highest\nAnn,1,4\nBob,2,4\nCleo,1,3", "Zoe,3,6"),
    ],
)
def test_figures_across_columns_are_right_for_other_rows(expected: str, wanted: str, tmp_path: Path) -> None:
    given = "id,name,math,art,sport\n7,Ann,1,2,4\n3,Bob,2,4,3\n9,Cleo,1,3,1\n"
    made = convert(make_task(given, f"{expected}\n"), "id,name,math,art,sport\n1,Zoe,3,3,6\n", tmp_path)
    assert ",".join(made.rows[0]) == wanted


@pytest.mark.parametrize(
    ("given", "expected", "new", "wanted"),
    [
        ("jan,feb,mar\n10,5.5,101\n200,,5\n31,7,79\n", "sum\n116.5\n205\n117\n", "jan,feb,mar\n1,2,4\n", "7"),
        ("q1,q2,q3\n$2,$3,$5\n$9,$7,$8\n$5,$5,$6\n", "mean\n3.33\n8.00\n5.33\n", "q1,q2,q3\n$1,,$2\n", "1.50"),
    ],
)
def test_blank_cells_are_left_out_of_figures(given: str, expected: str, new: str, wanted: str, tmp_path: Path) -> None:
    assert convert(make_task(given, expected), new, tmp_path).rows == ((wanted,),)


def test_few_digits_do_not_make_a_figure() -> None:
    given = "id,name,math,art,sport\n7,Ann,1,2,4\n3,Bob,2,4,3\n9,Cleo,1,3,1\n"
    assert "across" not in plan_for(make_task(given, "name,group\nAnn,2\nBob,3\nCleo,2\n")).program
