"""Reads off texts which date layouts they may have, before any value decides."""

import itertools
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from agents.induction.dates.layouts import MONTHS, WEEKDAYS, WRITING, write_date

MOST_LAYOUTS = 256
LONGEST_SHAPE = 60

CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})(?=:\d| ?[AaPp][Mm]\b)(?P<minute>:\d{1,2})?(?P<second>:\d{1,2})?(?P<fraction>\.\d{1,9})?"
    r"(?:(?P<gap> ?)(?P<half>[AaPp][Mm])\b)?(?:(?P<space> ?)(?P<zone>Z\b|[+-]\d\d(?::?\d\d)?(?!\d)))?"
)
TOKEN = re.compile(r"\d+|[^\W\d_]+|[\W_]")
MONTH_WORDS: dict[str, tuple[str, ...]] = {
    **{month.lower(): ("%B",) for month in MONTHS},
    **{month[:3].lower(): ("%b",) for month in MONTHS},
    "may": ("%b", "%B"),
}
LINKING_WORDS = {"t", "z", "of", "at", "on", "the", "de", "del", "le", "um", "den", "der"}
DAY_WORDS = {day.lower(): "%A" for day in WEEKDAYS} | {day[:3].lower(): "%a" for day in WEEKDAYS}

NUMBERS = {
    (9,): ("s",),
    (10,): ("s",),
    (12,): ("YmdHM", "Q"),
    (13,): ("Q",),
    (8,): ("Ymd", "dmY", "mdY"),
    (6,): ("ymd", "dmy", "mdy", "Ym"),
    (4,): ("Y",),
    (14,): ("YmdHMS",),
    (8, 6): ("Ymd HMS",),
    (8, 4): ("Ymd HM",),
    (4, 2, 2): ("Y m d", "Y d m"),
    (2, 2, 4): ("d m Y", "m d Y"),
    (2, 2, 2): ("d m y", "m d y", "y m d"),
    (4, 2): ("Y m",),
    (2, 4): ("m Y",),
    (2, 2): ("d m", "m d"),
}
"""The orders that runs of digits may have beside no month's name, by their lengths, where 2 is one or two digits."""

NUMBERS_BESIDE_MONTH = {
    (2, 4): ("d Y",),
    (4, 2): ("Y d",),
    (2, 2): ("d y", "y d"),
    (4,): ("Y",),
    (2,): ("d", "y"),
    (): (),
}
"""The same beside the name of a month."""


@cache
def input_layouts(shape: str) -> tuple[str, ...]:
    """Return the layouts in which a text with the shape may be read; the shape has 0 for every digit."""
    if "0" not in shape or not set(shape).isdisjoint('%{}\\"\n'):
        return ()
    clock = CLOCK.search(shape)
    if clock is None:
        return tuple(date_layouts(shape))
    before, after = shape[: clock.start()], shape[clock.end() :]
    time = clock_layout(clock)
    if not before.strip() and not after.strip():
        return (time,)
    date = before if before.strip() else after
    return tuple(layout + time if date is before else time + layout for layout in date_layouts(date))


def clock_layout(clock: re.Match[str]) -> str:
    """Return the layout of a time of day."""
    layout = "%I" if clock["half"] else "%H"
    layout += ":%M" if clock["minute"] else ""
    layout += ":%S" if clock["second"] else ""
    layout += ".%f" if clock["fraction"] else ""
    layout += f"{clock['gap']}%p" if clock["half"] else ""
    return layout + (f"{clock['space']}%z" if clock["zone"] else "")


def date_layouts(shape: str) -> Iterator[str]:
    """Yield the layouts of a date without a time of day."""
    tokens = TOKEN.findall(shape)
    options: list[tuple[str, ...]] = [word_codes(token) for token in tokens]
    numbers = [position for position, token in enumerate(tokens) if token.isdigit()]
    lengths = tuple(2 if len(tokens[position]) == 1 else len(tokens[position]) for position in numbers)
    named = any(code in ("%B", "%b") for codes_ in options for code in codes_)
    for order in (NUMBERS_BESIDE_MONTH if named else NUMBERS).get(lengths, ()):
        for position, letters in zip(numbers, order.split(), strict=True):
            options[position] = ("".join(f"%{letter}" for letter in letters),)
        yield from ("".join(choice) for choice in itertools.product(*options))


def word_codes(token: str) -> tuple[str, ...]:
    """Return the codes that a word may stand for, or what is no word itself; nothing for words that are in no date."""
    lower = token.lower()
    if lower in MONTH_WORDS:
        return MONTH_WORDS[lower]
    if lower in DAY_WORDS:
        return (DAY_WORDS[lower],)
    return () if token.isalpha() and lower not in LINKING_WORDS else (token,)


NUMBER_CODES = (
    "%Y",
    "%m",
    "%-m",
    "%d",
    "%-d",
    "%y",
    "%H",
    "%-H",
    "%I",
    "%-I",
    "%M",
    "%S",
    "%q",
    "%L",
    "%f",
    "%V",
    "%G",
    "%j",
    "%-j",
    "%E",
)
WORD_CODES = ("%B", "%b", "%A", "%a", "%p", "%P", "%^B", "%^b", "%^A", "%^a", "%o")
JOINED_CODES = (
    "%Y%m%d",
    "%d%m%Y",
    "%m%d%Y",
    "%y%m%d",
    "%d%m%y",
    "%m%d%y",
    "%Y%m",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
    "%H%M",
    "%H%M%S",
)
ZERO_OFFSET = re.compile(r"(?<=\d)\s?(?:Z|[+-]00:?00)$")


def output_layouts(date: datetime, text: str) -> Iterator[str]:
    """Yield the layouts in which the date is written as the text; the most usual first."""
    zone = ZERO_OFFSET.search(text)
    tail = zone.group() if zone else ""
    tokens = TOKEN.findall(text.removesuffix(tail))
    if not tokens or len(tokens) > LONGEST_SHAPE or not set(text).isdisjoint('%{}\\"\n'):
        return
    options = [token_layouts(date, token) for token in tokens]
    if all(options) and any("%" in option[0] for option in options):
        for choice in itertools.islice(itertools.product(*options), MOST_LAYOUTS):
            if sensible(choice):
                yield "".join(choice) + tail


def token_layouts(date: datetime, token: str) -> list[str]:
    """Return what a run of digits, a word or a sign may stand for; nothing when digits stand for nothing."""
    if token.isdigit():
        joined = [layout for layout in JOINED_CODES if len(token) > 3 and write_date(date, layout) == token]
        return [code for code in NUMBER_CODES if WRITING[code](date) == token] + joined
    return [code for code in WORD_CODES if WRITING[code](date) == token] or [token]


def sensible(choice: tuple[str, ...]) -> bool:
    """Tell whether no part of the date is written twice, and the year of ISO weeks goes with the week."""
    letters = [code[-1] for option in choice for code in re.findall(r"%[-^]?[A-Za-z]", option)]
    weeks = {"V", "G"} & set(letters)
    return len(set(letters)) == len(letters) and weeks != {"G"} and not (weeks == {"V"} and "Y" in letters)
