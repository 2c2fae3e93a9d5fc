"""What the search computes over rows and what the rendered script computes are the same to the character."""

import itertools
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.induction.cells.text import Column
from agents.induction.code import Code
from agents.induction.dates.formats import DateFormat
from agents.induction.model import Expression, Table, TableStep, to_data
from agents.induction.numbers.formats import Operand
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.operators import from_data
from agents.induction.rows.steps import KeepRows
from agents.induction.windows.added import AddColumn
from agents.induction.windows.best_column import BestColumn
from agents.induction.windows.count_where import CountWhere
from agents.induction.windows.date_grid import CompleteDates
from agents.induction.windows.duplicates import WHICH, KeepRepeated
from agents.induction.windows.empty_rows import DropEmptyRows
from agents.induction.windows.kinds import FUNCTIONS
from agents.induction.windows.places import COUNTS, MEMBERS, Count, Member, Neighbour
from agents.induction.windows.rare import ReplaceRare
from agents.induction.windows.window import Window

KEY, VALUE = Column("key"), Column('v "1"\\')
MONTH = DateFormat(KEY, ("%Y-%m-%d",), "%Y-%m")
KEYS = ["", "a", "b", "ß", "2024-01-05", "2024-01-07", "2024-02-01", "0"]
VALUES = ["", " ", "0", "0.0", "1", "2", "2", "-3.5", "1,000", "x", "NA", "1e3", "\u2028"]
ROWS = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), max_size=9)
NUMBERS = Operand(VALUE, NumberReading(groups=","))

WRITINGS: list[tuple[tuple[Expression, ...], NumberLayout | None, int | None, str]] = [
    ((KEY,), NumberLayout(places=2), None, ""),
    ((), None, None, ""),
    ((MONTH, VALUE), NumberLayout(positive="${}"), None, "none"),
]
EXPRESSIONS: list[Expression] = [
    *(
        Window(name, NUMBERS, keys, 2 * name.startswith("moving"), layout, places, missing)
        for name, (keys, layout, places, missing) in zip(FUNCTIONS, itertools.cycle(WRITINGS), strict=False)
    ),
    Window("mean", NUMBERS, (KEY,), places=1),
    *(
        Count(kind, keys, first, layout)
        for kind in COUNTS
        for keys, first, layout in (((KEY,), 1, NumberLayout()), ((KEY, VALUE), 0, NumberLayout(width=3)))
    ),
    *(BestColumn(("key", VALUE.name), lowest, NumberReading()) for lowest in (False, True)),
    Count("number"),
    Count("number_from_end", (), 0),
    Count("size", (MONTH,)),
    *(
        Neighbour(VALUE, rows, keys, wraps, edge)
        for rows in (1, -2)
        for keys in ((), (KEY,))
        for wraps, edge in ((False, ""), (False, "0"), (True, ""))
    ),
    *(Member(VALUE, which, keys) for which in MEMBERS for keys in ((), (KEY,), (MONTH,))),
]
STEPS: list[TableStep] = [
    AddColumn("new", Count("size", (KEY,))),
    AddColumn("new", Window("running_total", NUMBERS, (KEY,), layout=NumberLayout())),
    *(KeepRepeated(columns, which) for columns in (("key",), ("key", VALUE.name)) for which in WHICH),
    *(CompleteDates("key", "%Y-%m-%d", keys, sorts) for keys in ((), (VALUE.name,)) for sorts in (True, False)),
    *(
        DropEmptyRows(columns, value, every)
        for columns in ((), ("key",))
        for value in ("", "0")
        for every in (True, False)
    ),
    *(CountWhere(("key",), KeepRows(VALUE.name, "contains", ("1",)), "many", sorts) for sorts in (True, False)),
    ReplaceRare(("key", VALUE.name), 2, "other"),
    ReplaceRare(("key",), 3, 'o"', ("a", "")),
]


def make_table(rows: list[tuple[str, str]]) -> Table:
    return Table({"key": [row[0] for row in rows], VALUE.name: [row[1] for row in rows]})


def names_for(code: Code, table: Table) -> dict[str, Any]:
    names: dict[str, Any] = {"pd": pd, "Any": Any, "Iterable": Iterable, **code.constants}
    names["df"] = pd.DataFrame(dict(table.columns), dtype=object)
    names["LOG"] = type("Log", (), {"warning": staticmethod(lambda *_: None)})
    for lines in [*(f"import {module}" for module in code.imports), *code.helpers.values()]:
        exec(lines, names)
    return names


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=repr)
@given(rows=ROWS)
@settings(max_examples=7, deadline=None)
def test_script_gives_the_cells_over_rows_that_the_search_saw(
    expression: Expression, rows: list[tuple[str, str]]
) -> None:
    table, code = make_table(rows), Code()
    series = eval(expression.render(code), names_for(code, table))
    assert series.dtype == object
    assert [None if pd.isna(cell) else cell for cell in series] == expression.run(table)


@pytest.mark.parametrize("step", STEPS, ids=repr)
@given(rows=ROWS)
@settings(max_examples=10, deadline=None)
def test_script_gives_the_table_that_the_search_saw(step: TableStep, rows: list[tuple[str, str]]) -> None:
    table, code = make_table(rows), Code()
    statements = "\n".join(step.render(code))
    names = names_for(code, table)
    exec(statements, names)
    frame = names["df"]
    assert {name: list(frame[name]) for name in frame} == {name: list(c) for name, c in step.run(table).columns.items()}


@pytest.mark.parametrize("operator", [*EXPRESSIONS, *STEPS], ids=repr)
def test_windows_survive_being_stored_in_a_plan(operator: Expression | TableStep) -> None:
    assert from_data(type(operator), to_data(operator)) == operator
