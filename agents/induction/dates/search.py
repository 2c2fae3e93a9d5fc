"""Finds how dates were read and written, from all pairs of a cell and what became of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agents.induction.dates.cleaning import CLEANINGS, FOREIGN_MONTHS
from agents.induction.dates.layouts import read_date, write_date
from agents.induction.dates.shapes import input_layouts, output_layouts
from agents.induction.numbers.shapes import DIGITS_TO_ZERO

Pairs = Sequence[tuple[str, str]]

SAMPLE = 200
MOST_GROUPS = 12
SEEDS = 20


@dataclass(frozen=True)
class Reading:
    """The layouts in which texts are read, tried in order, and the one in which their dates are written."""

    inputs: tuple[str, ...]
    output: str
    cleanings: tuple[str, ...] = ()  # keys of CLEANINGS


def convert(text: str, reading: Reading) -> str | None:
    """Return the text in the output's layout; None when no input layout fits."""
    date = read_cell(text, reading.inputs, reading.cleanings)
    return None if date is None else write_date(date, reading.output)


def read_cell(text: str, inputs: Sequence[str], cleanings: Sequence[str] = ()) -> datetime | None:
    """Return the date in the first layout that fits the cleaned text; None when none does."""
    cleaned = clean(text, cleanings)
    dates = (read_date(cleaned, layout) for layout in inputs)
    return next((date for date in dates if date is not None), None)


def clean(text: str, cleanings: Sequence[str]) -> str:
    """Return the text without what shall be taken out, and without blanks around it."""
    text = text.strip()
    for name in cleanings:
        for pattern, kept in CLEANINGS[name].items():
            text = re.sub(pattern, kept, text)
    return text


def find_readings(pairs: Pairs) -> list[Reading]:
    """Return the readings that turn the first text of every pair into the second; several when rows leave it open.

    Offsets from UTC count, unless nothing is explained then.
    """
    needed = needed_cleanings([text for text, _ in pairs])
    for cleanings in dict.fromkeys((tuple(name for name in needed if name != "offsets"), tuple(needed))):
        found = find_cleaned([(clean(text, cleanings), wanted) for text, wanted in pairs])
        if found:
            return [replace(reading, cleanings=cleanings) for reading in found]
    return []


def needed_cleanings(texts: Sequence[str]) -> list[str]:
    """Return the cleanings that would change some texts; of languages, the one with the most words found."""
    lines = "\n".join({text.translate(DIGITS_TO_ZERO) for text in texts})
    found = {
        name: sum(re.search(pattern, lines, re.MULTILINE) is not None for pattern in patterns)
        for name, patterns in CLEANINGS.items()
    }
    if found["midnight"]:  # which digits there are matters
        found["midnight"] = sum(clean(text, ("midnight",)) != text.strip() for text in texts)
    language = max(FOREIGN_MONTHS, key=lambda name: found[name])
    return [name for name, count in found.items() if count and (name not in FOREIGN_MONTHS or name == language)]


def find_cleaned(pairs: Pairs) -> list[Reading]:
    """Find readings on a sample, to which pairs are added until no reading of it is proved wrong by others."""
    sample = list(pairs[:SAMPLE])
    while True:
        wrong = {reading: first_wrong(reading, pairs) for reading in search(sample)}
        right = [reading for reading, pair in wrong.items() if pair is None]
        news = [pair for pair in dict.fromkeys(wrong.values()) if pair is not None and pair not in sample]
        if right or not news:
            return right
        sample += news


def first_wrong(reading: Reading, pairs: Pairs) -> tuple[str, str] | None:
    """Return the first pair that the reading does not explain."""
    return next((pair for pair in pairs if convert(pair[0], reading) != pair[1]), None)


def search(pairs: Pairs) -> Iterator[Reading]:
    """Yield readings of a sample."""
    groups = group_by_layouts(pairs)
    if not groups or len(groups) > MOST_GROUPS:
        return
    biggest = max(groups, key=lambda layouts: len(groups[layouts]))
    for output in possible_outputs(biggest, groups[biggest]):
        choices = [inputs_for(output, layouts, members) for layouts, members in groups.items()]
        if all(choices):
            yield from combinations(choices, output)


def group_by_layouts(pairs: Pairs) -> dict[tuple[str, ...], list[tuple[str, str]]]:
    """Group pairs by the layouts that their first text may have; nothing when a text is no date."""
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for text, wanted in pairs:
        layouts = input_layouts(text.translate(DIGITS_TO_ZERO))
        if not layouts:
            return {}
        groups.setdefault(layouts, []).append((text, wanted))
    return groups


def possible_outputs(layouts: Sequence[str], pairs: Pairs) -> list[str]:
    """Return the output layouts that fit the pair which leaves the fewest."""
    found: list[dict[str, None]] = []
    for text, wanted in pairs[:SEEDS]:
        dates = [date for layout in layouts if (date := read_date(text, layout)) is not None]
        found.append({output: None for date in dates for output in output_layouts(date, wanted)})
    fewest = min(found, key=len)
    return list(fewest)


def inputs_for(output: str, layouts: Sequence[str], pairs: Pairs) -> list[tuple[str, ...]]:
    """Return the input layouts that explain all pairs: one each, or two in order where none does alone."""
    single: list[tuple[str, ...]] = [
        (layout,) for layout in layouts if first_wrong(Reading((layout,), output), pairs) is None
    ]
    if single:
        return single
    double = ((first, second) for first in layouts for second in layouts if first != second)
    return [inputs for inputs in double if first_wrong(Reading(inputs, output), pairs) is None]


def combinations(choices: Sequence[Sequence[tuple[str, ...]]], output: str) -> Iterator[Reading]:
    """Yield one reading where the order of day and month is decided or does not matter, and both where it is open."""
    yielded = set()
    needed = {choice[0] for choice in choices if len(choice) == 1}
    for day_first in preferred_orders(choices):
        inputs = [
            max(choice, key=lambda layouts: (agreement(layouts, day_first), layouts in needed)) for choice in choices
        ]
        reading = Reading(with_month_names(layout for layouts in inputs for layout in layouts), output)
        if reading not in yielded:
            yielded.add(reading)
            yield reading


def with_month_names(layouts: Iterable[str]) -> tuple[str, ...]:
    """Return the layouts, and where months have names, also those with the name cut short or in full."""
    several = ((layout, layout.replace("%b", "%B"), layout.replace("%B", "%b")) for layout in layouts)
    return tuple(dict.fromkeys(layout for group in several for layout in group))


def preferred_orders(choices: Sequence[Sequence[tuple[str, ...]]]) -> tuple[bool, ...]:
    """Return the orders of day and month to try: one when a decided group shows it."""
    decided = {
        shown
        for choice in choices
        if len(choice) == 1
        for layout in choice[0]
        if (shown := is_day_first(layout)) is not None
    }
    return tuple(decided) if len(decided) == 1 else (True, False)


def agreement(layouts: Sequence[str], day_first: bool) -> int:
    """Count the layouts that have day and month in the order, and take away those that have not."""
    shown = [is_day_first(layout) for layout in layouts]
    return shown.count(day_first) - shown.count(not day_first)


def is_day_first(layout: str) -> bool | None:
    """Tell whether the day stands before a month in digits; None when the layout leaves no doubt about the two."""
    match = re.match(r".*?%(d|m)(?=.*%[dm])", layout)
    return None if match is None or layout.startswith(("%Y%m", "%Y-%m")) else match[1] == "d"
