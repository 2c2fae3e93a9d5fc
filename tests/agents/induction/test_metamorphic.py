"""What does not matter in the examples does not change what is learned from them."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from learning import make_task, run_script, script_for

from agents.csv_file import CsvFile, read_csv

CASES = Path(__file__).parents[2] / "golden"
Rows = list[tuple[str, ...]]
Pair = tuple[Rows, Rows]
"""The rows of two files, header first: of an input and the output that is wanted of it."""

EVERYDAY = [
    "address_in_one_line",
    "bank_statement",
    "cleaned_prices",
    "contacts",
    "orders_by_total",
    "staff_by_first_day",
    "status_codes",
]

LAYOUTS = [
    "balance_after_each_booking",
    "best_of_each_team",
    "figures_beside_each_other",
    "one_row_for_each_tag",
    "paid_invoices_with_tax",
    "quarters_below_each_other",
    "records_of_three_lines",
    "region_filled_down",
    "totals_of_each_month",
]
SUMMARIES = ["best_of_each_team", "figures_beside_each_other", "totals_of_each_month"]


def rows_of(file: CsvFile) -> Rows:
    return [file.header, *file.rows]


def golden(folder: str) -> tuple[Pair, Pair]:
    """Return the example and the pair that is not seen."""
    files = (read_csv((CASES / folder / name).read_bytes()) for name in ("input.csv", "expected.csv"))
    unseen = (read_csv((CASES / folder / name).read_bytes()) for name in ("new.csv", "new_expected.csv"))
    given, wanted = map(rows_of, files)
    new, new_wanted = map(rows_of, unseen)
    return (given, wanted), (new, new_wanted)


def columns_backwards(pair: Pair) -> Pair:
    """Turn the order of the input's columns round."""
    return [row[::-1] for row in pair[0]], pair[1]


def columns_renamed(pair: Pair) -> Pair:
    """Give every column of the input another name, and the output's columns of the same names with them."""
    (header, *given), (wanted_header, *wanted) = pair
    names = {name: f"feld {number} {name[::-1]}" for number, name in enumerate(header)}
    return [tuple(names[name] for name in header), *given], [
        tuple(names.get(name, name) for name in wanted_header),
        *wanted,
    ]


def column_added(pair: Pair) -> Pair:
    """Put a column before the others that nothing is made from."""
    header, *rows = pair[0]
    noise = random.Random(len(rows))
    return [("batch", *header), *((f"{noise.randrange(10**6):06}Q", *row) for row in rows)], pair[1]


@pytest.mark.parametrize("change", [columns_backwards, columns_renamed, column_added])
@pytest.mark.parametrize("folder", [*EVERYDAY, *LAYOUTS])
def test_new_rows_are_converted_alike(folder: str, change: Callable[[Pair], Pair], tmp_path: Path) -> None:
    example, unseen = golden(folder)
    (given, wanted), (new, new_wanted) = change(example), change(unseen)
    script = script_for(make_task(written(given), written(wanted)))
    assert rows_of(read_csv(run_script(script, written(new), tmp_path))) == new_wanted


@pytest.mark.parametrize("folder", ["address_in_one_line", "bank_statement", "cleaned_prices", "contacts"])
def test_order_of_rows_does_not_matter_to_cells(folder: str, tmp_path: Path) -> None:
    ((header, *given), (wanted_header, *wanted)), (new, new_wanted) = golden(folder)
    order = random.Random(7).sample(range(len(given)), len(given))
    task = make_task(
        written([header, *(given[row] for row in order)]), written([wanted_header, *(wanted[row] for row in order)])
    )
    assert rows_of(read_csv(run_script(script_for(task), written(new), tmp_path))) == new_wanted


@pytest.mark.parametrize("folder", SUMMARIES)
def test_order_of_rows_does_not_matter_to_summaries(folder: str, tmp_path: Path) -> None:
    ((header, *given), wanted), (new, new_wanted) = golden(folder)
    shuffled = random.Random(7).sample(given, len(given))
    script = script_for(make_task(written([header, *shuffled]), written(wanted)))
    assert rows_of(read_csv(run_script(script, written(new), tmp_path))) == new_wanted


@pytest.mark.parametrize(
    ("delimiter", "newline", "encoding"), [(";", "\r\n", "utf-8-sig"), ("\t", "\n", "utf-16"), ("|", "\r", "utf-8")]
)
@pytest.mark.parametrize(
    "folder", ["bank_statement", "contacts", "orders_by_total", "teams_as_titles", "totals_of_each_month"]
)
def test_how_files_are_written_does_not_matter(
    folder: str, delimiter: str, newline: str, encoding: str, tmp_path: Path
) -> None:
    (given, wanted), (new, new_wanted) = golden(folder)
    given_bytes, new_bytes = (written(rows, delimiter, newline, encoding) for rows in (given, new))
    script = script_for(make_task(given_bytes, written(wanted)))
    assert rows_of(read_csv(run_script(script, new_bytes, tmp_path))) == new_wanted


def written(rows: Rows, delimiter: str = ",", newline: str = "\n", encoding: str = "utf-8") -> bytes:
    """Return the rows as a file with every cell in quotes."""
    lines = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + newline for row in rows)
    return "".join(lines).encode(encoding)
