"""Reads the rows of a CSV file and repairs them visibly.

These functions stand alone: learned scripts hold their text, so that an example and later files are read exactly alike.
Records are the rows as they stand in the file, blank lines as empty ones among them, so that the line of each is known.
`warn` takes a sentence about each kind of repair: how many there were, and where the first is.
"""

import codecs
import csv
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, TextIO

DELIMITERS = (",", ";", "\t", "|")
COMMENTS = ("#", "//", "sep=")
FOOTERS = [
    "[0-9]+ (rows?|records?|entries|items|lines|zeilen|datensätze|lignes|filas)",
    "(rows?|records?|count|notes?|sources?|remarks?|hinweis|quelle|anzahl) ?[:=(]",
    "(end of|generated|exported|printed) ",
    "((grand|sub)[ -]?)?(totals?|sum|summe|gesamt|gesamtsumme|insgesamt)(?![a-z]).{0,20}$",
]
"""How lines below a table begin: what it holds, where it is from, what it adds up to."""

TOTALS = ["total", "totals", "grand total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme"]
"""What rows are called that add up those above them, in small letters."""


def find_encoding(file: BinaryIO, warn: Callable[[str], None]) -> str:
    """Return the encoding: a byte order mark tells, else UTF-8 when all of it is, else Windows-1252."""
    start = file.read(4096)
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    for mark, encoding in marks.items():
        if start.startswith(mark):
            return encoding
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):  # then every other byte of plain text is zero
        if start[first::2].count(0) > len(start) // 5 > 5 * start[1 - first :: 2].count(0):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while start:
            decoder.decode(start)
            start = file.read(1 << 20)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        place = file.tell() - len(error.object) + error.start
        file.seek(0)
        above = iter(lambda: file.read(min(1 << 20, place - file.tell())), b"")
        line = 1 + sum(piece.count(b"\n") for piece in above)
        warn(f"the file is not UTF-8, as line {line} shows: read as Windows-1252, which is a guess")
        return "cp1252"
    return "utf-8"


def read_records(file: TextIO, delimiter: str, warn: Callable[[str], None], **style: Any) -> list[list[str]]:
    """Split a file into records; `style` is what else csv.reader has to know."""
    csv.field_size_limit(2**31 - 1)
    with_zeros: list[int] = []
    spoilt: list[int] = []
    try:
        lines = without_zeros(file, with_zeros)
        records = list(csv.reader(lines, delimiter=delimiter, strict=True, **style))
    except csv.Error:
        with_zeros.clear()
        file.seek(0)
        lines = without_zeros(file, with_zeros)
        records = list(read_carefully(lines, delimiter, spoilt, **style))
    tell_spoilt(with_zeros, spoilt, warn)
    return records


def tell_spoilt(with_zeros: list[int], spoilt: list[int], warn: Callable[[str], None]) -> None:
    """Say which lines held characters or quotes that no CSV file can hold."""
    if with_zeros:
        warn(f"lines with NUL characters: {len(with_zeros)}, the first is line {with_zeros[0]}; they were removed")
    if spoilt:
        warn(f"lines whose quotes do not match: {len(spoilt)}, the first is line {spoilt[0]}; they were kept as text")


def without_zeros(lines: Iterable[str], found: list[int]) -> Iterator[str]:
    """Yield lines without NUL characters, which no CSV file can hold, and note where they were."""
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            found.append(number)
            line = line.replace("\0", "")
        yield line


def read_carefully(lines: Iterable[str], delimiter: str, spoilt: list[int], **style: Any) -> Iterator[list[str]]:
    """Yield records although quotes do not match: a line that begins a record with such quotes is split by itself."""
    source, waiting, taken = iter(lines), deque[str](), list[str]()
    longest = float("inf")  # how many lines a record may have

    def next_lines() -> Iterator[str]:
        while len(taken) < longest and (line := waiting.popleft() if waiting else next(source, "")):
            taken.append(line)
            yield line

    number = 1  # of the line where the next record begins
    while True:
        try:
            for record in csv.reader(next_lines(), delimiter=delimiter, strict=True, **style):
                number += len(taken)
                taken.clear()
                yield record
            return
        except csv.Error:
            spoilt.append(number)
            number += 1
            yield split_line(taken[0], delimiter, style.get("quotechar", '"'))
            if len(taken) > 100:  # each line might open a cell that never closes, and all below be read again for each
                longest = len(taken) // 2
            waiting.extendleft(reversed(taken[1:]))
            taken.clear()


def split_line(line: str, delimiter: str, quote: str) -> list[str]:
    """Split one line; quotes that do not stand around a whole cell are text."""
    text = line.rstrip("\r\n") + delimiter
    quoted_cell = rf"{quote}([^{quote}]*(?:{quote}{quote}[^{quote}]*)*){quote}"
    cell = re.compile(rf" *{quoted_cell} *[{delimiter}]|([^{delimiter}]*)[{delimiter}]")
    return [
        plain if quoted is None else quoted.replace(2 * quote, quote)
        for quoted, plain in (found.groups() for found in cell.finditer(text))
    ]


def line_of(records: list[list[str]], place: int) -> int:
    """Return the line of the file, from 1, in which a record begins."""
    return 1 + lines_in(records[:place])


def lines_in(records: list[list[str]]) -> int:
    """Return how many lines of the file some records take."""
    cells = (cell for record in records for cell in record if "\n" in cell or "\r" in cell)
    return len(records) + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in cells)


def usual_width(records: list[list[str]]) -> int:
    """Return how many cells most rows have."""
    lengths = Counter(map(len, filter(None, records)))
    return lengths.most_common(1)[0][0] if lengths else 0


def numbered_columns(width: int) -> list[str]:
    """Name the columns of a file without a header."""
    return [f"column_{number}" for number in range(1, width + 1)]


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


def find_table(records: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return the place of the first row, and how many cells rows have.

    Lines above a table fill at most half of its columns, or are comments.
    """
    extents = [extent(record) for record in records]
    above = next((place for place, filled in enumerate(extents) if filled), 0)
    usual = Counter(filled for filled in extents if filled > 1).most_common(1)
    if not usual:
        return above, 1
    width = usual[0][0]
    place = next(
        place
        for place, filled in enumerate(extents)
        if filled >= width or (2 * filled > width and not is_comment(records[place]))
    )
    while width == 2 and place > above and may_have_one_cell(records[place - 1]):
        place -= 1
    return place, width


def extent(record: Sequence[str]) -> int:
    """Return how many cells a record has up to its last that is not blank."""
    return max((position for position, cell in enumerate(record, 1) if cell.strip()), default=0)


def is_comment(record: Sequence[str]) -> bool:
    """Tell whether a line is marked as none of the table."""
    return bool(record) and record[0].lstrip().startswith(COMMENTS)


def may_have_one_cell(record: Sequence[str]) -> bool:
    """Tell whether a record can be one of two columns, the second of which is blank."""
    return len(record) == 2 and extent(record) == 1 and not is_comment(record)


def find_footer(records: list[list[str]], first: int, width: int) -> int:
    """Return where the lines below the table begin, or the end: notes, totals, and what stands below a blank line."""
    end = place = len(records)
    narrow = True  # what is below `place` fills the left half of the columns at most
    while narrow and place - 1 > first and len(records) - place < 20:
        place -= 1
        filled = [position for position, cell in enumerate(records[place], 1) if cell.strip()]
        text = records[place][filled[0] - 1].strip(" *-([").lower() if filled else ""
        is_note = len(filled) < width and any(re.match(footer, text) for footer in FOOTERS)
        narrow = is_note or 2 * max(filled, default=0) <= width
        if is_note or (not records[place] and any(map(any, records[place:]))):
            end = place
    return end if any(records[first:end]) else len(records)


def tell_skipped(records: list[list[str]], above: int, below: int, warn: Callable[[str], None]) -> None:
    """Say which lines above and below the table were skipped."""
    if above:
        warn(f"lines above the table: {lines_in(records[:above])}; they were skipped")
    if below < len(records):
        count, first = lines_in(records[below:]), line_of(records, below)
        warn(f"lines below the table: {count}, the first is line {first}; they were skipped")


def tell_repeated_header(records: list[list[str]], place: int, end: int, warn: Callable[[str], None]) -> None:
    """Say which rows of the table are its header again."""
    again = records[place + 1 : end].count(records[place])
    if again:
        line = line_of(records, records.index(records[place], place + 1))
        warn(f"rows that repeat the header: {again}, the first in line {line}; they were kept")


def tell_totals(records: list[list[str]], first: int, end: int, width: int, warn: Callable[[str], None]) -> None:
    """Say which rows of the table look like sums of those above them."""
    gaps = (place for place in range(first, end) if "" in records[place] or len(records[place]) < width)
    totals = [place for place in gaps if next(filter(None, records[place]), "").strip(" *:-").lower() in TOTALS]
    if totals:
        line = line_of(records, totals[0])
        warn(f"rows that look like totals: {len(totals)}, the first in line {line}; they were kept")


def fit_rows(
    records: list[list[str]], first: int, end: int, width: int, warn: Callable[[str], None]
) -> list[list[str]]:
    """Return the rows of the table, each with as many cells as there are columns."""
    while end > first and not records[end - 1]:
        end -= 1
    table, blanks = records[first:end], [""] * width
    if set(map(len, table)) <= {width} and (width == 1 or blanks not in table):
        return table
    repairs = {
        "blank lines": ([not record for record in table], "they were skipped"),
        f"rows with fewer than {width} cells": ([0 < len(record) < width for record in table], "blanks were added"),
        f"rows with more than {width} cells": ([len(record) > width for record in table], "the rest was cut"),
        "rows of blank cells alone": ([record == blanks and width > 1 for record in table], "they were kept"),
    }
    for what, (found, repair) in repairs.items():
        if any(found):
            line = line_of(records, first + found.index(True))
            warn(f"{what}: {sum(found)}, the first in line {line}; {repair}")
    return [(record + blanks)[:width] for record in table if record]
