"""What is computed from the cells of one group; learned scripts hold the text of these functions."""

import collections
import decimal

from agents.induction.numbers.text import read_number


def known_cells(cells: list[str]) -> list[str]:
    """Return the cells that are not blank and do not say that nothing is known."""
    return [cell for cell in cells if cell.strip().lower() not in ("", "null", "none", "nan", "na", "n/a")]


def numbers_in(
    cells: list[str],
    mark: str = ".",
    groups: str = "",
    affixes: tuple[str, ...] = (),
    scales: dict[str, str] | None = None,
) -> list[decimal.Decimal]:
    """Return the numbers in all known cells; NaN alone when one of these is no number."""
    numbers = [read_number(cell, mark, groups, affixes, scales) for cell in known_cells(cells)]
    return [decimal.Decimal("NaN")] if any(number.is_nan() for number in numbers) else numbers


def total(numbers: list[decimal.Decimal]) -> decimal.Decimal:
    """Return the sum; 0 of nothing."""
    return sum(numbers, decimal.Decimal(0))


def mean(numbers: list[decimal.Decimal]) -> decimal.Decimal:
    """Return the mean; NaN of nothing."""
    return sum(numbers, decimal.Decimal(0)) / len(numbers) if numbers else decimal.Decimal("NaN")


def median(numbers: list[decimal.Decimal]) -> decimal.Decimal:
    """Return the number in the middle, or the mean of the two there; NaN of nothing."""
    middle = sorted(numbers)[(len(numbers) - 1) // 2 : len(numbers) // 2 + 1]
    return sum(middle, decimal.Decimal(0)) / len(middle) if middle else decimal.Decimal("NaN")


def smallest(numbers: list[decimal.Decimal]) -> decimal.Decimal:
    """Return the smallest number; NaN of nothing."""
    return min(numbers, default=decimal.Decimal("NaN"))


def largest(numbers: list[decimal.Decimal]) -> decimal.Decimal:
    """Return the largest number; NaN of nothing."""
    return max(numbers, default=decimal.Decimal("NaN"))


def span(numbers: list[decimal.Decimal]) -> decimal.Decimal:
    """Return how far the largest number is from the smallest; NaN of nothing."""
    return max(numbers) - min(numbers) if numbers else decimal.Decimal("NaN")


def deviation(numbers: list[decimal.Decimal]) -> decimal.Decimal:
    """Return the standard deviation of a sample; NaN of fewer than two numbers."""
    if len(numbers) < 2:
        return decimal.Decimal("NaN")
    centre = sum(numbers, decimal.Decimal(0)) / len(numbers)
    return (sum(((number - centre) ** 2 for number in numbers), decimal.Decimal(0)) / (len(numbers) - 1)).sqrt()


def variance(numbers: list[decimal.Decimal]) -> decimal.Decimal:
    """Return the variance of a sample; NaN of fewer than two numbers."""
    if len(numbers) < 2:
        return decimal.Decimal("NaN")
    centre = sum(numbers, decimal.Decimal(0)) / len(numbers)
    return sum(((number - centre) ** 2 for number in numbers), decimal.Decimal(0)) / (len(numbers) - 1)


def first_known(cells: list[str]) -> str:
    """Return the first known cell; blank when none is."""
    return next(iter(known_cells(cells)), "")


def last_known(cells: list[str]) -> str:
    """Return the last known cell; blank when none is."""
    return next(reversed(known_cells(cells)), "")


def most_frequent(cells: list[str]) -> str:
    """Return the cell that occurs most often, of equally frequent ones the first; blank when none is known."""
    return next((cell for cell, _ in collections.Counter(known_cells(cells)).most_common(1)), "")


def write_float(number: decimal.Decimal) -> str:
    """Write a number the way Python writes floats, such as 16.0; blank when it is NaN."""
    return "" if number.is_nan() else str(float(number))
