"""Reads off texts how their numbers may be written."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from agents.induction.numbers.styles import SCALES, NumberLayout, NumberReading

CORE = re.compile(r"\d(?:[\d.,'\u00a0\u202f ]*\d)?(?:[eE][-+]?\d+)?|[.,]\d+")
SIGNS = "+-\u2212() \u00a0\u202f"
MOST_AFFIXES = 6
LONGEST_AFFIX = 10
MARKS = ((".", ","), (",", "."), (",", " "), (".", "'"), (".", " "), (".", ""), (",", ""))
"""Decimal marks and what stands between thousands, the most usual first."""

DIGITS_TO_ZERO = str.maketrans("123456789", "000000000")


def split_number(text: str) -> tuple[str, str, str] | None:
    """Return what stands before the first number, the number and what stands after it."""
    match = CORE.search(text)
    return (text[: match.start()], match.group(), text[match.end() :]) if match else None


@lru_cache(maxsize=1024)
def find_number_readings(texts: tuple[str, ...]) -> list[NumberReading]:
    """Return the readings under which every text is a number, the most usual first; texts must not be blank.

    Remembered, since every column of the output asks for every column of the input.
    """
    parts = {split_number(text.translate(DIGITS_TO_ZERO)) for text in texts}
    found = [part for part in parts if part is not None]
    affixes = {affix for before, _, after in found for side in (before, after) if (affix := side.strip(SIGNS))}
    if len(found) < len(parts) or len(affixes) > MOST_AFFIXES or any(map(unfit, affixes)):
        return []
    scales = tuple(sorted(affixes & SCALES.keys()))
    plain = tuple(sorted(affixes, key=lambda affix: (-len(affix), affix)))
    others = tuple(affix for affix in plain if affix not in scales)
    cores = {core for _, core, _ in found}
    styles = [NumberReading(mark, groups) for mark, groups in MARKS if reads_all(NumberReading(mark, groups), cores)]
    ways = [(others, scales), (plain, ())] if scales else [(plain, ())]
    return [NumberReading(style.mark, style.groups, *way) for style in distinct(styles, cores) for way in ways]


def unfit(affix: str) -> bool:
    """Tell whether a text beside a number is anything but a currency, a unit or a percent sign."""
    return len(affix) > LONGEST_AFFIX or not all(
        character.isalpha() or character in "%\u2030\u00b0/. " or unicodedata.category(character) == "Sc"
        for character in affix
    )


def reads_all(reading: NumberReading, cores: set[str]) -> bool:
    """Tell whether every text is a number in this style."""
    return not any(reading.read(core).is_nan() for core in cores)


def distinct(styles: Sequence[NumberReading], cores: set[str]) -> Iterator[NumberReading]:
    """Yield the styles but for those that read everything as an earlier one does."""
    ones = {re.sub(r"0(?![eE\d]*$)|0$", "1", core) for core in cores}  # zeros alone would hide a difference
    seen = set()
    for style in styles:
        numbers = tuple(str(style.read(core)) for core in sorted(ones))
        if numbers not in seen:
            seen.add(numbers)
            yield style


def find_number_layouts(texts: tuple[str, ...]) -> Iterator[tuple[NumberLayout, NumberReading]]:
    """Yield the layouts that texts may have, each with the reading that takes their numbers back out of them.

    Nothing is said of rounding: the number of decimals is what is seen, and `strip` is set when it varies.
    """
    parts = [split_number(text) for text in texts]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return
    cores = {core for _, core, _ in found}
    for reading in find_number_readings(texts):
        layout = with_signs(layout_of_cores(cores, reading), texts, reading)
        if layout and not reading.scales:
            yield layout, reading
            zeros = min(len(core) - len(core.rstrip("0")) for core in cores if core != "0") if cores != {"0"} else 0
            if zeros and layout.places == 0:
                yield replace(layout, places=-zeros), reading


def layout_of_cores(cores: set[str], reading: NumberReading) -> NumberLayout:
    """Return how the digits are written."""
    decimals = {len(core.rpartition(reading.mark)[2]) if reading.mark in core else 0 for core in cores}
    groups = reading.groups if any(reading.groups and reading.groups in core for core in cores) else ""
    padded = any(re.match(r"0\d", core) for core in cores) and len(set(map(len, cores))) == 1
    width = len(next(iter(cores))) if padded else 0
    return NumberLayout(max(decimals), strip=len(decimals) > 1, mark=reading.mark, groups=groups, width=width)


def with_signs(layout: NumberLayout, texts: Sequence[str], reading: NumberReading) -> NumberLayout | None:
    """Add what stands around numbers above and below zero; None when that varies or a text cannot be read."""
    patterns: dict[bool, set[str]] = {False: set(), True: set()}
    for text in texts:
        number = reading.read(text)
        if number.is_nan():
            return None
        patterns[number < 0].add(CORE.sub("{}", text, count=1))
    if max(map(len, patterns.values())) > 1:
        return None
    positive = next(iter(patterns[False]), "{}")
    negative = next(iter(patterns[True]), "")
    return replace(layout, positive=positive, negative="" if negative == f"-{positive}" else negative)
