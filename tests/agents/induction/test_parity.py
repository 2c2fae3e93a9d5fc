"""What the search computes and what the rendered script computes are the same to the character."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.induction.cells.affixes import REMOVALS, Ensure, LeaveOut
from agents.induction.cells.digit_pattern import DigitPattern
from agents.induction.cells.places import TOKENS, Between, Place
from agents.induction.cells.strings import PATTERNS, Concatenate, JoinFilled, Part, Piece, Rest, Slice
from agents.induction.cells.text import (
    CASE_FUNCTIONS,
    CHARACTER_CLASSES,
    Case,
    Column,
    Constant,
    Keep,
    Replace,
    Trim,
)
from agents.induction.cells.value_map import ValueMap
from agents.induction.choices.cases import BEGINNINGS, COUNTED, Branch, Cases, Trait
from agents.induction.choices.conditions import Choose
from agents.induction.choices.defaults import WhenBlank
from agents.induction.choices.levels import Levels
from agents.induction.code import Code
from agents.induction.model import Expression, Table, TableStep, to_data
from agents.induction.operators import from_data
from agents.induction.rows.steps import Deduplicate, KeepFirst, KeepRows, Sort, SortKey

A, B = Column("a"), Column('b "c"\\')

PIECES = [
    "",
    " ",
    "  ",
    "\t",
    "\n",
    "\u00a0",
    "\u2028",
    "NA",
    "nan",
    "007",
    "1,234.5",
    "-3",
    "Mc",
    "o'",
    "\u2019s",
    "-",
    ", ",
]
PIECES += [
    "ß",
    "İ",
    "ǆ",
    "é",
    "\uff21",
    "٣",
    "😀",
    '"',
    "\\",
    "(x)",
    "[y]",
    ".",
    "a",
    "B",
    "{0}",
    "%s",
    "mary",
    "SMITH",
]
CELL = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
ROWS = st.lists(st.tuples(CELL, CELL), max_size=8)

EXPRESSIONS: list[Expression] = [
    A,
    Constant('x"\\\n'),
    Trim(A, inner=False),
    Trim(A, inner=True),
    Replace(A, ".", "\\1"),
    Replace(A, "a", ""),
    WhenBlank(A, "a", Constant("none")),
    WhenBlank(Piece(A, "-", 1), B.name, B),
    WhenBlank(Concatenate((Constant("-"), A)), B.name, B),
    JoinFilled((Concatenate((Constant("-"), Piece(A, "-", 1))), B), "|"),
    Concatenate((Constant("#"), A, Constant(" - "), Piece(B, "", 0))),
    JoinFilled((A, B, Piece(A, ",", 1)), ", "),
    *(Levels("a", ("-2.5", "7"), ("low", 'x"\\\n', ""), upward) for upward in (False, True)),
    ValueMap(A, (("", "blank"), ("007", "x"), ("NA", ""))),
    *(DigitPattern(A, pattern, ("1", "00")) for pattern in ("00-\\1 {0}", "000")),
    DigitPattern(A, "00 00", missing="7"),
    *(
        Choose(test, then, otherwise, tests_all)
        for test in (KeepRows("a", "at_least", ("-2.5",)), KeepRows("a", "contains", (".",)), KeepRows(B.name, "blank"))
        for then, otherwise in (
            (Constant('x"\\\n'), Constant("")),
            (Constant("none"), B),
            (Piece(A, "-", 1), A),
            (Concatenate((A, Constant("+"))), B),
        )
        for tests_all in (False, True)
    ),
    *(Case(B, style) for style in CASE_FUNCTIONS),
    *(Keep(A, characters) for characters in CHARACTER_CLASSES),
    *(Piece(A, separator, index) for separator in ("", "-", ", ", ".") for index in (0, 1, -1, -2)),
    *(Rest(A, separator, before_last) for separator in ("", "-", ", ", ".") for before_last in (False, True)),
    *(Part(A, pattern, index) for pattern in PATTERNS for index in (0, -1)),
    *(
        JoinFilled(parts, "|")
        for parts in (
            tuple(Ensure(A, text, at_end) for text in ("a", ", ") for at_end in (False, True)),
            tuple(LeaveOut(A, kind) for kind in REMOVALS),
            tuple(Between(A, Place(token, "", 0, True), Place("end", "", 0, False)) for token in TOKENS),
            tuple(Between(A, Place("start", "", 0, False, 2), Place("", text, -1, False)) for text in '."\\a'),
            tuple(
                Cases((Branch(Trait("a", *trait), Piece(A, "-", 1)), Branch(Trait(B.name, "contains", "a"), B)))
                for trait in (
                    *((kind, value) for kind in ("contains", "lacks", "starts") for value in ("-", '"', "a.")),
                    *(("begins", value) for value in BEGINNINGS),
                    *((kind, "1") for kind in COUNTED),
                )
            ),
        )
    ),
    *(Slice(A, start, stop) for start, stop in ((0, 1), (0, 3), (2, None), (-2, None), (0, -1), (1, 4))),
]
STEPS: list[TableStep] = [
    *(KeepRows("a", test, ("a",)) for test in ("equals", "differs", "contains", "lacks", "starts", "ends")),
    *(KeepRows("a", test, ("-2.5",)) for test in ("less", "at_most", "greater", "at_least")),
    *(KeepRows(B.name, test, ("", "NA", "B")) for test in ("one_of", "none_of")),
    *(KeepRows("a", test) for test in ("blank", "not_blank")),
    *(KeepFirst(count) for count in (1, 3, 1000)),
    *(Sort((SortKey("a", kind, down),)) for kind in ("text", "folded", "number") for down in (False, True)),
    *(Sort((SortKey("a", "date", down, "%d.%m.%Y"), SortKey(B.name))) for down in (False, True)),
    Sort((SortKey("a", "number", descending=True), SortKey(B.name))),
    *(Deduplicate(columns, keep_last) for columns in ((), ("a",), ("a", B.name)) for keep_last in (False, True)),
]


def make_table(rows: list[tuple[str, str]]) -> Table:
    return Table({"a": [row[0] for row in rows], B.name: [row[1] for row in rows]})


def names_for(code: Code, table: Table) -> dict[str, object]:
    names: dict[str, object] = {"pd": pd, "df": pd.DataFrame(dict(table.columns), dtype=object), **code.constants}
    for line in [*(f"import {module}" for module in code.imports), *code.helpers.values()]:
        exec(line, names)
    return names


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=repr)
@given(rows=ROWS)
@settings(max_examples=30, deadline=None)
def test_script_gives_the_cells_that_the_search_saw(expression: Expression, rows: list[tuple[str, str]]) -> None:
    table, code = make_table(rows), Code()
    rendered = expression.render(code)
    series = eval(rendered, names_for(code, table))
    assert series.dtype == object
    assert [None if pd.isna(cell) else cell for cell in series] == expression.run(table)


@pytest.mark.parametrize("step", STEPS, ids=repr)
@given(rows=ROWS)
@settings(max_examples=30, deadline=None)
def test_script_keeps_the_rows_that_the_search_saw(step: TableStep, rows: list[tuple[str, str]]) -> None:
    table, code = make_table(rows), Code()
    statements = "\n".join(step.render(code))
    names = names_for(code, table)
    exec(statements, names)
    frame = names["df"]
    assert isinstance(frame, pd.DataFrame)
    assert {name: list(frame[name]) for name in frame} == {name: list(c) for name, c in step.run(table).columns.items()}


@pytest.mark.parametrize("operator", [*EXPRESSIONS, *STEPS], ids=repr)
def test_operators_survive_being_stored_in_a_plan(operator: Expression | TableStep) -> None:
    assert from_data(type(operator), to_data(operator)) == operator
