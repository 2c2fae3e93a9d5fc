"""What every learned script has in common, as a script that copies its input.

`render.py` takes the text of these functions and replaces the constants and `transform`; the engine runs none of it.
"""

from __future__ import annotations

import csv
import logging
import sys
import time
from typing import TYPE_CHECKING, Final

from agents.csv_file import unique_names

if TYPE_CHECKING:  # pandas is slow to import, and nothing here is run
    import pandas as pd

INPUT_ENCODING = "utf-8-sig"
INPUT_DELIMITER = ","
OUTPUT_ENCODING = "utf-8"
OUTPUT_DELIMITER = ","
OUTPUT_NEWLINE = "\n"
OUTPUT_QUOTING: Final = csv.QUOTE_MINIMAL
REQUIRED_COLUMNS: list[str] = []

LOG = logging.getLogger("convert")


def read_input(path: str) -> pd.DataFrame:
    """Read every cell as text: "007" stays "007" and "NA" stays "NA"."""
    csv.field_size_limit(2**31 - 1)
    with open(path, encoding=encoding_of(path), newline="") as file:
        records = [record for record in csv.reader(file, delimiter=INPUT_DELIMITER) if record]
    if records[:1] == [["sep=", ""]]:
        del records[0]  # Excel's note on the delimiter
    if not records:
        raise SystemExit("ERROR the input is empty: a header is needed")
    header = unique_names(records.pop(0))
    uneven = [number for number, record in enumerate(records, 1) if len(record) != len(header)]
    if uneven:
        LOG.warning("%d rows do not have %d cells, the first is row %d", len(uneven), len(header), uneven[0])
        blanks = [""] * len(header)
        records = [(record + blanks)[: len(header)] for record in records]
    return pd.DataFrame(records, columns=header, dtype=str)


def encoding_of(path: str) -> str:
    """Return UTF-8 for a file that is, as plain ASCII is too; others are written as the example was."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            for _ in file:
                pass
    except UnicodeDecodeError:
        return INPUT_ENCODING
    return "utf-8-sig"


def require_columns(df: pd.DataFrame) -> None:
    """Stop when the input lacks a column that is read."""
    missing = [name for name in REQUIRED_COLUMNS if name not in df.columns]
    if missing:
        raise SystemExit(f"ERROR missing columns: {missing}; the input has {list(df.columns)}")


def blank_unreadable(column: str, cells: pd.Series, sources: pd.DataFrame) -> pd.Series:
    """Leave cells blank whose sources could not be read, and say how many unless there was nothing to read."""
    unreadable = cells.isna() & (sources.map(str.strip) != "").any(axis=1)
    rows: list[int] = cells[unreadable].index.tolist()
    if rows:
        shown = repr(" | ".join(str(cell) for cell in sources.loc[rows[0]]))[:60]
        LOG.warning("%s: %d values could not be read, the first in row %d: %s", column, len(rows), rows[0] + 1, shown)
    return cells.astype(object).fillna("")


def transform(df: pd.DataFrame) -> pd.DataFrame:
    """Return the table as it is."""
    return df


def write_output(df: pd.DataFrame, path: str) -> None:
    """Write the table the way the example was written."""
    df.to_csv(
        path,
        index=False,
        encoding=OUTPUT_ENCODING,
        sep=OUTPUT_DELIMITER,
        lineterminator=OUTPUT_NEWLINE,
        quoting=OUTPUT_QUOTING,
    )


def main(arguments: list[str]) -> None:
    """Convert the file that is named first into the one that is named second."""
    if len(arguments) != 2:
        raise SystemExit("usage: python script.py INPUT.csv OUTPUT.csv")
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    started = time.perf_counter()
    try:
        df = read_input(arguments[0])
        require_columns(df)
        LOG.info("read %d rows with %d columns", *df.shape)
        output = transform(df)
        write_output(output, arguments[1])
    except UnicodeError as error:
        raise SystemExit(f"ERROR the file is not written in the expected encoding: {error}") from None
    LOG.info("wrote %d rows in %.2f seconds", len(output), time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1:])
