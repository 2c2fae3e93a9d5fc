"""How dates are written: layouts in strftime's codes, and the words in which people name them.

Beside strftime's own codes a layout may hold "%-d" and its like (no leading zeros), "%^b" and its like (capitals), "%P"
(am or pm in small letters), "%q" (quarter), "%E" (half of the year), "%o" (st, nd, rd, th) and "%L" (milliseconds).
"%s" and "%Q" stand alone: seconds and milliseconds since 1970.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
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

# What each code accepts is what the functions in `date_script.py` accept.
READING = {
    "Y": r"(?P<Y>\d\d\d\d)",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>1[0-2]|0[1-9]|[1-9])",
    "d": r"(?P<d>3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9])",
    "H": r"(?P<H>2[0-3]|[0-1]\d|\d)",
    "I": r"(?P<I>1[0-2]|0[1-9]|[1-9])",
    "M": r"(?P<M>[0-5]\d|\d)",
    "S": r"(?P<S>6[01]|[0-5]\d|\d)",
    "f": r"(?P<f>\d{1,6})\d*",
    "p": r"(?P<p>am|pm)",
    "z": r"(?P<z>[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?|(?-i:Z))",
    "s": r"(?P<s>\d{9,10})",
    "Q": r"(?P<Q>\d{12,13})",
    "B": f"(?P<B>{'|'.join(sorted(MONTHS, key=len, reverse=True))})",
    "b": f"(?P<b>{'|'.join(month[:3] for month in MONTHS)})",
    "A": f"(?P<A>{'|'.join(WEEKDAYS)})",
    "a": f"(?P<a>{'|'.join(day[:3] for day in WEEKDAYS)})",
}

BITS_PER_ODDITY = 3.0

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the zone is taken off

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
    "%-M": "M",
    "%S": "SS",
    "%f": "ffffff",
    "%L": "fff",
    "%p": "AM/PM",
    "%P": "am/pm",
    "%^b": "MON",
    "%^B": "MONTH",
    "%^a": "DAY",
    "%^A": "WEEKDAY",
    "%z": "+HH:MM",
    "%q": "q",
    "%j": "DDD",
    "%-j": "D of the year",
    "%E": "half",
    "%o": "th",
    "%G": "YYYY",
    "%V": "ww",
    "%u": "N",
    "%s": "seconds since 1970",
    "%Q": "milliseconds since 1970",
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


@cache
def codes(layout: str) -> tuple[tuple[str, str], ...]:
    """Return the layout's codes, each with the literal text before it; the last has no code."""
    parts = re.split(r"(%[-^]?[A-Za-z])", layout)
    return tuple(zip(parts[::2], [*parts[1::2], ""], strict=True))


@cache
def reading_pattern(layout: str) -> re.Pattern[str]:
    """Return the pattern of the texts that scripts read under the layout, but for dates that do not exist."""
    parts = (re.escape(literal) + READING.get(code[1:], "") for literal, code in codes(layout))
    spaced = re.sub(r"(?:\\ )+", r"\\s+", "".join(parts))
    return re.compile(spaced, re.IGNORECASE)


def read_date(text: str, layout: str) -> datetime | None:
    """Read a text as a script does under the layout; None when it does not fit.

    The result carries no zone: it is UTC where the text has an offset, and as written elsewhere.
    """
    match = reading_pattern(layout).fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    if "s" in found or "Q" in found:
        return EPOCH + timedelta(seconds=int(found.get("s", 0)), milliseconds=int(found.get("Q", 0)))
    time = timedelta(hours=hour_of(found), minutes=int(found.get("M", 0)), seconds=int(found.get("S", 0)))
    fraction = timedelta(microseconds=int(found.get("f", "").ljust(6, "0")[:6]))
    try:
        day = datetime(year_of(found), month_of(found), int(found.get("d", 1)))  # noqa: DTZ001 - the zone is taken off
        return day + time + fraction - offset(found.get("z", "Z"))
    except (ValueError, OverflowError):
        return None


def month_of(found: Mapping[str, str]) -> int:
    """Return the month, which may be a number or a name."""
    name = found.get("B") or found.get("b")
    return [month[:3] for month in MONTHS].index(name[:3].capitalize()) + 1 if name else int(found.get("m", 1))


def year_of(found: Mapping[str, str]) -> int:
    """Return the year; of two digits, 69 to 99 belong to the last century."""
    if "y" in found:
        short = int(found["y"])
        return short + (1900 if short >= 69 else 2000)
    return int(found.get("Y", 1900))


def hour_of(found: Mapping[str, str]) -> int:
    """Return the hour of the day."""
    if "I" in found:
        return int(found["I"]) % 12 + (12 if found.get("p", "").lower() == "pm" else 0)
    return int(found.get("H", 0))


def offset(zone: str) -> timedelta:
    """Return how far a zone such as "+02:00" or "Z" is ahead of UTC."""
    if zone == "Z":
        return timedelta()
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:].strip(":") or 0))
    return -ahead if zone[0] == "-" else ahead


WRITING: dict[str, Callable[[datetime], str]] = {
    "%Y": lambda date: f"{date.year:04}",
    "%y": lambda date: f"{date.year % 100:02}",
    "%m": lambda date: f"{date.month:02}",
    "%-m": lambda date: f"{date.month}",
    "%d": lambda date: f"{date.day:02}",
    "%-d": lambda date: f"{date.day}",
    "%B": lambda date: MONTHS[date.month - 1],
    "%b": lambda date: MONTHS[date.month - 1][:3],
    "%^B": lambda date: MONTHS[date.month - 1].upper(),
    "%^b": lambda date: MONTHS[date.month - 1][:3].upper(),
    "%A": lambda date: WEEKDAYS[date.weekday()],
    "%a": lambda date: WEEKDAYS[date.weekday()][:3],
    "%^A": lambda date: WEEKDAYS[date.weekday()].upper(),
    "%^a": lambda date: WEEKDAYS[date.weekday()][:3].upper(),
    "%H": lambda date: f"{date.hour:02}",
    "%-H": lambda date: f"{date.hour}",
    "%I": lambda date: f"{date.hour % 12 or 12:02}",
    "%-I": lambda date: f"{date.hour % 12 or 12}",
    "%M": lambda date: f"{date.minute:02}",
    "%-M": lambda date: f"{date.minute}",
    "%S": lambda date: f"{date.second:02}",
    "%f": lambda date: f"{date.microsecond:06}",
    "%L": lambda date: f"{date.microsecond // 1000:03}",
    "%p": lambda date: "AM" if date.hour < 12 else "PM",
    "%P": lambda date: "am" if date.hour < 12 else "pm",
    "%q": lambda date: f"{(date.month + 2) // 3}",
    "%E": lambda date: f"{(date.month + 5) // 6}",
    "%o": lambda date: "th" if 10 < date.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(date.day % 10, "th"),
    "%j": lambda date: f"{date.timetuple().tm_yday:03}",
    "%-j": lambda date: f"{date.timetuple().tm_yday}",
    "%G": lambda date: f"{date.isocalendar().year}",
    "%V": lambda date: f"{date.isocalendar().week:02}",
    "%u": lambda date: f"{date.isoweekday()}",
}


def write_date(date: datetime, layout: str) -> str:
    """Write a date in the layout."""
    return "".join(literal + (WRITING[code](date) if code else "") for literal, code in codes(layout))


def describe(layout: str) -> str:
    """Return the layout in the words that people use, such as "DD/MM/YYYY"."""
    return "".join(literal + NAMES.get(code, code) for literal, code in codes(layout))


def writing_bits(layouts: Sequence[str]) -> float:
    """Return what it takes to say how dates are written: a bit for each part, and for each without leading zeros."""
    return sum(layout.count("%") + layout.count("%-") for layout in layouts)


def oddity_bits(layouts: Sequence[str]) -> float:
    """Return what speaks against layouts that hardly anyone writes: 2024-31-12, 12.31.2024, 1.05.2024."""
    odd_orders = len(re.findall(r"%Y.?%-?d|%-?m[.-]%-?d[.-]%", " ".join(layouts)))
    mixed = len(set(re.findall(r"%(-?)[md]", layouts[-1]))) > 1
    return BITS_PER_ODDITY * (odd_orders + mixed)


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
