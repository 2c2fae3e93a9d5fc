"""Reads off a text that holds a date, whatever date it is, in which layouts it may be written."""

import itertools
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from agents.induction.dates.layouts import codes, read_date, write_date
from agents.induction.dates.shapes import DAY_WORDS, MONTH_WORDS, TOKEN, input_layouts
from agents.induction.numbers.shapes import DIGITS_TO_ZERO

SPELLINGS = {
    **{f"%{letter}": (f"%{letter}", f"%-{letter}") for letter in "mdHI"},
    "%M": ("%M", "%-M"),
    "%p": ("%p", "%P"),
    "%B": ("%B", "%^B"),
    "%b": ("%b", "%^b"),
    "%A": ("%A", "%^A"),
    "%a": ("%a", "%^a"),
}
UNREADABLE = set('%{}\\"\n')
UNWRITTEN = ("%f", "%z", "%s", "%Q")
"""Parts of dates that are read and hardly ever written: fractions, zones, and counts of seconds."""


def is_date_word(token: str) -> bool:
    """Tell whether a run of digits or letters belongs to a date."""
    lower = token.lower()
    return token.isdigit() or lower in MONTH_WORDS or lower in DAY_WORDS or lower in ("am", "pm")


@lru_cache(maxsize=4096)
def written_layouts(text: str) -> tuple[str, ...]:
    """Return the layouts in which some date is written as the text, words around the date among them."""
    tokens = TOKEN.findall(text)
    places = [place for place, token in enumerate(tokens) if is_date_word(token)]
    if not places or not UNREADABLE.isdisjoint(text):
        return ()
    before, after = "".join(tokens[: places[0]]), "".join(tokens[places[-1] + 1 :])
    core = "".join(tokens[places[0] : places[-1] + 1])
    return tuple(before + layout + after for layout in core_layouts(core))


def core_layouts(core: str) -> Iterator[str]:
    """Yield the layouts of a date without words around it."""
    for layout in (*input_layouts(core.translate(DIGITS_TO_ZERO)), *(["%M:%S"] if ":" in core else [])):
        date = None if any(code in layout for code in UNWRITTEN) else read_date(core, layout)
        if date is None:
            continue
        spellings = [[text + code for code in SPELLINGS.get(field, (field,))] for text, field in codes(layout)]
        fitting = ("".join(choice) for choice in itertools.product(*spellings))
        yield from (spelling for spelling in fitting if write_date(date, spelling) == core)


def halves(text: str) -> tuple[str, str] | None:
    """Return a text such as "6PM-8PM" parted before its second date, when both are made of the same kinds of words."""
    places = [(match.start(), match.group()) for match in TOKEN.finditer(text) if is_date_word(match.group())]
    middle = len(places) // 2
    kinds = [word.isdigit() for _, word in places]
    if not places or len(places) % 2 or kinds[:middle] != kinds[middle:]:
        return None
    return text[: places[middle][0]], text[places[middle][0] :]


def shown_fields(layout: str) -> str:
    """Return the letters of a layout's codes in their order."""
    return re.sub(r"[^a-zA-Z]", "", "".join(code for _, code in codes(layout)))


def reread(text: str, layout: str) -> datetime | None:
    """Return the date that is written in a layout as this text, None when there is none."""
    date = read_date(text, layout.replace("%-", "%").replace("%^", "%").replace("%P", "%p"))
    return date if date is not None and write_date(date, layout) == text else None
