"""What is learned from small pairs of files, and what is not."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learning import convert, make_task, plan_for

from agents.induction.cells.strings import Concatenate, Piece
from agents.induction.cells.text import Case, Column, Constant, Trim
from agents.induction.learn import as_table
from agents.induction.model import Expression, OutputColumn, Program
from agents.induction.operators import read_program


def to_csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def learned(given_rows: Sequence[Sequence[str]], expected: Sequence[Sequence[str]], general: str = "") -> str:
    """Return what is done, in sentences."""
    plan = plan_for(make_task(to_csv(given_rows), to_csv(expected), general=general))
    assert not plan.unsolved_columns
    return ". ".join(step.details for step in plan.transformation_steps)


def one_column(pairs: Sequence[tuple[str, str]]) -> str:
    return learned([("old",), *((old,) for old, _ in pairs)], [("new",), *((new,) for _, new in pairs)])


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("jean-luc o'brien", "Jean-Luc O'Brien"), ("ANN'S 3RD HOUSE", "Ann's 3rd House"), ("mcdonald", "Mcdonald")],
)
def test_title_case_is_that_of_names(name: str, wanted: str, tmp_path: Path) -> None:
    task = make_task("name\nmary smith\nBOB LEE\n", "name\nMary Smith\nBob Lee\n")
    assert convert(task, f"name\n{name}\n", tmp_path).rows == ((wanted,),)


def test_capital_behind_mc_is_learned_when_the_example_shows_it(tmp_path: Path) -> None:
    task = make_task("name\nmary smith\nbob mcdonald\n", "name\nMary Smith\nBob McDonald\n")
    assert convert(task, "name\nMCGEE\n", tmp_path).rows == (("McGee",),)


def test_python_title_case_is_learned_when_the_example_shows_it() -> None:
    assert "run of letters" in one_column([("ann's", "Ann'S"), ("bob", "Bob"), ("3rd", "3Rd")])


def test_leading_zeros_and_na_stay_text(tmp_path: Path) -> None:
    task = make_task("id,x\n001,NA\n002,\n", "x,id\nNA,001\n,002\n")
    assert convert(task, "id,x\n0009,null\n", tmp_path).rows == (("null", "0009"),)


def test_look_up_needs_values_that_recur() -> None:
    plan = plan_for(make_task("k\nqa\nwb\nec\nrd\n", "v\nzebra\nlion\nmouse\nhorse\n"))
    assert list(plan.unsolved_columns) == ["v"]


def test_unseen_value_of_a_look_up_is_blank_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = ["P", "O", "P", "V", "O", "P", "V", "O"]
    words = {"P": "paid", "O": "open", "V": "void"}
    task = make_task(to_csv([("s",), *((r,) for r in rows)]), to_csv([("s",), *((words[r],) for r in rows)]))
    assert convert(task, "s\nV\nX\n", tmp_path).rows == (("void",), ("",))
    assert "s: 1 values could not be read, the first in row 2: 'X'" in caplog.text


def test_counts_are_no_look_up(tmp_path: Path) -> None:
    given_rows = [("k",), *(("a",),) * 5, *(("b",),) * 3]
    task = make_task(to_csv(given_rows), to_csv([("n",), *(("5",),) * 5, *(("3",),) * 3]))
    assert convert(task, "k\na\nc\na\n", tmp_path).column("n") == ("2", "1", "2")


def test_blank_parts_leave_no_separator_behind() -> None:
    names = [("Mary", "Ann", "Smith"), ("John", "", "Doe"), ("Al", "M", "Roy"), ("Bo", "", "Lee")]
    expected = [("name",), *((" ".join(filter(None, name)),) for name in names)]
    assert "filled" in learned([("a", "b", "c"), *names], expected)


def test_default_for_blanks_is_learned(tmp_path: Path) -> None:
    task = make_task('o\nann\n""\nbob\n""\n', "o\nANN\nnobody\nBOB\nnobody\n")
    assert convert(task, 'o\nzed\n""\n', tmp_path).rows == (("ZED",), ("nobody",))


SALES = [
    ("id", "state", "amount"),
    *((f"{n:02}", ("paid", "open", "void")[n * n % 3], str(n * 37 % 90)) for n in range(30)),
]


@pytest.mark.parametrize(
    ("keep", "sentence"),
    [
        (lambda row: row[1] == "paid", 'whose state is "paid"'),
        (lambda row: row[1] != "paid", "whose state is"),
        (lambda row: int(row[2]) >= 50, "whose amount is at least 50"),
        (lambda row: "1" in row[0], 'whose id contains "1"'),
    ],
)
def test_filter_is_learned(keep, sentence: str) -> None:  # type: ignore[no-untyped-def]
    assert sentence in learned(SALES, [SALES[0], *filter(keep, SALES[1:])])


@pytest.mark.parametrize(("kept", "sentence"), [("active", 'is "active"'), ("closed", 'is "closed"')])
def test_value_is_named_whole_when_a_letter_would_tell_the_rows_apart(kept: str, sentence: str) -> None:
    rows = [("n", "status"), *((str(n), ("active", "closed", "pending")[n * n % 7 % 3]) for n in range(30))]
    assert f"whose status {sentence}" in learned(rows, [rows[0], *(row for row in rows if row[1] == kept)])


def test_rows_kept_for_no_reason_are_not_explained() -> None:
    kept = [SALES[0], *(SALES[n] for n in (1, 5, 6, 11, 17, 18, 22, 29))]
    plan = plan_for(make_task(to_csv(SALES), to_csv(kept)))
    assert any("which rows are kept" in warning for warning in plan.warnings)


def test_filters_on_two_columns_that_agree_are_both_named() -> None:
    given_rows = [("n", "a", "b"), *((str(n), "x" if n % 3 else "y", "p" if n % 3 else "q") for n in range(20))]
    plan = plan_for(make_task(to_csv(given_rows), to_csv([("n",), *((r[0],) for r in given_rows if r[1] == "x")])))
    assert [reading.split()[4] for reading in plan.ambiguities[0].readings] == ["a", "b"]


def test_first_rows_are_kept_when_their_cells_say_nothing() -> None:
    rows = [(f"{(row * 37) % 101}", f"n{row}") for row in range(40)]
    assert learned([("v", "n"), *rows], [("v", "n"), *rows[:10]]).startswith("Keep the first 10 rows.")


def test_limit_on_a_column_that_counts_the_rows_is_named_beside_their_number() -> None:
    rows = [(f"{row}", f"n{row}") for row in range(40)]
    plan = plan_for(make_task(to_csv([("v", "n"), *rows]), to_csv([("v", "n"), *rows[:10]])))
    (doubt,) = plan.ambiguities
    assert list(doubt.readings) == ["Keep the rows whose v is less than 10", "Keep the first 10 rows"]


def test_few_rows_leave_a_filter_in_doubt() -> None:
    plan = plan_for(make_task("a,b\n1,x\n2,y\n3,z\n", "a,b\n1,x\n3,z\n"))
    assert plan.ambiguities[0].column == ""


def test_instruction_settles_a_filter_that_few_rows_leave_in_doubt() -> None:
    given_rows = [("a", "b"), ("1", "x"), ("2", "y"), ("3", "z")]
    assert 'whose b is not "y"' in learned(given_rows, [r for r in given_rows if r[1] != "y"], "drop rows where b is y")


def test_numbers_are_sorted_as_numbers(tmp_path: Path) -> None:
    task = make_task("n\n10\n9\n100\n1\n30\n", "n\n1\n9\n10\n30\n100\n")
    assert convert(task, "n\n1000\n200\n3\n", tmp_path).column("n") == ("3", "200", "1000")


def test_dates_are_sorted_as_dates(tmp_path: Path) -> None:
    task = make_task("d\n05.03.2024\n31.01.2024\n01.12.2023\n", "d\n01.12.2023\n31.01.2024\n05.03.2024\n")
    wanted = ("30.12.2022", "02.01.2023", "01.02.2023")
    assert convert(task, "d\n01.02.2023\n02.01.2023\n30.12.2022\n", tmp_path).column("d") == wanted


def test_filter_sort_and_columns_go_together() -> None:
    rows = sorted((row for row in SALES[1:] if row[1] == "open"), key=lambda row: -int(row[2]))
    said = learned(SALES, [("Amount", "Id"), *((row[2], f"#{row[0]}") for row in rows)])
    assert 'whose state is "open"' in said
    assert "by amount as a number, descending" in said
    assert 'Join "#", id' in said


def test_duplicates_by_key_keep_the_last() -> None:
    rows = [("k", "v"), *((str(n * n % 7), f"v{n}") for n in range(20))]
    last = sorted({row[0]: row for row in rows[1:]}.values(), key=rows.index)
    assert "Keep the last of the rows with the same k" in learned(rows, [rows[0], *last])


def test_latest_row_of_each_key_is_kept() -> None:
    days = [f"{d:02}.{m:02}.2024" for d, m in ((3, 5), (9, 1), (1, 12), (7, 2), (28, 3), (2, 9), (5, 5), (30, 1))]
    rows = [("who", "day", "v"), *((f"w{n % 3}", day, str(n)) for n, day in enumerate(days))]
    by_day = sorted(rows[1:], key=lambda row: row[1].split(".")[::-1], reverse=True)
    latest = {row[0]: row for row in reversed(by_day)}
    said = learned(rows, [rows[0], *(row for row in by_day if latest[row[0]] == row)])
    assert "Sort the rows by day as a date, descending. Keep the first of the rows with the same who" in said


def test_example_wins_over_the_instruction_and_the_plan_says_so() -> None:
    plan = plan_for(make_task("n\nann\nbob\n", "n\nANN\nBOB\n", {"n": ""}))
    assert not plan.unsolved_columns
    assert any("SAME AS INPUT" in warning and "'ANN'" in warning for warning in plan.warnings)


def test_constant_that_stands_in_the_input_is_copied_and_told(tmp_path: Path) -> None:
    task = make_task("n,unit,note\n1,EUR,\n2,EUR,\n3,EUR,\n", "id,currency,empty\n1,EUR,\n2,EUR,\n3,EUR,\n")
    (doubt,) = plan_for(task).ambiguities
    assert list(doubt.readings) == ["Take unit", 'Write "EUR" in every row']
    assert convert(task, "n,unit,note\n4,USD,x\n", tmp_path).rows == (("4", "USD", ""),)


def test_one_row_leaves_a_constant_in_doubt() -> None:
    plan = plan_for(make_task("a,b\n1,2\n", "a,c\n1,x\n"))
    assert [ambiguity.column for ambiguity in plan.ambiguities] == ["c"]


def test_instruction_that_is_not_understood_is_reported() -> None:
    task = make_task("n\nann\nbob\n", "n\nann\nbob\n", {"n": "make it sparkle", "q": "copy"})
    assert any("sparkle" in warning for warning in plan_for(task).warnings)
    assert task.unknown_columns() == ["q"]  # which is said once for whoever plans: tests/executor/test_pool.py


def test_readings_that_part_are_named() -> None:
    plan = plan_for(make_task("n\nk1\nm2\n", "n\nK1\nM2\n"))
    assert len(plan.ambiguities[0].readings) == 2
    assert plan.ambiguities[0].outputs[0] != plan.ambiguities[0].outputs[1]


WORDS = st.lists(st.sampled_from(["ann", "Bob", "van", "42", "x-y", "é"]), min_size=1, max_size=3).map(" ".join)
TABLES = st.lists(st.tuples(WORDS, WORDS), min_size=6, max_size=12)
SIMPLE: list[Expression] = [
    Column("a"),
    Constant("EUR"),
    Case(Column("b"), "upper"),
    Case(Column("a"), "title"),
    Trim(Column("b"), inner=True),
    Piece(Column("a"), "", 0),
    Concatenate((Column("a"), Constant(" / "), Column("b"))),
]


@given(rows=TABLES, expressions=st.lists(st.sampled_from(SIMPLE), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_simple_programs_are_found_again(rows: list[tuple[str, str]], expressions: list[Expression]) -> None:
    program = Program((), tuple(OutputColumn(f"c{n}", expression) for n, expression in enumerate(expressions)))
    table = as_table(make_task(to_csv([("a", "b"), *rows]), "x\n1\n").input)
    expected = list(zip(*program.run(table).columns.values(), strict=True))
    plan = plan_for(make_task(to_csv([("a", "b"), *rows]), to_csv([tuple(program.run(table).header), *expected])))
    assert not plan.unsolved_columns
    found = read_program(plan.program).run(table)
    assert list(zip(*found.columns.values(), strict=True)) == expected
