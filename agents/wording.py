"""Texts from files in sentences for people: cut, visibly, so that a long one does not bury what is said."""

from collections.abc import Iterable

TEXT_CHARACTERS = 200
DETAIL_CHARACTERS = 1000


def cut(text: str, characters: int = TEXT_CHARACTERS) -> str:
    """Shorten a name or a cell."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def printable(text: str) -> str:
    r"""Write every character that is not printable as its escape, such as `\x1b`.

    Line ends and tabs, which cells may well hold, stay as they are.
    """
    return text if text.isprintable() else "".join(map(_printable, text))


def _printable(character: str) -> str:
    return character if character.isprintable() or character in "\n\t" else ascii(character)[1:-1]


def shown(text: str) -> str:
    """Shorten a name or a cell, and make all of it printable."""
    return cut(printable(cut(text)))


def listed(names: Iterable[str]) -> str:
    """Join names, as many as a detail can hold."""
    return cut(", ".join(map(shown, names)), DETAIL_CHARACTERS)
