"""How much wanted cells say, and how much instructions and names of columns say for a kind of window."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from agents.induction.chance import order_bits
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Cells

BITS_OF_HINT = 6.0
MARGIN_BITS = 3.0
MOST_BITS_OF_NUMBER = 24.0


def arrangement_bits(cells: Cells) -> float:
    """Return in bits in how many orders these cells could stand."""
    return order_bits(Counter(cells).values())


def magnitude_bits(numbers: Sequence[Decimal], unit: Decimal) -> float:
    """Return the bits that different numbers hold, counted in units."""
    return sum(min(math.log2(abs(number) / unit + 1), MOST_BITS_OF_NUMBER) for number in set(numbers))


def hinted(words: str, name: str, instructions: Instructions) -> bool:
    """Tell whether the name of a column, or an instruction for it, has one of the words of a pattern."""
    pattern = re.compile(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])", re.IGNORECASE)
    texts = [note.text for note in instructions.notes if note.column in ("", name)]
    spelled = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return any(pattern.search(text) for text in (spelled, *texts))
