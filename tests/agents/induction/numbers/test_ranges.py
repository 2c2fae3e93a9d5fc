"""Numbers rounded to steps, aligned, and put into ranges."""

import decimal

import pytest

from agents.induction.cells.text import Column
from agents.induction.dates.formats import DateFormat
from agents.induction.model import Expression, Proposer, Table, Target, to_data
from agents.induction.numbers.formats import NumberFormat, Operand
from agents.induction.numbers.ranges import NumberRange, propose_ranges
from agents.induction.numbers.search import propose_numbers
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.operators import from_data
from tests.agents.induction.rendering import rendered_cells

CELLS = [
    "0",
    "-0.4",
    "12.5",
    "1e3",
    "999999.999",
    "-7.25",
    "",
    " ",
    "x",
    "007",
    "0.125",
    "2.675",
    "1234567890123456789",
]
A = Operand(Column("a"), NumberReading())
EXPRESSIONS: tuple[Expression, ...] = (
    NumberFormat((A,), layout=NumberLayout(2, multiple="0.05")),
    NumberFormat((A,), layout=NumberLayout(0, multiple="25", rounding=decimal.ROUND_FLOOR, groups=",")),
    NumberFormat((A,), layout=NumberLayout(1, strip=True, multiple="0.5")),
    NumberFormat((A,), layout=NumberLayout(1, fewer=True, positive="{} pts")),
    NumberFormat((A,), layout=NumberLayout(1, zeros=4)),
    NumberFormat((A,), layout=NumberLayout(2, width=6, fill=" ", positive="{} ")),
    NumberFormat((A,), layout=NumberLayout(strip=True, width=4, fill=" ", tail=3)),
    NumberFormat((A,), layout=NumberLayout(width=5)),
    NumberRange(A, "5", "0", "5", NumberLayout(0, positive="{}-"), NumberLayout(0)),
    NumberRange(A, "0.1", "0", "0.1", NumberLayout(1, strip=True, positive="{} - "), NumberLayout(1, strip=True)),
    NumberRange(A, "10", "3", "9", NumberLayout(0, positive="from {} to "), NumberLayout(0, positive="{}!")),
    NumberRange(
        Operand(DateFormat(Column("a"), ("%Y",), "%y"), NumberReading()),
        *("20", "0", "19"),
        *(NumberLayout(0, width=2, positive="{}-"), NumberLayout(0, width=2)),
    ),
)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=repr)
@pytest.mark.parametrize("cells", [CELLS, []], ids=["cells", "empty"])
def test_script_writes_what_the_search_writes(expression: Expression, cells: list[str]) -> None:
    table = Table({"a": cells})
    assert rendered_cells(expression, table) == expression.run(table)
    assert from_data(type(expression), to_data(expression)) == expression


@pytest.mark.parametrize(
    ("cells", "wanted", "new", "expected"),
    [
        (["41.2", "7.9", "23.5", "60"], ["40-50", "0-10", "20-30", "60-70"], ["99.9", "30"], ["90-100", "30-40"]),
        (["41", "7", "23"], ["40 to 49", "0 to 9", "20 to 29"], ["110", "19"], ["110 to 119", "10 to 19"]),
        (["41", "7", "23"], ["[40, 60)", "[0, 20)", "[20, 40)"], ["110"], ["[100, 120)"]),
        (["$1,410", "$980", "$2,733"], ["1,000-2,000", "0-1,000", "2,000-3,000"], ["$12,001"], ["12,000-13,000"]),
        (["17", "34", "28"], ["15-24", "25-34", "25-34"], ["64", "35"], ["55-64", "35-44"]),
        (
            ["12.03.2024 08:41:10", "13.03.2024 09:07:00", "13.03.2024 10:22:00"],
            ["40-60", "0-20", "20-40"],
            ["14.03.2024 01:20:59"],
            ["20-40"],
        ),
    ],
)
def test_ranges_are_read_off_their_labels(
    cells: list[str], wanted: list[str], new: list[str], expected: list[str]
) -> None:
    assert best_of(propose_ranges, cells, wanted).run(Table({"a": new})) == expected


@pytest.mark.parametrize(
    ("cells", "wanted", "new", "expected"),
    [
        (["19.57", "19.58", "21.48", "43.32"], ["19.55", "19.60", "21.50", "43.30"], "16.42", "16.40"),
        (["1.14", "1.45", "1.82", "43.32"], ["1.0", "1.5", "2.0", "43.5"], "102.11", "102.0"),
        (["12", "88", "63", "41"], ["10", "90", "65", "40"], "97", "95"),
        (["1040", "2260", "3990"], ["1000", "2250", "4000"], "1130", "1250"),
        (["243", "12.5", "2345.23"], ["00243", "00012.5", "02345.23"], "1.04", "00001.04"),
        (["1.2", "18", "102"], ["  1.20", " 18.00", "102.00"], "7.5", "  7.50"),
        (["1.243", "372.32", "5", "200.0"], ["1.2 pts", "372.3 pts", "5 pts", "200.0 pts"], "8.26", "8.3 pts"),
        (["243.49", "12.5", "7.13"], ["243.5000", "12.5000", "7.1000"], "0.66", "0.7000"),
    ],
)
def test_steps_and_widths_are_read_off_the_rows(cells: list[str], wanted: list[str], new: str, expected: str) -> None:
    assert best_of(propose_numbers, cells, wanted).run(Table({"a": [new]})) == [expected]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["41.2", "7.9"], ["40-50", "10-20"]),  # the number lies outside
        (["41.2", "7.9"], ["40-50", "0-5"]),  # two widths
    ],
)
def test_labels_that_do_not_hold_the_number_are_no_ranges(cells: list[str], wanted: list[str]) -> None:
    target = Target("label", wanted, Table({"a": cells}))
    assert [one for one in propose_ranges(target) if target.first_wrong_row(one) is None] == []


def best_of(propose: Proposer, cells: list[str], wanted: list[str]) -> Expression:
    """Return the simplest proposal that gives every cell."""
    target = Target("label", wanted, Table({"a": cells}))
    found: list[Expression] = [one for one in propose(target) if target.first_wrong_row(one) is None]
    return min(found, key=lambda one: one.cost())
