"""What windows compute from the numbers of one group, in the order of the rows; learned scripts hold their text.

Numbers are decimal, so that sums are exact. What is missing is not-a-number, which alone differs from itself: it takes
no part in what is computed of the others, and stays missing where each row has a result of its own.
"""

import decimal
import itertools
import math
from collections.abc import Iterable
from typing import Any


def running_total(numbers: Iterable[Any]) -> list[Any]:
    """Return for each number the sum up to it."""
    total: Any = 0
    return [number if number != number else (total := number + total) for number in numbers]


def running_product(numbers: Iterable[Any]) -> list[Any]:
    """Return for each number the product up to it."""
    product: Any = 1
    return [number if number != number else (product := number * product) for number in numbers]


def running_highest(numbers: Iterable[Any]) -> list[Any]:
    """Return for each number the highest up to it."""
    highest: Any = -math.inf
    return [number if number != number else (highest := max(highest, number)) for number in numbers]


def running_lowest(numbers: Iterable[Any]) -> list[Any]:
    """Return for each number the lowest up to it."""
    lowest: Any = math.inf
    return [number if number != number else (lowest := min(lowest, number)) for number in numbers]


def running_mean(numbers: Iterable[Any]) -> list[Any]:
    """Return for each number the mean up to it."""
    total: Any = 0
    count = itertools.count(1)
    return [number if number != number else (total := number + total) / next(count) for number in numbers]


def difference(numbers: Iterable[Any]) -> list[Any]:
    """Return how much each number is more than the one before; missing for the first."""
    row = list(numbers)
    return [math.nan, *(after - before for before, after in itertools.pairwise(row))][: len(row)]


def difference_to_next(numbers: Iterable[Any]) -> list[Any]:
    """Return how much more the next number is; missing for the last."""
    row = list(numbers)
    return [*(after - before for before, after in itertools.pairwise(row)), math.nan][-len(row) :] if row else []


def relative_change(numbers: Iterable[Any]) -> list[Any]:
    """Return by which part of the one before each number is more; missing for the first and behind a zero."""
    row = list(numbers)
    pairs = itertools.pairwise(row)
    return [math.nan, *((after - before) / before if before else math.nan for before, after in pairs)][: len(row)]


def percent_change(numbers: Iterable[Any]) -> list[Any]:
    """Return by how many hundredths of the one before each number is more; missing for the first and behind a zero."""
    row = list(numbers)
    pairs = itertools.pairwise(row)
    return [math.nan, *(100 * (after - before) / before if before else math.nan for before, after in pairs)][: len(row)]


def moving_total(numbers: Iterable[Any], count: int) -> list[Any]:
    """Return for each number the sum of so many that end with it; missing for the first few."""
    row = list(numbers)
    ends = range(count, len(row) + 1)
    return [math.nan] * min(count - 1, len(row)) + [sum(row[end - count : end]) for end in ends]


def moving_mean(numbers: Iterable[Any], count: int) -> list[Any]:
    """Return for each number the mean of so many that end with it; missing for the first few."""
    row = list(numbers)
    ends = range(count, len(row) + 1)
    return [math.nan] * min(count - 1, len(row)) + [sum(row[end - count : end]) / count for end in ends]


def rank_from_lowest(numbers: Iterable[Any]) -> list[Any]:
    """Return one more than how many numbers are lower."""
    row = list(numbers)
    places: dict[Any, int] = {}
    for place, number in enumerate(sorted(number for number in row if number == number), 1):
        places.setdefault(number, place)
    return [number if number != number else decimal.Decimal(places[number]) for number in row]


def rank_from_highest(numbers: Iterable[Any]) -> list[Any]:
    """Return one more than how many numbers are higher."""
    row = list(numbers)
    places: dict[Any, int] = {}
    for place, number in enumerate(sorted((number for number in row if number == number), reverse=True), 1):
        places.setdefault(number, place)
    return [number if number != number else decimal.Decimal(places[number]) for number in row]


def dense_rank_from_lowest(numbers: Iterable[Any]) -> list[Any]:
    """Return one more than how many different numbers are lower."""
    row = list(numbers)
    places = {number: place for place, number in enumerate(sorted({one for one in row if one == one}), 1)}
    return [number if number != number else decimal.Decimal(places[number]) for number in row]


def dense_rank_from_highest(numbers: Iterable[Any]) -> list[Any]:
    """Return one more than how many different numbers are higher."""
    row = list(numbers)
    places = {number: place for place, number in enumerate(sorted({one for one in row if one == one})[::-1], 1)}
    return [number if number != number else decimal.Decimal(places[number]) for number in row]


def order_from_lowest(numbers: Iterable[Any]) -> list[Any]:
    """Return the places that a sort gives; equal numbers keep their order."""
    row = list(numbers)
    known = sorted((place for place, number in enumerate(row) if number == number), key=row.__getitem__)
    places = {place: order for order, place in enumerate(known, 1)}
    return [decimal.Decimal(places[place]) if place in places else math.nan for place in range(len(row))]


def mean_rank_from_lowest(numbers: Iterable[Any]) -> list[Any]:
    """Return the rank from the lowest; equal numbers share the mean of their places."""
    row = list(numbers)
    places: dict[Any, list[int]] = {}
    for place, number in enumerate(sorted(number for number in row if number == number), 1):
        places.setdefault(number, []).append(place)
    return [
        number if number != number else decimal.Decimal(sum(places[number])) / len(places[number]) for number in row
    ]


def share_of_total(numbers: Iterable[Any]) -> list[Any]:
    """Return which part of the sum each number is; missing where the sum is 0."""
    row = list(numbers)
    total = sum(number for number in row if number == number)
    return [number / total if total else math.nan for number in row]


def percent_of_total(numbers: Iterable[Any]) -> list[Any]:
    """Return how many hundredths of the sum each number is; missing where the sum is 0."""
    row = list(numbers)
    total = sum(number for number in row if number == number)
    return [100 * number / total if total else math.nan for number in row]


def share_of_highest(numbers: Iterable[Any]) -> list[Any]:
    """Return which part of the highest each number is; missing where that is 0."""
    row = list(numbers)
    highest = max((number for number in row if number == number), default=0)
    return [number / highest if highest else math.nan for number in row]


def above_mean(numbers: Iterable[Any]) -> list[Any]:
    """Return how much each number is more than the mean."""
    row = list(numbers)
    known = [number for number in row if number == number]
    mean = decimal.Decimal(sum(known)) / max(len(known), 1)
    return [number - mean for number in row]


def from_zero_to_one(numbers: Iterable[Any]) -> list[Any]:
    """Return where each number stands between the lowest, 0, and the highest, 1; missing where these are the same."""
    row = list(numbers)
    known = [number for number in row if number == number]
    low, high = min(known, default=0), max(known, default=0)
    return [(number - low) / (high - low) if high != low else math.nan for number in row]


def standard_score(numbers: Iterable[Any]) -> list[Any]:
    """Return by how many standard deviations of a sample each number is more than the mean."""
    row = list(numbers)
    known = [number for number in row if number == number]
    mean = sum(known) / max(len(known), 1)
    variance = sum((number - mean) ** 2 for number in known) / max(len(known) - 1, 1)
    return [(number - mean) / decimal.Decimal(variance).sqrt() if variance else math.nan for number in row]


def group_total(numbers: Iterable[Any]) -> Any:
    """Return the sum."""
    return sum(number for number in numbers if number == number)


def group_mean(numbers: Iterable[Any]) -> Any:
    """Return the mean; missing where there is no number."""
    known = [number for number in numbers if number == number]
    return sum(known) / len(known) if known else math.nan


def group_median(numbers: Iterable[Any]) -> Any:
    """Return the number in the middle; missing where there is none."""
    known = sorted(number for number in numbers if number == number)
    half = len(known) // 2
    return math.nan if not known else known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2


def group_highest(numbers: Iterable[Any]) -> Any:
    """Return the highest; missing where there is no number."""
    return max((number for number in numbers if number == number), default=math.nan)


def group_lowest(numbers: Iterable[Any]) -> Any:
    """Return the lowest; missing where there is no number."""
    return min((number for number in numbers if number == number), default=math.nan)


def group_deviation(numbers: Iterable[Any]) -> Any:
    """Return the standard deviation of a sample; missing for fewer than two numbers."""
    known = [number for number in numbers if number == number]
    if len(known) < 2:
        return math.nan
    mean = sum(known) / len(known)
    return decimal.Decimal(sum((number - mean) ** 2 for number in known) / (len(known) - 1)).sqrt()
