"""What the logs of parts become."""

import pytest

from agents.reading.merging import MOST_CHARACTERS, MergedLog


def merged(*logs: str, told: str = "") -> list[str]:
    """Merge logs of parts of 10 lines each."""
    log = MergedLog(told)
    for place, text in enumerate(logs):
        log.add(text, 10 * place)
    return str(log).splitlines()


def test_counts_are_added_up_and_the_first_place_is_that_of_the_file() -> None:
    assert merged(
        "INFO read 9 rows with 2 columns",
        "WARNING blank lines: 2, the first in line 4; they were skipped\n"
        "INFO read 7 rows with 2 columns\n"
        "WARNING price: 1 values could not be read, the first in row 3: 'x'",
        "WARNING blank lines: 5, the first in line 2; they were skipped\n"
        "INFO read 9 rows with 2 columns\n"
        "WARNING price: 4 values could not be read, the first in row 1: 'y'\n"
        "WARNING total: 1 values could not be read, the first in row 2: 'z'",
    ) == [
        "WARNING blank lines: 7, the first in line 14; they were skipped",
        "WARNING price: 5 values could not be read, the first in row 12: 'x'",
        "WARNING total: 1 values could not be read, the first in row 18: 'z'",
    ]


def test_other_warnings_are_told_once() -> None:
    assert merged("WARNING be careful\nINFO fine", "WARNING be careful", "WARNING now", told="WARNING it is old") == [
        "WARNING it is old",
        "WARNING be careful",
        "WARNING now",
    ]


def test_lines_above_are_those_of_the_first_part_since_others_have_none_of_their_own() -> None:
    above = "WARNING lines above the table: {}; they were skipped"
    assert merged(above.format(3), above.format(1), above.format(1)) == [above.format(3)]
    assert merged("", above.format(1)) == []


@pytest.mark.parametrize("form", ["{}", "{}: 1 values could not be read, the first in row 1: 'x'"])
def test_a_script_that_warns_without_end_is_heard_for_a_while(form: str) -> None:
    log = MergedLog()
    for part in range(300):
        log.add("\n".join("WARNING " + form.format(f"{part} {number} " + "x" * 90) for number in range(100)), 0)
    told = str(log)
    assert MOST_CHARACTERS * 0.9 < len(told) < MOST_CHARACTERS * 1.1
    assert told.startswith("WARNING 0 0 x")


def test_numbers_that_are_none_are_words() -> None:
    endless = f"price: {'9' * 5000} values could not be read, the first in row {'9' * 5000}: 'x'"
    assert merged(f"INFO read {'9' * 5000} rows with 2 columns\nWARNING {endless}") == [f"WARNING {endless}"]
