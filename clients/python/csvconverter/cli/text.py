"""Text from elsewhere, made fit for a terminal."""


def visible(text: str) -> str:
    r"""Return `text` on one line with every character that is not printable as its escape, such as `\x1b`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def cell(text: str, width: int = 40) -> str:
    """Return a cell as it should be shown: cut to `width`, and in quotes where its ends would not be seen."""
    if text != text.strip() or not text:
        text = f'"{text}"'
    text = visible(text)
    return text if len(text) <= width else text[: width - 1] + "…"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, such as "1 step" or "1,200 rows"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float) -> str:
    """Return a share in percent, never rounded up to all of it."""
    return "100%" if share >= 1 else f"{min(share * 100, 99.9):.1f}%"


def duration(seconds: float) -> str:
    """Return a time in its largest unit, such as "3 min"."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def size(amount: float) -> str:
    """Return a number of bytes, such as "61 MB"."""
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def dollars(amount: float) -> str:
    """Return an amount of money, with what is less than a cent."""
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"
