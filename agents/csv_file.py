"""CSV files as they come: bytes in, text cells and the detected dialect out.

What real files do is repaired and listed in `warnings`; refused is only what holds no table at all.
"""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from agents.reading.dialect import Dialect, find_dialect, find_quoting, first_records
from agents.reading.layout import SAMPLE_ROWS, Layout, column_votes, find_layout
from agents.reading.notices import Warn, tell_names, tell_oddities
from agents.reading.rows import (
    find_encoding,
    fit_rows,
    lines_in,
    numbered_columns,
    read_carefully,
    read_records,
    tell_skipped,
    unique_names,
    usual_width,
)
from agents.reading.signatures import kind_of_binary
from csvconverter.v1.jobs_pb2 import CsvFormat

__all__ = [
    "CsvError",
    "CsvFile",
    "Dialect",
    "check_csv",
    "count_rows",
    "decode",
    "parse_csv",
    "read_csv",
    "read_example",
]

HEAD_BYTES = 1 << 20  # what is looked at of a long file
LONG_ROWS = 4 << 20  # characters; what is looked at when that holds less than two rows
MOST_BLANKS = 50_000_000  # that are added to rows which are too short: 400 MB
BINARY_SHARE = 0.02  # of control characters; single ones are found in cells that were pasted from elsewhere
CONTROL_CHARACTERS = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")


class CsvError(ValueError):
    """The bytes are no CSV file that can be read; the message says what was found."""


@dataclass(frozen=True)
class CsvFile:
    """A CSV file as text cells; every row is as long as the header."""

    header: tuple[str, ...]  # each name is there once
    rows: tuple[tuple[str, ...], ...]
    dialect: Dialect
    written_header: tuple[str, ...]  # as it stands in the file
    warnings: tuple[str, ...] = ()

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each column stands, from 0."""
        return {name: position for position, name in enumerate(self.header)}

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of one column from top to bottom."""
        position = self.positions[name]
        return tuple(row[position] for row in self.rows)


def read_example(given: bytes, wanted: bytes) -> tuple[CsvFile, CsvFile]:
    """Read an input and the output that is expected of it, each in the light of the other.

    What looks like the header of one and is a row of the other is a row; so is what may be the header of one, when the
    other has none and as many lines, and what looks like a footer, when the files have as many rows with it.

    Raises:
        CsvError: as `read_csv`.
    """
    files = read_csv(given), read_csv(wanted)
    first = read_csv(given, header=False) if is_row_of(files[0], files[1]) else files[0]
    second = read_csv(wanted, header=False) if is_row_of(files[1], files[0]) else files[1]
    first, second = without_header(given, first, second), without_header(wanted, second, first)
    return with_all_rows(given, first, second), with_all_rows(wanted, second, first)


def is_row_of(file: CsvFile, other: CsvFile) -> bool:
    """Tell whether a file's header is a row of the other file, as far as nothing speaks for a header."""
    names = {name.strip().casefold() for name in file.written_header} - {""}
    if not file.dialect.has_header or "header" in column_votes(file.header, file.rows[:SAMPLE_ROWS]):
        return False
    if names <= {name.strip().casefold() for name in other.written_header} or file.header in file.rows:
        return False
    enough = max(min(2, len(file.header)), len(names) / 2)
    rows = ({cell.strip().casefold() for cell in row} for row in other.rows[: 10 * SAMPLE_ROWS])
    return any(len(names & row) >= enough for row in rows)


def without_header(data: bytes, file: CsvFile, other: CsvFile) -> CsvFile:
    """Return a file with its header as a row, when the other has none and as many rows, and nothing speaks for one."""
    alike = file.dialect.has_header > other.dialect.has_header and len(file.rows) + 1 == len(other.rows)
    if not alike or "header" in column_votes(file.header, file.rows[:SAMPLE_ROWS]):
        return file
    return read_csv(data, header=False)


def with_all_rows(data: bytes, file: CsvFile, other: CsvFile) -> CsvFile:
    """Return a file with its footer as rows, when it has as many rows as the other only then."""
    if not file.dialect.footer_lines or len(file.rows) >= len(other.rows):
        return file
    whole = read_csv(data, file.dialect.has_header, footer=False)
    return whole if len(whole.rows) == len(other.rows) else file


def read_csv(data: bytes, header: bool | None = None, footer: bool = True) -> CsvFile:
    """Read a CSV file; whether its first row is a header is found out unless it is known, and so are lines below it.

    Raises:
        CsvError: the file is empty, has only a header, is binary or cannot be decoded, or is all but empty: few cells
            in many columns and rows.
    """
    warnings: list[str] = []
    encoding, head, whole = decode(data, warnings.append)
    dialect = find_dialect(head, encoding, whole, warnings.append)
    records = read_all(data, dialect, warnings.append)
    layout = find_layout(records, header, footer)
    demand_rows(records[layout.start :], 1 + layout.has_header)
    dialect = replace(
        dialect,
        has_header=layout.has_header,
        preamble=tuple(islice(open_text(data, encoding), lines_in(records[: layout.start]))),
        footer_lines=lines_in(records[layout.end :]),
        final_newline=data[-2:].strip(b"\0")[-1:] in (b"\n", b"\r"),
    )
    tell_skipped(records, layout.start, layout.end, warnings.append)
    tell_oddities(records, layout, warnings.append)
    return arrange(records, layout, with_quoting(dialect, head), warnings)


def parse_csv(data: bytes, dialect: Dialect) -> CsvFile:
    """Read a CSV file whose dialect is known; a header alone is a file without rows, and a preamble may be left out.

    Raises:
        CsvError: the file is empty or not in the dialect's encoding.
    """
    warnings: list[str] = []
    try:
        records = read_all(data, dialect, warnings.append)
        preamble = tuple(islice(open_text(data, dialect.encoding), len(dialect.preamble)))
    except UnicodeError as error:
        raise CsvError(f"the file is not {dialect.encoding}: {error}") from None
    start = len(preamble) if preamble == dialect.preamble else 0
    start = next((place for place in range(start, len(records)) if records[place]), len(records))
    if start == len(records) and dialect.has_header:
        raise CsvError("the file is empty: not even a header was written")
    width = usual_width(records[start:])
    return arrange(records, Layout(start, len(records), width, dialect.has_header), dialect, warnings)


def check_csv(content: bytes | Path, has_header: bool = True) -> None:
    """Refuse what `read_csv` refuses, in a fraction of its time and memory: only the first rows are taken apart.

    A file whose first row or blank lines go on for millions of characters passes.

    A file that is known to have no header may have a single row.

    Raises:
        CsvError: the file is empty, has only a header, is binary or cannot be decoded.
    """
    encoding, head, whole = decode(content)
    dialect = find_dialect(head, encoding, whole, silent)
    records = first_records(head, dialect.delimiter, whole)
    if len(list(filter(None, records))) < 2:
        with open_binary(content) as file:
            text = io.TextIOWrapper(file, encoding, newline="")
            lines = io.StringIO(text.read(LONG_ROWS), newline="")
            if text.read(1):
                return  # whoever reads the whole file, apart from the server, finds out what such rows are
            records = list(islice(filter(None, read_carefully(lines, dialect.delimiter, [], **dialect.style)), 2))
    layout = find_layout(records, None if has_header else False)
    demand_rows(records[layout.start :], 1 + layout.has_header)


def count_rows(path: Path, written_as: CsvFormat) -> int:
    """Count the rows below the header of a file that is written as said, without keeping them."""
    encoding, delimiter = written_as.encoding or "utf-8", written_as.delimiter or ","
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = islice(file, written_as.preamble_lines, None)
        records = sum(1 for record in csv.reader(lines, delimiter=delimiter) if record)
    return max(0, records - written_as.has_header)


def silent(warning: str) -> None:
    """Take what nobody is told."""


def decode(content: bytes | Path, warn: Warn = silent) -> tuple[str, str, bool]:
    """Return the encoding, the beginning of the text, and whether that is all of it.

    Raises:
        CsvError: the bytes are no text.
    """
    with open_binary(content) as file:
        demand_text(file.read(16))
        file.seek(0)
        encoding = find_encoding(file, warn)
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            head = decoder.decode(file.read(HEAD_BYTES))
            rest = piece = file.read(HEAD_BYTES)
            while piece and encoding != "utf-8":  # which find_encoding has looked through
                decoder.decode(piece)
                piece = file.read(HEAD_BYTES)
            decoder.decode(b"", final=not piece)
        except UnicodeError:
            raise CsvError(f"the file cannot be decoded: neither UTF-8 nor {encoding}; save it as UTF-8") from None
    if len(CONTROL_CHARACTERS.findall(head)) > len(head) * BINARY_SHARE:
        raise CsvError("the file is binary: it holds control characters; a CSV file is plain text")
    return encoding, head, not rest


def demand_text(start: bytes) -> None:
    """Refuse files of other kinds by how they start.

    Raises:
        CsvError: naming the kind.
    """
    if kind := kind_of_binary(start):
        raise CsvError(f"the file is binary, {kind}: a CSV file is plain text")


def open_binary(content: bytes | Path) -> BinaryIO:
    """Return a file of bytes."""
    return content.open("rb") if isinstance(content, Path) else io.BytesIO(content)


def open_text(data: bytes, encoding: str) -> io.TextIOWrapper:
    """Return the text line by line, each with its own line end."""
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def read_all(data: bytes, dialect: Dialect, warn: Warn) -> list[list[str]]:
    """Return the records of a file."""
    return read_records(open_text(data, dialect.encoding), dialect.delimiter, warn, **dialect.style)


def demand_rows(records: Sequence[Sequence[str]], needed: int) -> None:
    """Refuse a file without a row below its header.

    Raises:
        CsvError: saying which of them is not there.
    """
    found = list(islice(filter(None, records), needed))
    if not found or not any(map(str.strip, found[0])):
        raise CsvError("the file is empty: a header and at least one row are needed")
    if len(found) < needed:
        raise CsvError("the file has only a header: at least one row is needed below it")


def demand_fit(table: Sequence[Sequence[str]], width: int) -> None:
    """Refuse rows that are so short and so many that they would take a multiple of the file's size.

    Raises:
        CsvError: saying how many cells there would be.
    """
    blanks = sum(width - len(record) for record in table if 0 < len(record) < width)
    if blanks > MOST_BLANKS:
        raise CsvError(f"the file has {width} columns, and its rows lack {blanks} cells: look at the first row")


def with_quoting(dialect: Dialect, head: str) -> Dialect:
    """Add which cells of the table are in quotes."""
    table = head[sum(map(len, dialect.preamble)) :]
    quoting, bare_columns = find_quoting(table, dialect.delimiter, str(dialect.style.get("quotechar", '"')))
    return replace(dialect, quoting=quoting, bare_columns=bare_columns)


def arrange(records: list[list[str]], layout: Layout, dialect: Dialect, warnings: list[str]) -> CsvFile:
    """Name the columns and fit the rows under them.

    Raises:
        CsvError: most of what would be read is not there.
    """
    written = records[layout.start] if layout.has_header else numbered_columns(layout.width)
    header = unique_names(written)
    tell_names(written, header, warnings.append)
    demand_fit(records[layout.first : layout.end], len(header))
    rows = fit_rows(records, layout.first, layout.end, len(header), warnings.append)
    return CsvFile(tuple(header), tuple(map(tuple, rows)), dialect, tuple(written), tuple(warnings))
