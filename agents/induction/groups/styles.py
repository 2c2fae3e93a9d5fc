"""Reads off the output how the figures of groups are written."""

import decimal
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agents.induction.groups.aggregates import DIGITS, DIVIDING, Aggregate
from agents.induction.groups.figures import write_float
from agents.induction.numbers.relations import find_roundings
from agents.induction.numbers.shapes import find_number_layouts
from agents.induction.numbers.styles import NumberLayout, NumberReading

LONGEST_EXACT = 12  # digits: an output that shows more was rounded to what its tool shows
FEWEST_DIGITS = 4


def written(aggregate: Aggregate, values: Sequence[Decimal], texts: Sequence[str]) -> Aggregate | None:
    """Return the aggregate with a way to write its values as the texts; None when there is none."""
    if any(value.is_nan() != (not text) for value, text in zip(values, texts, strict=True)):
        return None
    pairs = [(value, text) for value, text in zip(values, texts, strict=True) if text]
    values, texts = [value for value, _ in pairs], [text for _, text in pairs]
    for layout, reading in find_number_layouts(tuple(dict.fromkeys(texts))):
        if (layout.places or 0) >= 0 and near(layout, reading, values, texts):
            found = next((one for one in ways(aggregate, layout, values, texts) if fits(one, values, texts)), None)
            if found:
                return found
    return None


def near(layout: NumberLayout, reading: NumberReading, values: Sequence[Decimal], texts: Sequence[str]) -> bool:
    """Tell at little expense whether the values are the texts but for rounding."""
    pairs = zip(values, texts, strict=True)
    return all(
        abs(reading.read(text) - value) <= max(layout.unit(), abs(value) * Decimal("1E-3")) for value, text in pairs
    )


def ways(
    aggregate: Aggregate, layout: NumberLayout, values: Sequence[Decimal], texts: Sequence[str]
) -> list[Aggregate]:
    """Return the ways to write the values that the texts suggest, the likeliest first."""
    free = replace(aggregate, layout=replace(layout, places=None, strip=True))
    digits = [replace(free, digits=count) for count in digit_counts(texts)]
    floats = [replace(aggregate, as_float=True)] * all(map(like_float, texts))
    layouts = [one for one in find_roundings(values, texts, layout, computed=True) if not one.multiple]
    rounded = [replace(aggregate, layout=one) for one in layouts]
    varying = layout.strip or not layout.places
    if aggregate.function not in DIVIDING:
        exact = [replace(aggregate, layout=replace(layout, places=None, strip=False)), free]
        return [*exact, *rounded, *floats, *digits] if varying else [*rounded, *exact, *floats, *digits]
    endless = [replace(free, digits=DIGITS)]
    if all(text.endswith(".0") or len(text) > LONGEST_EXACT for text in texts):
        return [*floats, *endless, *rounded, *digits]
    return [*(endless if varying else []), *rounded, *digits, *floats]


def like_float(text: str) -> bool:
    """Tell whether a text is a number as Python writes floats."""
    return plain(text) and "." in text and text == write_float(Decimal(text))


def plain(text: str) -> bool:
    """Tell whether a text is a number as Python writes it."""
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def digit_counts(texts: Sequence[str]) -> list[int]:
    """Return to how many digits the texts may have been rounded: as many as the longest has."""
    counts = {len("".join(filter(str.isdigit, text)).lstrip("0")) for text in texts if "." in text}
    return [max(counts)] if counts and max(counts) >= FEWEST_DIGITS else []


def fits(aggregate: Aggregate, values: Sequence[Decimal], texts: Sequence[str]) -> bool:
    """Tell whether every value is written as its text."""
    with decimal.localcontext():
        return all(aggregate.write(value) == text for value, text in zip(values, texts, strict=True))
