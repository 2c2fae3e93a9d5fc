"""What single cells look like: a number, a date, or text."""

import re

MISSING = {"", "-", "--", "na", "n/a", "nan", "null", "none", "?"}
KINDS = re.compile(
    r"(?P<date>\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\.?([T ,].*)?|\d{1,2}\.?[- ][^\W\d]{3,9}\.?[- ]\d{2,4}"
    r"|[^\W\d]{3,9}\.? \d{1,2}, \d{4}( .*)?)"
    r"|(?P<time>\d{1,2}:\d\d(:\d\d([.,]\d+)?)?( ?[AaPp]\.?[Mm]\.?)?)"
    r"|(?P<number>[-+(]{0,2} ?[$€£¥]? ?-?(\d[\d.,'\u2019 \u00a0\u202f]*|[.,]\d+)([eE][-+]?\d+)?[ \u00a0]?[%$€£¥]?[-)]?)"
    r"|(?P<address>[^@\s]+@[^@\s]+\.\w+|https?://\S+|www\.\S+)"
    r"|(?P<code>#?[A-Z]{0,4}[-_ ]?\d{2}\w*([-/]\w+)*|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
)


def kind_of(cell: str) -> str:
    """Return "number", "date", "time", "address" (of mail or web), "code", "text", or nothing for a blank cell."""
    text = cell.strip()
    if text.lower() in MISSING:
        return ""
    found = KINDS.fullmatch(text, 0, 60)
    return (found.lastgroup or "text") if found else "text"
