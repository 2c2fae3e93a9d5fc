"""Steps that reshape tables with names do in the script what they do in the search."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.induction.code import Code
from agents.induction.layout.explode import Explode
from agents.induction.layout.fill import Fill
from agents.induction.layout.fill_within import FillWithin
from agents.induction.layout.gathering import GatherRecords
from agents.induction.layout.melt import Melt
from agents.induction.layout.subtitles import MoveSubtitles
from agents.induction.layout.tidying import STYLES, TidyCells
from agents.induction.layout.transpose import Transpose
from agents.induction.layout.wide_to_long import WideToLong
from agents.induction.model import Table, TableStep, to_data
from agents.induction.operators import from_data

HEADER = ("a", 'x_"1"\\', "x_2", 'y_"1"\\', "y_2", "2_x")
CELLS = ["", "", " ", "x", "a", "a,b", ", ", "a, b,", "NA", "nan", "007", "1.50", " -2.0 ", "é", "\u2028", '"', "\\"]
ROWS = st.lists(st.tuples(*(st.sampled_from(CELLS) for _ in HEADER)), max_size=6)

STEPS: list[TableStep] = [
    *(Melt(kept, "name", "value", by_row) for kept in ((), ("a",), ("x_2", "a")) for by_row in (False, True)),
    *(Melt(("a", "2_x"), "name", "value", by_row, (HEADER[1], "y_2")) for by_row in (False, True)),
    *(WideToLong(("x", "y"), "_", False, numbered, "key", True) for numbered in (False, True)),
    WideToLong(("y", "x"), "_", False, False, 'the "key"', False),
    WideToLong(("x",), "_", True, True, "key", True),
    *(Explode(name, separator) for name in ("a", HEADER[1]) for separator in (",", ", ", "\\", "\u2028")),
    *(FillWithin("a", names, up) for names in (("x_2",), HEADER[1:3]) for up in (False, True)),
    *(Fill(names, up) for names in (("a",), HEADER[:3]) for up in (False, True)),
    MoveSubtitles("a", "title"),
    MoveSubtitles(HEADER[1], '"the" title'),
    *(GatherRecords("a", HEADER[1], by_name) for by_name in (False, True)),
    *(TidyCells(style) for style in STYLES),
    Transpose(),
]


@pytest.mark.parametrize("step", STEPS, ids=repr)
@given(rows=ROWS)
@settings(max_examples=6, deadline=None)
def test_script_reshapes_as_the_search_does(step: TableStep, rows: list[tuple[str, ...]]) -> None:
    table = Table({name: [row[place] for row in rows] for place, name in enumerate(HEADER)})
    code = Code()
    statements = step.render(code)
    names: dict[str, object] = {"pd": pd, "df": pd.DataFrame(dict(table.columns), dtype=object), **code.constants}
    for line in [*(f"import {module}" for module in code.imports), *code.helpers.values(), "\n".join(statements)]:
        exec(line, names)
    frame = names["df"]
    assert isinstance(frame, pd.DataFrame)
    expected = step.run(table)
    assert list(frame.columns) == list(expected.header)
    assert {name: list(frame[name]) for name in frame} == {name: list(own) for name, own in expected.columns.items()}
    assert set(map(str, frame.dtypes)) <= {"object"}


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_reshaping_steps_survive_being_stored_in_a_plan(step: TableStep) -> None:
    assert from_data(type(step), to_data(step)) == step
