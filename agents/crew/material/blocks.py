"""Text that is not ours in a prompt: it stands in blocks that nothing inside can close.

Cells are JSON strings, cut, with everything escaped that is not printable or might be taken for a mark. Scripts and
logs stand as they are, between marks that they do not hold.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any, TypeVar

from agents.wording import printable

CELL_CHARACTERS = 200
ITEMS_IN_LINE = 40
MORE = '{"more": %d}'

Item = TypeVar("Item")


def block(name: str, text: str) -> str:
    """Put a text between marks; the marks get a number when the text holds those without one."""
    small = text.lower()
    mark = next(mark for mark in marks(name) if f"<{mark}" not in small and f"</{mark}" not in small)
    return f"<{mark}>\n{text}\n</{mark}>"


def marks(name: str) -> Iterator[str]:
    """Yield what a mark may be called."""
    yield name
    yield from (f"{name}-{number}" for number in count(2))


def text_block(name: str, text: str) -> str:
    """Put a script or a log between marks; what is not printable is escaped, as a string literal would have it."""
    return block(name, printable(text).strip("\n"))


def json_block(name: str, values: Iterable[Any], characters: int) -> str:
    """Put values between marks, one a line, as many as fit; the last line says how many are left out."""
    lines = list(map(json_line, values))
    kept = fitting(lines, characters)
    if kept < len(lines):
        lines[kept:] = [MORE % (len(lines) - kept)]
    return block(name, "\n".join(lines))


def fitting(lines: Iterable[str], characters: int) -> int:
    """Return how many of the lines come first within so many characters."""
    used = kept = 0
    for line in lines:
        used += len(line) + 1
        if used > characters:
            break
        kept += 1
    return kept


def in_lines(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield a few items at a time, so that of many some fit, where a line that is too long would be left out."""
    rest = iter(items)
    while some := list(islice(rest, ITEMS_IN_LINE)):
        yield some


def json_line(value: Any) -> str:
    """Return a value as JSON on one line, of characters that are printable and open no mark."""
    text = json.dumps(cut_texts(value), ensure_ascii=False)
    return "".join(map(escaped, text))


def escaped(character: str) -> str:
    """Return a character as it may stand in JSON: `<`, direction marks, line separators and the like as their codes."""
    if character.isprintable() and character != "<":
        return character
    return json.dumps(character)[1:-1] if character != "<" else "\\u003c"


def cut_texts(value: Any) -> Any:
    """Cut every text in lists and dictionaries, keys included."""
    if isinstance(value, dict):
        return {cut_cell(str(key)): cut_texts(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cut_texts(item) for item in value]
    return cut_cell(value) if isinstance(value, str) else value


def cut_cell(text: str) -> str:
    """Shorten a cell, and say by how much."""
    left = len(text) - CELL_CHARACTERS
    return text if left <= 0 else f"{text[:CELL_CHARACTERS]}…[{left} more characters]"
