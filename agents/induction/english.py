"""Reads everyday English instructions as constraints and names the clauses that it does not understand.

It looks for known phrases; it does not parse sentences. Whatever it reads only steers: the examples decide.
"""

import re
from collections.abc import Sequence

from agents.induction.cell_phrases import read_cells
from agents.induction.clauses import QUOTED, Clause, clauses
from agents.induction.constraints import CellConstraint, Note, RowConstraint
from agents.induction.row_phrases import read_rows

EXCEPTIONS = re.compile(r"\b(?:except|unless|if|when|otherwise|but not|apart from)\b", re.IGNORECASE)
RENAMING = re.compile(rf"\b(?:rename|call)(?:d|s)?\b.*?\b(?:to|as|into)\s+(?:{QUOTED}|(\S+))", re.IGNORECASE)


def read_note(text: str, column: str = "", columns: Sequence[str] = ()) -> Note:
    """Read an instruction.

    Args:
        text: one or more sentences.
        column: the column that it was given for; empty for a general instruction.
        columns: the columns of both files, whose names may stand in the text.
    """
    cells: list[CellConstraint] = []
    rows: list[RowConstraint] = []
    not_understood: list[str] = []
    new_names: dict[str, str] = {}
    for clause in clauses(text, column, columns):
        found_rows, rest = read_rows(clause)
        found_names, rest = read_new_name(clause, rest)
        found_cells, rest = read_cells(clause, rest)
        if not (found_rows or found_names or found_cells) or EXCEPTIONS.search(rest):
            not_understood.append(clause.text)
        rows += found_rows
        cells += found_cells
        new_names |= found_names
    return Note(text, column, tuple(cells), tuple(rows), tuple(not_understood), new_names)


def read_new_name(clause: Clause, rest: str) -> tuple[dict[str, str], str]:
    """Return the new name that a clause gives to its column, and what then remains."""
    match = RENAMING.search(rest)
    if not match or not clause.column:
        return {}, rest
    return {clause.column: match[1] or match[2]}, rest[: match.start()]
