"""Functions between the ways to write a whole number: figures, Roman numerals, ordinals and English words."""

import re

from agents.induction.quantities.functions import KnownFunction


def to_roman(text: str) -> str | None:
    """Write a number from 1 to 3999 in Roman numerals."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}|[1-3][0-9]{3}", text.strip()):
        return None
    number, numeral = int(text), ""
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    letters = ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I")
    for value, letter in zip(values, letters, strict=True):
        numeral += letter * (number // value)
        number %= value
    return numeral


def from_roman(text: str) -> str | None:
    """Write a Roman numeral in figures; None when it is not one."""
    numeral = text.strip().upper()
    if not numeral or not re.fullmatch(r"M{0,3}(CM|CD|D?C{0,4})(XC|XL|L?X{0,4})(IX|IV|V?I{0,4})", numeral):
        return None
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[letter] for letter in numeral]
    following = [*values[1:], 0]
    return str(sum(-value if value < other else value for value, other in zip(values, following, strict=True)))


def to_ordinal(text: str) -> str | None:
    """Add the ending of an English ordinal: 1st, 2nd, 3rd, 4th."""
    if not re.fullmatch(r"[0-9]{1,15}", text.strip()):
        return None
    number = int(text)
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def from_ordinal(text: str) -> str | None:
    """Leave out the ending of an English ordinal."""
    ordinal = re.fullmatch(r"\s*([0-9]+)\s*(?:st|nd|rd|th)\s*", text, re.IGNORECASE)
    return ordinal.group(1) if ordinal else None


def to_words(text: str, joint: str = " ") -> str | None:
    """Write a whole number in English words.

    Args:
        text: the number in figures.
        joint: what stands between hundreds and the rest: a blank, or " and ".
    """
    figures = re.fullmatch(r"\s*(-?)([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})\s*", text)
    if not figures:
        return None
    number = int(figures.group(2).replace(",", ""))
    parts = []
    for power, scale in ((12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand")):
        if number >= 10**power:
            parts.append(f"{small_to_words(number // 10**power, joint)} {scale}")
            number %= 10**power
    if number or not parts:
        small = small_to_words(number, joint)
        parts.append(f"and {small}" if parts and number < 100 and joint != " " else small)
    return "minus " * bool(figures.group(1)) + " ".join(parts)


def small_to_words(number: int, joint: str) -> str:
    """Write a number below 1000 in English words."""
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    names = [*ones.split(), "seventeen", "eighteen", "nineteen"]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    if number >= 100:
        rest = joint + small_to_words(number % 100, joint) if number % 100 else ""
        return f"{names[number // 100]} hundred{rest}"
    if number < 20:
        return names[number]
    return tens[number // 10 - 2] + (f"-{names[number % 10]}" if number % 10 else "")


def to_words_with_and(text: str) -> str | None:
    """Write a whole number in English words, with "and" before the tens."""
    return to_words(text, " and ")


def to_words_without_hyphens(text: str) -> str | None:
    """Write a whole number in English words with blanks only."""
    return (to_words(text) or "").replace("-", " ") or None


def from_words(text: str) -> str | None:
    """Write English words for a whole number in figures; None when they are not."""
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    names = [*ones.split(), "seventeen", "eighteen", "nineteen"]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    values = {name: value for value, name in enumerate(names)} | {name: 20 + 10 * n for n, name in enumerate(tens)}
    scales = {"thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
    total = current = 0
    words = re.findall(r"[a-z]+", text.lower())
    below_zero = words[:1] == ["minus"]
    for word in words[below_zero:]:
        if word in values:
            current += values[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in scales:
            total, current = total + max(current, 1) * scales[word], 0
        elif word != "and":
            return None
    return f"{'-' * below_zero}{total + current}" if words[below_zero:] else None


def ordinal_words(text: str) -> str | None:
    """Write a whole number as an English ordinal in words: first, twenty-first."""
    words = to_words(text)
    start, last = re.fullmatch(r"(.*?)([a-z]*)", words or "").groups()  # type: ignore[union-attr]
    irregular = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"}
    irregular |= {"nine": "ninth", "twelve": "twelfth"}
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return start + irregular.get(last, regular) if words else None


WORDS = (to_words, small_to_words)

NUMERALS = {
    "to_roman": KnownFunction(to_roman, "write it in Roman numerals", 4, imports=("re",)),
    "from_roman": KnownFunction(from_roman, "write the Roman numeral in figures", 4, imports=("re",)),
    "to_ordinal": KnownFunction(to_ordinal, "write it as an ordinal, as in 1st", 4, imports=("re",)),
    "from_ordinal": KnownFunction(
        from_ordinal, "leave out the ending of the ordinal", 5, imports=("re",), bits_a_cell=4
    ),
    "to_words": KnownFunction(to_words, "write it in words", 4, imports=("re",), needs=WORDS),
    "to_words_with_and": KnownFunction(
        to_words_with_and, 'write it in words, with "and" before the tens', 5.5, imports=("re",), needs=WORDS
    ),
    "to_words_without_hyphens": KnownFunction(
        to_words_without_hyphens, "write it in words, without hyphens", 5.5, imports=("re",), needs=WORDS
    ),
    "from_words": KnownFunction(from_words, "write the number that it says in figures", 4, imports=("re",)),
    "ordinal_words": KnownFunction(ordinal_words, "write it as an ordinal in words", 4, imports=("re",), needs=WORDS),
}
