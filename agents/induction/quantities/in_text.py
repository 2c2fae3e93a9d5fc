"""Functions on numbers that stand in a text, and on characters that nobody may see."""

import decimal
import re
from collections.abc import Iterator, Sequence

from agents.induction.quantities.functions import Arguments, KnownFunction

NUMBER = r"[0-9]+(?:\.[0-9]+)?"
MOST_WORDS = 4  # of a text with whose numbers one calculates
OPERATIONS = ("sum", "product", "mean", "difference", "distance")
EXTREMES = ("least", "greatest")
LONGEST_RUN = 12
FEWEST_HIDDEN = 3


def fill_number(text: str, place: str, width: int) -> str | None:
    """Write a run of digits in a text with so many zeros in front as make it that wide; None where there is none.

    Args:
        text: any text, such as "INV-07".
        place: which of the runs, "first" or "last".
        width: how many digits there are at least; 1 for no zeros in front.
    """
    runs = list(re.finditer("[0-9]+", text))
    if not runs:
        return None
    run = runs[-1 if place == "last" else 0]
    return text[: run.start()] + run.group().lstrip("0").rjust(width, "0") + text[run.end() :]


def combine_numbers(text: str, operation: str) -> str | None:
    """Calculate with all numbers in a text, those in names such as "chr1" left out; None where there are too few.

    Args:
        text: such as "10 x 20 x 30 cm".
        operation: sum, product, mean, least or greatest, or of two numbers the difference (the first less the second)
            or the distance (the second less the first).
    """
    numbers = [decimal.Decimal(found) for found in re.findall(r"(?<![^\W_xX])[0-9]+(?:\.[0-9]+)?", text)]
    if not numbers or (operation in ("difference", "distance") and len(numbers) != 2):
        return None
    value = sum(numbers, decimal.Decimal(0))
    if operation == "product":
        value = decimal.Decimal(1)
        for number in numbers:
            value *= number
    elif operation == "mean":
        value = round(value / len(numbers), 10)
    elif operation in ("difference", "distance"):
        value = numbers[0] - numbers[1] if operation == "difference" else numbers[1] - numbers[0]
    elif operation in ("least", "greatest"):
        value = min(numbers) if operation == "least" else max(numbers)
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def hide(text: str, first: int, last: int, sign: str) -> str:
    """Write a sign for each letter and digit, but for so many characters at the beginning and at the end."""
    end = max(len(text) - last, first)
    return text[:first] + re.sub(r"[^\W_]", lambda found: sign, text[first:end]) + text[end:]


def read_width(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off how wide the last or the first number in each text becomes; numbers alone are no texts."""
    runs = [re.findall("[0-9]+", want) for want in wanted]
    if all(runs) and any(map(str.isdigit, "".join(cells))) and not any(map(str.isdigit, cells)):
        for place, index in (("last", -1), ("first", 0)):
            width = min(len(found[index]) for found in runs)
            if width <= LONGEST_RUN:
                yield place, width


def read_operation(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the operations, where texts hold several numbers and not always what is wanted at the same place."""
    found = [re.findall(NUMBER, cell) for cell in cells]
    numbers = [re.search(f"-?{NUMBER}", want) for want in wanted]
    words = max(len(re.findall(r"[^\W\d_]+", cell)) for cell in cells)
    if max(map(len, found)) < 2 or not all(numbers) or words > MOST_WORDS:
        return
    results = [number.group() for number in numbers if number]
    for place in (0, -1):
        if all(own and own[place] == result for own, result in zip(found, results, strict=True)):
            return
    yield from ((operation,) for operation in OPERATIONS)


def read_extreme(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the least and the greatest under the same conditions."""
    if any(read_operation(cells, wanted)):
        yield from ((operation,) for operation in EXTREMES)


def read_hidden(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off which sign stands for characters, and how many at the beginning and the end are shown."""
    if any(len(cell) != len(want) for cell, want in zip(cells, wanted, strict=True)):
        return
    signs = {
        new for cell, want in zip(cells, wanted, strict=True) for old, new in zip(cell, want, strict=True) if old != new
    }
    shown = [shown_ends(cell, want) for cell, want in zip(cells, wanted, strict=True)]
    if len(signs) == 1 and all(len(cell) - sum(ends) >= FEWEST_HIDDEN for cell, ends in zip(cells, shown, strict=True)):
        yield min(ends[0] for ends in shown), min(ends[1] for ends in shown), signs.pop()


def shown_ends(cell: str, want: str) -> tuple[int, int]:
    """Count the characters before the first and behind the last one that changes."""
    changed = [at for at, (old, new) in enumerate(zip(cell, want, strict=True)) if old != new] or [0]
    return changed[0], len(cell) - 1 - changed[-1]


IN_TEXT = {
    "fill_number": KnownFunction(
        fill_number,
        "write its {0} number with at least {1} digits, and no more zeros in front than these take",
        1,
        read_width,
        ("re",),
    ),
    "combine_numbers": KnownFunction(
        combine_numbers, "take the {0} of its numbers", 4, read_operation, ("decimal", "re"), bits_of_choice=3
    ),
    "extreme_number": KnownFunction(
        combine_numbers, "take the {0} of its numbers", 10, read_extreme, ("decimal", "re"), bits_of_choice=1
    ),
    "hide": KnownFunction(
        hide,
        'write "{2}" for all letters and digits but the first {0} and the last {1} characters',
        2,
        read_hidden,
        ("re",),
    ),
}
