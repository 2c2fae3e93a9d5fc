"""What every script of the crew has in common, in as few lines as a model should have to repeat.

`template.py` takes the text of these functions, as induction does with those of `skeleton.py`; nothing here is run.
"""

from __future__ import annotations

import csv
import logging
from typing import TYPE_CHECKING, Any

from agents.reading.rows import find_footer, find_table, unique_names

if TYPE_CHECKING:  # pandas is slow to import, and nothing here is run
    import pandas as pd

INPUT_ENCODING = "utf-8"
INPUT_DELIMITER = ","
INPUT_STYLE: dict[str, Any] = {}
INPUT_PREAMBLE = 0
REQUIRED_COLUMNS: list[str] = []
OUTPUT_COLUMNS: list[str] = []

LOG = logging.getLogger("convert")


def read_input(path: str) -> pd.DataFrame:
    """Read every cell as text: "007" stays "007" and "NA" stays "NA"."""
    records = read_records(path)
    place = find_header(records)
    header = unique_names(records[place])
    end = find_footer(records, place + 1, len(header))
    return as_table(header, [record for record in records[place + 1 : end] if record])


def read_input_without_header(path: str) -> pd.DataFrame:
    """Read every cell as text: "007" stays "007" and "NA" stays "NA"."""
    records = read_records(path)
    place, width = find_table(records[:100])
    header = [f"column_{number}" for number in range(1, width + 1)]
    end = find_footer(records, place, width)
    return as_table(header, [record for record in records[place:end] if record])


def read_records(path: str) -> list[list[str]]:
    """Split the file into rows of cells; blank lines are empty rows."""
    csv.field_size_limit(2**31 - 1)
    with open(path, encoding=INPUT_ENCODING, newline="") as file:
        return list(csv.reader(file, delimiter=INPUT_DELIMITER, **INPUT_STYLE))


def find_header(records: list[list[str]]) -> int:
    """Return the place of the row that names all columns that are read; lines may stand above it."""
    for place, record in enumerate(records[:100]):
        if record and set(REQUIRED_COLUMNS) <= set(unique_names(record)):
            return place
    return INPUT_PREAMBLE if len(records) > INPUT_PREAMBLE else 0


def as_table(header: list[str], rows: list[list[str]]) -> pd.DataFrame:
    """Put rows under a header; rows that are too short or too long are repaired and counted."""
    odd = sum(len(row) != len(header) for row in rows)
    if odd:
        LOG.warning("rows that have not %d cells: %d; blanks were added, the rest was cut", len(header), odd)
    rows = [(row + [""] * len(header))[: len(header)] for row in rows]
    return pd.DataFrame(rows, columns=header, dtype=object)


def check_output(df: pd.DataFrame) -> pd.DataFrame:
    """Return the output as text; cells that could not be made are left blank and counted."""
    if list(df.columns) != OUTPUT_COLUMNS:
        raise SystemExit(f"ERROR the output has the columns {list(df.columns)} instead of {OUTPUT_COLUMNS}")
    for name, missing in df.isna().sum().items():
        if missing:
            LOG.warning("%s: %d values could not be read; they were left blank", name, missing)
    return df.astype(object).fillna("").astype(str)
