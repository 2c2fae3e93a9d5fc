"""How numbers are read from text and written as text, exactly; learned scripts hold the text of these functions."""

import decimal
import functools
import re


def read_number(
    text: str, mark: str = ".", groups: str = "", affixes: tuple[str, ...] = (), scales: dict[str, str] | None = None
) -> decimal.Decimal:
    """Return the number in a text such as "$1,234.50", "(12)" or "3-"; NaN when it is not one.

    Args:
        text: the cell.
        mark: what stands before the decimals.
        groups: what stands between thousands; a blank also means a non-breaking one.
        affixes: what may stand before or after the number, such as "$".
        scales: suffixes that multiply, such as {"K": "1E3"}.
    """
    number = plain_number(text, mark, groups)
    if not number.is_nan():
        return number
    body = " ".join(text.replace("\u2212", "-").split())
    for affix in affixes:
        body = body.replace(affix, " ", 1).strip()
    below_zero = re.fullmatch(r"-(.*)|\((.*)\)|(.*)-", body)
    if below_zero:
        body = "".join(part or "" for part in below_zero.groups()).strip()
    scale = next(filter(body.endswith, scales or {}), "")
    number = plain_number(body.removesuffix(scale).rstrip(), mark, groups)
    if scales and scale:
        number *= decimal.Decimal(scales[scale])
    return number.copy_negate() if below_zero else number


def plain_number(text: str, mark: str, groups: str) -> decimal.Decimal:
    """Return the number in a text that holds nothing else, at most a plus; NaN when it is not one."""
    if not number_pattern(mark, groups).fullmatch(text):
        return decimal.Decimal("NaN")
    return decimal.Decimal(text.replace(groups, "").replace(mark, "."))


@functools.cache
def number_pattern(mark: str, groups: str) -> re.Pattern[str]:
    """Return the pattern of numbers that are not below zero."""
    whole = rf"\d{{1,3}}(?:{re.escape(groups)}\d{{3}})+|\d+" if groups else r"\d+"
    decimals = rf"{re.escape(mark)}\d"
    return re.compile(rf"\+?(?:(?:{whole})(?:{decimals}*)?|{decimals}+)(?:[eE][-+]?0*\d{{1,2}})?")


def write_number(
    number: decimal.Decimal,
    places: int | None = None,
    rounding: str = decimal.ROUND_HALF_UP,
    strip: bool = False,
    mark: str = ".",
    groups: str = "",
    width: int = 0,
    positive: str = "{}",
    negative: str = "",
    multiple: str = "",
    fewer: bool = False,
    zeros: int = 0,
    fill: str = "0",
    tail: int = 0,
) -> str | None:
    """Write a number; None when it is NaN.

    Args:
        number: the number.
        places: how many decimals it is rounded to; None when it is not rounded.
        rounding: the rule of the `decimal` module for this.
        strip: whether zeros at the end of the decimals are left out.
        mark: what stands before the decimals.
        groups: what stands between thousands.
        width: how many characters stand before the decimals at least.
        positive: what stands around the number, such as "${}".
        negative: the same for a number below zero; a minus before the other when empty.
        multiple: of what it is rounded to a multiple first, such as "0.05".
        fewer: whether a number with fewer decimals keeps those it has.
        zeros: how many decimals there are at least, filled up with zeros.
        fill: what the width is filled up with.
        tail: how many characters stand behind the mark at least, filled up with blanks.
    """
    if not number.is_finite():
        return None
    number = round_number(number, places, rounding, multiple, fewer)
    whole, _, decimals = format(number.copy_abs(), ",f" if groups else "f").partition(".")
    if strip:
        decimals = decimals.rstrip("0")
    decimals = decimals.ljust(zeros, "0").ljust(tail)
    text = whole.replace(",", groups).rjust(width, fill) + (mark + decimals if decimals else "")
    return (positive if number >= 0 else negative or f"-{positive}").format(text)


def round_number(
    number: decimal.Decimal, places: int | None, rounding: str, multiple: str, fewer: bool
) -> decimal.Decimal:
    """Return the number rounded to a multiple and to so many decimals, as far as these are given."""
    exact = decimal.Context(prec=decimal.MAX_PREC)
    if multiple:
        step = decimal.Decimal(multiple)
        number = (number / step).quantize(decimal.Decimal(1), rounding=rounding, context=exact) * step
    if places is None:
        return number
    if fewer and isinstance(exponent := number.as_tuple().exponent, int):
        places = min(places, max(0, -exponent))
    return number.quantize(decimal.Decimal(1).scaleb(-places), rounding=rounding, context=exact)


def divide(dividend: decimal.Decimal, divisor: decimal.Decimal) -> decimal.Decimal:
    """Return the ratio of two numbers; NaN when the divisor is 0."""
    return dividend / divisor if divisor else decimal.Decimal("NaN")


def start_of_range(
    number: decimal.Decimal, width: decimal.Decimal | int, first: decimal.Decimal | int
) -> decimal.Decimal:
    """Return the beginning of the range of this width in which a number lies, when one range begins at `first`."""
    if not number.is_finite():
        return number
    count = ((number - first) / width).quantize(decimal.Decimal(1), decimal.ROUND_FLOOR, decimal.Context(prec=999))
    return count * width + first
