"""How sure a plan is of each column."""

import pytest

from tests.agents.induction.learning import make_task, plan_for

NAMES = ["ann lee", "bob ray", "cy doe", "dan fox", "eve hill", "gus orr"]


def confidence(given: list[str], expected: list[str]) -> dict[str, float]:
    return dict(plan_for(make_task("\n".join(given) + "\n", "\n".join(expected) + "\n")).confidence)


def last_names(rows: int) -> float:
    given = ["name", *NAMES[:rows]]
    return confidence(given, ["last", *(name.split()[1].title() for name in NAMES[:rows])])["last"]


def test_each_column_that_is_explained_has_a_confidence() -> None:
    found = confidence(
        ["name,x", "ann lee,q", "bob ray,w", "cy doe,e"], ["name,y", "Ann Lee,7", "Bob Ray,2", "Cy Doe,9"]
    )
    assert found.keys() == {"name"}
    assert 0.5 < found["name"] < 1


def test_more_examples_make_sure() -> None:
    assert last_names(2) < last_names(3) < last_names(6)


def test_what_restates_the_cells_is_less_sure_than_what_is_taken_from_them() -> None:
    taken = confidence(["a,b", "1,x1", "2,y2", "3,z3"], ["a,b", "1,x1", "2,y2", "3,z3"])
    written = confidence(["a,b", "1,x1", "2,y2", "3,z3"], ["a,note", "1,Imported", "2,Imported", "3,Imported"])
    assert written["note"] < taken["b"] == taken["a"]


def test_a_layout_is_as_sure_as_its_steps_for_all_columns() -> None:
    found = confidence(
        ["id,q1,q2", "a,1,2", "b,3,4", "c,5,6"], ["id,q,v", "a,q1,1", "a,q2,2", "b,q1,3", "b,q2,4", "c,q1,5", "c,q2,6"]
    )
    assert found.keys() == {"id", "q", "v"}
    assert min(found.values()) > 0.9


@pytest.mark.parametrize("rows", [1, 2])
def test_a_row_or_two_do_not_make_sure(rows: int) -> None:
    assert last_names(rows) < 0.9


def test_a_column_of_which_another_reading_is_named_is_less_sure() -> None:
    clear = confidence(["d", "13/02/2024", "04/05/2024", "25/12/2024"], ["d", "2024-02-13", "2024-05-04", "2024-12-25"])
    open_one = confidence(
        ["d", "01/01/2024", "05/05/2024", "12/12/2024"], ["d", "2024-01-01", "2024-05-05", "2024-12-12"]
    )
    assert open_one["d"] < 0.8 < clear["d"]
