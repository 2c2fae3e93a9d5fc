"""Numbers read, computed and written; yes and no."""

import decimal
import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.induction.cells.booleans import YesNo, propose_yes_no
from agents.induction.cells.text import Column
from agents.induction.model import OutputColumn, Program, Table, Target
from agents.induction.numbers.formats import OPERATIONS, NumberFormat, Operand
from agents.induction.numbers.relations import Line
from agents.induction.numbers.search import propose_numbers
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.numbers.text import read_number, write_number
from agents.induction.operators import read_program
from tests.agents.induction.rendering import rendered_cells


def learned(columns: dict[str, Sequence[str]], wanted: Sequence[str]) -> list[NumberFormat]:
    """Return what is proposed and right, the simplest first; search and script agree on the examples."""
    target = Target("result", wanted, Table(columns))
    found = [found for found in propose_numbers(target) if isinstance(found, NumberFormat)]
    for expression in found:
        assert [cell or "" for cell in expression.run(target.table)] == list(wanted)
        assert rendered_cells(expression, target.table) == expression.run(target.table)
    return sorted(found, key=NumberFormat.cost)


@pytest.mark.parametrize(
    ("text", "options", "number"),
    [
        ("1,234.50", {"groups": ","}, "1234.50"),
        ("1.234,50", {"mark": ",", "groups": "."}, "1234.50"),
        ("1\u202f234,5", {"mark": ",", "groups": " "}, "1234.5"),
        ("1'234", {"groups": "'"}, "1234"),
        ("$5", {"affixes": ("$",)}, "5"),
        ("-$5", {"affixes": ("$",)}, "-5"),
        ("($5)", {"affixes": ("$",)}, "-5"),
        ("5 EUR", {"affixes": ("EUR",)}, "5"),
        ("5-", {}, "-5"),
        ("\u22125", {}, "-5"),
        (".5", {}, "0.5"),
        ("5.5E-001", {}, "0.55"),
        ("1.5K", {"scales": {"K": "1E3"}}, "1500"),
        ("9" * 50, {}, "9" * 50),
    ],
)
def test_number_is_read(text: str, options: dict[str, str], number: str) -> None:
    assert read_number(text, **options) == decimal.Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1,23", "1.2.3", "--5", "(5", "5 5", "€5", "NaN", "Infinity", "1E999", "0x1F"]
)
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert read_number(text, groups=",", affixes=("$",)).is_nan()


def test_zero_has_no_minus_after_rounding() -> None:
    assert write_number(decimal.Decimal("-0.004"), places=2) == "0.00"


@pytest.mark.parametrize(
    ("cells", "wanted", "new", "then"),
    [
        (["$1,234.50", "$5.00", "", "$0.99"], ["1234.50", "5.00", "", "0.99"], "$1,000,000.25", "1000000.25"),
        (["1.234,56 EUR", "12,00 €", "-3,10 EUR"], ["1234.56", "12.00", "-3.10"], "2.000.000,00 €", "2000000.00"),
        (["1 234,50", "12,00"], ["1,234.50", "12.00"], "1 000 000,10", "1,000,000.10"),
        (["1234.56", "12.00", "-3.10"], ["1.234,56 €", "12,00 €", "-3,10 €"], "9999.99", "9.999,99 €"),
        (["(12.00)", "3.50", "1,200.00"], ["-12.00", "3.50", "1200.00"], "(1,000.00)", "-1000.00"),
        (["-12", "3", "4"], ["(12.00)", "3.00", "4.00"], "-5", "(5.00)"),
        (["12.5%", "3%", "100%"], ["0.125", "0.03", "1"], "7.25%", "0.0725"),
        (["0.125", "0.03", "1"], ["12.5%", "3%", "100%"], "0.5", "50%"),
        (["2004", "1976", "1945"], ["20.04", "19.76", "19.45"], "5", "0.05"),
        (["1.5K", "2M", "700"], ["1500", "2000000", "700"], "3K", "3000"),
        (["95.00", "3.50", "0.10"], ["95", "3.5", "0.1"], "1200.00", "1200"),
        (["542", "1954", "234", "8330"], ["1000", "2000", "0", "8000"], "9812", "10000"),
        (["1999", "2050"], ["19.99", "20.50"], "5", "0.05"),
        (["1999", "2001"], ["19.99", "20.01"], "2000", "20.00"),
        (["5", "42", "17"], ["00005", "00042", "00017"], "123", "00123"),
        (["1.243", "372.32", "1.25238"], ["1.2 pts", "372.3 pts", "1.3 pts"], "0.05", "0.1 pts"),
        (["0.125", "2.5", "-2.5", "3.7"], ["0", "3", "-3", "4"], "4.5", "5"),
        (["0.125", "2.5", "-2.5", "3.5"], ["0", "2", "-2", "4"], "4.5", "4"),
        (["1.9", "2.1", "-2.5", "3.7"], ["1", "2", "-2", "3"], "-0.9", "0"),
        (["1.9", "2.1", "-2.5", "3.7"], ["1", "2", "-3", "3"], "-0.9", "-1"),
        (["10", "20", "33", "47.5"], ["25.4", "50.8", "83.8", "120.7"], "100", "254.0"),
        (["10", "20", "35", "47", "61"], ["37.5", "57.5", "87.5", "111.5", "139.5"], "0", "17.5"),
    ],
)
def test_conversion_is_read_off_the_rows(cells: list[str], wanted: list[str], new: str, then: str) -> None:
    best = learned({"amount": cells}, wanted)[0]
    assert best.run(Table({"amount": [new]})) == [then]


def test_a_tie_far_down_decides_the_rounding() -> None:
    cells = [f"{row}.00{1 + row % 2 * 7}" for row in range(1000)]
    wanted = [f"{row}.0{row % 2}" for row in range(1000)]
    best = learned({"amount": [*cells, "2.125"]}, [*wanted, "2.12"])[0]
    assert best.layout.rounding == decimal.ROUND_HALF_EVEN


@pytest.mark.parametrize(
    ("left", "right", "wanted", "operation"),
    [
        (["$2.50", "$10.00", "$3.33", "$7"], ["2", "3", "5", "11"], ["5.00", "30.00", "16.65", "77.00"], "*"),
        (["250.5", "1000", "333", "712"], ["20", "7", "19", "5"], ["230.5", "993", "314", "707"], "-"),
        (["250.5", "1000", "333", "712"], ["20", "7", "19", "5"], ["270.5", "1007", "352", "717"], "+"),
        (["250", "1000", "333", "712"], ["2", "3", "7", "11"], ["125.00", "333.33", "47.57", "64.73"], "/"),
        (["250", "1000", "333", "712"], ["20", "7", "19", "5"], ["50.00", "70.00", "63.27", "35.60"], "*"),
    ],
)
def test_two_columns_are_combined(left: list[str], right: list[str], wanted: list[str], operation: str) -> None:
    columns = {"number": ["001", "002", "003", "004"], "left": left, "right": right}
    best = learned(columns, wanted)[0]
    assert (best.operation, best.sources()) == (operation, ("left", "right"))


def test_ratio_with_zero_is_undefined() -> None:
    reading = NumberReading()
    operands = (Operand(Column("a"), reading), Operand(Column("b"), reading))
    expression = NumberFormat(operands, "/")
    table = Table({"a": ["1", "0", "x"], "b": ["0", "0", "1"]})
    assert expression.run(table) == [None, None, None] == rendered_cells(expression, table)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["1", "2", "3"], ["1", "2", "3"]),
        (["00123", "00456"], ["00123", "00456"]),
        (["9" * 400, "1", "2", "5"], ["8" * 400, "2", "9", "4"]),
        (["a", "b"], ["1", "2"]),
        (["1", "2"], ["a", "b"]),
        (["", ""], ["1", "2"]),
        (["3", "1", "4", "1", "5"], ["9", "2", "6", "5", "3"]),
        (["1", "1"], ["2", "3"]),
        (["[CPT-00350]", "[CPT-00412]"], ["CPT-350", "CPT-412"]),
    ],
)
def test_nothing_is_proposed_where_numbers_explain_nothing(cells: list[str], wanted: list[str]) -> None:
    assert learned({"amount": cells}, wanted) == []


def test_words_with_a_digit_are_no_numbers() -> None:
    cells = ["one-2-many", "one-2-one", "many-2-one"]
    assert not learned({"a": ["1", "2", "3"]}, cells)


def test_random_columns_do_not_explain_each_other() -> None:
    draw = random.Random(7)
    columns = {f"c{column}": [str(draw.randint(0, 99)) for _ in range(12)] for column in range(20)}
    assert learned(columns, [str(draw.randint(0, 9999)) for _ in range(12)]) == []


def test_many_rows_take_seconds_at_most() -> None:
    cells = [f"${cents / 100:,.2f}" for cents in range(0, 5_000_000, 100)]
    began = time.perf_counter()
    target = Target("amount", [cell[1:].replace(",", "") for cell in cells], Table({"amount": cells}))
    assert list(propose_numbers(target))
    assert time.perf_counter() - began < 15


def test_explanation_says_how_it_is_computed() -> None:
    reading = NumberReading(",", ".", ("EUR",))
    expression = NumberFormat((Operand(Column("price"), reading),), line=Line(divisor="100"), layout=NumberLayout(2))
    assert expression.explain() == (
        "Take price as a number without EUR with a decimal comma, divide it by 100 "
        "and write it rounded to 2 decimals (half up), as in 1234.57"
    )


AMOUNTS = st.from_regex(r"\A ?[-(]?[$]?[0-9]{0,4}([.,][0-9]{0,3}){0,2}(E[0-9])? ?[K%$)-]?\Z") | st.text(max_size=6)


@given(
    cells=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=6),
    reading=st.builds(
        NumberReading,
        st.sampled_from([".", ","]),
        st.sampled_from(["", ".", ",", " ", "'"]),
        st.sampled_from([(), ("$",), ("$", "%")]),
        st.sampled_from([(), ("K",)]),
    ).filter(lambda reading: reading.mark != reading.groups),
    operation=st.sampled_from(["", *OPERATIONS]),
    line=st.sampled_from([Line(), Line("100"), Line(divisor="1000"), Line("5", "9", "-17.5")]),
    layout=st.builds(
        NumberLayout,
        st.sampled_from([None, 0, 2, -1]),
        st.sampled_from([decimal.ROUND_HALF_UP, decimal.ROUND_HALF_EVEN, decimal.ROUND_DOWN]),
        st.booleans(),
        groups=st.sampled_from(["", ",", " "]),
        width=st.sampled_from([0, 6]),
        negative=st.sampled_from(["", "({})"]),
    ),
)
@settings(max_examples=150, deadline=None)
def test_script_gives_what_the_search_gives(
    cells: list[tuple[str, str]], reading: NumberReading, operation: str, line: Line, layout: NumberLayout
) -> None:
    table = Table({"a": [left for left, _ in cells], "b": [right for _, right in cells]})
    names = ("a", "b") if operation else ("a",)
    expression = NumberFormat(tuple(Operand(Column(name), reading) for name in names), operation, line, layout)
    assert rendered_cells(expression, table) == expression.run(table)
    program = Program((), (OutputColumn("c", expression),))
    assert read_program(program.dumps()) == program


def test_yes_and_no_are_read_in_all_spellings() -> None:
    cells = ["Yes", "n", "TRUE", "0", "", "no"]
    wanted = ["true", "false", "true", "false", "", "false"]
    (found,) = propose_yes_no(Target("paid", wanted, Table({"paid": cells})))
    assert found == YesNo(Column("paid"), "true", "false")
    table = Table({"paid": [*cells, "off", "maybe", " T "]})
    assert found.run(table) == ["true", "false", "true", "false", None, "false", "false", None, "true"]
    assert rendered_cells(found, table) == found.run(table)


def test_yes_and_no_need_both_sides() -> None:
    assert list(propose_yes_no(Target("paid", ["1", "1"], Table({"paid": ["yes", "y"]})))) == []
    assert list(propose_yes_no(Target("paid", ["1", "0"], Table({"paid": ["yes", "maybe"]})))) == []
