"""Phrases about the cells of a column, and the constraints that they mean."""

import re
from collections.abc import Callable

from agents.induction.dates.layouts import WRITTEN_LAYOUT, read_description
from agents.induction.instructions.clauses import QUOTED, Clause, with_names
from agents.induction.instructions.constraints import CellConstraint
from agents.induction.instructions.relations import read_relation

Reader = Callable[[Clause, re.Match[str]], list[CellConstraint]]
"""Returns what a phrase means in its clause; nothing when it means nothing there."""

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
    "colon": ":",
    "semicolon": ";",
    "pipe": "|",
    "at sign": "@",
    "plus sign": "+",
    "underscore": "_",
    "apostrophe": "'",
    "parenthese": "(",
    "parenthesi": "(",
    "bracket": "[",
    "quote": '"',
    "all space": " ",
}
MARKS = {"parentheses": "()", "brackets": "[]", "braces": "{}", "quotes": '""'}
NAMED_BLANKS = {"space": " ", "blank": " "}
NOTHING = {"blank", "empty", "nothing", "null"}
PRONOUNS = {"it", "that", "there", "they", "these", "this", "which"}


def wish(family: str, value: str = "") -> Reader:
    """Return the reader of a phrase that says everything itself."""
    return lambda clause, match: clause.wishes(family, value)


def wish_of_group(family: str) -> Reader:
    """Return the reader of a phrase whose group is the value."""
    return lambda clause, match: clause.wishes(family, match[1])


def wish_of_count(family: str) -> Reader:
    """Return the reader of a phrase that holds a count, in digits or as a word."""
    return lambda clause, match: clause.wishes(family, COUNTS.get(match[1].lower(), match[1]))


def wish_of_layout(family: str) -> Reader:
    """Return the reader of a phrase that holds a date layout such as "DD.MM.YYYY"."""
    return lambda clause, match: clause.wishes(family, read_description(match[1]))


def wish_of_source(family: str) -> Reader:
    """Return the reader of a phrase that names the column from which cells are made."""

    def read(clause: Clause, match: re.Match[str]) -> list[CellConstraint]:
        source = clause.named_in(match.group())[0]
        return [] if clause.mentions == (source,) and not clause.given else clause.wishes(family, source=source)

    return read


def wish_of_part(side: str) -> Reader:
    """Return the reader of a phrase such as "of Ship To before the last comma"; removed, it leaves the other side."""

    def read(clause: Clause, match: re.Match[str]) -> list[CellConstraint]:
        removed = re.search(rf"{REMOVE}[^,]*$", match.string[: match.start()], re.IGNORECASE)
        kept = {"before": "after", "after": "before"}[side] if removed else side
        family = f"{kept} the {match[1].lower()}" if match[1] else kept
        source = next(iter(clause.named_in(match.group())), "")
        return clause.wishes(family, named_character(match[2]), source)

    return read


def wish_of_two(clause: Clause, match: re.Match[str]) -> list[CellConstraint]:
    """Read two texts of which every cell is one, such as "yes/no"."""
    first, second = (group.lower() for group in match.groups()[:2])
    return clause.wishes("one of", f"{first}\t{second}")


def wish_of_marks(clause: Clause, match: re.Match[str]) -> list[CellConstraint]:
    """Read between which marks the wanted text stands."""
    return clause.wishes("inside", MARKS[match[1].lower()])


def wish_of_removal(clause: Clause, match: re.Match[str]) -> list[CellConstraint]:
    """Read what shall not stand in the cells any more."""
    return clause.wishes("remove", named_character(match[1]))


def wish_of_pair(clause: Clause, match: re.Match[str]) -> list[CellConstraint]:
    """Read a pair such as "M is Male": two groups of the phrase have matched."""
    values = [group for group in match.groups() if group is not None]
    if values[0].lower() in PRONOUNS or clause.named_in(values[0]):
        return []
    quoted = re.findall(QUOTED, match.group())
    old, new = ("" if value.lower() in NOTHING and value not in quoted else value for value in values)
    return clause.wishes("map", f"{old}\t{new}")


def wish_of_blanks(clause: Clause, match: re.Match[str]) -> list[CellConstraint]:
    """Read when cells are blank; a condition that names no column means that there is nothing to fill them with."""
    named = re.search(with_names("(COLUMN)(.*)", clause.mentions), match[1], re.IGNORECASE)
    relation = read_relation(named[2]) if named else None
    if not named or not relation:
        return clause.wishes("blank when", "blank\t")
    return clause.wishes("blank when", "\t".join(relation), clause.named_in(named[1])[0])


def named_character(text: str) -> str:
    """Return the character that a word such as "comma" names, or the text itself without quotes."""
    characters = (NAMED_CHARACTERS | NAMED_BLANKS).items()
    named = (character for name, character in characters if text.lower() in (name, f"{name}s"))
    return next(named, text.strip("\"'`"))


COUNT = r"(\d+|no|zero|one|two|three|four|five|six)"
LAYOUT = f"({WRITTEN_LAYOUT.pattern})"
REMOVE = r"\b(?:remove|strip|delete|without|no|get rid of|take out|drop) (?:the |any |all )?"
SYMBOL = r"[$€£¥%#,.;:_/*@|&+-](?!\w)|[\"'`].+?[\"'`]"
CHARACTER = rf"((?:{'|'.join(NAMED_CHARACTERS)})s?\b|{SYMBOL})"
SEPARATOR = rf"((?:{'|'.join(NAMED_CHARACTERS | NAMED_BLANKS)})s?\b|{SYMBOL})"
SPACES = r"(?:white ?spaces?|spaces?|blanks)"
THE_COLUMN = r"(?:the |values? of |column |field )*COLUMN"
OLD = rf"(?:{QUOTED}|([^\s\"',:;=>→]+(?: [^\s\"',:;=>→]+){{0,2}}?))"
LETTER = rf"(?:{QUOTED}|((?-i:[A-Z0-9])))"
NEW = rf"(?:{QUOTED}|([^\s\"',:;=>→]+(?: [^\s\"',:;=>→]+){{0,3}}))\s*$"
IS = r"(?:is|are|means?|stands? for|becomes?|turns? into)"
ARROW = r"(?:->|→|=>|=|:)"
RECODE = r"(?:map|change|convert|recode|replace|translate|turn)"
BEFORE = r"(?:before|preceding|up to|in front of|(?:to the )?left of)"
AFTER = r"(?:after|behind|following|(?:to the )?right of)"
OF_COLUMN = rf"(?:\bof {THE_COLUMN} )?\b"
SEPARATED = rf" (?:the )?(?:(first|last) )?{SEPARATOR}(?: (?:of|in) {THE_COLUMN})?"

CELL_PHRASES: tuple[tuple[str, Reader], ...] = (
    (rf"^\s*{LETTER}\s+{IS}\s+{NEW}", wish_of_pair),
    (rf"{QUOTED}\s*(?:{ARROW}|{IS}|to|into|with|by)\s*{QUOTED}", wish_of_pair),
    (r"\bsame as (?:the |in the )?(?:input|source|original)\b", wish("copy")),
    (rf"\b(?:same as|identical to|equals?(?: to)?|cop(?:y|ied)(?: of| from)?) {THE_COLUMN}", wish_of_source("copy")),
    (r"\b(?:blank|empty|null)\b,? (?:when(?:ever)?|if|while|where|as long as)\b(.*)", wish_of_blanks),
    (r"\bkeep (?:blanks|(?:blank|empty|missing) (?:cells|values))\b", wish("blank when", "blank\t")),
    (r"\b(?:as[- ]is|as it is|as they are|unchanged|untouched|unmodified|cop(?:y|ied))\b", wish("copy")),
    (r"\b(?:do not|don't|never|no) (?:change|modify|touch|alter)\w*\b", wish("copy")),
    (r"\b(?:upper[- ]?case|all caps|capital letters|upper)\b", wish("upper case")),
    (r"\b(?:lower[- ]?case|small letters|lower)\b", wish("lower case")),
    (r"\bsentence[- ]case\b", wish("sentence case")),
    (r"\bcapitali[sz]e (?:only )?the first (?:letter|word)\b(?! of (?:each|every))", wish("sentence case")),
    (r"\b(?:title[- ]?case|proper[- ]?case|capitali[sz]e[ds]?)\b", wish("title case")),
    (rf"\b(?:(?:one|single) (?:space|blank)s?\b|(?:double|multiple|repeated) {SPACES}\b)", wish("single blanks")),
    (rf"\b(?:collapse|merge|normali[sz]e|reduce|squeeze)\b.*?\b{SPACES}\b", wish("single blanks")),
    (rf"\btrim\w*\b|{REMOVE}(?:leading|trailing|surrounding|outer|extra)\b.*?\b{SPACES}\b", wish("trim")),
    (rf"^\s*strip(?: {SPACES})?\s*$|\bstrip {SPACES}\b|\bwhite ?spaces? stripped\b", wish("trim")),
    (r"\b(yes|true|y|t|on|1)\s*(?:/|or)\s*(no|false|n|f|off|0)\b", wish_of_two),
    (rf"\bif\b.*?{QUOTED}.*?\b(?:otherwise|else|or)\b.*?{QUOTED}", wish_of_two),
    (r"\b(?:between|in(?:side)?|within|from) (?:the )?(parentheses|brackets|braces|quotes)\b", wish_of_marks),
    (rf"{REMOVE}(?:accents|diacritics|umlauts)\b|\b(?:unaccented|plain letters)\b", wish("no accents")),
    (r"\b(?:only|just) (?:the )?digits\b|\bdigits only\b|\bnumbers only\b", wish("only digits")),
    (r"\babsolute (?:values?|amounts?|numbers?)\b|\bwithout (?:the )?(?:sign|minus)\b", wish("not below zero")),
    (r"\binitials\b|\bacronyms?\b", wish("initials")),
    (r"\b(?:limit|truncate|cut|shorten)\w*\b.*?(\d+) (?:characters|letters)\b", wish_of_count("no longer")),
    (r"\bat most (\d+) (?:characters|letters)\b", wish_of_count("no longer")),
    (r"\bdomain\b", wish("after", "@")),
    (r"\b(?:do not|don't|never|without) (?:drop|los|remov|strip)\w*(?: the| any)? leading zer\w+", wish("all digits")),
    (rf"{REMOVE}leading zer\w+\b", wish("no leading zeros")),
    (r"\b(?:keep|preserv|retain|includ)\w*(?: all| the| their| any)* (?:leading zer\w+|digits)\b", wish("all digits")),
    (r"\b(?:every digit|leading zer\w+ (?:are )?(?:included|kept|preserved|retained|stay))\b", wish("all digits")),
    (r"\b(?:as|is|are|stays?|remains?|to) (?:a )?(?:plain )?(?:text|strings?)\b", wish("all digits")),
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
    (OF_COLUMN + BEFORE + SEPARATED, wish_of_part("before")),
    (OF_COLUMN + AFTER + SEPARATED, wish_of_part("after")),
    (rf"\b(?:blanks?|empty|missing)\b.*?\b(?:with|to|as|becomes?|=)\s*{QUOTED}", wish_of_group("default")),
    (rf"\bdefault(?:s|ing)?\b(?: to| is)?\s*{QUOTED}", wish_of_group("default")),
    (
        rf"\b(?:always|constant|everywhere|fill with|set to|literal)\b(?: the)?(?: text| value)? ?{QUOTED}",
        wish_of_group("constant"),
    ),
    (rf"\b(?:prepend|prefix(?:ed)?|start(?:ing|s)?)\b(?: with| by)?\s*{QUOTED}", wish_of_group("prefix")),
    (rf"\b(?:append|suffix(?:ed)?|end(?:ing|s)?)\b(?: with| by)?\s*{QUOTED}", wish_of_group("suffix")),
    (rf"\b(?:take|use) {THE_COLUMN}(?!.*\bfrom\b)|^\s*{THE_COLUMN}\s*$", wish_of_source("reads")),
    (rf"\b(?:from|based on|using) {THE_COLUMN}", wish_of_source("reads")),
    (rf"(?:{REMOVE}|\b(?:and|or) ){CHARACTER}", wish_of_removal),
)
"""Special phrases first: what a phrase has matched, later ones do not see."""

PAIR_PHRASES: tuple[tuple[str, Reader], ...] = (
    (rf"^(?:\W*(?:in|for|of)? ?{THE_COLUMN})?\W*{RECODE}\s+{OLD}\s+(?:to|into|with|by|as)\s+{NEW}", wish_of_pair),
    (rf"^(?:\W*(?:in|for|of)? ?{THE_COLUMN})?\W*{OLD}\s*(?:{ARROW}|\b(?:{IS}|to|as)\b)\s*{NEW}", wish_of_pair),
    (rf"(?:{QUOTED}|(?<!\S)(\w+))\s*{ARROW}\s*(?:{QUOTED}|(\w+))", wish_of_pair),
)
"""Phrases for old and new values, so loose that they are tried only on clauses in which nothing else is found."""


def read_cells(clause: Clause, rest: str) -> tuple[list[CellConstraint], str]:
    """Return the wishes for cells in the rest of a clause, and what then remains."""
    found: list[CellConstraint] = []
    for phrase, reader in CELL_PHRASES:
        wishes, rest = read_phrase(phrase, reader, clause, rest)
        found += wishes
    for phrase, reader in PAIR_PHRASES if not found else ():
        wishes, rest = read_phrase(phrase, reader, clause, rest)
        found += wishes
    return list(dict.fromkeys(found)), rest


def read_phrase(phrase: str, reader: Reader, clause: Clause, rest: str) -> tuple[list[CellConstraint], str]:
    """Return what a phrase means wherever it stands in the rest of a clause, and what then remains."""
    matches = re.finditer(with_names(phrase, clause.mentions), rest, re.IGNORECASE)
    found = [(match, reader(clause, match)) for match in matches]
    for match, wishes in reversed(found):
        if wishes:
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    return [one for _, wishes in found for one in wishes], rest
