"""What the logs of parts become."""

from agents.reading.merging import MergedLog


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


def test_a_script_that_warns_without_end_is_heard_for_a_while() -> None:
    assert len(merged("\n".join(f"WARNING {number}" for number in range(5000)))) == 1000
