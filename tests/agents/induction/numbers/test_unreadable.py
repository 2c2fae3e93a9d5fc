"""Cells that hold no date or number among others that do."""

import pytest

from agents.induction.cells.text import Column, Constant
from agents.induction.dates.formats import DateFormat
from agents.induction.model import Table, Target, to_data
from agents.induction.numbers.formats import NumberFormat, Operand
from agents.induction.numbers.search import propose_numbers
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.numbers.unreadable import Otherwise, propose_with_unreadable
from agents.induction.operators import from_data
from tests.agents.induction.rendering import rendered_cells

CELLS = ["2024-03-05", "tbd", "", " ", "1.5", "NaN", "05.03.2024", "-2"]


@pytest.mark.parametrize(
    "expression",
    [
        Otherwise(DateFormat(Column("a"), ("%Y-%m-%d",), "%-d.%-m.%Y"), Column("a")),
        Otherwise(DateFormat(Column("a"), ("%Y-%m-%d",), "%d.%m.%Y"), Constant('no "date"')),
        Otherwise(NumberFormat((Operand(Column("a"), NumberReading()),), layout=NumberLayout(2)), Column("a")),
    ],
    ids=repr,
)
@pytest.mark.parametrize("cells", [CELLS, []], ids=["cells", "empty"])
def test_script_leaves_what_the_search_leaves(expression: Otherwise, cells: list[str]) -> None:
    table = Table({"a": cells})
    assert rendered_cells(expression, table) == expression.run(table)
    assert from_data(Otherwise, to_data(expression)) == expression


@pytest.mark.parametrize(
    ("cells", "wanted", "new", "expected"),
    [
        (
            ["03/15/2024", "12/31/2023", "unknown", "pending"],
            ["2024-03-15", "2023-12-31", "unknown", "pending"],
            ["soon", "07/04/2024"],
            ["soon", "2024-07-04"],
        ),
        (["1.5", "22.25", "n/a", "-"], ["1,50", "22,25", "n/a", "-"], ["x", "3"], ["x", "3,00"]),
        (["1.5", "22.25", "none", "-"], ["1,50", "22,25", "0,00", "0,00"], ["x", "3"], ["0,00", "3,00"]),
    ],
)
def test_rubbish_is_treated_as_the_example_shows(
    cells: list[str], wanted: list[str], new: list[str], expected: list[str]
) -> None:
    target = Target("a", wanted, Table({"a": cells}))
    found = [one for one in propose_with_unreadable(target) if target.first_wrong_row(one) is None]
    best = min(found, key=lambda one: one.cost())
    assert best.run(Table({"a": new})) == expected


def test_columns_of_texts_are_left_to_others() -> None:
    target = Target("a", ["ANN", "BOB", "3"], Table({"a": ["ann", "bob", "3"]}))
    assert list(propose_with_unreadable(target)) == []


@pytest.mark.parametrize(
    ("cells", "wanted", "new", "expected"),
    [
        (["=2345.23", "10.1abc", "about 7.7"], ["2345", "10", "7.5"], ["-0.1~", "x", "1 or 2"], ["0", None, None]),
        (["net 1,234.5 EUR", "(ca. 99)", "7.25 pp."], ["1234.50", "99.00", "7.25"], ["-3 EUR"], ["-3.00"]),
    ],
)
def test_the_only_number_in_a_text_is_computed_with(
    cells: list[str], wanted: list[str], new: list[str], expected: list[str | None]
) -> None:
    target = Target("a", wanted, Table({"a": cells}))
    found = [one for one in propose_numbers(target) if target.first_wrong_row(one) is None]
    best = min(found, key=lambda one: one.cost())
    table = Table({"a": [*new, ""]})
    assert best.run(table) == [*expected, None]
    assert rendered_cells(best, table) == best.run(table)
