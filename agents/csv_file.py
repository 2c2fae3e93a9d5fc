"""CSV files as they come: bytes in, text cells and the detected dialect out.

Detection follows what measurements on real files favour: BOM, then strict UTF-8, then cp1252; and the delimiter under
which the first rows agree best on their number of fields.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from agents.wording import cut

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 100
HEAD_CHARACTERS = 1 << 20  # what is looked at of a long text
NAMES_SHOWN = 5
BINARY_SHARE = 0.02  # of control characters; single ones are found in cells that were pasted from elsewhere
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATOR_NOTE = re.compile(r"sep=.\r?\n")
CONTROL_CHARACTERS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")

csv.field_size_limit(2**31 - 1)


class CsvError(ValueError):
    """The bytes are no CSV file with a header and at least one row; the message says what was found."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    newline: str = "\n"
    quote_all: bool = False


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


def read_csv(data: bytes) -> CsvFile:
    """Read a CSV file whose first row is its header.

    Header cells that are empty or stand twice get the names that pandas gives them; rows that are too short are padded,
    rows that are too long are cut, and `warnings` says how many and which first.

    Raises:
        CsvError: the file is empty, has only a header, is binary or cannot be decoded.
    """
    encoding, text = decode(data)
    delimiter = detect_delimiter(text)
    records = read_records(text, delimiter)
    demand_rows(records)
    return arrange(records, Dialect(encoding, delimiter, detect_newline(text), quotes_everything(text, delimiter)))


def check_csv(data: bytes) -> None:
    """Refuse what `read_csv` refuses, in a fraction of its time and memory: only the first rows are taken apart.

    Raises:
        CsvError: the file is empty, has only a header, is binary or cannot be decoded.
    """
    _, text = decode(data)
    delimiter = detect_delimiter(text)
    records = read_records(text[:HEAD_CHARACTERS], delimiter, most=2)
    demand_rows(records if len(records) == 2 else read_records(text, delimiter, most=2))


def demand_rows(records: Sequence[Sequence[str]]) -> None:
    """Refuse a file without a header and a row.

    Raises:
        CsvError: saying which of them is not there.
    """
    if not records:
        raise CsvError("the file is empty: a header and at least one row are needed")
    if len(records) == 1:
        raise CsvError("the file has only a header: at least one row is needed below it")


def parse_csv(data: bytes, dialect: Dialect) -> CsvFile:
    """Read a CSV file whose dialect is known; a header alone is a file without rows.

    Raises:
        CsvError: the file is empty or not in the dialect's encoding.
    """
    try:
        text = data.decode(dialect.encoding)
    except UnicodeDecodeError as error:
        raise CsvError(f"the file is not {dialect.encoding}: byte {error.start} cannot be decoded") from None
    records = read_records(text, dialect.delimiter)
    if not records:
        raise CsvError("the file is empty: not even a header was written")
    return arrange(records, dialect)


def read_records(text: str, delimiter: str, most: int | None = None) -> list[list[str]]:
    """Split the text, or the first rows of it, into rows of cells; blank lines are no rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return list(islice(filter(None, reader), most))
    except csv.Error as error:
        raise CsvError(f"the file cannot be read as CSV: {error}") from None


def arrange(records: Sequence[Sequence[str]], dialect: Dialect) -> CsvFile:
    """Make the first record the header and fit the others under it."""
    header, header_warnings = name_columns(records[0])
    rows, row_warnings = fit_rows(records[1:], len(header))
    return CsvFile(header, rows, dialect, tuple(records[0]), (*header_warnings, *row_warnings))


def decode(data: bytes) -> tuple[str, str]:
    """Return the encoding, as Python names it, and the text without a byte order mark and Excel's note `sep=;`."""
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), "")
    if not encoding:
        encoding = "utf-8" if is_utf8(data) else "cp1252"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise CsvError(f"the file cannot be decoded: it is neither UTF-8 nor {encoding}; save it as UTF-8") from None
    sample = text[:HEAD_CHARACTERS]
    if "\0" in sample or len(CONTROL_CHARACTERS.findall(sample)) > len(sample) * BINARY_SHARE:
        raise CsvError("the file is binary: it holds control characters; a CSV file is plain text")
    note = SEPARATOR_NOTE.match(text)
    return encoding, text[note.end() :] if note else text


def is_utf8(data: bytes) -> bool:
    """Tell whether the bytes decode strictly as UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def detect_delimiter(text: str) -> str:
    """Return the delimiter that the header has and under which the most of the first rows have as many fields.

    When the header has none it names a single column, and the delimiter is one that does not cut its cells.
    """
    head = text[:HEAD_CHARACTERS]

    def agreement(delimiter: str) -> tuple[float, float]:
        lengths = [len(record) for record in read_records(head, delimiter, most=SAMPLE_ROWS)]
        if len(head) < len(text) and 1 < len(lengths) < SAMPLE_ROWS:
            lengths.pop()  # the head may end inside it
        if not lengths or lengths[0] == 1:
            return 0.0, lengths.count(1) / max(1, len(lengths))
        width, votes = max(Counter(lengths).items(), key=lambda item: (item[0] > 1, item[1]))
        return votes / len(lengths), width

    return max(DELIMITERS, key=agreement)


def detect_newline(text: str) -> str:
    """Return the first line ending outside quotes, or a line feed when there is none."""
    outside = re.sub(r'"[^"]*"', "", text[:65536])
    match = re.search(r"\r\n|\n|\r", outside)
    return match.group() if match else "\n"


def quotes_everything(text: str, delimiter: str) -> bool:
    """Tell whether every cell of the first rows is in quotes."""
    cell = r'"[^"]*(?:""[^"]*)*"'
    row = re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*(?:\r\n|\r|\n|\Z)")
    position = 0
    for _ in range(SAMPLE_ROWS):
        if position < len(text):
            found = row.match(text, position)
            if not found:
                return False
            position = found.end()
    return True


def name_columns(cells: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Give every column a name of its own, with a warning for each kind of name that is not the file's."""
    names = unique_names(list(cells))
    given = [(name, cell) for name, cell in zip(names, cells, strict=True) if name != cell]
    found = {
        "have no name": [name for name, cell in given if not cell.strip()],
        "have the name of an earlier one": [name for name, cell in given if cell.strip()],
    }
    return tuple(names), [
        f"{len(called)} columns {what}: called {quoted(called)}" for what, called in found.items() if called
    ]


def quoted(names: Sequence[str]) -> str:
    """Name the first few columns."""
    shown = [repr(cut(name)) for name in names[:NAMES_SHOWN]]
    return ", ".join(shown if len(shown) == len(names) else [*shown, "…"])


def unique_names(header: list[str]) -> list[str]:
    """Name columns without a name, and number those that stand twice, as pandas does."""
    names: dict[str, int] = {}  # each name, with how often it was wanted
    for position, cell in enumerate(header):
        wanted = name = cell if cell.strip() else f"Unnamed: {position}"
        while name in names:
            names[wanted] += 1
            name = f"{wanted}.{names[wanted]}"
        names[name] = 0
    return list(names)


def fit_rows(records: Sequence[Sequence[str]], width: int) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Make every row as long as the header."""
    short = [number for number, record in enumerate(records, 1) if len(record) < width]
    long = [number for number, record in enumerate(records, 1) if len(record) > width]
    rows = tuple((*record[:width], *[""] * (width - len(record))) for record in records)
    warnings = []
    if short:
        warnings.append(
            f"{len(short)} rows have fewer than {width} cells, the first is row {short[0]}: blanks were added"
        )
    if long:
        warnings.append(f"{len(long)} rows have more than {width} cells, the first is row {long[0]}: the rest was cut")
    return rows, warnings
