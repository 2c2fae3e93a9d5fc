"""Whether a plan says that each row of the output depends on one row of the input alone."""

import pytest
from learning import make_task, plan_for

from agents.induction.operators import KNOWN
from agents.induction.rows.steps import KeepRows, RowStep
from agents.induction.windows.empty_rows import DropEmptyRows

PEOPLE = "name,town,age\neve,Ulm,31\nbob,Bonn,25\nann,Ulm,47\neve,Ulm,31\ndan,Köln,19\n"


@pytest.mark.parametrize(
    "expected",
    ["Name,age\nEve,31\nBob,25\nAnn,47\nEve,31\nDan,19\n", "name,town\neve,Ulm\nann,Ulm\neve,Ulm\n"],
    ids=["cells", "filter"],
)
def test_cells_and_filters_are_row_local(expected: str) -> None:
    plan = plan_for(make_task(PEOPLE, expected))
    assert plan.row_local
    assert not plan.needs_all_rows


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        ("name\nann\nbob\ndan\neve\neve\n", "Sort the rows by name"),
        ("name,town,age\neve,Ulm,31\nbob,Bonn,25\nann,Ulm,47\ndan,Köln,19\n", "Keep the first of the rows"),
    ],
    ids=["sort", "deduplicate"],
)
def test_steps_that_look_at_all_rows_are_not_and_are_named(expected: str, reason: str) -> None:
    plan = plan_for(make_task(PEOPLE, expected))
    assert not plan.row_local
    assert [sentence.startswith(reason) for sentence in plan.needs_all_rows] == [True]


def test_footers_are_found_from_all_rows() -> None:
    plan = plan_for(make_task(f"{PEOPLE}\nTotal,,153\n", "name\neve\nbob\nann\neve\ndan\n"))
    assert list(plan.needs_all_rows) == ["Look for lines below the table"]


def test_a_table_without_header_below_other_lines_is_found_from_its_rows() -> None:
    given = "Export of May\n\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n2020-01-04,4\n"
    plan = plan_for(make_task(given, "2020-01-01\n2020-01-02\n2020-01-03\n2020-01-04\n"))
    assert list(plan.needs_all_rows) == ["Find out where the table begins, which has no header"]


def test_of_all_steps_on_rows_only_filters_are_row_local() -> None:
    assert {step for step in KNOWN if issubclass(step, RowStep) and step.row_local} == {DropEmptyRows, KeepRows}
