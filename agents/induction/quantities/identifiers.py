"""Functions on what is written by public rules: check digits, addresses on the web, names of people."""

import re
from collections.abc import Iterator, Sequence

from agents.induction.quantities.functions import Arguments, KnownFunction

PARTS_OF_NAMES = ("first", "middle", "last", "title", "suffix", "initials")


def luhn_digit(digits: str) -> str:
    """Return the digit that makes a number of a card valid (ISO/IEC 7812)."""
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits))]
    return str(-sum(number // 10 + number % 10 for number in doubled) % 10)


def ean_digit(digits: str) -> str:
    """Return the digit that makes the number of an article valid (EAN, UPC, ISBN-13)."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def isbn_digit(digits: str) -> str:
    """Return the digit that makes the number of a book with ten digits valid; X is ten."""
    total = sum(int(digit) * (10 - at) for at, digit in enumerate(digits))
    return "0123456789X"[-total % 11]


def with_luhn_digit(text: str) -> str | None:
    """Add the check digit of a card's number."""
    digits = re.sub(r"[ -]", "", text)
    return digits + luhn_digit(digits) if re.fullmatch("[0-9]{2,30}", digits) else None


def with_ean_digit(text: str) -> str | None:
    """Add the check digit of an article's number."""
    digits = re.sub(r"[ -]", "", text)
    return digits + ean_digit(digits) if re.fullmatch("[0-9]{7}|[0-9]{11,13}|[0-9]{17}", digits) else None


def with_isbn_digit(text: str) -> str | None:
    """Add the check digit of a book's number of ten digits."""
    digits = re.sub(r"[ -]", "", text)
    return digits + isbn_digit(digits) if re.fullmatch("[0-9]{9}", digits) else None


def isbn_13(text: str) -> str | None:
    """Write a book's number of ten digits as one of thirteen."""
    digits = re.sub(r"[ -]", "", text).upper()
    return f"978{digits[:9]}{ean_digit('978' + digits[:9])}" if re.fullmatch("[0-9]{9}[0-9X]", digits) else None


def card_brand(text: str) -> str | None:
    """Return the brand of a card by the first digits of its number."""
    digits = re.sub(r"[ -]", "", text)
    brands = (
        ("Visa", "4[0-9]{12}(?:[0-9]{3}){0,2}"),
        ("Mastercard", "(?:5[1-5][0-9]{2}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720))[0-9]{12}"),
        ("American Express", "3[47][0-9]{13}"),
        ("Discover", "6(?:011|5[0-9]{2})[0-9]{12}"),
        ("Diners Club", "3(?:0[0-5]|[68][0-9])[0-9]{11}"),
        ("JCB", "35(?:2[89]|[3-8][0-9])[0-9]{12}"),
    )
    return next((name for name, pattern in brands if re.fullmatch(pattern, digits)), None)


def web_host(text: str) -> str | None:
    """Return the name of the computer in an address on the web or of mail, in small letters."""
    address = re.match(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?(?:[^/?#@\s]*@)?([A-Za-z0-9.-]+)", text)
    host = address.group(1).strip(".").lower() if address else ""
    return host if "." in host and not re.fullmatch("[0-9.]+", host) else None


def registered_domain(text: str) -> str | None:
    """Return the domain that was registered: "example.co.uk" of "https://www.example.co.uk/page"."""
    labels = (web_host(text) or "").split(".")
    second = {
        "co",
        "com",
        "org",
        "net",
        "gov",
        "edu",
        "ac",
        "or",
        "ne",
        "go",
        "gob",
        "gouv",
        "mil",
        "ltd",
        "plc",
        "nhs",
    }
    count = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in second else 2
    return ".".join(labels[-count:]) if len(labels) > 1 else None


def domain_label(text: str) -> str | None:
    """Return the registered domain without its ending: "example" of "https://www.example.co.uk/page"."""
    domain = registered_domain(text)
    return domain.partition(".")[0] if domain else None


def domain_ending(text: str) -> str | None:
    """Return the ending of the registered domain: "co.uk" of "https://www.example.co.uk/page"."""
    domain = registered_domain(text)
    return domain.partition(".")[2] if domain else None


def subdomain(text: str) -> str | None:
    """Return what stands before the registered domain, without "www"; None when nothing does."""
    domain = registered_domain(text)
    before = (web_host(text) or "").removesuffix(domain or "").strip(".").removeprefix("www").strip(".")
    return before or None


def part_of_name(text: str, part: str) -> str | None:
    """Return a part of a person's name, whether the last name comes last or first and then a comma."""
    titles = {
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "sir",
        "madam",
        "rev",
        "hon",
        "capt",
        "lt",
        "sgt",
    }
    suffixes = {"jr", "sr", "ii", "iii", "iv", "v", "phd", "md", "dds", "esq", "mba", "cpa", "rn", "jd", "msc", "bsc"}
    parts = [piece.split() for piece in text.split(",") if piece.strip()]
    marks = [word for piece in parts for word in piece if word.lower().replace(".", "") in suffixes]
    parts = [[word for word in piece if word not in marks] for piece in parts]
    words = [word for piece in (parts[1:2] + parts[:1] if len(parts) > 1 and parts[1] else parts[:1]) for word in piece]
    title = [word for word in words if word.lower().strip(".") in titles]
    words = [word for word in words if word not in title]
    if len(words) < 2 or any(re.search("[0-9@]", word) for word in words):
        return None
    last = 1 if len(parts) < 2 or not parts[1] else len([word for word in parts[0] if word not in title])
    found = {
        "first": words[0],
        "middle": " ".join(words[1:-last]),
        "last": " ".join(words[-last:]),
        "title": " ".join(title),
        "suffix": " ".join(marks),
        "initials": "".join(word[0] for word in words),
    }
    return found[part] or None


def read_part_of_name(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off which part of a name is wanted."""
    if all(" " in cell for cell in cells):
        yield from ((part,) for part in PARTS_OF_NAMES if part_of_name(cells[0], part) == wanted[0])


HOST = (web_host,)
DOMAIN = (web_host, registered_domain)

IDENTIFIERS = {
    "with_luhn_digit": KnownFunction(
        with_luhn_digit, "add the check digit of a card", 4, imports=("re",), needs=(luhn_digit,)
    ),
    "with_ean_digit": KnownFunction(
        with_ean_digit, "add the check digit of an article", 4, imports=("re",), needs=(ean_digit,)
    ),
    "with_isbn_digit": KnownFunction(
        with_isbn_digit, "add the check digit of a book", 4, imports=("re",), needs=(isbn_digit,)
    ),
    "isbn_13": KnownFunction(isbn_13, "write the book's number with 13 digits", 4, imports=("re",), needs=(ean_digit,)),
    "card_brand": KnownFunction(card_brand, "take the brand of the card", 4, imports=("re",)),
    "registered_domain": KnownFunction(
        registered_domain, "take the domain that was registered", 11, imports=("re",), needs=HOST
    ),
    "domain_label": KnownFunction(
        domain_label, "take the domain that was registered without its ending", 11.5, imports=("re",), needs=DOMAIN
    ),
    "domain_ending": KnownFunction(
        domain_ending, "take the ending of the domain that was registered", 12, imports=("re",), needs=DOMAIN
    ),
    "subdomain": KnownFunction(
        subdomain, "take what stands before the domain that was registered", 12.5, imports=("re",), needs=DOMAIN
    ),
    "part_of_name": KnownFunction(
        part_of_name, "take the {0} part of the person's name", 14, read_part_of_name, ("re",)
    ),
}
