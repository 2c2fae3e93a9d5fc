"""Reads off texts how their numbers may be written."""

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from agents.induction.numbers.styles import SCALES, NumberLayout, NumberReading

CORE = re.compile(r"\d(?:[\d.,'\u00a0\u202f ]*\d)?(?:[eE][-+]?\d+)?|[.,]\d+")
DECIMALS = re.compile(r"(?=[.,]\d*\D*$)")
SIGNS = "+-\u2212() \u00a0\u202f"
MOST_AFFIXES = 6
LONGEST_AFFIX = 10
LONGEST_CODE = 3  # characters of the name of a currency or a unit, such as EUR
FEWEST_OTHER_WORDS = 3
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
    if (
        len(found) < len(parts)
        or len(affixes) > MOST_AFFIXES
        or any(map(unfit, affixes))
        or any_words(affixes, len(texts))
    ):
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


def any_words(affixes: set[str], texts: int) -> bool:
    """Tell whether most texts have a word of their own beside the number: other texts will have others."""
    words = [affix for affix in affixes if len(affix) > LONGEST_CODE and affix not in SCALES]
    return len(words) >= FEWEST_OTHER_WORDS and len(words) > texts / 2


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
    width, tail = alignment(texts)
    aligned = [text.strip() for text in texts] if width else texts
    parts = [split_number(text) for text in aligned]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return
    cores = {core for _, core, _ in found}
    for reading in find_number_readings(tuple(dict.fromkeys(aligned))):
        layout = with_signs(layout_of_cores(cores, reading), aligned, reading)
        if layout and not reading.scales:
            if width:
                layout = with_alignment(layout, width, tail)
            yield from ((way, reading) for way in roundings_of(layout, cores, reading))


def alignment(texts: Sequence[str]) -> tuple[int, int]:
    """Return the characters before the decimals and from there on when blanks align them; else zeros."""
    fronts = [DECIMALS.split(text)[0] for text in texts]
    widths = {len(front) for front in fronts if front[:1] == " "}
    fullest = min((len(front) for front in fronts if front[:1] != " "), default=math.inf)
    if len(widths) != 1 or fullest < min(widths) or len({len(front.lstrip()) for front in fronts}) == 1:
        return 0, 0
    tails = {len(text) - len(front) for text, front in zip(texts, fronts, strict=True)}
    return widths.pop(), tails.pop() if len(tails) == 1 else 0


def with_alignment(layout: NumberLayout, width: int, tail: int) -> NumberLayout:
    """Return the layout with blanks before the number, and behind it where decimals vary or the example has them."""
    layout = replace(layout, width=width, fill=" ")
    decimals = (layout.places or 0) + bool(layout.places)
    if layout.strip:
        return replace(layout, tail=max(0, tail - 1))
    return replace(layout, positive=layout.positive + " " * max(0, tail - decimals))


def roundings_of(layout: NumberLayout, cores: set[str], reading: NumberReading) -> Iterator[NumberLayout]:
    """Yield the layout, and those that write the same numbers but are rounded further, or keep what decimals there are.

    Numbers that end with the same zeros may be rounded to tens, and multiples of five may be rounded to those.
    """
    yield layout
    decimals = [core.rpartition(reading.mark)[2] if reading.mark in core else "" for core in cores]
    zeros = min(len(core) - len(core.rstrip("0")) for core in cores if core != "0") if cores != {"0"} else 0
    if layout.places == 0 and zeros:
        yield replace(layout, places=-zeros)
    if layout.places and not layout.strip and 0 < zeros < layout.places:
        yield replace(layout, places=layout.places - zeros, zeros=layout.places)
    if layout.strip and "0" in decimals and all(decimals):
        yield replace(layout, zeros=1)  # as Python writes floating numbers
    if layout.strip and any(text.endswith("0") for text in decimals):
        yield replace(layout, strip=False, fewer=True)
    numbers = [reading.read(core) for core in cores]
    yield from (replace(layout, multiple=step) for step in common_steps(numbers, layout.places or 0))


def common_steps(numbers: Sequence[Decimal], places: int) -> list[str]:
    """Return the everyday steps of which all numbers are multiples, the greatest first, powers of ten left out."""
    whole = [int(number.scaleb(places)) for number in numbers]
    divisor = math.gcd(*whole)
    if len(set(whole)) < 2 or divisor < 2:
        return []
    steps = [base * 10**power for power in range(5) for base in (75, 50, 25, 20, 15, 5, 2)]
    found = sorted(
        {step for step in steps if divisor % step == 0 and set(str(step)[1:]) | {str(step)[0]} != {"1", "0"}}
    )
    return [format(Decimal(step).scaleb(-places).normalize(), "f") for step in found[::-1][:2]]


def layout_of_cores(cores: set[str], reading: NumberReading) -> NumberLayout:
    """Return how the digits are written."""
    parts = [core.partition(reading.mark) for core in cores]
    decimals = {len(after) for _, _, after in parts}
    groups = reading.groups if any(reading.groups and reading.groups in core for core in cores) else ""
    fronts = [front for front, _, _ in parts]
    padded = any(re.match(r"0\d", front) for front in fronts) and len(set(map(len, fronts))) == 1
    width = len(fronts[0]) if padded else 0
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
