"""How much it says that of the rows with the same key those with the highest or lowest value were kept."""

import math
from collections import Counter

from agents.induction.model import Table
from agents.induction.rows.steps import Deduplicate, Sort

BITS_TO_CHOOSE_KIND = 2.0  # what the values are read as, and the direction


def extreme_bits(sort: Sort, duplicates: Deduplicate, table: Table) -> float:
    """Return the bits beyond what it takes to choose the column; a row says less where others have the same value."""
    keys = list(zip(*(table.columns[name] for name in duplicates.columns), strict=True))
    values = list(zip(*([key.value(cell) for cell in table.columns[key.column]] for key in sort.keys), strict=True))
    chosen = {keys[row]: values[row] for row in reversed(sort.rows(table))}
    tied = Counter(key for key, value in zip(keys, values, strict=True) if value == chosen[key])
    said = sum(math.log2(size / tied[key]) for key, size in Counter(keys).items())
    return said - BITS_TO_CHOOSE_KIND - math.log2(len(table.header))
