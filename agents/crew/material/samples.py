"""Which rows a prompt shows: some of every shape, the longest and the blank, within so many characters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from agents.crew.brief import Brief
from agents.crew.material.blocks import CELL_CHARACTERS, json_line
from agents.crew.material.relations import Likes
from agents.csv_file import CsvFile
from agents.induction.cells.sample import shape

ROWS_CHARACTERS = 10_000  # of both tables together
ROW_CHARACTERS = 2_000  # of one row of a wide table, which shows only some of its columns
MOST_ROWS = 30
CELLS_LOOKED_AT = 30_000  # of a longer table, rows from everywhere
MOST_VALUES = 20  # of a column of which each value is shown

Trait = tuple[int, str, str]
Rows = TypeVar("Rows")


@dataclass(frozen=True)
class Columns:
    """Which columns the rows show."""

    given: tuple[str, ...]
    wanted: tuple[str, ...]


def choose_columns(brief: Brief, wanted: Sequence[str], likes: dict[str, Likes]) -> Columns:
    """Take the wanted columns, and those of the input that they resemble before others, as many as a row can show."""
    kept = narrow(brief.shown_expected, wanted)
    liked = [source for name in kept for source in likes.get(name, ())]
    given = brief.shown_input
    chosen = set(narrow(given, list(dict.fromkeys([*liked, *given.header]))))
    return Columns(tuple(name for name in given.header if name in chosen), tuple(kept))


def narrow(file: CsvFile, names: Sequence[str]) -> list[str]:
    """Return the first of the columns, as many as half a row can show."""
    left = ROW_CHARACTERS // 2
    kept: list[str] = []
    for name in names:
        lengths = [min(len(row[file.positions[name]]), CELL_CHARACTERS) for row in file.rows[:20]]
        left -= min(len(name), CELL_CHARACTERS) + 6 + sum(lengths) // max(1, len(lengths))
        if left < 0 and kept:
            break
        kept.append(name)
    return kept


def sample_rows(brief: Brief, columns: Columns) -> list[dict[str, Any]]:
    """Return rows as JSON data: pairs of a row and what became of it where that is known, else each by itself."""
    given, wanted = brief.shown_input, brief.shown_expected
    if brief.pairs:
        lines = [
            {"row": brief.input_rows[one] + 1, "input": cells(given, one, columns.given)}
            | {"expected": cells(wanted, other, columns.wanted)}
            for one, other in thinned(brief.pairs, len(columns.given + columns.wanted))
        ]
        return most_diverse(lines, ROWS_CHARACTERS)
    before = [
        {"row": row + 1, "input": cells(given, place, columns.given)}
        for place, row in numbered(brief.input_rows, columns.given)
    ]
    after = [
        {"row": row + 1, "expected": cells(wanted, place, columns.wanted)}
        for place, row in numbered(brief.expected_rows, columns.wanted)
    ]
    half = ROWS_CHARACTERS // 2
    return most_diverse(before, half) + most_diverse(after, half)


def numbered(rows: Sequence[int], columns: Sequence[str]) -> Sequence[tuple[int, int]]:
    """Return places with the rows of the whole file that stand there; of a long table some from everywhere."""
    return thinned(list(enumerate(rows)), len(columns))


def thinned(rows: Sequence[Rows], width: int) -> Sequence[Rows]:
    """Return all rows, or of a long table some from everywhere."""
    return rows[:: 1 + len(rows) * width // CELLS_LOOKED_AT]


def cells(file: CsvFile, row: int, columns: Sequence[str]) -> dict[str, str]:
    """Return the cells of a row by column."""
    return {name: file.rows[row][file.positions[name]] for name in columns}


def most_diverse(lines: Sequence[dict[str, Any]], characters: int) -> list[dict[str, Any]]:
    """Return those rows that show the most of what no other shows, as many as fit, in their order in the file."""
    rows = [[cell for side in line.values() if isinstance(side, dict) for cell in side.values()] for line in lines]
    chosen = []
    for place in by_diversity(rows):
        characters -= len(json_line(lines[place])) + 1
        if characters < 0:
            break
        chosen.append(place)
    return [lines[place] for place in sorted(chosen)]


def by_diversity(rows: Sequence[Sequence[str]]) -> Iterator[int]:
    """Yield the places of rows, next always the one that shows the most that is new."""
    columns = list(zip(*rows, strict=True))
    recurring = [len(set(cells)) <= MOST_VALUES for cells in columns]
    longest = [max(map(len, cells)) for cells in columns]
    traits = {place: set(traits_of(row, recurring, longest)) for place, row in enumerate(rows)}
    seen: set[Trait] = set()
    for _ in range(min(MOST_ROWS, len(traits))):
        best = max(traits, key=lambda place: (len(traits[place] - seen), -place))
        seen |= traits.pop(best)
        yield best


def traits_of(row: Sequence[str], recurring: Sequence[bool], longest: Sequence[int]) -> Iterator[Trait]:
    """Yield what a row shows: the shapes of its cells, values that recur, and the longest of each column."""
    for place, cell in enumerate(row):
        yield place, "shape", shape(cell[:CELL_CHARACTERS])
        if recurring[place]:
            yield place, "value", cell
        if len(cell) == longest[place]:
            yield place, "longest", ""
