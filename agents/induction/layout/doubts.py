"""Other readings of a layout, which only files with other columns would tell apart."""

from collections.abc import Iterator
from dataclasses import replace

from agents.induction.layout.melt import Melt
from agents.induction.model import Program, Table

THESE_COLUMNS = "Have just these columns, whatever others the cells of another file name"
ALL_COLUMNS = "Have a column for all that the cells of another file name, as they are"


def layout_doubts(program: Program, table: Table) -> Iterator[tuple[str, str]]:
    """Yield the chosen reading and another one, in sentences.

    Args:
        program: the program.
        table: the table that its steps on the layout make of the input.
    """
    from_cells = False
    for step in program.before:
        if from_cells and isinstance(step, Melt) and step.block:
            yield step.explain(), replace(step, block=()).explain()
        from_cells = step.names_from_cells or (from_cells and not step.reshapes)
    read = {name for column in program.columns for name in column.sources()}
    if from_cells and not program.whole and read == set(table.header) and len(program.columns) == len(read):
        yield THESE_COLUMNS, ALL_COLUMNS
