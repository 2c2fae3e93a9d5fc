"""Months are not all of one length: what the search and learned scripts compute with them."""

import calendar
import datetime
import decimal


def add_months(date: datetime.datetime, months: int) -> datetime.datetime:
    """Return the same day so many months later, or the last day of that month where it is shorter."""
    month = date.year * 12 + date.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return date.replace(year=year, month=month, day=min(date.day, calendar.monthrange(year, month)[1]))


def start_of_months(date: datetime.datetime, months: int, shift: int) -> datetime.datetime:
    """Return the beginning of the period of so many months in which a date lies; one begins in the month `shift`."""
    month = date.year * 12 + date.month - 1
    month -= (month - shift) % months
    start = date.replace(year=month // 12, month=month % 12 + 1, day=1)
    return start.replace(hour=0, minute=0, second=0, microsecond=0)


def later(
    date: datetime.datetime, months: decimal.Decimal | int = 0, seconds: decimal.Decimal | int = 0
) -> datetime.datetime | None:
    """Return the date that is so much later; None beyond the calendar, and for parts of a month or a second."""
    if not all(decimal.Decimal(number).is_finite() and int(number) == number for number in (months, seconds)):
        return None
    try:
        moved = add_months(date, int(months)) + datetime.timedelta(seconds=int(seconds))
    except (ValueError, OverflowError):
        return None
    return moved if 1 <= moved.year <= 9999 else None


def seconds_between(first: datetime.datetime, second: datetime.datetime) -> decimal.Decimal:
    """Return the seconds from one time to another, exactly."""
    return decimal.Decimal((second - first) // datetime.timedelta(microseconds=1)) / 1000000


def full_months(first: datetime.datetime, second: datetime.datetime) -> int:
    """Return how many complete months lie between two dates; below zero when the second is the earlier one."""
    if second < first:
        return -full_months(second, first)
    months = second.year * 12 + second.month - first.year * 12 - first.month
    return months - ((second.day, second.time()) < (first.day, first.time()))
