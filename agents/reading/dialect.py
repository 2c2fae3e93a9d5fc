"""How a CSV file is written: its delimiter, quotes and line ends, found out from its first rows.

Measured on real files, the delimiter under which the rows agree best on their number of cells is right most often. What
stands in the cells then settles decimal commas and the like.
"""

import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from agents.reading.cells import kind_of
from agents.reading.layout import SAMPLE_ROWS, find_start
from agents.reading.rows import DELIMITERS, read_carefully
from csvconverter.v1.jobs_pb2 import CSV_QUOTING_ALL, CSV_QUOTING_MINIMAL, CSV_QUOTING_TEXTS, CsvFormat, CsvQuoting

SAMPLE_CELLS = 400
STYLE_CHARACTERS = 1 << 14
SEPARATOR_NOTE = re.compile(r"sep=([,;\t|])\r?\n")

Style = dict[str, str | bool]
"""What csv.reader has to know beside the delimiter; empty for most files."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    newline: str = "\n"
    quoting: CsvQuoting = CSV_QUOTING_MINIMAL
    has_header: bool = True
    preamble: tuple[str, ...] = ()  # the lines above the table
    footer_lines: int = 0
    final_newline: bool = True
    style: Style = field(default_factory=dict)
    bare_columns: tuple[int, ...] = ()  # the places of those whose cells have no quotes, where texts have them

    def as_format(self) -> CsvFormat:
        """Return what the job's owner reads."""
        return CsvFormat(
            encoding=self.encoding,
            delimiter=self.delimiter,
            newline=self.newline,
            quoting=self.quoting,
            has_header=self.has_header,
            preamble_lines=len(self.preamble),
            footer_lines=self.footer_lines,
        )


def find_dialect(head: str, encoding: str, whole: bool, warn: Callable[[str], None]) -> Dialect:
    """Find out how a file is written, but for what its table shows; `whole` when the head is all of it."""
    delimiter = find_delimiter(head, whole)
    style = find_style(head, delimiter)
    newlines = find_newlines(head) or ["\n"]
    told = {"quotechar": "cells are in single quotes", "skipinitialspace": "blanks behind delimiters were skipped"}
    told["escapechar"] = "quotes inside cells are written with a backslash"
    for option in style:
        warn(told[option])
    if len(newlines) > 1:
        warn("lines end in different ways; all were read as line ends")
    return Dialect(encoding, delimiter, newlines[0], style=style)


def find_delimiter(head: str, whole: bool = True) -> str:
    """Return the delimiter that the header has and under which the most of the first rows have as many cells.

    When the header has none it names a single column, and the delimiter is one that does not cut its cells.
    """
    if note := SEPARATOR_NOTE.match(head):
        return note[1]
    return max(DELIMITERS, key=lambda delimiter: agreement(first_records(head, delimiter, whole), delimiter))


def first_records(head: str, delimiter: str, whole: bool, most: int = SAMPLE_ROWS) -> list[list[str]]:
    """Return the first records; the last is left out where the head of a longer file may end inside it."""
    lines = io.StringIO(head, newline="")
    found = list(islice(read_carefully(lines, delimiter, [], **find_style(head, delimiter)), most))
    return found if whole or len(found) == most or len(found) < 2 else found[:-1]


def agreement(records: Sequence[Sequence[str]], delimiter: str) -> tuple[float, float]:
    """Return how well rows agree on their number of cells, from 0 to 1, and that number."""
    above = find_start(records)
    rows = [record for record in records[above:] if record]
    lengths = Counter(map(len, rows))
    width, votes = max(lengths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
    if not rows or len(rows[0]) == 1 or lengths[1] > votes:
        return 0.0, lengths[1] / max(1, len(rows))
    usual = [row for row in rows if len(row) == width]
    lines = len(rows) + sum(map(bool, records[:above]))
    return votes / lines * (1 + whole_cells(usual, delimiter)) / 2, width


def whole_cells(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    """Return the share of cells that no other delimiter would cut: numbers, and text without one, but for prose."""
    cells = [cell for row in rows[:SAMPLE_ROWS] for cell in row[: SAMPLE_CELLS // len(rows) + 1] if cell.strip()]
    others = re.compile(rf"[{''.join(DELIMITERS).replace(delimiter, '')}](?! )")
    return sum(kind_of(cell) == "number" or not others.search(cell) for cell in cells) / max(1, len(cells))


def find_style(head: str, delimiter: str) -> Style:
    """Return what is unusual about quotes: single ones, blanks in front of them, backslashes in them."""
    text, style = head[:STYLE_CHARACTERS], Style()
    start, end = rf"(?:^|(?<=[{delimiter}]))", rf"(?=[{delimiter}\r\n]|\Z)"
    if '"' not in text:
        whole = len(re.findall(rf"{start}'[^'\r\n]*'{end}", text, re.MULTILINE))
        if 2 <= whole == len(re.findall(rf"{start}'", text, re.MULTILINE)):
            style["quotechar"] = "'"
    quote = style.get("quotechar", '"')
    if re.search(rf"[{delimiter}] +{quote}[^{quote}\r\n]*{quote} *{end}", text) or all_spaced(text, delimiter):
        style["skipinitialspace"] = True
    inside = re.search(rf"{start} *{quote}[^{quote}\r\n]*\\{quote}(?![{delimiter}\r\n{quote}]|\Z)", text, re.MULTILINE)
    if inside and not re.search(r"""\\[^\\"'\r\n]""", text):
        style["escapechar"] = "\\"
    return style


def all_spaced(text: str, delimiter: str) -> bool:
    """Tell whether a blank stands behind every delimiter, from the first line on and in two lines at least."""
    first, *others = text.splitlines()[:SAMPLE_ROWS] or [""]
    lines = [first, *(line for line in others if delimiter in line)]
    spaced = rf"[{delimiter}](?! )"
    return delimiter in first and len(lines) > 1 and not any(re.search(spaced, line) for line in lines)


def find_newlines(head: str) -> list[str]:
    """Return the line ends outside quotes, the commonest first."""
    outside = re.sub(r'"[^"]*"', "", head[:STYLE_CHARACTERS])
    return [newline for newline, _ in Counter(re.findall(r"\r\n|\n|\r", outside)).most_common()]


def find_quoting(table: str, delimiter: str, quote: str = '"') -> tuple[CsvQuoting, tuple[int, ...]]:
    """Return which cells of the first rows are in quotes, and which columns are not where texts are."""
    rows = quoted_cells(table, delimiter, quote)
    if all(quoted for row in rows for quoted, _ in row):
        return CSV_QUOTING_ALL, ()
    header, *below = rows
    if not below or not all(quoted for quoted, _ in header):
        return CSV_QUOTING_MINIMAL, ()
    bare = []
    for position in range(len(header)):
        cells = [row[position] for row in below if position < len(row)]
        kinds = {(quoted, kind_of(cell) == "number") for quoted, cell in cells if kind_of(cell)}
        if kinds == {(False, True)}:
            bare.append(position)
        elif not kinds <= {(True, False), (True, True)}:
            return CSV_QUOTING_MINIMAL, ()
    return CSV_QUOTING_TEXTS, tuple(bare)


def quoted_cells(table: str, delimiter: str, quote: str) -> list[list[tuple[bool, str]]]:
    """Return the cells of the first rows, each with whether it is in quotes."""
    text = rf"{quote}([^{quote}]*(?:{quote}{quote}[^{quote}]*)*){quote}"
    cell = re.compile(rf" *(?:{text}|([^{delimiter}\r\n]*))([{delimiter}]|\r\n|\r|\n|\Z)")
    rows: list[list[tuple[bool, str]]] = [[]]
    for quoted, plain, end in (found.groups() for found in cell.finditer(table)):
        rows[-1].append((quoted is not None, quoted or plain or ""))
        if not end or len(rows) > SAMPLE_ROWS:
            break
        if end != delimiter:
            rows.append([])
    return [row for row in (rows[:-1] if len(rows) > 2 else rows) if row != [(False, "")]]
