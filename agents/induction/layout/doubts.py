"""Other readings of a layout, which only files with other columns would tell apart."""

from collections.abc import Iterator
from dataclasses import replace

from agents.induction.cells.text import Column
from agents.induction.goal import numbering
from agents.induction.layout.gathering import GatherRecords
from agents.induction.layout.melt import Melt
from agents.induction.model import Program, Table

THESE_COLUMNS = "Have just these columns, whatever others the cells of another file name"
ALL_COLUMNS = "Have a column for all that the cells of another file name, as they are"
HEADER = "Take the first line for a header, which names the columns of names and of values"
RECORD = "Take the first line for a name and its value, as those below it are"
THESE_PLACES = "Take the cells of each row by their place, as many as the example has and in its order"
OTHER_PLACES = "Bring them into this order by a rule that also holds for rows of more or fewer cells"
THIS_ROW = "Keep the cells in their row"
ONE_ROW = "Turn rows into columns, or rows of one kind into one row: a single row cannot tell"


def layout_doubts(program: Program, table: Table) -> Iterator[tuple[str, str]]:
    """Yield the chosen reading and another one, in sentences.

    Args:
        program: the program.
        table: the table that its steps on the layout make of the input.
    """
    from_cells = False
    if program.before and isinstance(first := program.before[0], GatherRecords) and first.names in table.columns:
        yield HEADER, RECORD
    for step in program.before:
        if from_cells and isinstance(step, Melt) and step.block:
            yield step.explain(), replace(step, block=()).explain()
        from_cells = step.names_from_cells or (from_cells and not step.reshapes)
    read = {name for column in program.columns for name in column.sources()}
    if from_cells and not program.whole and read == set(table.header) and len(program.columns) == len(read):
        yield THESE_COLUMNS, ALL_COLUMNS
    yield from doubts_about_places(program, table)


def doubts_about_places(program: Program, table: Table) -> Iterator[tuple[str, str]]:
    """Yield the doubts about cells that have no names: rows of another width, and a single row."""
    copied = copies(program)
    places = [table.header.index(column.name) for column in copied if column.name in table.columns]
    if any(step.width_from_cells for step in program.before) and places != sorted(places):
        yield THESE_PLACES, OTHER_PLACES
    only_copied = table.height == 1 and len(copied) == len(program.columns) and not program.before
    if only_copied and numbering(table.header) and numbering([column.name for column in program.columns]):
        yield THIS_ROW, ONE_ROW


def copies(program: Program) -> list[Column]:
    """Return the columns of the output that are columns of the table as they are."""
    return [column.expression for column in program.columns if isinstance(column.expression, Column)]
