"""Splits instructions into clauses, each with the columns that it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.induction.constraints import CellConstraint
from agents.induction.date_layouts import WRITTEN_LAYOUT

QUOTED = r"(?<!\w)[\"'`](.+?)[\"'`](?!\w)"
STRAIGHT_QUOTES = str.maketrans("\u201c\u201d\u2018\u2019", "\"\"''")
VERBS = (
    "add|append|arrange|capitali[sz]e|change|convert|delete|discard|drop|exclude|filter|format|keep|leave|lower|make|map|"
    "only|order|pad|remove|rename|replace|round|set|show|sort|strip|title|translate|trim|turn|upper|use|write|zero"
)
DIRECTION = "asc|desc|newest|oldest|latest|earliest|smallest|largest|lowest|highest"
END_OF_CLAUSE = re.compile(
    r"[;\n]+|[.!](?:\s+|$)|,?\s+(?:and then|then(?! by))\s+|"
    rf",\s+(?!{DIRECTION})(?:and\s+)?|\s+and\s+(?=(?:{VERBS})|then by)",
    re.IGNORECASE,
)
EMPTY_WORDS = {"also", "and", "please", "thank", "thanks", "the", "then", "you"}


@dataclass(frozen=True)
class Clause:
    """A part of an instruction and the column that it is about."""

    text: str
    column: str  # empty when no column is meant in particular
    mentions: tuple[str, ...]  # the columns that it names, in its order

    def cell(self, family: str, value: str = "") -> CellConstraint:
        """Return a constraint that was read from this clause."""
        return CellConstraint(family, self.text, self.column, value)


def clauses(text: str, column: str, columns: Sequence[str]) -> Iterator[Clause]:
    """Split an instruction where one wish ends and the next begins; quoted texts and date layouts stay whole.

    Args:
        text: one or more sentences.
        column: the column that the instruction was given for; empty for a general one.
        columns: the names that may stand in the text.
    """
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\x00{len(kept) - 1}\x01"

    straight = text.translate(STRAIGHT_QUOTES)
    hidden = re.sub(f"{WRITTEN_LAYOUT.pattern}|{QUOTED}", hide, straight, flags=re.IGNORECASE)
    for part in END_OF_CLAUSE.split(hidden):
        shown = re.sub("\x00(\\d+)\x01", lambda match: kept[int(match[1])], part).strip(" ,.")
        if set(re.findall(r"\S+", shown.lower())) - EMPTY_WORDS:
            mentions = mentioned(shown, columns)
            yield Clause(shown, column or next(iter(mentions), ""), mentions)


def mentioned(text: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns whose names stand in the text, in the order of the text; longer names win."""
    found: dict[int, str] = {}
    rest = text
    for name in sorted(columns, key=len, reverse=True):
        match = column_pattern(name).search(rest)
        if match:
            found[match.start()] = name
            rest = rest[: match.start()] + "\x00" * len(match.group()) + rest[match.end() :]
    return tuple(name for _, name in sorted(found.items()))


def column_pattern(name: str) -> re.Pattern[str]:
    """Return the pattern of a column's name as people write it: "order_date" is also "Order date"."""
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)) or [name]
    joined = r"[\s_-]*".join(map(re.escape, words))
    spelled = r"e-?mail" if joined.lower() == "email" else joined
    return re.compile(rf"(?<!\w){spelled}(?:s|es)?(?!\w)", re.IGNORECASE)
