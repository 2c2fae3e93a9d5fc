"""What the tester says of an output that differs, and of one that does not."""

import time
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict

from agents.comparison import compare
from agents.csv_file import Dialect, parse_csv, read_csv
from agents.task import SAME_AS_INPUT, Task
from csvconverter.v1.plans_pb2 import VERDICT_MISMATCHED, VERDICT_PASSED, TestReport

INPUT = b"id,when,price\n1,05/01/2024,$2.50\n2,17/02/2024,$3.00\n"
EXPECTED = b"id,when,price\n1,2024-01-05,2.5\n2,2024-02-17,3.0\n"


def report(
    output: bytes, expected: bytes = EXPECTED, held_out: Collection[int] = (), **instructions: str
) -> TestReport:
    task = Task(read_csv(INPUT), read_csv(expected), Path("input.csv"), instructions)
    return compare(task, parse_csv(output, Dialect()), lambda: held_out)


def failed_checks(found: TestReport) -> set[str]:
    return {check.name for check in found.checks if not check.passed}


def test_equal_output_passes_every_check() -> None:
    found = report(EXPECTED, id=SAME_AS_INPUT, when="Convert to YYYY-MM-DD")
    assert found.verdict == VERDICT_PASSED
    assert found.test_passed
    assert found.score == 1.0
    assert not failed_checks(found)
    assert {"instruction:id", "instruction:when", "cells", "nulls", "duplicates"} <= {c.name for c in found.checks}
    assert found.performance_metrics.rows_processed == 2


def test_wrong_date_is_named_with_its_cell() -> None:
    found = report(EXPECTED.replace(b"2024-02-17", b"17/02/2024"))
    assert found.verdict == VERDICT_MISMATCHED
    assert found.score == pytest.approx(5 / 6)
    assert found.mismatch_count == 1
    cell = found.mismatches[0]
    assert (cell.row, cell.column, cell.expected, cell.actual) == (2, "when", "2024-02-17", "17/02/2024")
    assert [(error.type, error.column) for error in found.errors_found] == [("datetime_format_error", "when")]
    assert {"cells", "formats"} <= failed_checks(found)


@pytest.mark.parametrize(
    ("output", "error", "column"),
    [
        (b"id,when\n1,2024-01-05\n2,2024-02-17\n", "missing_column", "price"),
        (b"id,when,price,x\n1,2024-01-05,2.5,\n2,2024-02-17,3.0,\n", "extra_column", "x"),
        (b"when,id,price\n2024-01-05,1,2.5\n2024-02-17,2,3.0\n", "header_error", ""),
        (b"id,when,price\n1,2024-01-05,2.5\n", "row_count_error", ""),
        (b"id,when,price\n2,2024-02-17,3.0\n1,2024-01-05,2.5\n", "row_order_error", ""),
        (b"id,when,price\n1,2024-01-05,$2.5\n2,2024-02-17,3.0\n", "number_format_error", "price"),
        (b"id,when,price\n", "row_count_error", ""),
    ],
)
def test_each_kind_of_difference_has_its_error(output: bytes, error: str, column: str) -> None:
    found = report(output)
    assert not found.test_passed
    assert found.score < 1 or error == "header_error"
    assert (error, column) in {(one.type, one.column) for one in found.errors_found}
    assert all(one.suggestion for one in found.errors_found)


def test_column_that_should_have_stayed_is_reported_though_the_cells_are_as_expected() -> None:
    found = report(EXPECTED, price=SAME_AS_INPUT)
    assert found.test_passed
    assert failed_checks(found) == {"instruction:price"}


def test_cells_of_held_out_rows_are_counted_and_marked_but_not_quoted() -> None:
    found = report(b"id,when,price\n1,a,2.5\n2,b,9\n", held_out={0})
    assert [(cell.row, cell.column, cell.held_out) for cell in found.mismatches] == [
        (1, "when", True),
        (2, "price", False),
        (2, "when", False),
    ]
    when, price = found.errors_found
    assert when.issue.startswith("2 of 2 cells differ, 1 of them in held-out rows; in row 2 'b' was written")
    assert (when.held_out_cells, price.held_out_cells) == (1, 0)
    assert report(b"id,when,price\n1,a,2.5\n2,2024-02-17,3.0\n", held_out={0}).errors_found[0].issue == (
        "1 of 2 cells differ, 1 of them in held-out rows."
    )


def test_differing_cells_of_other_rows_are_listed_however_many_held_out_rows_differ() -> None:
    rows = "".join(f"{row}\n" for row in range(100))
    found = report(f"n\n{rows.replace('9', '8')}".encode(), f"n\n{rows}".encode(), held_out=range(99))
    assert [cell.row for cell in found.mismatches if not cell.held_out] == [100]


def test_long_cells_are_cut() -> None:
    found = report(EXPECTED.replace(b"2.5", b"9" * 5000))
    assert len(found.mismatches[0].actual) == 200


def test_long_names_are_cut_in_sentences_and_whole_where_programs_read_them() -> None:
    name = "x" * 5000
    found = report(b"id,when,price\n", INPUT.replace(b"when", name.encode()))
    [missing] = [error for error in found.errors_found if error.type == "missing_column"]
    assert missing.column == name
    assert all(len(error.suggestion) + len(error.issue) < 2500 for error in found.errors_found)
    assert all(len(check.detail) <= 1000 for check in found.checks)
    assert all(len(cell.column) <= 200 for cell in found.mismatches)


def test_thousands_of_columns_are_compared_within_seconds() -> None:
    names = [f"column_{number}" for number in range(20_000)]
    expected = "\n".join([",".join(names), ",".join(["1"] * len(names))]).encode()
    before = time.process_time()
    found = report(expected.replace(b"1,1", b"2,1"), expected)
    assert not found.test_passed
    assert time.process_time() - before < 5


def texts_of(message: object) -> Iterator[str]:
    if isinstance(message, str):
        yield message
    elif isinstance(message, dict | list):
        for item in message.values() if isinstance(message, dict) else message:
            yield from texts_of(item)


def test_names_and_cells_are_shown_without_control_characters() -> None:
    plain = "3,plain words,plain words\n" * 20  # else the file would be a binary one
    expected = "i\x1b[2Jd,wh\u202een,lost\x07\n1,a\x9b31m,x\n2,b,\u200b\n"
    output = "i\x1b[2Jd,wh\u202een,more\x08\n1,a\xa0,x\n2,\x1b]0;owned\x07,y\n"
    task = Task(read_csv(INPUT), read_csv((expected + plain).encode()), Path("input.csv"), {"wh\u202een": "Keep it"})
    found = MessageToDict(compare(task, parse_csv((output + plain).encode(), Dialect())))
    assert [text for text in texts_of(found) if not text.isprintable()] == []
    assert {error["column"] for error in found["errorsFound"]} == {r"lost\x07", r"more\x08", r"wh\u202een"}
