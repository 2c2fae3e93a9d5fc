"""Comparison of a script's output with what is expected: structure, every cell, and what the differences look like."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from agents.csv_file import CsvFile
from agents.task import SAME_AS_INPUT, Task
from agents.wording import DETAIL_CHARACTERS, cut, listed, printable, shown
from csvconverter.v1.plans_pb2 import (
    VERDICT_MISMATCHED,
    VERDICT_PASSED,
    CellMismatch,
    Check,
    PerformanceMetrics,
    TestError,
    TestReport,
)

MISMATCHES_SHOWN = 20
NUMBER = re.compile(r"\s*[-+(]?\W{0,3}\d[\d.,' ]*\)?\W{0,3}\s*")
DATE = re.compile(r".*\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9}\.?)[-/., ]+\d{1,4}.*", re.DOTALL)

Cells = Sequence[str]


def compare(task: Task, output: CsvFile, held_out: Callable[[], Collection[int]] = tuple) -> TestReport:
    """Report how the output differs from the expected file, cell by cell.

    Args:
        task: the expected file and the instructions.
        output: what the script wrote.
        held_out: gives the rows of the expected file, counted from 0, whose cells the errors do not quote, and of which
            the mismatches say so; asked only when something differs.
    """
    expected = task.expected
    differing = {name: differing_rows(expected, output, name) for name in expected.header}
    mismatch_count = sum(map(len, differing.values()))
    checks = [*check_structure(expected, output), *check_columns(expected, output, differing)]
    checks += [check_duplicates(expected, output), *check_instructions(task, output, differing)]
    same_shape = expected.written_header == output.written_header and len(expected.rows) == len(output.rows)
    passed = mismatch_count == 0 and same_shape
    unseen = () if passed else held_out()
    return TestReport(
        verdict=VERDICT_PASSED if passed else VERDICT_MISMATCHED,
        test_passed=passed,
        score=score(expected, output, mismatch_count),
        errors_found=[] if passed else list(find_errors(expected, output, differing, unseen)),
        mismatches=list(first_mismatches(expected, output, differing, unseen)),
        mismatch_count=mismatch_count,
        checks=checks,
        performance_metrics=PerformanceMetrics(rows_processed=len(output.rows)),
    )


def differing_rows(expected: CsvFile, output: CsvFile, name: str) -> list[int]:
    """Return the rows, counted from 0, whose cell of one expected column is wrong or not there."""
    if name not in output.positions:
        return list(range(len(expected.rows)))
    wanted, actual = expected.column(name), output.column(name)
    wrong = [row for row, (one, other) in enumerate(zip(wanted, actual, strict=False)) if one != other]
    return wrong + list(range(len(actual), len(wanted)))


def score(expected: CsvFile, output: CsvFile, mismatch_count: int) -> float:
    """Return the share of cells that are as expected; cells that nobody expected count against it."""
    wanted = len(expected.header) * len(expected.rows)
    surplus = max(0, len(output.header) - len(expected.header)) * len(expected.rows)
    surplus += max(0, len(output.rows) - len(expected.rows)) * len(expected.header)
    return (wanted - mismatch_count) / (wanted + surplus)


def first_mismatches(
    expected: CsvFile, output: CsvFile, differing: dict[str, list[int]], unseen: Collection[int]
) -> Iterator[CellMismatch]:
    """Yield the first differing cells in reading order: so many of held-out rows, and so many of the others."""
    seen = {name: [row for row in rows if row not in unseen] for name, rows in differing.items()}
    hidden = {name: [row for row in rows if row in unseen] for name, rows in differing.items()}
    for row, name in sorted([*first_cells(seen), *first_cells(hidden)]):
        yield CellMismatch(
            row=row + 1,
            column=shown(name),
            expected=shown(cell(expected, row, name)),
            actual=shown(cell(output, row, name)),
            held_out=row in unseen,
        )


def first_cells(differing: dict[str, list[int]]) -> list[tuple[int, str]]:
    """Return the row and the column of the first differing cells, a few of each column at the most."""
    share = max(1, MISMATCHES_SHOWN // max(1, sum(map(bool, differing.values()))))
    return sorted((row, name) for name, rows in differing.items() for row in rows[:share])[:MISMATCHES_SHOWN]


def cell(file: CsvFile, row: int, name: str) -> str:
    """Return one cell, or an empty one where the file has none."""
    position = file.positions.get(name)
    return "" if position is None or row >= len(file.rows) else file.rows[row][position]


def find_errors(
    expected: CsvFile, output: CsvFile, differing: dict[str, list[int]], unseen: Collection[int]
) -> Iterator[TestError]:
    """Yield what is wrong: the structure first, then the rows, then one error a column."""
    missing = [name for name in expected.header if name not in output.positions]
    surplus = [name for name in output.header if name not in expected.positions]
    for name in missing:
        mend = f"Add {cut(name)!r}."
        yield TestError(type="missing_column", column=printable(name), issue="The output lacks it.", suggestion=mend)
    for name in surplus:
        mend = f"Drop {cut(name)!r}."
        yield TestError(type="extra_column", column=printable(name), issue="Nobody expects it.", suggestion=mend)
    if not missing and not surplus and expected.written_header != output.written_header:
        yield TestError(
            type="header_error",
            issue=f"The header is another one: {listed(output.written_header)}.",
            suggestion=f"Write this header: {listed(expected.written_header)}.",
        )
    yield from row_errors(expected, output)
    for name, rows in differing.items():
        if rows and name in output.positions:
            yield column_error(expected, output, name, rows, unseen)


def row_errors(expected: CsvFile, output: CsvFile) -> Iterator[TestError]:
    """Yield what is wrong with the number and the order of the rows."""
    if len(expected.rows) != len(output.rows):
        yield TestError(
            type="row_count_error",
            issue=f"There are {len(output.rows)} rows; {len(expected.rows)} are expected.",
            suggestion="Look at which rows are filtered, repeated or merged.",
        )
    elif expected.rows != output.rows and Counter(expected.rows) == Counter(output.rows):
        yield TestError(
            type="row_order_error",
            issue="The rows are right and stand in another order.",
            suggestion="Sort the rows as the expected output does.",
        )


def rows_differ(errors: Iterable[TestError]) -> bool:
    """Tell whether there are other rows than expected, so that cells cannot be compared."""
    return any(error.type.startswith("row_") for error in errors)


def wrong_columns(errors: Collection[TestError]) -> list[str]:
    """Return the columns, as errors name them, that are wrong although the rows are as expected."""
    return [] if rows_differ(errors) else list(dict.fromkeys(error.column for error in errors if error.column))


def column_error(expected: CsvFile, output: CsvFile, name: str, rows: list[int], unseen: Collection[int]) -> TestError:
    """Describe what is wrong with one column's cells."""
    kind = kind_of(expected.column(name))
    seen = [row for row in rows if row not in unseen]
    hidden = len(rows) - len(seen)
    return TestError(
        type={"date": "datetime_format_error", "number": "number_format_error"}.get(kind, "value_error"),
        column=printable(name),
        issue=f"{len(rows)} of {len(expected.rows)} cells differ"
        + (f", {hidden} of them in held-out rows" if hidden else "")
        + (first_difference(expected, output, name, seen[0]) if seen else "."),
        suggestion=f"Look at how {cut(name)!r} is computed for the rows that differ.",
        held_out_cells=hidden,
    )


def first_difference(expected: CsvFile, output: CsvFile, name: str, row: int) -> str:
    """Quote what was written and what is expected, as the end of a sentence."""
    written, wanted = cut(cell(output, row, name)), cut(cell(expected, row, name))
    return f"; in row {row + 1} {written!r} was written and {wanted!r} is expected."


def check_structure(expected: CsvFile, output: CsvFile) -> Iterator[Check]:
    """Check the columns and the number of rows."""
    names = listed(output.written_header)
    same = expected.written_header == output.written_header
    yield Check(name="structure", passed=same, detail=f"{len(output.header)} columns: {names}")
    found, wanted = len(output.rows), len(expected.rows)
    yield Check(name="rows", passed=found == wanted, detail=f"{found} rows, {wanted} expected")


def check_columns(expected: CsvFile, output: CsvFile, differing: dict[str, list[int]]) -> Iterator[Check]:
    """Check cells, types, nulls, formats and distributions. Columns without a differing cell are the same in all."""
    wrong = [name for name, rows in differing.items() if rows]
    cells = sum(map(len, differing.values()))
    yield Check(
        name="cells", passed=not wrong, detail=f"{cells} cells differ" if wrong else "every cell is as expected"
    )
    present = [name for name in wrong if name in output.positions]
    for check, describe in (
        ("types", kind_of),
        ("nulls", blanks_of),
        ("formats", formats_of),
        ("distributions", distribution_of),
    ):
        found = {name: (describe(output.column(name)), describe(expected.column(name))) for name in present}
        unlike = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
        said = "; ".join(f"{shown(name)}: {got}, {want} expected" for name, (got, want) in unlike.items())
        detail = cut(said, DETAIL_CHARACTERS) or "as expected"
        yield Check(name=check, passed=not unlike and len(present) == len(wrong), detail=detail)


def check_duplicates(expected: CsvFile, output: CsvFile) -> Check:
    """Check how many rows stand more than once."""
    found, wanted = (len(file.rows) - len(set(file.rows)) for file in (output, expected))
    return Check(name="duplicates", passed=found == wanted, detail=f"{found} repeated rows, {wanted} expected")


def check_instructions(task: Task, output: CsvFile, differing: dict[str, list[int]]) -> Iterator[Check]:
    """Check each column that has an instruction: SAME AS INPUT by the input, the others by the expected output."""
    for name, instruction in task.column_instructions.items():
        if name in task.input.positions and name in output.positions and instruction == SAME_AS_INPUT:
            kept = not Counter(output.column(name)) - Counter(task.input.column(name))
            detail = "unchanged" if kept else "it has values that the input does not have"
            yield Check(name=f"instruction:{printable(name)}", passed=kept, detail=detail)
        elif name in differing:
            rows = differing[name]
            detail = f"{len(rows)} cells are not as expected" if rows else "every cell is as expected"
            yield Check(name=f"instruction:{printable(name)}", passed=not rows, detail=detail)


def kind_of(cells: Cells) -> str:
    """Return what most of the cells that are not blank look like: "number", "date", "text", or "blank"."""
    kinds = Counter(
        "date" if DATE.fullmatch(text) else "number" if NUMBER.fullmatch(text) else "text"
        for text in cells
        if text.strip()
    )
    return kinds.most_common(1)[0][0] if kinds else "blank"


def blanks_of(cells: Cells) -> str:
    """Return how many cells are blank."""
    return f"{sum(not text.strip() for text in cells)} blank cells"


def formats_of(cells: Cells) -> str:
    """Return the commonest shapes of the cells: 9 for digits, A and a for letters."""
    shapes = Counter(re.sub("a+", "a", re.sub("9+", "9", text.translate(SHAPE))) for text in cells)
    return ", ".join(repr(cut(shape)) for shape in sorted(shape for shape, _ in shapes.most_common(5)))


def distribution_of(cells: Cells) -> str:
    """Return how many different cells there are, and the range of those that are plain numbers."""
    numbers = [float(text) for text in cells if re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text)]
    spread = f", from {min(numbers):g} to {max(numbers):g}, mean {sum(numbers) / len(numbers):g}" if numbers else ""
    return f"{len(set(cells))} different cells{spread}"


SHAPE = str.maketrans(
    {
        **dict.fromkeys("0123456789", "9"),
        **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A"),
        **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "a"),
    }
)
