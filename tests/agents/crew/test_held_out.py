"""Which rows no model sees: enough of them, those that belong together, and none that only sight can teach."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.crew.brief import Brief, make_brief
from agents.crew.doubts import check_held_out, doubts
from agents.csv_file import CsvFile, Dialect
from agents.task import Task
from csvconverter.v1.plans_pb2 import TestReport

Rows = list[tuple[str, ...]]
NAMES = ["ida", "jon", "kim", "lee", "max", "nia", "ole", "pia"]


def brief_of(given_rows: Rows, wanted_rows: Rows) -> Brief:
    return make_brief(Task(file_of(given_rows, "g"), file_of(wanted_rows, "w"), Path("input.csv")))


def file_of(rows: Rows, name: str) -> CsvFile:
    header = tuple(f"{name}{place}" for place in range(len(rows[0])))
    return CsvFile(header, tuple(rows), Dialect(), header)


def people(count: int) -> Rows:
    return [(f"{row:03}", f"{NAMES[row % 8]}{row}", "AIP"[row % 3]) for row in range(count)]


def upper(rows: Rows) -> Rows:
    return [(number, name.upper()) for number, name, _ in rows]


@pytest.mark.parametrize(("rows", "hidden"), [(1, 0), (9, 0), (10, 2), (11, 3), (24, 5), (1000, 200)])
def test_a_fifth_is_held_out_from_ten_rows_on(rows: int, hidden: int) -> None:
    held_out = brief_of(people(rows), upper(people(rows))).held_out
    assert len(held_out.input_rows) == hidden
    assert held_out.expected_rows == held_out.input_rows


def test_the_same_rows_are_held_out_each_time_and_others_of_another_example() -> None:
    one, again = (brief_of(people(40), upper(people(40))).held_out for _ in range(2))
    other = [(f"{int(number) + 500}", name, kind) for number, name, kind in people(40)]
    assert one == again
    assert one != brief_of(other, upper(other)).held_out


def test_rows_that_are_kept_and_sorted_are_held_out_with_those_they_are_made_from() -> None:
    given_rows = people(40)
    wanted = sorted(upper([row for row in given_rows if row[2] != "I"]), key=lambda row: row[1])
    brief = brief_of(given_rows, wanted)
    assert len(brief.held_out.input_rows) >= 8
    assert len(brief.held_out.expected_rows) >= 6
    hidden = {brief.task.input.rows[row][0] for row in brief.held_out.input_rows}
    assert {wanted[row][0] for row in brief.held_out.expected_rows} <= hidden
    for one, other in brief.pairs:
        assert brief.shown_input.rows[one][0] == brief.shown_expected.rows[other][0]
    assert not hidden & {row[0] for row in brief.shown_expected.rows}


def test_of_sums_each_table_has_a_fifth_held_out() -> None:
    given_rows = [(f"shop {row % 15}", f"{row * 7 % 50}") for row in range(60)]
    sums = Counter[str]()
    for shop, amount in given_rows:
        sums[shop] += int(amount)
    brief = brief_of(given_rows, [(shop, str(total)) for shop, total in sorted(sums.items())])
    assert len(brief.held_out.input_rows) >= 12
    assert len(brief.held_out.expected_rows) >= 3


def test_tables_that_nothing_links_have_a_fifth_held_out_each() -> None:
    brief = brief_of(people(30), [(f"{row * row}",) for row in range(20, 40)])
    assert len(brief.held_out.input_rows) == 6
    assert len(brief.held_out.expected_rows) == 4
    assert brief.pairs == ()


def test_a_value_that_recurs_stays_to_be_seen() -> None:
    kinds = ["open"] * 9 + ["shut"] * 9 + ["lost"] * 2
    rows = [(f"{row:02}", kind) for row, kind in enumerate(kinds)]
    brief = brief_of(rows, [(number, kind[:1]) for number, kind in rows])
    assert {row[1] for row in brief.shown_input.rows} == {"open", "shut", "lost"}
    assert len(brief.held_out.input_rows) == 4


def test_the_only_cell_of_its_form_stays_to_be_seen() -> None:
    dates = [f"{row + 1:02}/05/2024" for row in range(18)] + ["May 9, 2024", ""]
    brief = brief_of([(date,) for date in dates], [(date[-4:],) for date in dates])
    assert {"May 9, 2024", ""} <= {row[0] for row in brief.shown_input.rows}


def test_rows_that_say_the_same_are_held_out_together() -> None:
    rows = [(f"{row // 2:03}", f"{NAMES[row // 2 % 8]}{row // 2}") for row in range(40)]
    brief = brief_of(rows, [(name.upper(), number) for number, name in rows])
    hidden = {rows[row] for row in brief.held_out.input_rows}
    assert len(brief.held_out.input_rows) >= 8
    assert not hidden & set(brief.shown_input.rows)


CELLS = st.sampled_from(["", "a", "b", "cc", "1", "22", "x y", "2024-01-01"])


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=40), st.lists(st.tuples(CELLS), min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_whatever_the_tables_hold_a_fifth_is_held_out_and_half_is_seen(one: Rows, other: Rows) -> None:
    held_out = brief_of(one, other).held_out
    for rows, hidden in ((one, held_out.input_rows), (other, held_out.expected_rows)):
        assert 2 * len(hidden) <= len(rows)
        assert len(rows) < 10 or 5 * len(hidden) >= len(rows)


def test_owner_of_a_short_example_is_told_what_was_not_tested() -> None:
    brief = brief_of(people(9), upper(people(9)))
    [doubt] = doubts(TestReport(checks=[check_held_out(brief.task, brief.held_out)]))
    assert doubt.startswith("the expected output has 9 rows, too few to hold some out from the model")
    longer = brief_of(people(10), upper(people(10)))
    check = check_held_out(longer.task, longer.held_out)
    assert (check.passed, check.detail) == (True, "2 of 10 rows were held out from the model, and are reproduced")
