"""What learned scripts have in common, as a script that copies its input.

`render.py` takes the text of these functions, replaces the constants and `transform`, and leaves out what the example
does not need; the engine runs none of it.
"""

from __future__ import annotations

import csv
import io
import logging
import sys
import time
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TextIO

from agents.reading.rows import (
    find_encoding,
    find_footer,
    find_table,
    fit_rows,
    numbered_columns,
    read_carefully,
    read_records,
    tell_repeated_header,
    tell_skipped,
    tell_totals,
    unique_names,
    usual_width,
)

if TYPE_CHECKING:  # pandas is slow to import, and nothing here is run
    import pandas as pd

INPUT_ENCODING = "utf-8"
INPUT_DELIMITER = ","
INPUT_STYLE: dict[str, Any] = {}
INPUT_PREAMBLE = 0
OUTPUT_ENCODING = "utf-8"
OUTPUT_DELIMITER = ","
OUTPUT_NEWLINE = "\n"
OUTPUT_QUOTING: Final = csv.QUOTE_MINIMAL
OUTPUT_PREAMBLE = ""
OUTPUT_STYLE: dict[str, Any] = {}
OUTPUT_BARE_COLUMNS: list[int] = []
REQUIRED_COLUMNS: list[str] = []

LOG = logging.getLogger("convert")


def read_input(path: str) -> pd.DataFrame:
    """Read every cell as text: "007" stays "007" and "NA" stays "NA"."""
    with open(path, encoding=encoding_of(path), newline="") as file:
        delimiter, place = find_header(file, **INPUT_STYLE)
        records = read_records(file, delimiter, LOG.warning, **INPUT_STYLE)
    if place >= len(records):
        raise SystemExit("ERROR the input is empty: a header is needed")
    header = unique_names(records[place])
    tell_repeated_columns(records[place], header)
    end = find_footer(records, place + 1, len(header))
    tell_skipped(records, place, end, LOG.warning)
    tell_repeated_header(records, place, end, LOG.warning)
    tell_totals(records, place + 1, end, len(header), LOG.warning)
    rows = fit_rows(records, place + 1, end, len(header), LOG.warning)
    return pd.DataFrame(rows, columns=header, dtype=object)


def read_input_without_header(path: str) -> pd.DataFrame:
    """Read every cell as text: "007" stays "007" and "NA" stays "NA"."""
    with open(path, encoding=encoding_of(path), newline="") as file:
        records = read_records(file, INPUT_DELIMITER, LOG.warning, **INPUT_STYLE)
    place, _ = find_table(records[:100])
    header = numbered_columns(usual_width(records[place:]))
    end = find_footer(records, place, len(header))
    tell_skipped(records, place, end, LOG.warning)
    tell_totals(records, place, end, len(header), LOG.warning)
    rows = fit_rows(records, place, end, len(header), LOG.warning)
    return pd.DataFrame(rows, columns=header, dtype=object)


def encoding_of(path: str) -> str:
    """Return how a file is encoded, which need not be as in the example."""
    with open(path, "rb") as file:
        encoding = find_encoding(file, LOG.warning)
    if encoding.removesuffix("-sig") != INPUT_ENCODING:
        LOG.info("the input is written as %s, that of the example as %s", encoding, INPUT_ENCODING)
    return encoding


def find_header(file: TextIO, **style: Any) -> tuple[str, int]:
    """Return the delimiter and the place of the header, which names every column that is read."""
    lines = list(islice(file, 100))
    file.seek(0)
    for delimiter in dict.fromkeys([INPUT_DELIMITER, ",", ";", "\t", "|"]):
        records = list(read_carefully(lines, delimiter, [], **style))
        for place in (INPUT_PREAMBLE, *range(len(records))):
            names = unique_names(records[place]) if place < len(records) else []
            if names and set(REQUIRED_COLUMNS) <= set(names):
                if delimiter != INPUT_DELIMITER:
                    LOG.warning("the delimiter is %r, and %r in the example", delimiter, INPUT_DELIMITER)
                return delimiter, records.index(records[place])  # a header may be repeated further down
    return INPUT_DELIMITER, INPUT_PREAMBLE


def tell_repeated_columns(cells: list[str], header: list[str]) -> None:
    """Say which columns stand there more than once of which only the first is read."""
    others = set(header) - set(REQUIRED_COLUMNS)
    repeated = [name for name in REQUIRED_COLUMNS if f"{name}.1" in others and cells.count(name) > 1]
    if repeated:
        LOG.warning("columns that stand there more than once: %s; the first of each was read", repeated)


def require_columns(df: pd.DataFrame) -> None:
    """Stop when the input lacks a column that is read."""
    missing = [name for name in REQUIRED_COLUMNS if name not in df.columns]
    if missing:
        raise SystemExit(f"ERROR missing columns: {missing}; the input has {list(df.columns)}")


def add_lacking(df: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Add the columns that no cell of this input gives its name to, without values."""
    lacking = [name for name in names if name not in df.columns]
    if lacking:
        LOG.warning("columns that nothing in the input gives rise to, left blank: %s", lacking)
    blank = pd.DataFrame("", index=df.index, columns=lacking, dtype=object)
    return pd.concat([df, blank], axis=1)


def fill_column(
    name: str, make: Callable[[pd.DataFrame], pd.Series], df: pd.DataFrame, sources: list[str], by_row: bool = True
) -> pd.Series:
    """Make a column from others, and leave blank what could not be read."""
    cells = make_once(make, df[sources[0]]) if by_row and len(sources) == 1 else make(df)
    missing = cells.isna()
    if missing.any():
        tell_unreadable(name, df.loc[missing, sources])
    return cells.astype(object).fillna("")


def make_once(make: Callable[[pd.DataFrame], pd.Series], source: pd.Series) -> pd.Series:
    """Make a column from one other, and equal cells only once."""
    places, different = pd.factorize(source)
    cells = make(pd.DataFrame({source.name: different}, dtype=object))
    return cells.take(places).set_axis(source.index)


def tell_unreadable(name: str, sources: pd.DataFrame) -> None:
    """Say how many values could not be read, but for those where there was nothing to read."""
    filled = sources[(sources.map(str.strip) != "").any(axis=1)]
    if len(filled):
        row, shown = filled.index[0] + 1, repr(" | ".join(filled.iloc[0]))[:60]
        LOG.warning("%s: %d values could not be read, the first in row %d: %s", name, len(filled), row, shown)


def transform(df: pd.DataFrame) -> pd.DataFrame:
    """Return the table as it is."""
    return df


def write_output(df: pd.DataFrame, path: str) -> None:
    """Write the table the way the example was written."""
    with open(path, "w", encoding=OUTPUT_ENCODING, newline="") as file:
        file.write(OUTPUT_PREAMBLE)
        write_rows(df, file)


def write_output_without_last_newline(df: pd.DataFrame, path: str) -> None:
    """Write the table the way the example was written."""
    text = io.StringIO(newline="")
    write_rows(df, text)
    with open(path, "w", encoding=OUTPUT_ENCODING, newline="") as file:
        file.write(OUTPUT_PREAMBLE)
        file.write(text.getvalue().removesuffix(OUTPUT_NEWLINE))


def write_rows(df: pd.DataFrame, file: TextIO) -> None:
    """Write the header and the rows."""
    columns = [[name, *cells.tolist()] for name, cells in df.items()]
    writer = csv.writer(
        file,
        delimiter=OUTPUT_DELIMITER,
        lineterminator=OUTPUT_NEWLINE,
        quoting=csv.QUOTE_ALL if need_quotes(columns) else OUTPUT_QUOTING,
        **OUTPUT_STYLE,
    )
    writer.writerows(zip(*columns, strict=True))


def need_quotes(columns: list[list[str]]) -> bool:
    """Tell whether a cell has a line end of another kind than lines; before 3.13 Python leaves it bare."""
    other = "\n" if OUTPUT_NEWLINE == "\r" else "\r"
    return any(other in cell for cells in columns for cell in cells)


def write_rows_with_quoted_texts(df: pd.DataFrame, file: TextIO) -> None:
    """Write every cell in quotes, but for plain ones in OUTPUT_BARE_COLUMNS, which hold numbers."""
    special = set(OUTPUT_DELIMITER + '"\r\n')
    bare: list[int] = []  # for the header
    for row in zip(*([name, *cells.tolist()] for name, cells in df.items()), strict=True):
        cells = [
            cell if place in bare and special.isdisjoint(cell) else '"' + cell.replace('"', '""') + '"'
            for place, cell in enumerate(row)
        ]
        file.write(OUTPUT_DELIMITER.join(cells) + OUTPUT_NEWLINE)
        bare = OUTPUT_BARE_COLUMNS


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
    except UnicodeDecodeError:
        raise SystemExit("ERROR the input cannot be decoded: save it as UTF-8") from None
    except UnicodeEncodeError:
        message = f"ERROR the output cannot be written as {OUTPUT_ENCODING}, which lacks characters of the input"
        raise SystemExit(message) from None
    LOG.info("wrote %d rows in %.2f seconds", len(output), time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1:])
