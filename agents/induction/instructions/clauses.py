"""Splits instructions into clauses, each with the columns that it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.induction.dates.layouts import WRITTEN_LAYOUT
from agents.induction.instructions.constraints import CellConstraint

QUOTED = r"(?<!\w)[\"'`](.+?)[\"'`](?!\w)"
PLAIN_CHARACTERS = str.maketrans("\u201c\u201d\u2018\u2019\t\x00\x01", "\"\"''   ")
VERBS = (
    "add|append|arrange|capitali[sz]e|change|convert|copy|delete|discard|drop|exclude|filter|format|keep|leave|lower|make|map|"
    "only|order|pad|remove|rename|replace|round|set|show|sort|split|strip|take|title|translate|trim|turn|upper|use|write|zero"
)
DIRECTION = "asc|desc|newest|oldest|latest|earliest|smallest|largest|lowest|highest"
END_OF_CLAUSE = re.compile(
    r"[;\n]+|[.!](?:\s+|$)|,?\s+(?:and then|then(?! by))\s+|"
    rf",\s+(?!{DIRECTION})(?:and\s+)?|\s+and\s+(?=(?:{VERBS})|then by|\S+ (?:is|means|becomes|stands for|->|→|=>|=) )",
    re.IGNORECASE,
)
CHOICE = r"\bif\b[^.;\n\x00]{1,120}?\b(?:otherwise|else)\b"
TOPIC = r"(?:(?:in|for|of|the|columns?|fields?)\s+)*COLUMN(?:AND_COLUMN)*\s*:?"
EMPTY_WORDS = {"also", "and", "please", "thank", "thanks", "the", "then", "you"}


@dataclass(frozen=True)
class Clause:
    """A part of an instruction and the columns that it is about."""

    text: str
    given: str  # the column that the instruction was given for; empty for a general one
    subjects: tuple[str, ...]  # the given column, or those that are named first: one, or a list such as "city and zip"
    mentions: tuple[str, ...]  # all columns that it names, in its order

    def wishes(self, family: str, value: str = "", source: str = "") -> list[CellConstraint]:
        """Return the wishes that were read from this clause, one for each column that it is about.

        Args:
            family: a key of CELL_FAMILIES or DATE_FAMILIES.
            value: what the family takes.
            source: the column from which the cells are made, when the clause names it.
        """
        subjects = self.subjects
        if source in subjects and not self.given:
            subjects = tuple(name for name in self.mentions if name != source)[:1] or (source,)
        return [CellConstraint(family, self.text, name, value, source) for name in subjects or ("",)]

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return the columns that a part of the clause names."""
        return mentioned(text, self.mentions)


def clauses(text: str, column: str, columns: Sequence[str]) -> Iterator[Clause]:
    """Split an instruction where one wish ends and the next begins.

    Args:
        text: one or more sentences.
        column: the column that the instruction was given for; empty for a general one.
        columns: the names that may stand in the text.
    """
    if re.fullmatch(r"\w+", text) and text not in columns:
        text = text.replace("_", " ")  # such as "title_case_formatting"
    column_list = with_names("COLUMN(?:AND_COLUMN)+", mentioned(text, columns))
    topic: tuple[str, ...] = ()  # columns that are named before a comma, as in "In status, P is Paid"
    unused = ""  # the words of a topic without a clause so far
    for part in parts(text.translate(PLAIN_CHARACTERS), column_list):
        mentions = mentioned(part, columns)
        if mentions and not column and re.fullmatch(with_names(TOPIC, mentions), part, re.IGNORECASE):
            topic, unused = mentions, part
            continue
        listed = re.search(column_list, part, re.IGNORECASE)
        first = mentioned(listed.group(), columns) if listed else ()
        subjects = first if first[:1] == mentions[:1] else mentions[:1]
        yield Clause(part, column, (column,) if column else (*topic, *subjects), mentions)
        topic, unused = () if mentions else topic, ""
    if unused:
        yield Clause(unused, column, topic, topic)


def parts(text: str, column_list: str) -> Iterator[str]:
    """Split a text at the ends of clauses; choices, quoted texts, date layouts and lists of columns stay whole."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\x00{len(kept) - 1}\x01"

    whole = f"{CHOICE}|{WRITTEN_LAYOUT.pattern}|{QUOTED}|{column_list}"
    hidden = re.sub(whole, hide, text, flags=re.IGNORECASE)
    for part in END_OF_CLAUSE.split(hidden):
        shown = re.sub("\x00(\\d+)\x01", lambda match: kept[int(match[1])], part).strip(" ,.")
        if set(re.findall(r"\S+", shown.lower())) - EMPTY_WORDS:
            yield shown


def with_names(phrase: str, names: Sequence[str]) -> str:
    """Return a pattern in which "COLUMN" stands for any of the names, and "AND_COLUMN" for one more in a list."""
    either = "|".join(column_pattern(name).pattern for name in sorted(names, key=len, reverse=True))
    column = f"(?:{either})" if names else "(?!)"
    another = rf"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+)(?:the\s+)?{column}"
    return re.sub("(AND_)?COLUMN", lambda match: another if match[1] else column, phrase)


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


@lru_cache(maxsize=1024)
def column_pattern(name: str) -> re.Pattern[str]:
    """Return the pattern of a column's name as people write it: "order_date" is also "Order date"."""
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)) or [name]
    joined = r"[\s_-]*".join(map(re.escape, words))
    spelled = r"e-?mail" if joined.lower() == "email" else joined
    plural = "(?:s|es)?" if len(joined) > 1 else ""  # "as" names no column "a"
    return re.compile(rf"(?<!\w)(?:{re.escape(name)}|{spelled}{plural})(?!\w)", re.IGNORECASE)
