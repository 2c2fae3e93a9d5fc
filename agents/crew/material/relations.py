"""Which columns of the input each expected column resembles, and how: told from rows that belong together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.crew.brief import Brief
from agents.csv_file import CsvFile
from agents.induction.cells.likeness import as_is, folded, jumbled
from agents.induction.cells.sample import words

PAIRS_LOOKED_AT = 60
CELLS_LOOKED_AT = 1_000_000  # to find copies
VALUES_LOOKED_AT = 100_000  # of tables whose rows do not pair
COMPARISONS = 600_000  # of cells; of wide tables fewer rows are looked at
CHARACTERS_LOOKED_AT = 300  # of a cell
MOST_LIKES = 3
FEWEST = 0.2  # of what likeness can be, below which columns do not resemble each other
FEWEST_VALUES = 0.5

WAYS: dict[str, Callable[[str], str]] = {
    "the same": as_is,
    "the same but for letter case and blanks": folded,
    "the same letters and digits in another order": jumbled,
}

Likes = dict[str, str]
"""Columns of the input, the likest first, each with how it resembles."""


@dataclass(frozen=True)
class Looks:
    """A column's cells in each form in which they are compared."""

    forms: dict[str, list[str]]
    words: list[set[str]]


@lru_cache(maxsize=1)  # each question of a job asks for the same
def resemblances(brief: Brief) -> dict[str, Likes]:
    """Return for each expected column what it resembles, with the share of rows, or of values where no rows pair."""
    given, wanted = brief.shown_input, brief.shown_expected
    if not brief.pairs:
        return shared_values(given, wanted)
    most = max(5, min(PAIRS_LOOKED_AT, COMPARISONS // (len(given.header) * len(wanted.header))))
    pairs = brief.pairs[:: 1 + len(brief.pairs) // most]
    sources = {name: looks([given.rows[row][place] for row, _ in pairs]) for name, place in given.positions.items()}
    return {
        name: likes(looks([wanted.rows[row][place] for _, row in pairs]), sources, name)
        for name, place in wanted.positions.items()
    }


def shared_values(given: CsvFile, wanted: CsvFile) -> dict[str, Likes]:
    """Return for each expected column the columns of the input that have most of its values; of very many, of some."""
    rows = wanted.rows[:: 1 + len(wanted.rows) * len(wanted.header) // VALUES_LOOKED_AT]
    targets = {name: {folded(row[place]) for row in rows} - {""} for name, place in wanted.positions.items()}
    known = set().union(*targets.values())
    sources = {name: known & {folded(row[place]) for row in given.rows} for name, place in given.positions.items()}
    found: dict[str, Likes] = {}
    for name, values in targets.items():
        shares = {source: len(values & cells) / len(values) for source, cells in sources.items() if values}
        best = sorted(shares, key=lambda source: (-shares[source], source != name))[:MOST_LIKES]
        found[name] = {
            source: f"has {shares[source]:.0%} of the values" for source in best if shares[source] >= FEWEST_VALUES
        }
    return found


def looks(cells: Sequence[str]) -> Looks:
    """Return the forms of a column's cells."""
    beginnings = [cell[:CHARACTERS_LOOKED_AT] for cell in cells]
    return Looks({way: list(map(normal, beginnings)) for way, normal in WAYS.items()}, list(map(words, beginnings)))


def likes(target: Looks, sources: dict[str, Looks], name: str) -> Likes:
    """Return the columns that a target resembles; of equals, that of the same name first."""
    filled = [row for row, cell in enumerate(target.forms["the same"]) if cell.strip()]
    found = {source: likeness(cells, target, filled) for source, cells in sources.items() if filled}
    close = [source for source, (share, _) in found.items() if share >= FEWEST]
    best = sorted(close, key=lambda source: (-found[source][0], source != name))[:MOST_LIKES]
    return {source: found[source][1] for source in best}


def likeness(source: Looks, target: Looks, rows: Sequence[int]) -> tuple[float, str]:
    """Return how much alike two columns are, from 0 to 1, and how, in words; the closest way counts."""
    for way, cells in target.forms.items():
        share = sum(source.forms[way][row] == cells[row] for row in rows) / len(rows)
        if share > 1 / 2:
            return share, f"{way} in {share:.0%} of the rows"
    share = sum(not source.words[row].isdisjoint(target.words[row]) for row in rows) / len(rows)
    return share / 2, f"shares words in {share:.0%} of the rows"


@lru_cache(maxsize=1)
def copied_columns(brief: Brief) -> dict[str, str]:
    """Return expected columns that stand in the input as they are, each with the column that they are there."""
    given, wanted = brief.shown_input, brief.shown_expected
    pairs = brief.pairs[:: 1 + len(brief.pairs) * len(given.header) // CELLS_LOOKED_AT]
    if not pairs:
        return {}
    columns = {name: tuple(given.rows[row][place] for row, _ in pairs) for name, place in given.positions.items()}
    by_cells = {cells: name for name, cells in reversed(columns.items())}
    found = {}
    for name, place in wanted.positions.items():
        cells = tuple(wanted.rows[row][place] for _, row in pairs)
        if cells in by_cells:
            found[name] = name if columns.get(name) == cells else by_cells[cells]
    return found
