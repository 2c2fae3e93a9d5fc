"""A test on one column chooses between two texts when the rows say more than chance, or an instruction names it."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from learning import convert, make_task, plan_for
from rendering import rendered_cells

from agents.induction.cells.text import Column, Constant
from agents.induction.choices.condition_search import propose_conditions
from agents.induction.choices.conditions import Choose
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Table, Target
from agents.induction.rows.steps import KeepRows
from csvconverter.v1.plans_pb2 import Plan

SCORES = [95, 45, 70, 88, 59, 60, 12, 99, 30, 81]
WIDE_GAP = [95, 45, 70, 88, 52, 69, 12, 99, 30, 81]


def graded(scores: Sequence[object], grade: Callable[[str], str]) -> tuple[str, str]:
    """Return both files."""
    rows = [f"r{number},{score}" for number, score in enumerate(scores)]
    grades = [f"{row},{grade(str(score))}" for row, score in zip(rows, scores, strict=True)]
    return "\n".join(["id,s", *rows, ""]), "\n".join(["id,s,result", *grades, ""])


def passed(score: str) -> str:
    return "pass" if score.isdigit() and int(score) >= 60 else "fail"


def said(plan: Plan) -> str:
    return next((step.details for step in plan.transformation_steps if step.target == "result"), "")


def proposed(keys: Sequence[str], wanted: Sequence[str]) -> list[Choose]:
    target = Target("new", list(wanted), Table({"old": list(keys)}))
    choices = [one for one in propose_conditions(target, Instructions((), ("new",))) if isinstance(one, Choose)]
    return [one for one in choices if target.first_wrong_row(one) is None]


def test_limit_between_two_texts_is_found(tmp_path: Path) -> None:
    task = make_task(*graded(SCORES, passed))
    assert said(plan_for(task)) == 'result: Write "pass" where s is at least 60, else "fail"'
    assert not plan_for(task).ambiguities
    assert [row[2] for row in convert(task, "id,s\na,61\nb,3\n", tmp_path).rows] == ["pass", "fail"]


def test_limit_that_could_be_elsewhere_is_a_doubt() -> None:
    (doubt,) = plan_for(make_task(*graded(WIDE_GAP, passed))).ambiguities
    assert [reading[-29:] for reading in doubt.readings] == [f's is at least {n}, else "fail"' for n in (60, 69)]
    assert (doubt.row, list(doubt.outputs)) == (0, ["pass", "fail"])


def test_limit_that_an_instruction_names_needs_few_rows_and_leaves_no_doubt() -> None:
    given, expected = graded([95, 45, 70], passed)
    assert said(plan_for(make_task(given, expected))) == ""
    plan = plan_for(make_task(given, expected, {"result": "pass if s is at least 63, else fail"}))
    assert said(plan) == 'result: Write "pass" where s is at least 63, else "fail"'
    assert not plan.ambiguities


@pytest.mark.parametrize(("said_as", "limit"), [("060", "60"), ("1,000.50", "1000.50"), ("-.5", "-0.5")])
def test_number_of_an_instruction_is_written_as_python_reads_it(said_as: str, limit: str) -> None:
    given, expected = graded(
        [float(limit) + 1, float(limit) - 1], lambda cell: "x" if float(cell) > float(limit) else "y"
    )
    plan = plan_for(make_task(given, expected, {"result": f"x if s is over {said_as}"}))
    assert said(plan) == f'result: Write "x" where s is greater than {limit}, else "y"'


def test_cell_that_is_no_number_is_left_blank_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = make_task(*graded(SCORES, passed))
    assert [row[2] for row in convert(task, "id,s\na,\nb,n/a\nc,77\n", tmp_path).rows] == ["", "", "pass"]
    assert "1 values could not be read, the first in row 2" in caplog.text


def test_cell_that_is_no_number_is_judged_as_the_example_shows(tmp_path: Path) -> None:
    task = make_task(*graded([*SCORES, "n/a", ""], passed))
    assert [row[2] for row in convert(task, "id,s\na,\nb,none\nc,77\n", tmp_path).rows] == ["fail", "fail", "pass"]


def test_text_stands_for_some_cells_of_a_copy(tmp_path: Path) -> None:
    task = make_task(
        *graded([5, 120, 30, 400, 99, 250, 7, 101, 55, 180], lambda cell: "many" if int(cell) > 100 else cell)
    )
    assert [row[2] for row in convert(task, "id,s\na,8\nb,700\n", tmp_path).rows] == ["8", "many"]


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ((Constant("late"), Constant("")), 'Write "late" where s is at least 60, else leave it blank'),
        ((Constant(""), Column("t")), "Leave it blank where s is at least 60, else take t"),
        ((Column("t"), Constant("none")), 'Take t where s is at least 60, else "none"'),
    ],
)
def test_choice_is_said_in_a_sentence(choice: tuple[Constant | Column, Constant | Column], sentence: str) -> None:
    assert Choose(KeepRows("s", "at_least", ("60",)), *choice).explain() == sentence


def test_value_among_many_is_told_from_the_others() -> None:
    countries = ["US", "DE", "US", "FR", "IT", "US", "ES", "US", "PL", "US", "AT", "US", "PT", "US"]
    wanted = ["home" if country == "US" else "abroad" for country in countries]
    assert Choose(KeepRows("old", "equals", ("US",)), Constant("home"), Constant("abroad")) in proposed(
        countries, wanted
    )


def test_blank_cells_are_no_evidence_for_a_limit() -> None:
    days, wanted = ["9", "8", "7", "6", "2", "1"], ["late"] * 4 + [""] * 2
    assert not proposed(days + [""] * 10, wanted + [""] * 10)
    assert proposed(days * 2 + [""] * 10, wanted * 2 + [""] * 10)


def test_two_values_that_have_other_names_are_no_condition() -> None:
    assert not proposed("MFMFMFMFMFMF", ["x", "y"] * 6)


def test_choice_of_a_script_is_that_of_the_search() -> None:
    table = Table({"s": ["61", "3", "", "n/a", "1,000", " 60 "]})
    for tests_all in (False, True):
        choice = Choose(KeepRows("s", "at_least", ("60",)), Constant("pass"), Column("s"), tests_all)
        assert rendered_cells(choice, table) == choice.run(table)


@pytest.mark.parametrize("words", [("x", "y"), ("x", "")])
@pytest.mark.parametrize(
    "keys",
    [
        "3 1 4 15 9 2",
        "3 1 4 15 9 2 6",
        "3 1 4 15 9 2 6 5",
        "3 1 4 15 9 2 6 5 35",
        "ab ba cb ac bd de ca ee",
        "1 1 2 2 3 3 4 4 5",
    ],
)
def test_column_that_has_nothing_to_do_with_the_keys_is_rarely_explained(keys: str, words: tuple[str, str]) -> None:
    columns = list(itertools.product(words, repeat=len(keys.split())))
    assert sum(bool(proposed(keys.split(), wanted)) for wanted in columns) <= len(columns) / 28
