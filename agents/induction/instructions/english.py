"""Reads everyday English instructions as constraints and names the clauses that it does not understand.

It looks for known phrases; it does not parse sentences. Whatever it reads only steers: the examples decide.
"""

import re
from collections.abc import Sequence

from agents.induction.instructions.cell_phrases import read_cells
from agents.induction.instructions.clauses import clauses
from agents.induction.instructions.column_phrases import read_columns
from agents.induction.instructions.constraints import CellConstraint, ColumnConstraint, Note, RowConstraint
from agents.induction.instructions.program_phrases import ProgramConstraint, read_program_wishes
from agents.induction.instructions.row_phrases import read_rows

EXCEPTIONS = re.compile(r"\b(?:except|unless|if|when|otherwise|but not|apart from)\b", re.IGNORECASE)


def read_note(text: str, column: str = "", columns: Sequence[str] = ()) -> Note:
    """Read an instruction.

    Args:
        text: one or more sentences.
        column: the column that it was given for; empty for a general instruction.
        columns: the columns of both files, whose names may stand in the text.
    """
    cells: list[CellConstraint] = []
    rows: list[RowConstraint] = []
    whole_columns: list[ColumnConstraint] = []
    whole_table: list[ProgramConstraint] = []
    not_understood: list[str] = []
    for clause in clauses(text, column, columns):
        found_rows, rest = read_rows(clause)
        found_columns, implied, rest = read_columns(clause, rest)
        found_table, rest = ([], rest) if found_rows or found_columns else read_program_wishes(clause.text, rest)
        found_cells, rest = ([], rest) if found_table else read_cells(clause, rest)
        if not (found_rows or found_columns or found_cells or found_table) or EXCEPTIONS.search(rest):
            not_understood.append(clause.text)
        rows += found_rows
        whole_columns += found_columns
        whole_table += found_table
        cells += implied + found_cells
    return Note(
        text, column, tuple(cells), tuple(rows), tuple(whole_columns), tuple(whole_table), tuple(not_understood)
    )
