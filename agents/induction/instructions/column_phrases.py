"""Phrases about whole columns: which are left out, and which get another name."""

import re

from agents.induction.instructions.clauses import QUOTED, Clause, with_names
from agents.induction.instructions.constraints import CellConstraint, ColumnConstraint

RENAME = rf"\b(?:rename|call)(?:d|s)?\b.*?\b(?:to|as|into)\s+(?:{QUOTED}|(\S+))"
LEAVE_OUT = r"\b(?:drop|remove|delete|discard|omit|ignore|exclude|leave out|without)"
GONE = r"(?:not (?:needed|wanted|required|used)|unnecessary|dropped|removed|left out|omitted)"
OF_COLUMNS = (
    rf"{LEAVE_OUT}(?: the)?(?: columns?| fields?)? COLUMN(?:AND_COLUMN)*(?: columns?| fields?)?\s*$",
    rf"COLUMN(?:AND_COLUMN)*(?: columns?| fields?)? (?:(?:is|are) {GONE}|(?:can|should|must) (?:be {GONE}|go))\b",
)
OF_THIS_COLUMN = rf"^\s*(?:{LEAVE_OUT}(?: (?:it|this))?(?: column| field)?|(?:is )?{GONE})\s*$"


def read_columns(clause: Clause, rest: str) -> tuple[list[ColumnConstraint], list[CellConstraint], str]:
    """Return the wishes for columns in a clause, those for cells that follow from them, and what then remains."""
    renaming = re.search(RENAME, rest, re.IGNORECASE)
    if renaming and clause.subjects:
        old, new = clause.subjects[0], renaming[1] or renaming[2]
        source = CellConstraint("reads", clause.text, new, source=old)
        return [ColumnConstraint(clause.text, old, new)], [source], rest[: renaming.start()]
    for phrase in OF_COLUMNS:
        match = re.search(with_names(phrase, clause.mentions), rest, re.IGNORECASE)
        if match:
            left_out = [ColumnConstraint(clause.text, name) for name in clause.named_in(match.group())]
            return left_out, [], rest[: match.start()] + rest[match.end() :]
    if clause.given and re.search(OF_THIS_COLUMN, rest, re.IGNORECASE):
        return [ColumnConstraint(clause.text, clause.given)], [], ""
    return [], [], rest
