"""What an instruction says of a cell, such as "is blank" or "more than 100", and whether a cell is so."""

import re
from collections.abc import Callable

PHRASES = (
    (r"\s+(?:(?:is|are) )?not (?:be )?(?:blank|empty|missing|null)\b", "not blank"),
    (r"\s+(?:(?:is|are) )?(?:blank|empty|missing|null)\b", "blank"),
    (r"\s+(?:(?:is|are) )?not between\s+", "not between"),
    (r"\s+(?:does not equal|(?:is|are) not|isn't|not equal to|other than)\s+|\s*(?:!=|<>|≠)\s*", "!="),
    (r"\s+(?:(?:is|are|lies?) )?between\s+", "between"),
    (r"\s+(?:does not|do not|doesn't|not) contain(?:ing|s)?\s+", "lacks"),
    (r"\s+(?:(?:is|are) )?(?:at least|no less than)\s+|\s*(?:>=|≥)\s*", ">="),
    (r"\s+(?:(?:is|are) )?(?:at most|no more than|up to)\s+|\s*(?:<=|≤)\s*", "<="),
    (r"\s+(?:(?:is|are) )?(?:greater than|more than|larger than|over|above|after)\s+|\s*>\s*", ">"),
    (r"\s+(?:(?:is|are) )?(?:less than|smaller than|fewer than|under|below|before)\s+|\s*<\s*", "<"),
    (r"\s+(?:contains?|containing|includes?)\s+", "contains"),
    (r"\s+(?:starts?|starting|begins?) with\s+", "starts with"),
    (r"\s+(?:ends?|ending) (?:with|in)\s+", "ends with"),
    (r"\s+(?:is|are|equals?|of)\s+(?:equal to )?|\s*==?\s*", "="),
)


def read_relation(text: str) -> tuple[str, str] | None:
    """Read the relation with which a text starts, as a key of RELATIONS, and the value behind it; None without one."""
    for phrase, relation in PHRASES:
        found = re.match(phrase, text, re.IGNORECASE)
        if found:
            return relation, text[found.end() :].strip(" \"'`.")
    return None


def number(text: str) -> float:
    """Return the number in a text such as "1,234.50", not-a-number when there is none."""
    try:
        return float(re.sub(r"[^\d.eE+-]", "", text))
    except ValueError:
        return float("nan")


def lies_between(cell: str, value: str) -> bool:
    """Tell whether the number in a cell is one of two others, or between them."""
    limits = sorted(number(part) for part in re.findall(r"-?\d[\d.,]*", value)[:2])
    return len(limits) == 2 and limits[0] <= number(cell) <= limits[1]


RELATIONS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda cell, value: cell.strip().lower() == value.lower(),
    "!=": lambda cell, value: cell.strip().lower() != value.lower(),
    ">": lambda cell, value: number(cell) > number(value),
    ">=": lambda cell, value: number(cell) >= number(value),
    "<": lambda cell, value: number(cell) < number(value),
    "<=": lambda cell, value: number(cell) <= number(value),
    "between": lies_between,
    "not between": lambda cell, value: not lies_between(cell, value),
    "lacks": lambda cell, value: value.lower() not in cell.lower(),
    "contains": lambda cell, value: value.lower() in cell.lower(),
    "starts with": lambda cell, value: cell.lower().startswith(value.lower()),
    "ends with": lambda cell, value: cell.lower().endswith(value.lower()),
    "blank": lambda cell, _: not cell.strip(),
    "not blank": lambda cell, _: cell.strip() != "",
}
"""Whether a cell stands in the relation to the value; letter case and blanks around do not matter."""
