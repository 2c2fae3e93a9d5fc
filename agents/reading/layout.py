"""Where the table of a CSV file begins, and whether its first row is a header.

Both are decided for the ordinary: a first row is a header, and no line above is skipped, unless the rows say otherwise.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from agents.reading.cells import kind_of
from agents.reading.rows import extent, find_footer, find_table, is_comment, usual_width

MOST_DIGITS = 100  # of a number that may name a column
SAMPLE_ROWS = 100
SAMPLE_COLUMNS = 200
MOST_PREAMBLE_ROWS = 50

Record = Sequence[str]


@dataclass(frozen=True)
class Layout:
    """Which of a file's records are its table."""

    start: int  # the place of the header, or of the first row where there is none
    end: int  # the place below the last row
    width: int
    has_header: bool

    @property
    def first(self) -> int:
        """The place of the first row."""
        return self.start + self.has_header


def find_layout(records: list[list[str]], header: bool | None = None, footer: bool = True) -> Layout:
    """Find the table; whether it has a header is found out unless it is known, and so are lines below it."""
    start = find_start(records)
    first, *below = list(islice(filter(None, records[start:]), 1 + SAMPLE_ROWS)) or [[]]
    named = has_header(first, below) if header is None else header
    width = len(first) if named else usual_width(records[start:])
    end = find_footer(records, start + named, width) if footer else len(records)
    return Layout(start, end, width, named)


def find_start(records: Sequence[Record]) -> int:
    """Return the place of the table's first row: that of the first line, unless what stands above is set apart."""
    sample = records[:SAMPLE_ROWS]
    above = next((place for place, record in enumerate(sample) if extent(record)), 0)
    first, width = find_table(sample)
    return first if above < first <= MOST_PREAMBLE_ROWS and set_apart(sample, above, first, width) else above


def set_apart(records: Sequence[Record], above: int, first: int, width: int) -> bool:
    """Tell whether the lines from `above` on do not belong to the table that begins at `first`.

    A blank line or comment signs say so; or that the row below them is a header; or that they are titles of one cell
    above rows that all have several.
    """
    preamble, header = records[above:first], records[first]
    if not all(map(extent, preamble)) or all(map(is_comment, preamble)):
        return True
    if width == 2 and any(len(record) > 1 for record in preamble):
        return False  # a header whose second name is blank looks like that too
    below = [record for record in records[first + 1 :] if extent(record) > 1]
    votes = set(column_votes(header, below))
    if "header" in votes and not recurring(header, below):
        return True
    values = column_below(below, 0)
    kinds = {kind_of(cell) for cell in values} - {"text"}
    if any(record[0] in values or kind_of(record[0]) in kinds for record in preamble):
        return False
    even = sum(len(record) == len(header) for record in below) >= max(2, 0.8 * len(below))
    prose = any(cell.startswith(" ") for cell in header)
    return width > 2 and even and not prose and all(extent(record) <= 1 for record in preamble)


def has_header(first: Record, below: Sequence[Record]) -> bool:
    """Tell whether the first row of a table names its columns, as it does unless it looks like the rows below it."""
    votes = Counter(column_votes(first, below))
    return bool(votes["header"]) or not (votes["row"] or recurring(first, below) > 1)


def column_votes(first: Record, below: Sequence[Record]) -> Iterator[str]:
    """Yield "header" for each column whose first cell is no value like the others, "row" where it surely is one."""
    for position, cell in enumerate(first[:SAMPLE_COLUMNS]):
        cells = column_below(below, position)
        kinds = Counter(kind_of(other) for other in cells)
        kind, count = kinds.most_common(1)[0] if kinds else ("text", 0)
        if count < 2 or count < 0.9 * len(cells) or kind == "text" or not kind_of(cell):
            continue
        if kind_of(cell) != kind:
            yield "header"
        elif kind != "number" or not may_be_name(cell, position, first, cells):
            yield "row"


def column_below(below: Sequence[Record], position: int) -> list[str]:
    """Return the values of a column that are not missing."""
    cells = (record[position] for record in below[:SAMPLE_ROWS] if position < len(record))
    return [cell for cell in cells if kind_of(cell)]


def is_number(cell: str) -> bool:
    """Tell whether a cell is a number that may be counted with; Python reads none of thousands of digits."""
    return cell.strip().isdecimal() and len(cell) <= MOST_DIGITS


def may_be_name(cell: str, position: int, first: Record, below: Sequence[str]) -> bool:
    """Tell whether a number can name a column: a year, one of a run such as 1, 2, 3, or one of another magnitude."""
    if not (cell.strip().isascii() and is_number(cell)):
        return False
    number, following = int(cell), [int(other) for other in below[:2] if is_number(other)]
    if len(following) == 2 and following[1] - following[0] == following[0] - number != 0:
        return False  # the column counts, and begins here
    lengths = [len(other.strip()) for other in below]
    if not min(lengths) <= len(cell.strip()) <= max(lengths):
        return True
    neighbours = {other.strip() for other in first[max(0, position - 1) : position + 2]}
    in_run = bool({str(number - 1), str(number + 1)} & neighbours)
    return in_run or 1900 <= number <= 2100 or number <= len(first)


def recurring(first: Record, below: Sequence[Record]) -> int:
    """Count the columns in which the first cell stands again, in a row that is not the same row again."""
    others = [record for record in below[:SAMPLE_ROWS] if list(record) != list(first)]
    return sum(
        kind_of(cell) == "text" and cell in column_below(others, position)
        for position, cell in enumerate(first[:SAMPLE_COLUMNS])
    )
