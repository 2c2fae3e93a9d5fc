"""Layouts in which dates of a column may be written in other files, though no row of the example is."""

import re
from collections.abc import Iterator, Sequence

TIME = re.compile(r"[T ]?%[HI].*$")
CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
SEPARATORS = ("/", ".", "-")
MOST_VARIANTS = 16
MOST_DATES = 4


def variants(inputs: Sequence[str], output: str) -> tuple[str, ...]:
    """Return further layouts that can be read without a doubt in the same order of day and month.

    Columns of one layout mostly keep it: of these only dates with a time, or times with a date, are foreseen. Where
    an example mixes layouts, other files mix others of the kind.
    """
    if any("%z" in layout or "%s" in layout or "%Q" in layout or "%f" in layout for layout in inputs):
        return ()
    dates = list(dict.fromkeys(TIME.sub("", layout) for layout in inputs))
    if any(re.search(r"%[HI]", layout) for layout in inputs):
        found = clock_variants(inputs, output) if dates == [""] and not re.search("%-?[YymdBbAa]", output) else iter(())
    elif re.search("%-?[HIMS]", output):
        found = iter(())
    else:
        found = date_variants(dates)
    return tuple(layout for layout in dict.fromkeys(found) if layout not in inputs)[:MOST_VARIANTS]


def clock_variants(inputs: Sequence[str], output: str) -> Iterator[str]:
    """Yield times with seconds, and with an unmistakable date before them."""
    shown = "S" in output
    for clock in CLOCKS:
        if "%S" in clock or not shown:
            yield from (clock, f"%Y-%m-%d {clock}", f"%Y-%m-%dT{clock}")


def date_variants(dates: Sequence[str]) -> Iterator[str]:
    """Yield dates with a time behind them; of mixed layouts also other separators, short years and named months."""
    yield from (f"{date} {clock}" for date in dates[:MOST_DATES] for clock in CLOCKS[:2])
    kinds = {re.sub("%[Bb]", "%b", date) for date in dates}
    if len(kinds) < 2:
        return
    for date in dates:
        if re.search("%[mBb]", date) and "%d" in date:
            yield date.replace("%Y", "%y") if re.search(r"\W%Y$", date) else date.replace("%y", "%Y")
        if re.fullmatch(r"%[dm]\W%[dm]\W%Y", date):
            yield from (separator.join(re.findall("%[dmY]", date)) for separator in SEPARATORS)
    yield "%Y-%m-%d"
    yield from ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
