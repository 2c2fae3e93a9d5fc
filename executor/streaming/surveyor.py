"""Finds where a CSV file can be cut; runs sealed, as a script, beside the learned script that is to convert the parts.

It reads the way that script does, with its own functions, and writes what the script makes of a table without rows:
the beginning that all of its outputs share. The places of the cuts go to the log.
"""

import codecs
import csv
import io
import json
import logging
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

LEARNED = ""  # the learned script, put in when this text becomes a script
PART_BYTES = 2 << 20  # put in, too
LONGEST_PART_BYTES = 16 << 20  # with a row or cell that is longer than a part
BEGINNING_BYTES = 4096  # which tell UTF-16 and a byte order mark
LF, CR = b"\n\r"

Places = np.ndarray[Any, np.dtype[np.intp]]


class CannotCut(Exception):
    """Why a file cannot be cut, in one word, which `survey.py` explains."""


@dataclass(frozen=True)
class Head:
    """What stands above the rows of the file."""

    start: int  # of the text, behind a byte order mark
    header: tuple[int, int]  # where the header's record begins and ends; empty when there is none
    header_lines: int
    names: list[str]


@dataclass(frozen=True)
class Marks:
    """Where quotes and line ends are in a piece of the file that begins with a record."""

    data: Any  # bytes, as an array
    quotes: Places
    ends: Places  # the last byte of each line end


def main(paths: list[str]) -> None:
    """Survey the first file and write the beginning of all outputs to the second."""
    learned = types.ModuleType("learned")
    exec(compile(LEARNED, "learned.py", "exec"), learned.__dict__)
    try:
        found = survey(paths[0], learned, PART_BYTES, LONGEST_PART_BYTES)
    except CannotCut as error:
        found = {"reason": str(error)}
    if "cuts" in found:
        logging.disable()
        write_head(learned, found.pop("names"), paths[1])
    else:
        open(paths[1], "w").close()
    sys.stdout.write(f"\n{json.dumps(found)}\n")


def survey(path: str, learned: Any, part_bytes: int, longest: int) -> dict[str, Any]:
    """Return where the file can be cut, and what stands above each part.

    Raises:
        CannotCut: it has to be converted as a whole.
    """
    csv.field_size_limit(2**31 - 1)
    with open(path, "rb") as file:
        beginning = io.BytesIO(file.read(BEGINNING_BYTES))
        encoding = learned.find_encoding(beginning, lambda warning: None)
        if encoding.startswith("utf-16"):
            raise CannotCut("encoding")
        start = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0
        head = find_head(path, learned, start)
        file.seek(start)
        cuts = list(find_cuts(file, dialect_of(learned), head, part_bytes, longest))
    return {
        "header": head.header,
        "header_lines": head.header_lines,
        "blank_lines": learned.INPUT_PREAMBLE,
        "names": head.names or learned.numbered_columns(cuts[0][2]),
        "encoding": learned.OUTPUT_ENCODING,
        "newline": learned.OUTPUT_NEWLINE,
        "cuts": [cut[:2] for cut in cuts],
    }


def dialect_of(learned: Any) -> dict[str, Any]:
    """Return what csv.reader has to know of files like the example."""
    usual = {"delimiter": learned.INPUT_DELIMITER, "quotechar": '"', "strict": True}
    return usual | getattr(learned, "INPUT_STYLE", {})


def find_head(path: str, learned: Any, start: int) -> Head:
    """Find the header as the learned script does.

    Raises:
        CannotCut: it is not there, or not written as in the example.
    """
    if not hasattr(learned, "find_header"):
        return Head(start, (start, start), 0, [])
    lines: list[str] = []
    try:
        header, above = read_header(path, learned, lines)
    except (csv.Error, UnicodeDecodeError):
        raise CannotCut("quotes") from None
    except StopIteration:
        raise CannotCut("header") from None
    begin = start + len("".join(lines[:above]).encode())
    end = begin + len("".join(lines[above:]).encode())
    return Head(start, (begin, end), len(lines) - above, learned.unique_names(header))


def read_header(path: str, learned: Any, lines: list[str]) -> tuple[list[str], int]:
    """Return the header's cells and how many lines are above it; `lines` takes all up to its end."""
    with open(path, encoding="utf-8-sig", newline="") as text:
        delimiter, place = learned.find_header(text, **getattr(learned, "INPUT_STYLE", {}))
        if delimiter != learned.INPUT_DELIMITER:
            raise CannotCut("delimiter")
        reader = csv.reader(noted(text, lines), **dialect_of(learned))
        for _ in range(place):
            next(reader)
        above = len(lines)
        return next(reader), above


def noted(lines: Any, taken: list[str]) -> Iterator[str]:
    """Yield lines and keep them."""
    for line in lines:
        taken.append(line)
        yield line


def find_cuts(
    file: BinaryIO, dialect: dict[str, Any], head: Head, part_bytes: int, longest: int
) -> Iterator[tuple[int, int, int]]:
    """Yield for each part where it begins, in which line of the file, and how many cells rows have without a header.

    A part ends with a row, never with blank lines: those at its end would not be told.
    """
    offset, line, rest, ended = head.start, 1, b"", False
    widths: set[int] = set()
    while not ended:
        wanted, size = part_bytes, 0
        while not size:
            missing = max(0, wanted - len(rest))
            data = rest + file.read(missing)
            ended = len(data) < len(rest) + missing
            if ended and offset > head.start and not data.strip(b"\r\n"):
                return  # blank lines at the end of the file stay with the part above
            size = end_of_rows(data, dialect, ended, head.header[1] - offset) if head.names else 0
            if not size:
                size, found = read_rows(data, dialect, ended, head.header[1] - offset)
                widths |= found
            if not size and wanted >= longest:
                raise CannotCut("length")
            rest, wanted = data, 2 * wanted
        part, rest = data[:size], data[size:]
        check(part)
        if not head.names and len(widths) != 1:  # most rows of the whole file decide how many columns there are
            raise CannotCut("widths")
        yield offset, line, min(widths, default=0)
        offset, line = offset + size, line + line_ends(part)


def line_ends(part: bytes) -> int:
    """Count line ends of all kinds, those in quotes, too."""
    feeds = int(np.count_nonzero(np.frombuffer(part, np.uint8) == LF))  # in a tenth of the time of bytes.count
    return feeds + part.count(b"\r") - part.count(b"\r\n") if b"\r" in part else feeds


def check(part: bytes) -> None:
    """See that it is plain text.

    Raises:
        CannotCut: it is not.
    """
    try:
        if b"\0" in part or not (part.isascii() or part.decode()):
            raise CannotCut("zeros")
    except UnicodeDecodeError:
        raise CannotCut("encoding") from None


def end_of_rows(data: bytes, dialect: dict[str, Any], ended: bool, least: int) -> int:
    """Return where the last row ends that is whole; 0 when none does behind `least`, or when it takes a reader."""
    marks = find_marks(data, dialect, ended)
    size = len(data) if ended else last_end(marks, least)
    return size if is_regular(data[:size], marks, dialect) else 0


def read_rows(data: bytes, dialect: dict[str, Any], ended: bool, least: int) -> tuple[int, set[int]]:
    """Find that end by reading, which takes five times as long, and how many cells rows have.

    Raises:
        CannotCut: quotes do not match.
    """
    lines = list(io.TextIOWrapper(io.BytesIO(data), "latin-1", newline=""))  # a character a byte
    if not ended:
        lines.pop()  # it may go on
    taken: list[str] = []
    widths = set()
    size = end = 0
    try:
        for record in csv.reader(noted(lines, taken), **dialect):
            size += sum(map(len, taken))
            taken.clear()
            if record:
                end = size
                widths.add(len(record))
    except csv.Error:
        if ended or size + sum(map(len, taken)) < sum(map(len, lines)):
            raise CannotCut("quotes") from None
    return (len(data) if ended else end if end > least else 0), widths


def find_marks(data: bytes, dialect: dict[str, Any], ended: bool) -> Marks:
    """Find quotes and line ends; that of a line which may go on behind the data is left out."""
    array = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(array == ord(dialect["quotechar"]))
    ends = np.flatnonzero(array == LF)
    if b"\r" in data:
        returns = np.flatnonzero(array == CR)
        following = array[np.minimum(returns + 1, len(array) - 1)]
        last = returns == len(array) - 1
        ends = np.sort(np.concatenate([ends, returns[np.where(last, ended, following != LF)]]))
    return Marks(array, quotes, ends)


def last_end(marks: Marks, least: int) -> int:
    """Return where the last row ends that is whole and lies behind `least`, or 0, if all quotes are regular."""
    for end in marks.ends[::-1]:
        if end < least:
            break
        if np.searchsorted(marks.quotes, end) % 2 == 0 and not ends_blank_line(marks.data, int(end)):
            return int(end) + 1
    return 0


def ends_blank_line(data: Any, end: int) -> bool:
    """Tell whether nothing stands before a line end, given by the place of its last byte."""
    begin = end - (end > 0 and data[end] == LF and data[end - 1] == CR)
    return bool(begin == 0 or data[begin - 1] in (LF, CR))


def is_regular(part: bytes, marks: Marks, dialect: dict[str, Any]) -> bool:
    """Tell whether all quotes stand around whole cells or are doubled: then csv.reader sees what their count tells."""
    if dialect.get("escapechar", "\0").encode() in part:
        return False
    quotes = marks.quotes[: np.searchsorted(marks.quotes, len(part))]
    openings, closings = quotes[0::2], quotes[1::2]
    around = marks.data[np.concatenate([openings[openings > 0] - 1, closings[closings < len(part) - 1] + 1])]
    neighbours = [ord(dialect["delimiter"]), ord(dialect["quotechar"]), LF, CR]
    return len(quotes) % 2 == 0 and bool(np.isin(around, neighbours).all())


def write_head(learned: Any, names: list[str], path: str) -> None:
    """Write a table without rows; columns that are missing make the first part fail, which says so."""
    if set(learned.REQUIRED_COLUMNS) <= set(names):
        learned.write_output(learned.transform(pd.DataFrame([], columns=names, dtype=object)), path)
    else:
        open(path, "w").close()


if __name__ == "__main__":
    main(sys.argv[1:])
