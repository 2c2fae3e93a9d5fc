"""Phrases about the whole table, and the operators by which a program does as they say."""

import re
from dataclasses import dataclass

from agents.induction.model import Program, to_data

ROW_WORDS = r"(?:rows?|records?|lines?|entr(?:y|ies)|values?|cells?)"
OF_GROUPS = r"\b(?:per|by|for each|for every|in each|within|group(?:ed|ing)? by)\b"


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is done to tables."""

    phrase: str
    operators: frozenset[str]
    reshapes: bool = False  # True when the output cannot do as asked without another layout


def kind(phrase: str, *operators: str, reshapes: bool = False) -> Kind:
    """Return a kind that any of some operators does."""
    return Kind(phrase, frozenset(operators), reshapes)


NO_VALUE = r"(?:empty|blank|missing|null|nan|incomplete)"
FIGURE = r"(?:sum|totals?|average|mean|median|count|min(?:imum)?|max(?:imum)?|add up|aggregate|summari[sz]e)"
EXTREME = r"(?:first|last|latest|newest|earliest|oldest|highest|lowest|top \d+|\d+ (?:largest|smallest))"

PROGRAM_KINDS = {
    "running": kind(r"\b(?:running|cumulative|rolling|moving)\b|\bso far\b|\byear to date\b", "window"),
    "rank": kind(r"\brank(?:ed|ing|s)?\b", "window", "count"),
    "share": kind(r"\b(?:share|percent\w*|proportion|fraction) of (?:the )?(?:\w+ )?total\b", "window", "number"),
    "neighbour": kind(
        rf"\b(?:preceding|next|following) {ROW_WORDS}\b|\b(?:lag|lead|shift)(?:ed)?\b"
        r"|\b(?:difference from|previous|prior)\b",
        "neighbour",
        "window",
    ),
    "numbers of rows": kind(
        rf"\b(?:number|enumerate|count) (?:the |all )?{ROW_WORDS}\b|\brow numbers?\b|\bhow many\b",
        "count",
        "group_rows",
    ),
    "groups": kind(
        rf"\b{FIGURE}\b.*{OF_GROUPS}|^\s*group(?:ed)? by\b|\b(?:one|a single) {ROW_WORDS} (?:per|for each)\b",
        "group_rows",
        "count_where",
        "window",
        "count",
        "spread",
    ),
    "one of several": kind(
        rf"\b{EXTREME}\b(?=.*{OF_GROUPS})|\btop \d+\b", "deduplicate", "keep_first", "keep_rows", "group_rows"
    ),
    "transpose": kind(
        r"\btranspos\w+|\b(?:swap|flip) rows and columns\b|\brows (?:in)?to columns\b",
        "transpose",
        "flip",
        reshapes=True,
    ),
    "unpivot": kind(
        r"\b(?:unpivot|melt|stack)\w*|\bwide to long\b|\bcolumns (?:in)?to rows\b",
        "melt",
        "wide_to_long",
        reshapes=True,
    ),
    "pivot": kind(r"\bpivot\w*|\blong to wide\b|\bspread\b|\bcross-?tab\w*", "spread", reshapes=True),
    "explode": kind(
        r"\bexplod\w+|\b(?:split|break)\b.*\binto (?:several |separate |multiple )?rows\b",
        "explode",
        reshapes=True,
    ),
    "fill": kind(
        r"\bfill(?:ed|ing)?\b.*\b(?:down|up|forward|backward|mean|average|median|mode|previous|missing|blanks?|gaps?)\b"
        r"|\bff?ill\b|\b(?:replace|impute)\b.*\b(?:mean|average|median|mode)\b",
        "fill",
        "when_blank",
        "member",
        "complete_dates",
    ),
    "rows without values": kind(
        rf"\b(?:drop|remove|delete|skip|without|exclude|leave out|ignore)\b.*\b{NO_VALUE} {ROW_WORDS}\b"
        rf"|\b(?:drop|remove|delete) {ROW_WORDS} (?:with|that have|containing) (?:any )?{NO_VALUE}\b",
        "drop_empty_rows",
        "keep_rows",
        "skip_rows",
        "tidy_cells",
    ),
    "rare values": kind(
        r"\b(?:rare|infrequent|others?)\b.*\b(?:values?|categor\w+|less|fewer|count)\b", "replace_rare"
    ),
}
"""By their names, in the order in which they are looked for; none is looked for in what one before has found."""


@dataclass(frozen=True)
class ProgramConstraint:
    """A wish for what is done to the table as a whole."""

    family: str  # a key of PROGRAM_KINDS
    clause: str  # the words that it was read from

    def honoured_by(self, operators: set[str]) -> bool:
        """Tell whether one of the operators does as asked."""
        return not PROGRAM_KINDS[self.family].operators.isdisjoint(operators)

    def contradicted_by(self, program: Program) -> bool:
        """Tell whether another layout is asked for, and the program leaves the layout as it is."""
        asked = PROGRAM_KINDS[self.family].reshapes
        return asked and not any(step.reshapes for step in program.before)


def read_program_wishes(clause: str, rest: str) -> tuple[list[ProgramConstraint], str]:
    """Return the wishes for the table in the rest of a clause, and what then remains."""
    for family, kind_of in PROGRAM_KINDS.items():
        found = re.search(kind_of.phrase, rest, re.IGNORECASE)
        if found:
            return [ProgramConstraint(family, clause)], f"{rest[: found.start()]} {rest[found.end() :]}"
    return [], rest


def operators_in(value: object) -> set[str]:
    """Return the names of all operators in a program or a part of it."""
    return set(names(to_data(value)))


def names(data: object) -> list[str]:
    """Return the names of operators in plain data."""
    if isinstance(data, dict):
        own = [data["op"]] if "op" in data else []
        return own + [name for item in data.values() for name in names(item)]
    return [name for item in data for name in names(item)] if isinstance(data, list) else []
