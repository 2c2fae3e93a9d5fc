"""What is looked at, what is let through, and what becomes of scripts that are made to break whoever reads them."""

import time
from pathlib import Path

import pytest

from agents.crew.inspection.inspection import MOST_CHARACTERS, inspect_script
from agents.csv_file import read_csv
from agents.task import Task

INPUT = b"code,name\nA,ann\nI,bob\nP,cyd\nS,dan\n"
EXPECTED = b"state\nactive\ninactive\npending\nsold\n"
CODES = """
STATES = {"A": "active", "I": "inactive", "P": "pending", "S": "sold"}
print(STATES)
"""


def inspected(script: str, **instructions: str) -> list[tuple[str, str]]:
    task = Task(read_csv(INPUT), read_csv(EXPECTED), Path("input.csv"), instructions)
    report = inspect_script(script, task)
    return [(error.type, error.issue) for error in report.errors_found] if report else []


def test_errors_name_the_line_and_what_is_held_but_no_cell() -> None:
    [first, second] = inspected(CODES)
    assert first == (
        "holds_expected_output",
        "Line 2 holds 4 of 4 cells of the expected output's column 'state'. The script was not run.",
    )
    assert second[1].startswith("Line 2 holds a table whose keys are 4 of 4 cells of the input's column 'code'")


def test_values_that_the_instructions_name_may_be_held() -> None:
    assert inspected(CODES, state="A = active, I = inactive, P = pending, S = sold") == []


def test_table_of_more_than_the_example_has_may_be_held() -> None:
    more = '"C": "closed", "D": "deleted", "E": "expired", "F": "frozen", "S"'
    assert inspected(CODES.replace('"S"', more)) == []


SUMS = Task(
    read_csv(b"shop,sold\n" + b"".join(b"%s,%d\n" % (b"NSWE"[n % 4 :][:1], n * n + 90) for n in range(20))),
    read_csv(b"shop,town,sold\nN,North,1170\nS,South,1235\nW,West,1310\nE,East,1395\n"),
    Path("input.csv"),
)


@pytest.mark.parametrize(
    "script",
    [
        "SOLD = {'N': 1170, 'S': 1235, 'W': 1310, 'E': 1395}",
        "SOLD = {'N': '1170', 'S': '1235', 'W': '1310', 'E': '1395'}",
        "SHOPS = [('N', 'North', 1170), ('S', 'South', 1235), ('W', 'West', 1310), ('E', 'East', 1395)]",
        "def sold(s):\n  if s == 'N':\n    return 1170\n  return 1235 if s == 'S' else 1310 if s == 'W' else 1395",
    ],
    ids=["numbers", "texts", "rows", "conditions"],
)
def test_sums_may_not_be_held_by_what_they_are_sums_of(script: str) -> None:
    report = inspect_script(script, SUMS)
    assert report
    assert {error.type for error in report.errors_found} == {"holds_expected_output"}


def test_names_may_be_held_by_what_recurs() -> None:
    assert inspect_script("TOWNS = {'N': 'North', 'S': 'South', 'W': 'West', 'E': 'East'}", SUMS) is None


@pytest.mark.parametrize(
    "script",
    ["def broken(:", "x = '\0'", "print('\\d \\z')\n", "x = " + "9" * 5000, "\ufeffx = 1", "", "# \ud800"],
    ids=["syntax", "null", "escapes", "number", "mark", "empty", "surrogate"],
)
def test_what_is_odd_or_no_python_is_left_to_the_run(script: str) -> None:
    assert inspected(script) == []


@pytest.mark.parametrize(
    "script",
    [
        "x = " + "(" * 5000 + ")" * 5000,
        "x = " + "-" * 100_000 + "1",
        "x = " + "+".join(["1"] * 90_000),
        "x" + ".x" * 90_000,
        "x = " + "[" * 150 + "1," * 50_000 + "]" * 150,
        "x = '''" + "a," * 90_000 + "'''",
        "x = '" + "ab" * 90_000 + "'",
        "# " + "x" * MOST_CHARACTERS,
        "if x == 1:\n pass\n" + "elif x == 2:\n pass\n" * 5000,
    ],
    ids=["brackets", "signs", "sum", "attributes", "lists", "parts", "hexadecimal", "long", "branches"],
)
def test_script_that_is_made_to_break_the_look_takes_little_time(script: str) -> None:
    before = time.process_time()
    inspected(script)
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    "script",
    [
        "STATES = {'CA': 'California', 'NY': 'New York', 'TX': 'Texas', 'WA': 'Washington', 'FL': 'Florida'}",
        "x.loc[x['s'] == 'NY', 'state'] = 'New York'\n"
        "x.loc[x['s'] == 'TX', 'state'] = 'Texas'\nx.loc[x['s'] == 'WA', 'state'] = 'Washington'",
    ],
    ids=["table", "conditions"],
)
def test_words_may_be_held_where_some_of_their_column_recur(script: str) -> None:
    states = {"CA": "California", "NY": "New York", "TX": "Texas", "WA": "Washington", "FL": "Florida"}
    given = "n,s\n" + "".join(f"{row},{code}\n" for row, code in enumerate([*states, "CA", "FL"]))
    wanted = "n,state\n" + "".join(f"{row},{states[code]}\n" for row, code in enumerate([*states, "CA", "FL"]))
    task = Task(read_csv(given.encode()), read_csv(wanted.encode()), Path("input.csv"))
    assert inspect_script(script, task) is None


def test_number_that_cannot_be_written_out_hides_nothing() -> None:
    assert inspected(f"{CODES}\nx = 0x{'f' * 5000}") == inspected(CODES)


def test_many_comparisons_with_many_rows_take_little_time() -> None:
    table = b"id\n" + b"".join(b"K%05d\n" % number for number in range(10_000))
    task = Task(read_csv(table), read_csv(table), Path("input.csv"))
    before = time.process_time()
    report = inspect_script(f"x = df[df['id'].isin({[f'K{number:05}' for number in range(9_000)]})]", task)
    assert report
    assert time.process_time() - before < 5


def test_script_that_is_too_long_is_refused() -> None:
    assert inspected("x = 1\n" * MOST_CHARACTERS) == [
        ("script_not_inspected", "The script has 1,200,000 characters: so many that it seems to hold data.")
    ]
