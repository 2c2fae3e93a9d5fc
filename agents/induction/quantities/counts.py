"""Functions that count what is in a text."""

import re
from collections.abc import Iterator, Sequence

from agents.induction.quantities.functions import Arguments, KnownFunction


def count_characters(text: str) -> str:
    """Count the characters, blanks included."""
    return str(len(text))


def count_words(text: str) -> str:
    """Count the words, which blanks part."""
    return str(len(text.split()))


def count_vowels(text: str) -> str:
    """Count the letters a, e, i, o and u."""
    return str(len(re.findall("[aeiou]", text.lower())))


def count_kind(text: str, pattern: str) -> str:
    """Count the characters of a kind."""
    return str(len(re.findall(pattern, text)))


def count_items(text: str, separator: str) -> str:
    """Count the items of a list that are not blank."""
    return str(sum(bool(item.strip()) for item in text.split(separator)))


def count_text(text: str, counted: str) -> str:
    """Count how often a text occurs."""
    return str(text.count(counted))


def read_kinds(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the kinds of characters that may be counted."""
    if are_counts(cells, wanted):
        yield from (("[0-9]",), (r"[^\W\d_]",), ("[A-Z]",), ("[a-z]",))


def read_separators(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the separators that most cells have."""
    if are_counts(cells, wanted):
        yield from ((separator,) for separator in ",;|/\n" if any(separator in cell for cell in cells))


def read_counted(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the characters that may be counted."""
    if are_counts(cells, wanted):
        fitting = (c for c in dict.fromkeys(cells[0]) if str(cells[0].count(c)) == wanted[0])
        yield from ((character,) for character in fitting)


def are_counts(cells: Sequence[str], wanted: Sequence[str]) -> bool:
    """Tell whether all wanted cells are small numbers."""
    return all(
        re.fullmatch("[0-9]{1,5}", want) and int(want) <= len(cell) for cell, want in zip(cells, wanted, strict=True)
    )


def read_nothing(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the only way to call a function where wanted cells may be counts."""
    if are_counts(cells, wanted):
        yield ()


COUNTS = {
    "count_characters": KnownFunction(count_characters, "count its characters", 1.5, read_nothing),
    "count_words": KnownFunction(count_words, "count its words", 1.5, read_nothing),
    "count_vowels": KnownFunction(count_vowels, "count its vowels", 6, read_nothing, ("re",)),
    "count_kind": KnownFunction(
        count_kind, "count its characters of the kind {0}", 4, read_kinds, ("re",), bits_of_choice=2
    ),
    "count_items": KnownFunction(count_items, 'count its items between "{0}"', 1.5, read_separators),
    "count_text": KnownFunction(count_text, 'count how often "{0}" occurs', 6, read_counted, bits_of_choice=5),
}
