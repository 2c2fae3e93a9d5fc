"""Phrases about rows: which stay, in which order, and without which repetitions."""

import re
from collections.abc import Callable
from functools import partial

from agents.induction.instructions.clauses import QUOTED, Clause, column_pattern, mentioned
from agents.induction.instructions.constraints import RowConstraint
from agents.induction.instructions.relations import read_relation

NOUN = "(?:row|record|line|entr(?:y|ie)|order|customer|item|transaction|product)"
ROWS = f"{NOUN}s"
DROP = r"\b(?:drop|remove|delete|exclude|skip|filter out|discard|ignore|omit)\b"
KEEP = r"\b(?:keep|include|retain|select|show|only|leave)\b"
WHERE = r"\b(?:where|with(?:out)?|whose|that have|having|missing|if|in which|which have|who have)\b"
CONDITION = rf"{WHERE}(?P<condition>.*)"
NO_VALUE = r"(?:empty|blank|missing|incomplete)\b"
NEVER = r"\b(?:do not|don't|never|without)"
FALLING = r"\b(?:desc\w*|newest|latest|most recent|largest|highest|biggest|reverse\w*|z to a)\b"
RISING = r"\b(?:asc\w*|oldest|earliest|smallest|lowest|alphabetical\w*|low to high|a to z)\b"

LEFT_ALONE = (
    ("all rows", rf"\b(?:keep|include|retain|leave)\b (?:all|every|each)(?: of)?(?: the)? {NOUN}s?\b(?! {WHERE})"),
    ("all rows", rf"{NEVER} (?:drop|remov|delet|skip|los|filter)\w*(?: any| out)* {NOUN}s?\b(?! {WHERE})"),
    ("same order", rf"(?<!reverse the )(?<!change the )\b(?:order|sequence) of (?:the )?{ROWS}\b"),
    ("same order", r"\b(?:same|original|given|input|row) order\b"),
    ("same order", rf"\b(?:keep|leave|preserve|retain|maintain) (?:the|their) order\b|{NEVER} (?:sort|re-?order)\w*\b"),
)
"""Phrases that want the rows as they are; a clause may hold several of them."""


def read_filter(family: str, clause: Clause, match: re.Match[str]) -> RowConstraint | None:
    """Read which rows stay or go, as in "keep only rows where status is paid"."""
    condition = match["condition"]
    name = next(iter(mentioned(condition, clause.mentions)), "")
    place = column_pattern(name).search(condition) if name else None
    if not place:
        return None
    before = match.group()[: -len(condition)] + condition[: place.start()]
    after = condition[place.end() :]
    if re.search(r"\b(?:without|no|missing|blank|empty)\b", before):
        return RowConstraint(family, clause.text, name, "blank")
    relation = read_relation(after)
    if relation:
        return RowConstraint(family, clause.text, name, *relation)
    return None if after.strip() else RowConstraint(family, clause.text, name, "not blank")


def read_named_rows(family: str, clause: Clause, match: re.Match[str]) -> RowConstraint:
    """Read which rows stay or go when only a value is named, as in "exclude cancelled orders"."""
    return RowConstraint(family, clause.text, relation="=", value=match[1] or match[2])


def read_sort(clause: Clause, match: re.Match[str]) -> RowConstraint | None:
    """Read the order of rows, as in "sort by date, newest first"."""
    keys = mentioned(match.string[match.end() :], clause.mentions)
    if not keys:
        return None
    descending = re.search(FALLING, clause.text, re.IGNORECASE)
    ascending = re.search(RISING, clause.text, re.IGNORECASE)
    direction = "descending" if descending else "ascending" if ascending else ""
    return RowConstraint("sort", clause.text, keys[0], direction)


def read_deduplication(clause: Clause, match: re.Match[str]) -> RowConstraint:
    """Read which repetitions go, as in "remove duplicates by email"."""
    return RowConstraint("deduplicate", clause.text, next(iter(clause.mentions), ""))


ROW_PHRASES: tuple[tuple[str, Callable[[Clause, re.Match[str]], RowConstraint | None]], ...] = (
    (r"\b(?:duplicate[sd]?|de-?duplicate|dedupe?|(?:repeated|unique|distinct) rows)\b", read_deduplication),
    (r"\b(?:sort|order|arrange)(?:ed)?\b.*?\bby\b|^(?:and )?then by\b", read_sort),
    (rf"{DROP}.*?{CONDITION}", partial(read_filter, "drop")),
    (rf"{KEEP}.*?{CONDITION}", partial(read_filter, "keep")),
    (
        rf"{DROP} (?:all |any |the )?(?:{QUOTED}|(?!(?:empty|blank|missing|incomplete) )([\w-]+)) {ROWS}$",
        partial(read_named_rows, "drop"),
    ),
    (rf"{KEEP} (?:only )?(?:the )?(?:{QUOTED}|([\w-]+)) {ROWS}$", partial(read_named_rows, "keep")),
)


def read_rows(clause: Clause) -> tuple[list[RowConstraint], str]:
    """Return the wishes for rows in a clause, and what then remains of it."""
    rest = clause.text
    found = []
    for family, phrase in LEFT_ALONE:
        if re.search(phrase, rest, re.IGNORECASE):
            found.append(RowConstraint(family, clause.text))
            rest = re.sub(phrase, " ", rest, flags=re.IGNORECASE)
    for phrase, reader in ROW_PHRASES:
        match = re.search(phrase, rest, re.IGNORECASE)
        constraint = reader(clause, match) if match else None
        if match and constraint:
            return [*found, constraint], rest[: match.start()]
    return found, rest
