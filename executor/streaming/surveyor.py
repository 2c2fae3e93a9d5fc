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
TIDIED = False  # put in, too: whether the file has been through the tidier, which escapes no quote
PART_BYTES = 2 << 20  # put in, too
LONGEST_PART_BYTES = 16 << 20  # with a row or cell that is longer than a part
BEGINNING_BYTES = 4096  # which tell UTF-16 and a byte order mark
LF, CR = b"\n\r"

Places = np.ndarray[Any, np.dtype[np.intp]]


class CannotCut(Exception):
    """Why a file cannot be cut."""

    def __init__(self, reason: str, tidying_helps: bool = False) -> None:
        super().__init__(reason)
        self.tidying_helps = tidying_helps


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

    def outside(self, places: Places) -> Any:
        """Tell for each place whether it lies outside of quotes, if all of them are regular."""
        return np.searchsorted(self.quotes, places) % 2 == 0


def main(paths: list[str]) -> None:
    """Survey the first file and write the beginning of all outputs to the second."""
    learned = types.ModuleType("learned")
    exec(compile(LEARNED, "learned.py", "exec"), learned.__dict__)
    try:
        found = survey(paths[0], learned, PART_BYTES, LONGEST_PART_BYTES)
    except CannotCut as error:
        found = {"reason": str(error), "tidying_helps": error.tidying_helps}
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
    with open(path, "rb") as file:
        beginning = io.BytesIO(file.read(BEGINNING_BYTES))
        encoding = learned.find_encoding(beginning, lambda warning: None)
        if encoding.startswith("utf-16"):
            raise CannotCut("it is not UTF-8", tidying_helps=True)
        start = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0
        head = find_head(path, learned, start)
        file.seek(start)
        cuts = list(find_cuts(file, learned, head, part_bytes, longest))
    width = cuts[0][2]
    return {
        "start": head.start,
        "header": head.header,
        "header_lines": head.header_lines,
        "blank_lines": learned.INPUT_PREAMBLE,
        "names": head.names or learned.numbered_columns(width),
        "encoding": learned.OUTPUT_ENCODING,
        "newline": learned.OUTPUT_NEWLINE,
        "cuts": [cut[:2] for cut in cuts],
    }


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
        raise CannotCut("its quotes do not match, or it is not UTF-8", tidying_helps=True) from None
    except StopIteration:
        raise CannotCut("it has no header") from None
    begin = start + len("".join(lines[:above]).encode())
    end = begin + len("".join(lines[above:]).encode())
    return Head(start, (begin, end), len(lines) - above, learned.unique_names(header))


def read_header(path: str, learned: Any, lines: list[str]) -> tuple[list[str], int]:
    """Return the header's cells and how many lines are above it; `lines` takes all up to its end."""
    style = getattr(learned, "INPUT_STYLE", {})
    csv.field_size_limit(2**31 - 1)
    with open(path, encoding="utf-8-sig", newline="") as text:
        delimiter, place = learned.find_header(text, **style)
        if delimiter != learned.INPUT_DELIMITER:
            raise CannotCut("its delimiter is not that of the example", tidying_helps=True)
        reader = csv.reader(noted(text, lines), delimiter=delimiter, strict=True, **style)
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
    file: BinaryIO, learned: Any, head: Head, part_bytes: int, longest: int
) -> Iterator[tuple[int, int, int]]:
    """Yield for each part where it begins, in which line of the file, and how many cells its first row has.

    A part ends with a row, never with blank lines: those at its end would not be told.
    """
    style = getattr(learned, "INPUT_STYLE", {})
    quote, delimiter = ord(style.get("quotechar", '"')), ord(learned.INPUT_DELIMITER)
    escape = b"" if TIDIED else style.get("escapechar", "").encode()
    offset, line, width, rest, ended = head.start, 1, 0, b"", False
    while not ended:
        wanted, size = part_bytes, 0
        while not size:
            missing = max(0, wanted - len(rest))
            data = rest + file.read(missing)
            ended = len(data) < len(rest) + missing
            marks = find_marks(data, quote, ended)
            size = len(data) if ended else end_of_rows(marks, head.header[1] - offset)
            if not size and wanted >= longest:
                raise CannotCut("a single row or cell, or blank lines, take many megabytes", tidying_helps=not TIDIED)
            rest, wanted = data, 2 * wanted
        part = data[:size]
        if ended and offset > head.start and not part.strip(b"\r\n"):
            return  # blank lines at the end of the file stay with the part above
        check(part, marks, {quote, delimiter, LF, CR}, escape)
        if not head.names:
            width = even_width(part, marks, delimiter, width)
        yield offset, line, width
        offset, line, rest = offset + size, line + int(np.searchsorted(marks.ends, size)), data[size:]


def find_marks(data: bytes, quote: int, ended: bool) -> Marks:
    """Find quotes and line ends; that of a line which may go on behind the data is left out."""
    array = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(array == quote)
    ends = np.flatnonzero(array == LF)
    if b"\r" in data:
        returns = np.flatnonzero(array == CR)
        following = array[np.minimum(returns + 1, len(array) - 1)]
        last = returns == len(array) - 1
        ends = np.sort(np.concatenate([ends, returns[np.where(last, ended, following != LF)]]))
    return Marks(array, quotes, ends)


def end_of_rows(marks: Marks, least: int) -> int:
    """Return where the last row ends that is whole and lies behind `least`, or 0."""
    for end in marks.ends[::-1]:
        if end < least:
            break
        if marks.outside(end) and not ends_blank_line(marks.data, int(end)):
            return int(end) + 1
    return 0


def ends_blank_line(data: Any, end: int) -> bool:
    """Tell whether nothing stands before a line end, given by the place of its last byte."""
    begin = end - (end > 0 and data[end] == LF and data[end - 1] == CR)
    return bool(begin == 0 or data[begin - 1] in (LF, CR))


def check(part: bytes, marks: Marks, neighbours: set[int], escape: bytes) -> None:
    """See that all quotes stand around whole cells or are doubled: then csv.reader and the count of quotes agree.

    Raises:
        CannotCut: not all do, or it is not UTF-8.
    """
    if not part.isascii():
        try:
            part.decode()
        except UnicodeDecodeError:
            raise CannotCut("it is not UTF-8", tidying_helps=True) from None
    if b"\0" in part or (escape and escape in part):
        raise CannotCut("it holds NUL characters or escaped ones", tidying_helps=True)
    quotes = marks.quotes[: np.searchsorted(marks.quotes, len(part))]
    openings, closings = quotes[0::2], quotes[1::2]
    around = np.concatenate([openings[openings > 0] - 1, closings[closings < len(part) - 1] + 1])
    if len(quotes) % 2 or not np.isin(marks.data[around], list(neighbours)).all():
        raise CannotCut("its quotes do not match", tidying_helps=True)


def even_width(part: bytes, marks: Marks, delimiter: int, known: int) -> int:
    """Return how many cells each row has, which must be as many as in the part above.

    Raises:
        CannotCut: rows differ; without a header, most rows of the whole file decide how many columns there are.
    """
    delimiters = np.flatnonzero(marks.data[: len(part)] == delimiter)
    ends = marks.ends[marks.ends < len(part)]
    if not part.endswith((b"\n", b"\r")):
        ends = np.append(ends, len(part))
    ends = ends[marks.outside(ends)]
    filled = [end == len(part) or not ends_blank_line(marks.data, end) for end in ends.tolist()]
    cells = 1 + np.diff(np.searchsorted(delimiters[marks.outside(delimiters)], ends), prepend=0)
    widths = set(cells[filled].tolist())
    if len(widths) != 1 or known not in (0, *widths):
        raise CannotCut("its rows have different numbers of cells, and there is no header to tell the right one")
    return int(widths.pop())


def write_head(learned: Any, names: list[str], path: str) -> None:
    """Write a table without rows; columns that are missing make the first part fail, which says so."""
    if set(learned.REQUIRED_COLUMNS) <= set(names):
        learned.write_output(learned.transform(pd.DataFrame([], columns=names, dtype=str)), path)
    else:
        open(path, "w").close()


if __name__ == "__main__":
    main(sys.argv[1:])
