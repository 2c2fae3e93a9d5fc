"""Months are not all of one length: what the search and learned scripts compute with them."""

import calendar
import datetime


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
