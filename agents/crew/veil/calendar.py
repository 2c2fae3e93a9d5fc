"""Moves all dates of a job by as many weeks, so that they stay dates, and keep their layouts and their relation."""

import random
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from agents.crew.veil.dates import find_layouts, has_day
from agents.induction.dates.layouts import EPOCH, MONTHS, offset, reading_pattern

ALWAYS = (datetime(1930, 1, 1), datetime(2068, 12, 1))  # noqa: DTZ001 - cells have no zone
TWO_DIGITS = (datetime(1969, 1, 1), ALWAYS[1])  # noqa: DTZ001 - of the year, without a doubt about the century
TEN_DIGITS = (datetime(2001, 9, 10), ALWAYS[1])  # noqa: DTZ001 - of the seconds since 1970
MOST_WEEKS = 3000
TRIES = 300


class Calendar:
    """The dates of some columns, and by how much they are moved."""

    def __init__(self, key: bytes, columns: Sequence[Collection[str]]) -> None:
        self.columns = find_layouts(columns)
        layouts = {layout for column in self.columns if column for layout in column.by_shape.values()}
        days = [
            moment
            for column, cells in zip(self.columns, columns, strict=True)
            if column and all(map(has_day, column.by_shape.values()))
            for cell in cells
            if (moment := column.read(cell))
        ]
        lots = random.Random(key)
        self.weeks = timedelta(weeks=choose_weeks(lots, days, bounds(layouts)))
        self.hours = 0 if any("%z" in layout for layout in layouts) else lots.randrange(1, 23)
        self.minutes, self.seconds = lots.randrange(1, 59), lots.randrange(1, 59)

    def veil(self, text: str, column: int, digits: Callable[[str], str]) -> str | None:
        """Return a made-up date in the layout of a text; None when the text is no date.

        Args:
            text: a cell.
            column: the place of its column, from 0.
            digits: makes up digits, for fractions of seconds.
        """
        layouts = self.columns[column]
        layout = layouts.of(text) if layouts else None
        match = reading_pattern(layout).fullmatch(text.strip()) if layout else None
        moment = layouts.read(text) if layouts else None
        if not layouts or not layout or not match or not moment:
            return None
        fields = match.groupdict()
        moved = self.move(moment + offset(fields.get("z", "Z")), layout)
        made = text.strip()
        for letter in sorted(fields, key=match.start, reverse=True):
            new = (
                digits(fields[letter])
                if letter == "f"
                else write(moved, letter, fields[letter], letter in layouts.unpadded)
            )
            made = made[: match.start(letter)] + new + made[match.end(letter) :]
        return text.replace(text.strip(), made)

    def move(self, moment: datetime, layout: str) -> datetime:
        """Return a made-up moment; zeros of the clock stay, which say that a time is round, or not known."""
        return (moment + self.weeks if has_day(layout) else moment).replace(
            hour=rotate(moment.hour, self.hours, 24),
            minute=rotate(moment.minute, self.minutes, 60),
            second=rotate(moment.second, self.seconds, 60),
        )


def rotate(value: int, by: int, size: int) -> int:
    """Return another of the values below a size; zero stays zero."""
    return (value - 1 + by) % (size - 1) + 1 if value else 0


def write(moment: datetime, letter: str, old: str, unpadded: bool) -> str:
    """Return one field of a date, written as the old one."""
    if letter in "Bb":
        return cased(MONTHS[moment.month - 1][: None if letter == "B" else 3], old)
    if letter == "p":
        return cased("PM" if moment.hour >= 12 else "AM", old)
    if letter in "sQ":
        return f"{(moment - EPOCH) // timedelta(seconds=1)}{old[-3:] if letter == 'Q' else ''}"
    if letter in "YyMS":
        return f"{getattr(moment, {'M': 'minute', 'S': 'second'}.get(letter, 'year')) % 10 ** len(old):0{len(old)}}"
    if letter in "mdHI":
        number = {"m": moment.month, "d": moment.day, "H": moment.hour, "I": moment.hour % 12 or 12}[letter]
        return f"{number:2}" if old[0] == " " else f"{number:{'' if unpadded else '02'}}"
    return old  # weekdays, which stay the same, and offsets


def cased(name: str, like: str) -> str:
    """Return a name in capitals or small letters where another is."""
    return name.upper() if like.isupper() else name.lower() if like.islower() else name


def bounds(layouts: Collection[str]) -> tuple[datetime, datetime]:
    """Return between which moments the layouts leave no doubt."""
    if any("%s" in layout or "%Q" in layout for layout in layouts):
        return TEN_DIGITS
    return TWO_DIGITS if any("%y" in layout for layout in layouts) else ALWAYS


def choose_weeks(lots: random.Random, days: Sequence[datetime], within: tuple[datetime, datetime]) -> int:
    """Return by how many weeks to move: to years that no real date has, where there is room for that."""
    if not days:
        return 0
    years, ends = {day.year for day in days}, (min(days), max(days))
    tries = [lots.randrange(1, MOST_WEEKS) * lots.choice((-1, 1)) for _ in range(TRIES)]
    fitting = [
        weeks
        for weeks in tries
        if ends[0] + timedelta(weeks=weeks) > within[0] and ends[1] + timedelta(weeks=weeks) < within[1]
    ]
    apart = (
        weeks
        for weeks in fitting
        if years.isdisjoint(range(*((end + timedelta(weeks=weeks)).year + place for place, end in enumerate(ends))))
    )
    return next(apart, next(iter(fitting), lots.randrange(1, 50)))
