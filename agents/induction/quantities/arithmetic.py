"""Functions on numbers in a text: calculations that are written out, fractions, thousands and millions."""

import decimal
import fractions
import re
from collections.abc import Iterator, Sequence

from agents.induction.quantities.functions import Arguments, KnownFunction

CALCULATION = re.compile(r"[0-9)]\s*[-+*/^\u00d7\u00f7]\s*[-(0-9]|[0-9]\s+[0-9]+/[0-9]")
SCALE_WORDS = (
    "|K|M|B|T",
    "|k|m|b|t",
    "|K|M|G|T",
    "|k|M|B|T",
    "|k|M|G|T",
    "| K| M| B| T",
    "|K|M|Bn|Tn",
    "|k|m|bn|tn",
    "| thousand| million| billion| trillion",
    "| Thousand| Million| Billion| Trillion",
    " B| KB| MB| GB| TB",
    "B|KB|MB|GB|TB",
    " B| kB| MB| GB| TB",
    " bytes| KB| MB| GB| TB",
    " Bytes| KB| MB| GB| TB",
    " B| KiB| MiB| GiB| TiB",
)
"""What stands behind numbers below a thousand, thousands, millions and so on."""


def calculate(text: str, scale: int, places: int, strip: bool) -> str | None:
    """Work out a text such as "3 + 4 * (2 - 1)" or "1 1/2" exactly; None when it is none or divides by 0.

    Args:
        text: the calculation.
        scale: by what the result is multiplied, 100 for percent.
        places: how many decimals it is rounded to.
        strip: whether zeros at the end of these are left out.
    """
    text = re.sub(r"(?<=[0-9])\s+(?=[0-9]+\s*/)", "+", text.strip())
    text = text.translate({0xD7: "*", 0xF7: "/", 0x2212: "-"}).replace("**", "^")
    tokens = re.findall(r"[0-9]+(?:\.[0-9]+)?|[-+*/^()]", text)
    if "".join(tokens) != re.sub(r"\s", "", text) or len(tokens) > 200:
        return None
    try:
        value = take_value(tokens) * scale
    except (IndexError, ValueError, ZeroDivisionError):
        return None
    return None if tokens else write_fraction(value, places, strip)


def take_value(tokens: list[str], strength: int = 0) -> fractions.Fraction:
    """Take from the tokens what belongs together more strongly than this, and work it out."""
    strengths = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
    token = tokens.pop(0)
    if token == "(":
        value = take_value(tokens)
        if tokens.pop(0) != ")":
            raise ValueError("a parenthesis is not closed")
    else:
        value = -take_value(tokens, 3) if token == "-" else fractions.Fraction(token)
    while tokens and strengths.get(tokens[0], 0) > strength:
        sign = tokens.pop(0)
        right = take_value(tokens, 3 if sign == "^" else strengths[sign])
        if sign == "^":
            if right.denominator != 1 or abs(right) > 64 or abs(value) > 10**6:
                raise ValueError("the power is too large")
            value = value ** int(right)
        else:
            right = -right if sign == "-" else right
            value = value + right if sign in "+-" else value * right if sign == "*" else value / right
    return value


def write_fraction(value: fractions.Fraction, places: int, strip: bool) -> str:
    """Write a number rounded to some decimals, half up."""
    units = int((abs(value) * 10**places + fractions.Fraction(1, 2)).__floor__())
    text = format(decimal.Decimal(units).scaleb(-places), "f")
    text = text.rstrip("0").rstrip(".") if strip and "." in text else text
    return f"-{text}" if value < 0 and units else text


def to_fraction(text: str, mixed: bool) -> str | None:
    """Write a decimal number as a fraction in lowest terms, with the whole before it when it is mixed."""
    if not re.fullmatch(r"\s*[0-9]*\.?[0-9]{1,15}\s*", text):
        return None
    value = fractions.Fraction(text.strip())
    whole, rest = divmod(value.numerator, value.denominator)
    if value.denominator == 1:
        return str(whole)
    return f"{whole} {rest}/{value.denominator}" if mixed and whole else f"{value.numerator}/{value.denominator}"


def to_mixed_number(text: str) -> str | None:
    """Write an improper fraction with the whole before it, in lowest terms."""
    parts = re.fullmatch(r"\s*([0-9]{1,15})\s*/\s*([0-9]{1,15})\s*", text)
    if not parts or not int(parts.group(2)):
        return None
    value = fractions.Fraction(int(parts.group(1)), int(parts.group(2)))
    whole, rest = divmod(value.numerator, value.denominator)
    fraction = f"{rest}/{value.denominator}" if rest else ""
    return f"{whole} {fraction}".strip() if whole or not rest else fraction


def to_improper_fraction(text: str) -> str | None:
    """Write a mixed number as one fraction."""
    parts = re.fullmatch(r"\s*([0-9]{1,15})\s+([0-9]{1,15})\s*/\s*([0-9]{1,15})\s*", text)
    if not parts:
        return None
    whole, top, bottom = map(int, parts.groups())
    return f"{whole * bottom + top}/{bottom}"


def abbreviate(text: str, words: str, step: int, places: int, strip: bool, rounding: str) -> str | None:
    """Write a number in thousands, millions and so on.

    Args:
        text: the number, maybe with commas between thousands.
        words: what stands behind numbers, thousands, millions and so on, with "|" between.
        step: 1000 or 1024.
        places: how many decimals there are at most, of numbers in thousands or more.
        strip: whether zeros at the end of these are left out.
        rounding: the rule of the `decimal` module.
    """
    if not re.fullmatch(r"\s*[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?\s*", text):
        return None
    number, power, units = decimal.Decimal(text.strip().replace(",", "")), 0, words.split("|")
    unit, exact = decimal.Decimal(1).scaleb(-places), decimal.Context(prec=decimal.MAX_PREC)
    while power + 1 < len(units) and number.quantize(unit, rounding, exact) >= step:
        number, power = number / step, power + 1
    written = format(number.quantize(unit, rounding, exact) if power else number, "f")
    return (written.rstrip("0").rstrip(".") if "." in written and (strip or not power) else written) + units[power]


def read_calculation(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off how many decimals there are where a cell is a calculation."""
    if any(map(CALCULATION.search, cells)) and all(re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?%?", want) for want in wanted):
        decimals = {len(want.rstrip("%").partition(".")[2]) for want in wanted}
        strip = len(decimals) > 1 or decimals == {0}
        for scale in (100,) if wanted[0].endswith("%") else (1, 100):
            if strip:
                yield scale, 10, True
            yield scale, max(decimals), strip


def read_mixed(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off whether the whole stands before a fraction."""
    if any("/" in want for want in wanted):
        yield (any(" " in want for want in wanted),)


def read_scale_words(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off what stands behind thousands and millions, and how they are rounded."""
    parts = [re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(\s?[A-Za-z]*)", want) for want in wanted]
    suffixes = {part.group(2) for part in parts if part}
    if not all(parts) or not any(suffixes):
        return
    decimals = {len(part.group(1).partition(".")[2]) for part in parts if part and part.group(2)}
    for words in SCALE_WORDS:
        if suffixes <= set(words.split("|")):
            for step in (1000, 1024):
                for rounding in (decimal.ROUND_HALF_UP, decimal.ROUND_DOWN):
                    yield words, step, max(decimals), len(decimals) > 1, rounding
            return


CALCULATE = (take_value, write_fraction)

ARITHMETIC = {
    "calculate": KnownFunction(
        calculate,
        "work out the calculation times {0}, with at most {1} decimals",
        4,
        read_calculation,
        ("decimal", "fractions", "re"),
        CALCULATE,
    ),
    "to_fraction": KnownFunction(to_fraction, "write it as a fraction", 4, read_mixed, ("fractions", "re")),
    "to_mixed_number": KnownFunction(to_mixed_number, "write it as a mixed number", 4, imports=("fractions", "re")),
    "to_improper_fraction": KnownFunction(to_improper_fraction, "write it as one fraction", 4, imports=("re",)),
    "abbreviate": KnownFunction(
        abbreviate,
        'write it with "{0}" behind numbers of less than {1}, of more, and so on',
        0,
        read_scale_words,
        ("decimal", "re"),
    ),
}
