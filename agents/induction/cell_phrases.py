"""Phrases about the cells of a column, and the constraints that they mean."""

import re
from collections.abc import Callable

from agents.induction.clauses import QUOTED, Clause
from agents.induction.constraints import CellConstraint
from agents.induction.date_layouts import WRITTEN_LAYOUT, read_description

Reader = Callable[[Clause, re.Match[str]], CellConstraint]

COUNTS = {"no": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
NAMED_CHARACTERS = {
    "dollar sign": "$",
    "euro sign": "€",
    "pound sign": "£",
    "currency symbol": "$",
    "currency sign": "$",
    "comma": ",",
    "thousands separator": ",",
    "percent sign": "%",
    "dash": "-",
    "dashes": "-",
    "hyphen": "-",
    "dot": ".",
    "period": ".",
    "slash": "/",
    "slashes": "/",
    "underscore": "_",
    "apostrophe": "'",
    "quote": '"',
    "all space": " ",
}


def wish(family: str, value: str = "") -> Reader:
    """Return the reader of a phrase that says everything itself."""
    return lambda clause, match: clause.cell(family, value)


def wish_of_group(family: str) -> Reader:
    """Return the reader of a phrase whose group is the value."""
    return lambda clause, match: clause.cell(family, match[1])


def wish_of_count(family: str) -> Reader:
    """Return the reader of a phrase that holds a count, in digits or as a word."""
    return lambda clause, match: clause.cell(family, COUNTS.get(match[1].lower(), match[1]))


def wish_of_layout(family: str) -> Reader:
    """Return the reader of a phrase that holds a date layout such as "DD.MM.YYYY"."""
    return lambda clause, match: clause.cell(family, read_description(match[1]))


def wish_of_removal(clause: Clause, match: re.Match[str]) -> CellConstraint:
    """Read what shall not stand in the cells any more."""
    what = match[1].lower()
    named = (character for name, character in NAMED_CHARACTERS.items() if what in (name, f"{name}s"))
    return clause.cell("remove", next(named, match[1].strip("\"'`")))


def wish_of_pair(clause: Clause, match: re.Match[str]) -> CellConstraint:
    """Read a pair such as '"M" to "Male"'."""
    return clause.cell("map", f"{match[1]}\t{match[2]}")


COUNT = r"(\d+|no|zero|one|two|three|four|five|six)"
LAYOUT = f"({WRITTEN_LAYOUT.pattern})"
REMOVE = r"\b(?:remove|strip|delete|without|no|get rid of|take out|drop) (?:the |any |all )?"
CHARACTER = rf"((?:{'|'.join(NAMED_CHARACTERS)})s?\b|[$€£¥%#,.;:_/*-](?!\w)|[\"'`].+?[\"'`])"
SPACES = r"(?:white ?spaces?|spaces?|blanks)"
ARROW = r"\s*(?:to|->|→|=>|=|:|with|by|becomes?|into)\s*"

CELL_PHRASES: tuple[tuple[str, Reader], ...] = (
    (r"\bsame as (?:the |in the )?(?:input|source|original)\b", wish("copy")),
    (r"\b(?:as[- ]is|as it is|as they are|unchanged|untouched|unmodified|cop(?:y|ied))\b", wish("copy")),
    (r"\b(?:do not|don't|never|no) (?:change|modify|touch|alter)\w*\b", wish("copy")),
    (r"\b(?:upper[- ]?case|all caps|capital letters|upper)\b", wish("upper case")),
    (r"\b(?:lower[- ]?case|small letters|lower)\b", wish("lower case")),
    (r"\bsentence[- ]case\b", wish("sentence case")),
    (r"\bcapitali[sz]e (?:only )?the first (?:letter|word)\b(?! of (?:each|every))", wish("sentence case")),
    (r"\b(?:title[- ]?case|proper[- ]?case|capitali[sz]e[ds]?)\b", wish("title case")),
    (rf"\btrim\w*\b|{REMOVE}(?:leading|trailing|surrounding|outer|extra)\b.*?\b{SPACES}\b", wish("trim")),
    (rf"{REMOVE}leading zer\w+\b", wish("no leading zeros")),
    (r"\b(?:european|day[- ]first|dd?[/.-]mm?[/.-]yy(?:yy)? (?:input|order))\b", wish("day first")),
    (r"\b(?:us|american)[- ](?:style )?dates?\b|\bmonth[- ]first\b", wish("month first")),
    (rf"\bfrom {LAYOUT}(?= (?:to|into|format)\b)", wish_of_layout("read dates")),
    (LAYOUT, wish_of_layout("date layout")),
    (r"(%-?[YymdBb][-/. ,]*%\S+(?: %\S+)*)", wish_of_group("date layout")),
    (r"\biso(?:[- ]?8601)?(?: date| format)?s?\b", wish("iso date")),
    (r"\b(?:only|just) the year\b|\byear only\b", wish("date layout", "%Y")),
    (r"\b(?:utc|gmt|zulu)\b(?: time)?", wish("utc")),
    (rf"\b{COUNT}[- ](?:decimals?|digits after|dp\b|fraction digits)(?: places?| digits)?", wish_of_count("round")),
    (r"\bnearest (?:integer|whole|dollar|euro|unit)\b", wish("round", "0")),
    (r"\bwhole numbers?\b|\bintegers?\b|\bwithout decimals\b", wish("round", "0")),
    (r"\bnearest (?:cent|hundredth)\b", wish("round", "2")),
    (rf"\b(?:pad\w*|zero[- ]pad\w*|leading zeros)\b.*?{COUNT}", wish_of_count("zero pad")),
    (rf"\b{COUNT}[- ](?:digits?|characters) (?:with|using) (?:leading )?zeros", wish_of_count("zero pad")),
    (rf"\bfirst {COUNT} (?:characters|letters|digits)\b", wish_of_count("first characters")),
    (rf"\blast {COUNT} (?:characters|letters|digits)\b", wish_of_count("last characters")),
    (r"\bfirst (?:word|name|token)\b", wish("first word")),
    (r"\blast (?:word|name|token)\b|\bsurname\b|\bfamily name\b", wish("last word")),
    (rf"\b(?:blanks?|empty|missing)\b.*?\b(?:with|to|as|becomes?|=)\s*{QUOTED}", wish_of_group("default")),
    (rf"\bdefault(?:s|ing)?\b(?: to| is)?\s*{QUOTED}", wish_of_group("default")),
    (rf"{QUOTED}{ARROW}{QUOTED}", wish_of_pair),
    (r"(?<!\S)(\w+)\s*(?:->|→|=>|=)\s*(\w+)", wish_of_pair),
    (
        rf"\b(?:always|constant|everywhere|fill with|set to|literal)\b(?: the)?(?: text| value)? ?{QUOTED}",
        wish_of_group("constant"),
    ),
    (rf"\b(?:prepend|prefix(?:ed)?|start(?:ing|s)?)\b(?: with| by)?\s*{QUOTED}", wish_of_group("prefix")),
    (rf"\b(?:append|suffix(?:ed)?|end(?:ing|s)?)\b(?: with| by)?\s*{QUOTED}", wish_of_group("suffix")),
    (rf"(?:{REMOVE}|\b(?:and|or) ){CHARACTER}", wish_of_removal),
)
"""Special phrases first: what a phrase has matched, later ones do not see."""


def read_cells(clause: Clause, rest: str) -> tuple[list[CellConstraint], str]:
    """Return the wishes for cells in the rest of a clause, and what then remains."""
    found: list[CellConstraint] = []
    for phrase, reader in CELL_PHRASES:
        found += [reader(clause, match) for match in re.finditer(phrase, rest, re.IGNORECASE)]
        rest = re.sub(phrase, " ", rest, flags=re.IGNORECASE)
    return found, rest
