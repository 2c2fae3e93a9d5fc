"""What the search computes with units, codes and known functions is what the script computes."""

import decimal

import pytest

from agents.induction.cells.text import Column, Constant
from agents.induction.model import Expression, Table, to_data
from agents.induction.numbers.styles import NumberReading
from agents.induction.operators import from_data
from agents.induction.quantities.amounts import Writing
from agents.induction.quantities.checks import CHECKS, WhenValid
from agents.induction.quantities.conversion import ConvertUnit, Ratio
from agents.induction.quantities.functions import Arguments
from agents.induction.quantities.known import FUNCTIONS, Apply
from agents.induction.quantities.measures import ConvertMeasure, MeasureReading, MeasureWriting
from agents.induction.quantities.public_search import LookUpPublic
from agents.induction.quantities.public_tables import COLUMNS
from agents.induction.quantities.units import UNITS, spellings_of
from tests.agents.induction.rendering import rendered_cells

A = Column("a")
ARGUMENTS: dict[str, list[Arguments]] = {
    "quote_url": [("",), ("/:",)],
    "pad": [("left", 5, "0"), ("right", 5, "\\")],
    "grouped": [(3, " ", "left"), (3, '"', "right")],
    "change_base": [(2, 10), (10, 16, 4), (16, 2), (8, 16)],
    "to_codes": [(16, 2, ""), (10, 0, " ")],
    "from_codes": [(16,), (10,), (2,)],
    "hex_to_rgb": [(", ",)],
    "cmyk_to_rgb": [(",",)],
    "compass_point": [(8,), (16,)],
    "address_to_bits": [(2, 8, ".")],
    "calculate": [(1, 10, True), (100, 2, False)],
    "to_fraction": [(True,), (False,)],
    "abbreviate": [
        ("|K|M|B|T", 1000, 1, True, decimal.ROUND_HALF_UP),
        (" B| KB| MB", 1024, 0, False, decimal.ROUND_DOWN),
    ],
    "fill_number": [("last", 4), ("first", 1)],
    "combine_numbers": [(each,) for each in ("sum", "product", "mean", "difference", "distance")],
    "extreme_number": [("least",), ("greatest",)],
    "hide": [(0, 4, "*"), (1, 0, "\\")],
    "count_kind": [("[0-9]",)],
    "count_items": [(",",)],
    "count_text": [("a",)],
    "part_of_address": [(part,) for part in ("city", "state", "zip", "street", "number", "unit", "line")],
    "part_of_link": [("path",), ("file",)],
    "query_value": [("z",), ("y",)],
    "part_of_name": [("first",), ("last",), ("initials",)],
    "join_words": [("-", "lower", "lower", True), ("", "lower", "capital", False), (" ", "as it is", "upper", True)],
    "initials": [("all", ".", "."), ("capitalised", "", "")],
    "arrange_items": [(",", order) for order in ("reversed", "sorted", "sorted as numbers", "once")],
}
CELLS = [
    *("", " ", "\t", "\n", "\u00a0", "NA", "nan", "0", "00", "-0", "007", "1", "-3", "12", "1010", "ff", "0xFF", "1e3"),
    *("3.75", ".5", "1,234.5", "1999", "2000", "1/2", "1 3/4", "3+4*2", "2^-1", "2**70", "(1", "1/0", "7-2*3", "-(2)"),
    *("359.9", "7/2", "0/3", "4111111111111111", "cmyk(0%, 50%, 100%, 20%)"),
    *("IV", "MCMXCIX", "IIII", "1st", "22ND", "twenty-one", "minus one hundred and three", "A", "ZZ", "48 69", "4869"),
    *("01001000 01101001", "d83d", "#FF0080", "abc", "rgb(1, 2, 300)", "10.0.0.1", "256.1.1.1", "4294967295"),
    *(
        "é",
        "ß",
        "İ",
        "ǆ",
        "Łódź",
        "\uff21",
        "٣",
        "😀",
        '"',
        "\\",
        "{0}",
        "%41+%zz",
        "&lt;b&gt;",
        "<b>x</b>",
        "\\ud83d\\ude00",
        "\\u00e9",
    ),
    *(
        "aGVsbG8=",
        "myVariableName",
        "HTML page's title",
        "b,a,b",
        "3,10,2",
        "Dr. Anna van Dyk, PhD",
        "Dyk, Anna",
        "o'Neil",
    ),
    *(
        "joe@example.com",
        "a@b@c.de",
        "https://www.a-b.co.uk/x?y#z",
        "7992739871",
        "79927398713",
        "0306406152",
        "978030640615",
    ),
    *(
        "5 km",
        "5 KM",
        "-40 C",
        "1:02:03",
        "2:03",
        "99:59:59.5",
        "1h 30m",
        "90 min",
        "40\u00b0 26' 46\" S",
        "6'2\"",
        "x" * 400,
    ),
    *(
        "12 Oak St Apt 4, Salem, OR 97301",
        "8 Ash Ct, San Jose, California, USA",
        "http://[x/?z",
        "box",
        "women",
        "quizzes",
    ),
    *("California", " ca ", "usa", "May", "mo", "sunday"),
]
READINGS = [
    MeasureReading(("3600", "60", "1"), ("", ":", ":", "")),
    MeasureReading(("1", "1/60", "1/3600"), ("", "\u00b0 ", "' ", '" N')),
    MeasureReading(("0.3048",), ("", "")),
    MeasureReading((), names=tuple(spellings_of("time").items())),
]
WRITINGS = [
    MeasureWriting(("3600", "60", "1"), ("", ":", ":", ""), (0, 2, 2), places=0),
    MeasureWriting(("3600", "60", "1"), ("", "h ", "m ", "s"), (0, 0, 0), places=2, strip=True, skip=True),
    MeasureWriting(("1/60",), ("{", '"'), (0,)),
    MeasureWriting(("60",), ("", ""), (3,), places=1, rounding=decimal.ROUND_DOWN),
]
EXPRESSIONS: list[Expression] = [
    *(Apply(A, name, arguments) for name in FUNCTIONS for arguments in ARGUMENTS.get(name, [()])),
    *(WhenValid("a", check, then, Constant('"no"')) for check in CHECKS for then in (A, Constant("yes"))),
    *(LookUpPublic(A, table, old, new) for table in COLUMNS for old, new in ((0, 1), (1, 0))),
    *(ConvertMeasure(A, reading, writing) for reading in READINGS for writing in WRITINGS),
    ConvertUnit(
        A, NumberReading(affixes=("km",)), Ratio(divisor="1.609344", known=True), Writing(digits=6, strip=True)
    ),
    ConvertUnit(
        A, NumberReading(affixes=("C",)), Ratio("0", "9", "5", "32"), Writing(strip=True, before='{"', after=" \\")
    ),
    ConvertUnit(A, NumberReading(), Ratio("-32", "5", "9"), Writing(places=1, groups=",", rounding=decimal.ROUND_DOWN)),
    ConvertUnit(A, NumberReading(), Ratio(offset="-273.15"), Writing(places=2, groups=".", mark=",")),
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=repr)
def test_script_gives_the_cells_that_the_search_saw(expression: Expression) -> None:
    for cells in (CELLS, []):
        table = Table({"a": cells})
        assert rendered_cells(expression, table) == expression.run(table)
    assert from_data(type(expression), to_data(expression)) == expression


def test_every_cell_becomes_a_text_that_can_be_written() -> None:
    for expression in EXPRESSIONS:
        for cell in expression.run(Table({"a": CELLS})):
            assert (cell or "").encode() is not None


def test_every_size_of_a_unit_is_a_number() -> None:
    assert all(float(eval(size)) > 0 for units in UNITS.values() for size in units.values())
