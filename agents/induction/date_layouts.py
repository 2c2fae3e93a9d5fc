"""How dates are written: layouts in strftime's codes, and the words in which people name them.

Beside strftime's own codes a layout may hold "%-d" and its like (no leading zeros), "%q" (quarter) and "%L"
(milliseconds).
"""

import re
from collections.abc import Iterator
from functools import cache

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

# What each code accepts is what pandas and strptime accept, so that reading here and in a script is the same.
READING = {
    "Y": r"(?P<Y>\d\d\d\d)",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>1[0-2]|0[1-9]|[1-9])",
    "d": r"(?P<d>3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9])",
    "H": r"(?P<H>2[0-3]|[0-1]\d|\d)",
    "I": r"(?P<I>1[0-2]|0[1-9]|[1-9])",
    "M": r"(?P<M>[0-5]\d|\d)",
    "S": r"(?P<S>[0-5]\d|\d)",
    "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>am|pm)",
    "z": r"(?P<z>[+-]\d\d:?[0-5]\d|z)",
    "B": f"(?P<B>{'|'.join(sorted(MONTHS, key=len, reverse=True))})",
    "b": f"(?P<b>{'|'.join(month[:3] for month in MONTHS)})",
    "A": f"(?P<A>{'|'.join(WEEKDAYS)})",
    "a": f"(?P<a>{'|'.join(day[:3] for day in WEEKDAYS)})",
}

NAMES = {
    "%Y": "YYYY",
    "%y": "YY",
    "%m": "MM",
    "%-m": "M",
    "%d": "DD",
    "%-d": "D",
    "%B": "Month",
    "%b": "Mon",
    "%A": "Weekday",
    "%a": "Day",
    "%H": "HH",
    "%-H": "H",
    "%I": "hh",
    "%-I": "h",
    "%M": "MM",
    "%S": "SS",
    "%f": "ffffff",
    "%L": "fff",
    "%p": "AM/PM",
    "%z": "+HH:MM",
    "%q": "Q",
    "%j": "DDD",
    "%G": "YYYY",
    "%V": "WW",
}

SPELLINGS = (
    ("yyyy", "%Y"),
    ("yy", "%y"),
    ("mmmm", "%B"),
    ("month", "%B"),
    ("mmm", "%b"),
    ("mon", "%b"),
    ("weekday", "%A"),
    ("dddd", "%A"),
    ("ddd", "%a"),
    ("mm", "%m"),
    ("m", "%-m"),
    ("dd", "%d"),
    ("d", "%-d"),
    ("hh24", "%H"),
    ("hh", "%H"),
    ("h", "%-H"),
    ("ss", "%S"),
    ("am/pm", "%p"),
    ("am", "%p"),
)
SPELLING = re.compile("|".join(re.escape(word) for word, _ in SPELLINGS), re.IGNORECASE)
DATE_WORD = "YYYY|YY|MMMM|MMM|MM|M|Month|Mon|DD|D"
TIME_WORDS = "[ T](?:HH24|HH|H)[:.]MM(?:[:.]SS)?(?: ?(?:AM/PM|AM))?Z?"
WRITTEN_LAYOUT = re.compile(
    rf"(?<![a-z])(?:(?:{DATE_WORD})(?:[-/., ]{{1,2}}|(?=[YMD])))+(?:{DATE_WORD})(?:{TIME_WORDS})?(?![a-z])",
    re.IGNORECASE,
)
"""Finds such a description in a sentence."""


def codes(layout: str) -> Iterator[tuple[str, str]]:
    """Yield the layout's codes, each with the literal text before it; the last has no code."""
    position = 0
    for match in re.finditer(r"%-?[A-Za-z]", layout):
        yield layout[position : match.start()], match.group()
        position = match.end()
    yield layout[position:], ""


@cache
def reading_pattern(layout: str) -> re.Pattern[str]:
    """Return the pattern of the texts that `pd.to_datetime` reads under the layout, but for dates that do not exist."""
    parts = (re.escape(literal) + READING.get(code[1:], "") for literal, code in codes(layout))
    spaced = re.sub(r"(?:\\ )+", r"\\s+", "".join(parts))
    return re.compile(spaced, re.IGNORECASE | re.ASCII)


def describe(layout: str) -> str:
    """Return the layout in the words that people use, such as "DD/MM/YYYY"."""
    return "".join(literal + NAMES.get(code, code) for literal, code in codes(layout))


def read_description(text: str) -> str:
    """Return the layout that people describe as "DD/MM/YYYY", "D Mon YYYY" or "YYYY-MM-DD HH:mm"."""
    spellings = dict(SPELLINGS)
    layout = ""
    position = 0
    for match in SPELLING.finditer(text):
        code = spellings[match.group().lower()]
        after_hour = re.search(r"%-?[HI]\W?$", layout + text[position : match.start()])
        layout += text[position : match.start()] + ("%M" if after_hour and code == "%m" else code)
        position = match.end()
    layout += text[position:]
    return layout.replace("%H", "%I").replace("%-H", "%-I") if "%p" in layout else layout
