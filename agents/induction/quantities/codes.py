"""Functions between the ways to write codes: bases, characters and their numbers, colours, addresses of computers."""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from agents.induction.quantities.functions import Arguments, KnownFunction

BASES = (2, 8, 10, 16)


def change_base(text: str, old: int, new: int, width: int = 0) -> str | None:
    """Write a whole number in another base, in at least so many digits; None when it is not one.

    Args:
        text: the number; a sign such as 0x before it is left out.
        old: its base.
        new: the base in which it is written, with small letters.
        width: how many digits there are at least, filled up with zeros.
    """
    marks = {2: "0b", 8: "0o", 16: "0x|#|&h"}
    parts = re.fullmatch(rf"\s*(-?)(?:{marks.get(old, '')})?([0-9a-z]{{1,256}})\s*", text.lower())
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    if not parts or not set(parts.group(2)) <= set(digits[:old]):
        return None
    number, written = int(parts.group(2), old), ""
    while number or not written:
        number, digit = divmod(number, new)
        written = digits[digit] + written
    return parts.group(1) + written.zfill(width)


def to_codes(text: str, base: int, width: int, separator: str) -> str | None:
    """Write the bytes of a text, or of a text that is no ASCII the characters, as numbers in a base."""
    written = [change_base(str(ord(character)), 10, base, width) or "" for character in text]
    return separator.join(written) if text else None


def from_codes(text: str, base: int) -> str | None:
    """Write the characters whose numbers stand in a text, in a base; None when there are none.

    Without blanks or commas between them, numbers of a base have the length of a byte.
    """
    length = {2: 8, 16: 2}.get(base)
    found = re.findall(r"[0-9A-Za-z]+", text)
    if len(found) == 1 and length and len(found[0]) > length and len(found[0]) % length == 0:
        found = [found[0][at : at + length] for at in range(0, len(found[0]), length)]
    numbers = [change_base(code, base, 10) for code in found]
    if not numbers or any(number is None or not 9 <= int(number) < 0xD800 for number in numbers):
        return None
    return "".join(chr(int(number or 0)) for number in numbers)


def letters_to_number(text: str) -> str | None:
    """Write the place of a letter in the alphabet, or of a column of a spreadsheet: A is 1, Z is 26, AA is 27."""
    letters = text.strip().upper()
    if not re.fullmatch("[A-Z]{1,3}", letters):
        return None
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return str(number)


def number_to_letters(text: str) -> str | None:
    """Write the letter of that place in the alphabet, as the columns of a spreadsheet are called behind Z."""
    if not re.fullmatch("[1-9][0-9]{0,4}", text.strip()):
        return None
    number, letters = int(text), ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def rgb_to_hex(text: str) -> str | None:
    """Write a colour of three numbers up to 255 as six hexadecimal digits."""
    numbers = [int(number) for number in re.findall(r"[0-9]{1,4}", text)]
    if len(numbers) != 3 or max(numbers) > 255:
        return None
    return "".join(f"{number:02x}" for number in numbers)


def hex_to_rgb(text: str, separator: str) -> str | None:
    """Write a colour of three or six hexadecimal digits as three numbers."""
    digits = re.fullmatch(r"\s*#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\s*", text)
    if not digits:
        return None
    code = digits.group(1) if len(digits.group(1)) == 6 else "".join(digit * 2 for digit in digits.group(1))
    return separator.join(str(int(code[at : at + 2], 16)) for at in (0, 2, 4))


def cmyk_to_rgb(text: str, separator: str) -> str | None:
    """Write a colour of four percentages (cyan, magenta, yellow, black) as three numbers up to 255."""
    inks = [int(number) for number in re.findall(r"[0-9]{1,3}", text)]
    if len(inks) != 4 or max(inks) > 100:
        return None
    return separator.join(str((255 * (100 - ink) * (100 - inks[3]) + 5000) // 10000) for ink in inks[:3])


def compass_point(text: str, points: int) -> str | None:
    """Write a direction in degrees as one of 4, 8 or 16 points of the compass."""
    if not re.fullmatch(r"\s*[0-9]{1,3}(?:\.[0-9]{1,9})?\s*\u00b0?\s*", text):
        return None
    names = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
    degrees = float(text.strip(" \t\u00b0")) % 360
    return names[int(degrees * points / 360 + 0.5) % points * (16 // points)]


def read_points(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return how many points the compass has: as few as name all directions."""
    if all(re.fullmatch("[NESW]{1,3}", want.upper()) for want in wanted):
        longest = max(map(len, wanted))
        yield ({1: 4, 2: 8, 3: 16}[longest],)


def address_to_number(text: str) -> str | None:
    """Write an address of a computer such as 10.0.0.1 as one number."""
    try:
        return str(int(ipaddress.IPv4Address(text.strip())))
    except ValueError:
        return None


def number_to_address(text: str) -> str | None:
    """Write a number as the address of a computer."""
    if not re.fullmatch("[0-9]{1,10}", text.strip()) or int(text) >= 2**32:
        return None
    return str(ipaddress.IPv4Address(int(text)))


def address_to_bits(text: str, base: int, width: int, separator: str) -> str | None:
    """Write the four numbers of an address in another base."""
    try:
        numbers = ipaddress.IPv4Address(text.strip()).packed
    except ValueError:
        return None
    return separator.join(change_base(str(number), 10, base, width) or "" for number in numbers)


def read_bases(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the pairs of bases that all digits allow, with the width that all have where one begins with 0."""
    core = re.compile(r"(?:0[xbo]|[#&]h?)?([0-9a-f]+)", re.IGNORECASE)
    found = [core.fullmatch(text.strip().lstrip("-")) for text in (*cells, *wanted)]
    if not all(found):
        return
    digits = [match.group(1).lower() for match in found if match]
    befores, afters = "".join(digits[: len(cells)]), digits[len(cells) :]
    padded = any(after[0] == "0" and len(after) > 1 for after in afters)
    width = len(afters[0]) if padded and len(set(map(len, afters))) == 1 else 0
    for old in BASES:
        for new in BASES:
            if old != new and int(max(befores), 16) < old and int(max("".join(afters)), 16) < new:
                yield (old, new, width) if width else (old, new)


def read_codes(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the bases of the codes for characters, how many digits each has, and what stands between them."""
    first = next((want for cell, want in zip(cells, wanted, strict=True) if len(cell) > 1), wanted[0])
    codes = re.findall(r"[0-9A-Fa-f]+", first)
    separators = set(re.findall(r"[^0-9A-Fa-f]+", first))
    if not codes or len(separators) > 1 or len(wanted[0]) < len(cells[0]):
        return
    separator = separators.pop() if separators else ""
    for base, width in ((10, 0), (10, 3), (16, 2), (2, 8), (2, 7), (8, 3)):
        if separator or width or len(cells[0]) == 1:
            yield base, width, separator


def read_code_base(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the bases that all digits allow."""
    if all(re.fullmatch(r"[\s,0-9a-fA-F]+", cell) for cell in cells):
        digits = max("".join(re.findall("[0-9a-f]", "".join(cells).lower())), default="z")
        yield from ((base,) for base in BASES if int(digits, 36) < base)


def read_separator(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return what stands between three numbers or more."""
    separators = set(re.findall(r"(?<=[0-9])[^0-9]+(?=[0-9])", wanted[0]))
    if len(separators) == 1:
        yield (separators.pop(),)


def read_address_codes(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the ways to write the numbers of an address."""
    separator = "." if "." in wanted[0] else ""
    yield from ((base, width, separator) for base, width in ((2, 8), (16, 2)))


CODES = {
    "change_base": KnownFunction(
        change_base, "write the number of base {0} in base {1}", 4, read_bases, ("re",), choice=True
    ),
    "to_codes": KnownFunction(
        to_codes, "write the codes of its characters in base {0}", 5, read_codes, ("re",), (change_base,)
    ),
    "from_codes": KnownFunction(
        from_codes, "write the characters of these codes in base {0}", 5, read_code_base, ("re",), (change_base,)
    ),
    "letters_to_number": KnownFunction(
        letters_to_number, "write its place in the alphabet (A is 1, AA is 27)", 5, imports=("re",)
    ),
    "number_to_letters": KnownFunction(
        number_to_letters, "write the letter of that place in the alphabet (27 is AA)", 5, imports=("re",)
    ),
    "rgb_to_hex": KnownFunction(rgb_to_hex, "write the colour in hexadecimal digits", 4, imports=("re",)),
    "hex_to_rgb": KnownFunction(hex_to_rgb, "write the colour as three numbers", 4, read_separator, ("re",)),
    "cmyk_to_rgb": KnownFunction(
        cmyk_to_rgb, "write the colour of four inks as three numbers", 4, read_separator, ("re",)
    ),
    "compass_point": KnownFunction(
        compass_point, "write the direction as one of {0} points of the compass", 4, read_points, ("re",)
    ),
    "address_to_number": KnownFunction(address_to_number, "write the address as one number", 4, imports=("ipaddress",)),
    "number_to_address": KnownFunction(
        number_to_address, "write the number as an address", 4, imports=("ipaddress", "re")
    ),
    "address_to_bits": KnownFunction(
        address_to_bits,
        "write the numbers of the address in base {0}",
        5,
        read_address_codes,
        ("ipaddress", "re"),
        (change_base,),
    ),
}
