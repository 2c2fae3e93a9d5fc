"""What is odd about a table and is not repaired, since it may be meant so: it is told, and the rows stay."""

from collections.abc import Callable, Sequence
from itertools import islice

from agents.reading.layout import SAMPLE_ROWS, Layout, Record, column_votes
from agents.reading.rows import line_of, tell_repeated_header, tell_totals
from agents.wording import cut

NAMES_SHOWN = 5
TABLES_SOUGHT = 1000  # blank lines after which a second table is looked for

Warn = Callable[[str], None]


def tell_names(cells: Sequence[str], names: Sequence[str], warn: Warn) -> None:
    """Tell for each kind of column name that is not the file's own how many there are."""
    given = [(name, cell) for name, cell in zip(names, cells, strict=True) if name != cell]
    found = {
        "columns without a name": [name for name, cell in given if not cell.strip()],
        "columns with the name of an earlier one": [name for name, cell in given if cell.strip()],
    }
    for what, called in found.items():
        if called:
            warn(f"{what}: {len(called)}; they are called {quoted(called)}")


def quoted(names: Sequence[str]) -> str:
    """Name the first few columns."""
    shown = [repr(cut(name)) for name in names[:NAMES_SHOWN]]
    return ", ".join(shown if len(shown) == len(names) else [*shown, "…"])


def tell_oddities(records: list[list[str]], layout: Layout, warn: Warn) -> None:
    """Tell of a missing header, of one of two rows, of headers and totals in between, and of further tables."""
    if not layout.has_header:
        warn("no header was found; the columns are called column_1, column_2, and so on")
    else:
        if place := second_header(records, layout):
            line = line_of(records, place)
            warn(f"the header seems to have two rows; the second, in line {line}, was taken for a row of the table")
        tell_repeated_header(records, layout.start, layout.end, warn)
    tell_totals(records, layout.first, layout.end, layout.width, warn)
    tables = [place for place in below_blank_lines(records, layout) if begins_table(records, place, layout)]
    if tables:
        line = line_of(records, tables[0])
        warn(
            f"further tables: {len(tables)}, the first from line {line} on; their rows were kept as rows of this table"
        )


def second_header(records: Sequence[Record], layout: Layout) -> int:
    """Return the place of the row below the header when it names columns too: text above values in most of them."""
    filled = (place for place in range(layout.first, layout.end) if records[place])
    places = list(islice(filled, 2 * SAMPLE_ROWS))
    second, *below = (records[place] for place in places)
    votes = list(column_votes(second, below))
    return places[0] if votes.count("header") > len(votes) / 2 and "row" not in votes else 0


def below_blank_lines(records: Sequence[Record], layout: Layout) -> list[int]:
    """Return the places of the first records below blank lines."""
    if [] not in records[layout.first : layout.end]:
        return []
    places = range(layout.first + 1, layout.end)
    return list(islice((place for place in places if records[place] and not records[place - 1]), TABLES_SOUGHT))


def begins_table(records: Sequence[Record], place: int, layout: Layout) -> bool:
    """Tell whether a record is the header of another table: it is of another width, or names where values stood."""
    record, following = records[place], [row for row in records[place + 1 : place + 20] if row]
    another_width = 1 < len(record) != layout.width and bool(following) and len(following[0]) == len(record)
    return another_width or list(record) == list(records[layout.start]) or "header" in column_votes(record, following)
