"""How many bits an output says of an aggregate, beyond what it takes to choose it."""

import math
from collections.abc import Sequence

from agents.induction.groups.aggregates import CELL_CHOICES, FIGURES, TEXTS, Aggregate
from agents.induction.groups.matching import Source, Wanted

MOST_BITS_OF_A_CELL = 14.0
BITS_OF_ONE_ROW = 1.0  # that of a group which has no other: it tells hardly anything of the function
BITS_OF_A_LETTER = 4.7
BITS_OF_A_DIGIT = math.log2(10)
CHOOSING = {*CELL_CHOICES, "smallest", "largest", "least_text", "greatest_text"}
"""Functions that return one of the cells: any of them would have done as well."""


def evidence(wanted: Wanted, aggregate: Aggregate, groups: Sequence[Sequence[int]], source: Source) -> float:
    """Return the bits that the cells of one column say: each different cell once."""
    cells = source.table.columns[aggregate.column]
    said: dict[str, float] = {}
    for rows, want in zip(groups, wanted.cells, strict=True):
        if aggregate.function in CHOOSING:
            bits = math.log2(len({cells[row] for row in rows}))
        elif len(rows) == 1 and aggregate.function != "rows":
            bits = BITS_OF_ONE_ROW
        else:
            bits = cell_bits(want)
        said[want] = max(bits, said.get(want, 0.0))
    columns = 0.0 if wanted.about(aggregate) else math.log2(max(len(source.readings), 1))
    functions = 0.0 if wanted.hinted(aggregate) else math.log2(len(FIGURES) + len(TEXTS))
    return sum(said.values()) - columns - functions


def cell_bits(cell: str) -> float:
    """Return the bits that a text says; zeros at the end and the beginning of a number say nothing."""
    digits = "".join(filter(str.isdigit, cell)).strip("0")
    letters = sum(map(str.isalpha, cell))
    return max(1.0, min(BITS_OF_A_DIGIT * len(digits) + BITS_OF_A_LETTER * letters, MOST_BITS_OF_A_CELL))
