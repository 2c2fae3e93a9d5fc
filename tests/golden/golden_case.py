"""What the golden cases are made of: how rows are written and converted, and values in a fixed, uneven order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

FIRST = ["mary", "JOHN", "Ana-Maria", "o'neil", "Lars", "chloé", "wei", "Fatima", "jean-luc", "Björn", "ivan", "Zoë"]
LAST = ["SMITH", "o'brien", "van der berg", "Müller", "garcía", "Lee", "nowak", "DUBOIS", "rossi", "Kim", "haddad"]
CITIES = ["Lyon", "Graz", "Porto", "Bergen", "Gent", "Cork", "Basel"]

Row = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """How rows are made and converted, and how the files are written."""

    header: Row
    row: Callable[[int], Row]
    new_header: Row
    convert: Callable[[list[Row]], Iterable[Row]]
    rows: int = 24
    new_rows: int = 12
    given_as: dict[str, str] = field(default_factory=dict)  # encoding, quoting, arguments of csv.writer; header="none"
    wanted_as: dict[str, str] = field(default_factory=dict)
    around: tuple[str, str] = ("", "")  # what stands above and below the given tables, with {} for the number of rows
    instructions: dict[str, str] = field(default_factory=dict)


def pick(values: list[str], number: int, step: int = 1) -> str:
    """Return values in a fixed, uneven order."""
    return values[(number * step + number // 3) % len(values)]


def day(number: int) -> datetime:
    """Return a moment that moves through all days, months and hours."""
    return datetime(2023, 1, 3, 4, 5, 6, tzinfo=UTC) + timedelta(days=number * 23, minutes=number * 97)


def title(text: str) -> str:
    """Start every word, and what follows a hyphen or an apostrophe, with a capital."""
    for separator in " -'":
        text = separator.join(part[:1].upper() + part[1:] for part in text.split(separator))
    return text


def each(function: Callable[[Row], Row]) -> Callable[[list[Row]], Iterable[Row]]:
    """Convert row by row."""
    return lambda rows: [function(row) for row in rows]
