"""A few rows of long files that belong together: what is learned from them is tried on all rows."""

from collections.abc import Collection, Iterator

from agents.induction.model import Cells, Table

LONG = 20_000  # cells of both files together
KEYS = 40
MOST_ROWS = 2_000  # of each file


def excerpt(table: Table, expected: Table) -> tuple[Table, Table] | None:
    """Return the rows of both files that have one of a few keys, None where the files are short or have no keys.

    A key is a value of a column of the input whose values are those of a column of the output. Whole groups of rows are
    taken, with what stands between two rows of a key left out.
    """
    if table.height * len(table.header) + expected.height * len(expected.header) < LONG:
        return None
    for own, wanted in keyed(table, expected):
        keys = set(list(dict.fromkeys(own))[:KEYS])
        given_rows, wanted_rows = rows_with(keys, own), rows_with(keys, wanted)
        if len(given_rows) <= MOST_ROWS and len(wanted_rows) <= MOST_ROWS:
            return table.take(given_rows), expected.take(wanted_rows)
    return None


def keyed(table: Table, expected: Table) -> Iterator[tuple[Cells, Cells]]:
    """Yield columns of both files that have the same many values, those with the most values first."""
    values = {name: frozenset(cells) for name, cells in table.columns.items()}
    wanted = {name: frozenset(cells) for name, cells in expected.columns.items()}
    long = (name for name in values if len(values[name]) > KEYS)
    shared = [(own, name) for own in long for name in wanted if values[own] == wanted[name]]
    for own, name in sorted(shared, key=lambda pair: -len(values[pair[0]])):
        yield table.columns[own], expected.columns[name]


def rows_with(keys: Collection[str], cells: Cells) -> list[int]:
    """Return the rows, counted from 0, that have one of the keys."""
    return [row for row, cell in enumerate(cells) if cell in keys]
