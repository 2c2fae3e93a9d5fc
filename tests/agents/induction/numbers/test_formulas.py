"""Formulas of several columns."""

import itertools

import pytest

from agents.induction.cells.text import Column
from agents.induction.model import Expression, Table, Target, to_data
from agents.induction.numbers.formats import Operand
from agents.induction.numbers.formula_search import propose_formulas
from agents.induction.numbers.formulas import OPERATIONS, Formula
from agents.induction.numbers.relations import Line
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.operators import from_data
from tests.agents.induction.rendering import rendered_cells

ALL = tuple(Operand(Column(name), NumberReading()) for name in "abc")
EXPRESSIONS: tuple[Expression, ...] = (
    *(Formula(ALL, steps, layout=NumberLayout(3)) for steps in itertools.product(OPERATIONS, ("*", "-"))),
    Formula(ALL[:2], ("-%",), Line(factor="100", offset="-1.5"), NumberLayout(1, strip=True)),
)
CELLS = {
    "a": ["1", "2.5", "", "0", "-3", "x"],
    "b": ["4", "0", "7", "", "0.25", "1"],
    "c": ["10", "3", "1", "", "0", "2"],
}


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=repr)
@pytest.mark.parametrize("columns", [CELLS, {"a": [], "b": [], "c": []}], ids=["cells", "empty"])
def test_script_computes_rows_as_the_search_does(expression: Expression, columns: dict[str, list[str]]) -> None:
    table = Table(columns)
    assert rendered_cells(expression, table) == expression.run(table)
    assert from_data(type(expression), to_data(expression)) == expression


@pytest.mark.parametrize(
    ("columns", "wanted", "new", "expected"),
    [
        (
            {"pieces": ["3", "10", "7"], "price": ["19.99", "2.50", "105.00"], "discount": ["5.00", "1.25", "0.50"]},
            ["54.97", "23.75", "734.50"],
            ["2", "1.10", "0.20"],
            "2.00",
        ),
        (
            {"old": ["200", "80", "125"], "new": ["250", "60", "130"]},
            ["25.0", "-25.0", "4.0"],
            ["40", "50"],
            "25.0",
        ),
        (
            {"net": ["100.00", "19.99", "250.50"], "tax": ["19", "7", "19"]},
            ["119.00", "21.39", "298.10"],
            ["10.00", "7"],
            "10.70",
        ),
        (
            {"net": ["100.00", "19.99", "250.50"], "off": ["15%", "10%", "33%"]},
            ["85.00", "17.99", "167.84"],
            ["10.00", "50%"],
            "5.00",
        ),
    ],
)
def test_rows_are_computed_as_the_examples_show(
    columns: dict[str, list[str]], wanted: list[str], new: list[str], expected: str
) -> None:
    target = Target("result", wanted, Table(columns))
    found = [one for one in propose_formulas(target) if target.first_wrong_row(one) is None]
    best = min(found, key=lambda one: one.cost())
    assert best.run(Table({name: [cell] for name, cell in zip(columns, new, strict=True)})) == [expected]


def test_small_numbers_are_no_evidence_for_formulas() -> None:
    columns = {"a": ["1", "2", "3"], "b": ["2", "1", "5"], "c": ["3", "4", "1"]}
    target = Target("result", ["0", "1", "7"], Table(columns))
    assert [one for one in propose_formulas(target) if target.first_wrong_row(one) is None] == []
