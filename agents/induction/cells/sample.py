"""Which rows of a long table proposals are read off; what is proposed is verified on all rows."""

import itertools
import re

from agents.induction.cells.text import folded_name
from agents.induction.model import Cells, Table, Target

ROWS_WITHOUT_SAMPLE = 2000
SPREAD_ROWS = 400
ROWS_LOOKED_AT = 5000
MOST_SHAPES = 100
MOST_VALUES = 60
ROWS_PER_VALUE = 4
MOST_COLUMNS = 20
ROWS_COMPARED = 12


class Kinds(dict[int, str]):
    """What stands for each character in shapes, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = self[code] = "a" if character.isalpha() else "9" if character.isdigit() else character
        return kind


KINDS = Kinds()


def shape(text: str) -> str:
    """Return what "Mary Ann" and "Bob Lee" have in common: "a a"."""
    return "".join(kind for kind, _ in itertools.groupby(text.translate(KINDS)))


def common_rows(table: Table) -> list[int]:
    """Return all rows of a short table; of a long one, some with each recurring value and some from everywhere."""
    if table.height <= ROWS_WITHOUT_SAMPLE:
        return list(range(table.height))
    rows = set(range(0, table.height, table.height // SPREAD_ROWS))
    return sorted(rows.union(*map(first_of_each_value, table.columns.values())))


def sample_rows(target: Target, common: list[int]) -> list[int]:
    """Return the common rows of a table and, of a long one, some of every shape of a target."""
    if len(common) == len(target.cells):
        return common
    return sorted({*common, *first_of_each_shape(target.cells)})


def narrowed(target: Target, most: int = MOST_COLUMNS) -> Target:
    """Return a target with only the likeliest sources of a wide table: those that share words or the name with it."""
    if len(target.table.header) <= most:
        return target
    rows = range(0, len(target.cells), 1 + len(target.cells) // ROWS_COMPARED)
    wanted = [words(target.cells[row]) for row in rows]
    likeness = {
        name: sum(bool(words(cells[row]) & want) for row, want in zip(rows, wanted, strict=True))
        + (len(wanted) if folded_name(name) == folded_name(target.name) else 0)
        for name, cells in target.table.columns.items()
    }
    likely = sorted(likeness, key=lambda name: -likeness[name])[:most]
    return Target(target.name, target.cells, Table({name: target.table.columns[name] for name in likely}))


def words(text: str) -> set[str]:
    """Return the runs of letters and digits of a text, in small letters."""
    return set(re.findall(r"[^\W_]+", text.casefold()))


def first_of_each_shape(cells: Cells) -> list[int]:
    """Return a row of each of the shapes that are seen first, looking at some thousand rows from everywhere."""
    first: dict[str, int] = {}
    for row in range(0, len(cells), 1 + len(cells) // ROWS_LOOKED_AT):
        first.setdefault(shape(cells[row]), row)
    return list(first.values())[:MOST_SHAPES]


def first_of_each_value(cells: Cells) -> list[int]:
    """Return the first rows of each value of a column of few values; none of others."""
    if len(set(cells)) > MOST_VALUES:
        return []
    rows: dict[str, list[int]] = {}
    for row, cell in enumerate(cells):
        rows.setdefault(cell, []).append(row)
    return [row for found in rows.values() for row in found[:ROWS_PER_VALUE]]
