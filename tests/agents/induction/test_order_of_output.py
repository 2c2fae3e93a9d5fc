"""Rows that stand in the order of what the output shows: a date, an amount, a name that the input has not got."""

from pathlib import Path

import pytest
from learning import convert, make_task, plan_for, script_for

from agents.induction.learn import as_table
from agents.induction.operators import read_program

DAYS = [17, 3, 28, 9, 21, 5, 14, 27, 2, 11]
GIVEN = "id,hired,team\n" + "".join(f"p{n},{day:02}.{1 + n % 3:02}.2024,T{n % 2}\n" for n, day in enumerate(DAYS))
ROWS = [(f"p{n}", f"2024-{1 + n % 3:02}-{day:02}", f"T{n % 2}") for n, day in enumerate(DAYS)]


def to_file(header: str, rows: list[tuple[str, ...]]) -> str:
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"


def sort_found(given: str, expected: str) -> str:
    steps = plan_for(make_task(given, expected)).transformation_steps
    return next(step.details for step in steps if step.action == "sort_rows")


def test_sort_by_a_column_of_the_input_is_preferred() -> None:
    expected = to_file("id,hired", [(who, day) for who, day, _ in sorted(ROWS, key=lambda row: row[1])])
    program = read_program(plan_for(make_task(GIVEN, expected)).program)
    assert [step.explain() for step in program.before] == ["Sort the rows by hired as a date"]
    assert not program.after


def mixed(rows: list[tuple[str, ...]]) -> str:
    """Write every other day as Americans do, so that no layout reads the whole column."""
    lines = [
        (who, day if n % 2 else f"{day[5:7]}/{day[8:]}/{day[:4]}", team) for n, (who, day, team) in enumerate(rows)
    ]
    return to_file("id,hired,team", lines)


@pytest.mark.parametrize("descending", [False, True])
def test_sort_by_a_date_that_only_the_output_can_compare(descending: bool, tmp_path: Path) -> None:
    by_day = sorted(ROWS, key=lambda row: row[1], reverse=descending)
    task = make_task(mixed(ROWS), to_file("id,hired,team", by_day))
    (sort,) = read_program(plan_for(task).program).after
    assert sort.explain() == f"Sort the rows by hired{', descending' if descending else ''}"
    assert "df = pd.DataFrame(columns, index=df.index)\n    return sort_rows(df)" in script_for(task)
    assert convert(task, mixed(ROWS), tmp_path).rows == tuple(by_day)


def test_equal_rows_keep_their_order_and_a_second_key_parts_them(tmp_path: Path) -> None:
    stable = sorted(((row[0], row[2].lower()) for row in ROWS), key=lambda row: row[1], reverse=True)
    task = make_task(GIVEN, to_file("id,group", stable))
    assert convert(task, GIVEN, tmp_path).rows == tuple(stable)
    rows = [(who, day, f"T{n // 5}") for n, (who, day, _) in enumerate(reversed(ROWS))]
    parted = sorted(rows, key=lambda row: (row[2], row[1]))
    assert sort_found(mixed(rows), to_file("id,hired,team", parted)) == "Sort the rows by team, then by hired"


def test_few_rows_leave_the_order_in_doubt() -> None:
    expected = to_file("id,hired,team", sorted(ROWS[:4], key=lambda row: row[1]))
    (doubt,) = plan_for(make_task(mixed(ROWS[:4]), expected)).ambiguities
    assert doubt.readings[0] == "Sort the rows by hired"
    assert "too few" in doubt.readings[1]


def test_order_by_a_column_that_is_not_explained_is_not_claimed() -> None:
    rows = [(f"p{n}", word) for n, word in zip([4, 2, 7, 1, 5, 3, 6], "bcdefgh", strict=True)]
    given = to_file("id", [(f"p{n}",) for n in range(1, 8)])
    plan = plan_for(make_task(given, to_file("id,mark", rows)))
    assert list(plan.unsolved_columns) == ["mark"]
    assert "it is not known which rows are kept, or in which order" in plan.warnings
    assert not read_program(plan.program).after


def test_program_with_a_sort_of_the_output_reproduces_its_example() -> None:
    expected = to_file("id,hired,team", sorted(ROWS, key=lambda row: row[1]))
    task = make_task(mixed(ROWS), expected)
    output = read_program(plan_for(task).program).run(as_table(task.input))
    assert tuple(zip(*output.columns.values(), strict=True)) == task.expected.rows
