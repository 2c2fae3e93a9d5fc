"""What the steps on texts compute and what their scripts compute are the same to the character."""

import logging

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.induction.code import Code
from agents.induction.documents.atoms import Atom, Piece
from agents.induction.documents.field import Field
from agents.induction.documents.find import FindInCells, FindInLines, Items
from agents.induction.documents.split import SplitColumn
from agents.induction.model import Operator, Table, TableStep, to_data
from agents.induction.operators import from_data

TEXTS = [
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\u00a0",
    "\u2028",
    "007",
    "-1.5",
    "a",
    "Bc",
    "É",
    "٣",
    "😀",
    ", ",
    ":",
    '"',
    "\\",
    "(",
]
CELL = st.lists(st.sampled_from(TEXTS), max_size=6).map("".join)
ANY, COMMA, NAME = Piece((Atom("any"),)), Piece((Atom("text", ", "),), taken=False), 'b "c"\\'
ITEMS = [
    *(Items((), (Piece((Atom(kind),)),), ()) for kind in ("number", "block", "line", "padding", "symbol")),
    Items((Atom("start of block"),), (Piece((Atom("lines", "2"),)),), ()),
    Items((Atom("start of line"), Atom("any or nothing"), Atom("text", ":")), (ANY, COMMA, Piece((Atom("line"),))), ()),
    Items((Atom("text", '"\\\n'),), (ANY,), (Atom("text", "("), Atom("end of line"))),
]
STEPS: list[TableStep] = [
    *(
        find("a", items, tuple("xy"[: sum(piece.taken for piece in items.pieces)]))
        for items in ITEMS
        for find in (FindInLines, FindInCells)
    ),
    FindInCells(NAME, ITEMS[0], ("a",)),
    *(
        SplitColumn("a", (Piece((Atom(kind),)), ANY), ("x", "a"))
        for kind in ("capitalised", "letters", "word", "unbroken", "blanks")
    ),
    SplitColumn(
        NAME, (ANY, COMMA, Piece((Atom("any or nothing"),)), Piece((Atom("text", '"\\'),)), ANY), ("x", "y", "z", "")
    ),
    SplitColumn(
        "a", (Piece((Atom("width", "2"),)), Piece((Atom("padding"), Atom("text", ":\n"))), ANY), ("1", "2", NAME)
    ),
]


@pytest.mark.parametrize("step", STEPS, ids=repr)
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=8))
@settings(max_examples=6, deadline=None)
def test_script_makes_the_table_that_the_search_saw(step: TableStep, rows: list[tuple[str, str]]) -> None:
    table, code = Table({"a": [row[0] for row in rows], NAME: [row[1] for row in rows]}), Code()
    statements = step.render(code)
    names = {"pd": pd, "LOG": logging.getLogger("learned"), "df": pd.DataFrame(dict(table.columns), dtype=object)}
    names |= code.constants
    exec("\n".join([*(f"import {module}" for module in code.imports), *code.helpers.values()]), names)
    exec("\n".join(statements), names)
    frame = names["df"]
    assert isinstance(frame, pd.DataFrame)
    assert all(frame[name].dtype == object for name in frame)
    made = step.run(table)
    assert list(frame) == list(made.header)
    assert {name: list(frame[name]) for name in frame} == {name: list(cells) for name, cells in made.columns.items()}


@pytest.mark.parametrize("items", ITEMS, ids=repr)
@given(cells=st.lists(CELL, max_size=8))
@settings(max_examples=6, deadline=None)
def test_script_finds_the_fields_that_the_search_saw(items: Items, cells: list[str]) -> None:
    field, code = Field("a", Items(items.before, items.pieces[:1], items.behind)), Code()
    names = {"pd": pd, "df": pd.DataFrame({"a": cells}, dtype=object)}
    series = eval(field.render(code), names)
    assert series.dtype == object
    assert [None if pd.isna(cell) else cell for cell in series] == field.run(Table({"a": cells}))


@pytest.mark.parametrize("operator", [*STEPS, *(Field(NAME, items) for items in ITEMS)], ids=repr)
def test_operators_on_texts_survive_being_stored_in_a_plan(operator: Operator) -> None:
    assert from_data(type(operator), to_data(operator)) == operator
