"""Functions on the characters of a text: accents, order, repetition, escapes, padding, groups."""

import base64
import binascii
import codecs
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator, Sequence

from agents.induction.quantities.functions import Arguments, KnownFunction


def without_accents(text: str) -> str:
    """Write letters without their accents: "é" as "e", "ø" as "o", "ß" as "ss"."""
    others = {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d"}
    letters = unicodedata.normalize("NFD", "".join(others.get(letter, letter) for letter in text))
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def reversed_text(text: str) -> str:
    """Write the characters from the last to the first."""
    return text[::-1]


def distinct_characters(text: str) -> str:
    """Keep the first of equal characters."""
    return "".join(dict.fromkeys(text))


def sorted_characters(text: str) -> str:
    """Write the characters in the order of their codes."""
    return "".join(sorted(text))


def without_repeats(text: str) -> str:
    """Keep one of equal characters that stand side by side."""
    return re.sub(r"(.)\1+", r"\1", text, flags=re.DOTALL)


def escape_html(text: str) -> str:
    """Write the characters that mean something in HTML as entities."""
    return html.escape(text)


def unescape_html(text: str) -> str:
    """Write the entities of HTML as the characters that they stand for."""
    return html.unescape(text)


def without_tags(text: str) -> str:
    """Leave out the tags of HTML and XML."""
    return re.sub(r"<[^<>]*>", "", text)


def quote_url(text: str, kept: str) -> str:
    """Write what may not stand in an address on the web as percent codes."""
    return urllib.parse.quote(text, safe=kept)


def quote_form(text: str) -> str:
    """Write a text as forms on the web send it: blanks as plus signs, other symbols as percent codes."""
    return urllib.parse.quote_plus(text)


def unquote_url(text: str) -> str:
    """Write percent codes as the characters that they stand for."""
    return urllib.parse.unquote(text)


def unquote_form(text: str) -> str:
    """Write percent codes as the characters that they stand for, and plus signs as blanks."""
    return urllib.parse.unquote_plus(text)


def unescape_unicode(text: str) -> str:
    """Write escapes of JSON for characters, a backslash, u and four digits, as the characters that they stand for."""
    read = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code.group(1), 16)), text)
    return read.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # some characters are two escapes


def encode_base64(text: str) -> str:
    """Write the bytes of a text in Base64."""
    return base64.b64encode(text.encode()).decode()


def decode_base64(text: str) -> str | None:
    """Read a text that is written in Base64; None when it is not one."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def rotate_13(text: str) -> str:
    """Write every letter as the one 13 places further in the alphabet."""
    return codecs.encode(text, "rot13")


def pad(text: str, side: str, width: int, fill: str) -> str:
    """Fill a text up to a width, on the left or on the right."""
    return text.rjust(width, fill) if side == "left" else text.ljust(width, fill)


def grouped(text: str, size: int, separator: str, side: str) -> str:
    """Write the letters and digits of a text in groups of one size, counted from the left or from the right."""
    characters = re.sub(r"[\W_]", "", text)
    first = len(characters) % size if side == "right" else 0
    groups = [characters[:first], *(characters[at : at + size] for at in range(first, len(characters), size))]
    return separator.join(group for group in groups if group)


def read_padding(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off the width that all have in the end, and with what two texts or more are filled up."""
    filled = [(cell, want) for cell, want in zip(cells, wanted, strict=True) if len(want) > len(cell)]
    widths = {len(want) for _, want in filled}
    lengths = {len(cell) for cell, _ in filled}
    if len(widths) != 1 or len(lengths) < 2 or max(map(len, cells)) > max(map(len, wanted)):
        return
    width = widths.pop()
    for side, rest in (("left", filled[0][1][0]), ("right", filled[0][1][-1])):
        if not rest.isalpha():
            yield side, width, rest


def read_groups(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off the size of groups and what stands between them."""
    longest = max(wanted, key=len)
    separators = set(re.findall(r"[\W_]+", longest))
    groups = re.split(r"[\W_]+", longest)
    if len(separators) == 1 and len(groups) > 2 and min(map(len, groups)) > 0:
        size = max(map(len, groups))
        if size > 1:
            yield size, *separators, "left"
            if len(groups[0]) < size or len({len(re.sub(r"[\W_]", "", cell)) % size for cell in cells}) > 1:
                yield size, *separators, "right"


def read_kept(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off which of the symbols that addresses are made of stay as they are."""
    if any("%" in want for want in wanted):
        yield ("".join(symbol for symbol in "/:?=&#+@,;" if any(symbol in want for want in wanted)),)


CHARACTERS = {
    "without_accents": KnownFunction(without_accents, "without accents", 4, imports=("unicodedata",)),
    "reversed_text": KnownFunction(reversed_text, "write its characters from the last to the first", 4),
    "distinct_characters": KnownFunction(distinct_characters, "keep the first of equal characters", 5),
    "sorted_characters": KnownFunction(sorted_characters, "sort its characters", 5),
    "without_repeats": KnownFunction(without_repeats, "keep one of equal neighbours", 7, imports=("re",)),
    "escape_html": KnownFunction(escape_html, "write it as HTML", 4, imports=("html",)),
    "unescape_html": KnownFunction(unescape_html, "write entities of HTML as characters", 4, imports=("html",)),
    "without_tags": KnownFunction(without_tags, "leave out the tags", 4, imports=("re",)),
    "quote_url": KnownFunction(
        quote_url,
        "write what may not stand in a web address as percent codes",
        4,
        read_kept,
        ("urllib.parse",),
    ),
    "quote_form": KnownFunction(quote_form, "write it as forms on the web send it", 5, imports=("urllib.parse",)),
    "unquote_url": KnownFunction(unquote_url, "write percent codes as characters", 4, imports=("urllib.parse",)),
    "unquote_form": KnownFunction(
        unquote_form, "write percent codes as characters and plus signs as blanks", 5.5, imports=("urllib.parse",)
    ),
    "unescape_unicode": KnownFunction(
        unescape_unicode, "write escapes such as \\u00e9 as characters", 4, imports=("re",)
    ),
    "encode_base64": KnownFunction(encode_base64, "write it in Base64", 5, imports=("base64",)),
    "decode_base64": KnownFunction(decode_base64, "read it from Base64", 5, imports=("base64", "binascii")),
    "rotate_13": KnownFunction(rotate_13, "move every letter by 13 places (ROT13)", 7, imports=("codecs",)),
    "pad": KnownFunction(pad, 'fill it up on the {0} to {1} characters with "{2}"', 6, read_padding),
    "grouped": KnownFunction(
        grouped, 'write it in groups of {0} with "{1}" between them, counted from the {2}', 6, read_groups, ("re",)
    ),
}
