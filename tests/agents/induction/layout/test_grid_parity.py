"""Steps that go by place do in the script what they do in the search."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.induction.code import Code
from agents.induction.layout.demotion import DemoteHeader
from agents.induction.layout.dividing import DivideColumn
from agents.induction.layout.flip import Flip
from agents.induction.layout.fold import Fold
from agents.induction.layout.headings import KINDS, MoveHeadings
from agents.induction.layout.labelled import LabelledRecords
from agents.induction.layout.promotion import PromoteHeader, SkipRows
from agents.induction.layout.selection import DropBlankColumns, KeepColumns
from agents.induction.layout.splitting import SplitAtSeparator
from agents.induction.layout.wrap import SHAPES, WrapAll, WrapBlocks, WrapByKey, WrapEvery, WrapFrom
from agents.induction.model import Table, TableStep, to_data
from agents.induction.operators import from_data
from agents.induction.rows.steps import KeepRows

HEADER = ("a", 'b "c"\\', "a_1")
CELLS = [
    "",
    " ",
    "x",
    "x",
    "*x",
    "**",
    "k:1",
    "k: 2",
    "l:x:y",
    ":",
    "NA",
    "007",
    "é",
    "\u2028",
    '"',
    "\\",
    "{0}",
    "Total: 3",
]
ROWS = st.lists(st.tuples(*(st.sampled_from(CELLS) for _ in HEADER)), max_size=7)

STEPS: list[TableStep] = [
    *(WrapByKey(keys) for keys in (("a",), ("a_1", 'b "c"\\'))),
    *(WrapEvery(count) for count in (1, 2, 5)),
    WrapAll(),
    *(WrapBlocks(skip) for skip in (False, True)),
    *(WrapFrom("a", start, cut, skip) for start in ("", "*", "k:") for cut in (False, True) for skip in (False, True)),
    *(WrapFrom("a", "", False, False, shape) for shape in SHAPES),
    *(Fold(kept, 1, heading, skip, True) for kept in ((), ("a",)) for heading in (0, 1, 2) for skip in (False, True)),
    *(Fold(("a_1",), 2, 0, skip, by_row) for skip in (False, True) for by_row in (False, True)),
    Fold((), 2, 0, False, True),
    Flip(),
    *(LabelledRecords(keys, "", ":") for keys in ((), ("a",), ("a", 'b "c"\\'))),
    *(LabelledRecords(keys, 'b "c"\\', "") for keys in (("a",), ())),
    *(DemoteHeader(blank) for blank in (0, 1, 3)),
    *(SplitAtSeparator("a", separator, once) for separator in (":", ": ", '"', "\\") for once in (False, True)),
    *(DivideColumn("a", KeepRows(name, "blank")) for name in HEADER),
    DivideColumn('b "c"\\', KeepRows("a", "contains", ("*",))),
    DivideColumn("a", KeepRows("a", "at_least", ("2",))),
    KeepColumns(("a_1", "a")),
    DropBlankColumns(),
    *(MoveHeadings("a", "Title", kind, "*", suffix) for kind in KINDS for suffix in ("", "*")),
    MoveHeadings('b "c"\\', "Title", "marked", "", ":1"),
    PromoteHeader(),
    *(SkipRows(count) for count in (1, 3)),
]


@pytest.mark.parametrize("step", STEPS, ids=repr)
@given(rows=ROWS)
@settings(max_examples=10, deadline=None)
def test_script_makes_the_table_that_the_search_saw(step: TableStep, rows: list[tuple[str, ...]]) -> None:
    table = Table({name: [row[place] for row in rows] for place, name in enumerate(HEADER)})
    code = Code()
    statements = step.render(code)
    names: dict[str, object] = {"pd": pd, "df": pd.DataFrame(dict(table.columns), dtype=object), **code.constants}
    for line in [*(f"import {module}" for module in code.imports), *code.helpers.values(), *statements]:
        exec(line, names)
    frame = names["df"]
    assert isinstance(frame, pd.DataFrame)
    assert set(map(str, frame.dtypes)) <= {"object"}
    after = step.run(table)
    assert {name: list(frame[name]) for name in frame} == {name: list(cells) for name, cells in after.columns.items()}


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_grid_steps_survive_being_stored_in_a_plan(step: TableStep) -> None:
    assert from_data(type(step), to_data(step)) == step
