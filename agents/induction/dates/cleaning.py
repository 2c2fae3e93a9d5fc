"""What may be taken out of texts before dates are read from them."""

from agents.induction.dates.layouts import MONTHS

FOREIGN_MONTHS = {
    "german months": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "french months": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "spanish months": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "italian months": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "portuguese months": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "dutch months": "januari februari maart april mei juni juli augustus september oktober november december",
}


def translation(names: str) -> dict[str, str]:
    """Return the patterns of month names, and of those that are cut to three letters, with the English names."""
    pairs = [(name, month) for name, month in zip(names.split(), MONTHS, strict=True) if name.lower() != month.lower()]
    short = [(name[:3], month[:3]) for name, month in pairs if name[:3].lower() != month[:3].lower()]
    unclear = {name for name, _ in short if sum(name == other for other, _ in short) > 1}
    clear = [(name, month) for name, month in short if name not in unclear]
    return {rf"(?i)\b{name}\b": month for name, month in (*pairs, *clear)}


CLEANINGS: dict[str, dict[str, str]] = {
    "midnight": {r"(?i)(?<![:\d])0{1,2}(:\d\d(?::\d\d)? ?[AP]M)\b": r"12\1"},  # no clock of twelve hours shows 0
    "dotted halves": {r"(?i)(\d ?)([AP])\.\s?M\.": r"\1\2M"},
    "ordinals": {r"(\d)(?:st|nd|rd|th)\b": r"\1"},
    "offsets": {r"(:\d\d(?:\.\d+)?) ?(?:Z|[+-]\d\d(?::?\d\d)?)$": r"\1"},
    **{language: translation(names) for language, names in FOREIGN_MONTHS.items()},
}
"""Patterns and what stays of them, applied one after the other."""
