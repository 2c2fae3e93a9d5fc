"""Texts from files in sentences for people: cut, visibly, so that a long one does not bury what is said."""

from collections.abc import Iterable

TEXT_CHARACTERS = 200
DETAIL_CHARACTERS = 1000


def cut(text: str, characters: int = TEXT_CHARACTERS) -> str:
    """Shorten a name or a cell."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def listed(names: Iterable[str]) -> str:
    """Join names, as many as a detail can hold."""
    return cut(", ".join(map(cut, names)), DETAIL_CHARACTERS)
