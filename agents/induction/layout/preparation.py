"""Steps that the form of the input alone suggests: for outputs of which each cell was changed or stands elsewhere."""

from collections.abc import Iterator

from agents.induction.goal import Goal
from agents.induction.layout.fill import Fill
from agents.induction.layout.melt import Melt
from agents.induction.layout.subtitles import MoveSubtitles, title_rows
from agents.induction.model import Chain, Table

FEWEST_ROWS = 4
SHARE_OF_BLANKS = 0.25
LARGEST_SHARE_OF_TITLES = 0.5
FEWEST_COLUMNS = 3
TITLE, NAME, VALUE = "Title", "Name", "Value"  # of the columns that are made


def prepare(table: Table, goal: Goal) -> Iterator[Chain]:
    """Yield the steps, each of which leaves as many rows as the output has, or more."""
    if table.height < FEWEST_ROWS or len(table.header) < FEWEST_COLUMNS:
        return
    if goal.expected.height <= table.height:
        yield from fills(table)
        yield from subtitles(table, goal)
    else:
        yield from melts(table, goal)


def fills(table: Table) -> Iterator[Chain]:
    """Yield the step that fills the columns of which many cells are blank, from the first row on which is not."""
    columns = [name for name, cells in table.columns.items() if cells[0] and is_gappy(cells.count(""), table.height)]
    if columns and any("" not in cells for cells in table.columns.values()):
        yield (Fill(tuple(columns)),)


def is_gappy(blanks: int, height: int) -> bool:
    """Tell whether so many cells are blank that it is no accident."""
    return blanks >= SHARE_OF_BLANKS * height


def subtitles(table: Table, goal: Goal) -> Iterator[Chain]:
    """Yield the step that moves titles out of the column where rows that hold nothing else have them."""
    for column, cells in table.columns.items():
        titles = title_rows(table, column) if all(cells) else []
        rows = table.height - len(titles)
        if 1 < len(titles) <= LARGEST_SHARE_OF_TITLES * table.height and rows >= goal.expected.height:
            yield (MoveSubtitles(column, free_name(TITLE, table)),)


def melts(table: Table, goal: Goal) -> Iterator[Chain]:
    """Yield the steps that turn the last columns into rows, as many as the output has times the rows of the input."""
    count, others = divmod(goal.expected.height, table.height)
    if not others and 1 < count < len(table.header):
        kept = table.header[:-count]
        for by_row in (True, False):
            yield (Melt(kept, free_name(NAME, table), free_name(VALUE, table), by_row),)


def free_name(wanted: str, table: Table) -> str:
    """Return a name that no column has."""
    return wanted if wanted not in table.columns else free_name(f"{wanted} ", table)
