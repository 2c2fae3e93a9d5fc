"""How many bits it takes to tell one of all ways that things could have come by chance."""

import math
from collections.abc import Iterable

COUNTED_EXACTLY = 1000


def order_bits(counts: Iterable[int]) -> float:
    """Return in bits in how many orders things can stand, of each kind of which there are so many, all alike."""
    counts = list(counts)
    return (math.lgamma(sum(counts) + 1) - sum(math.lgamma(count + 1) for count in counts)) / math.log(2)


def choice_bits(total: int, chosen: int) -> float:
    """Return in bits in how many ways so many of all can be chosen."""
    if total <= COUNTED_EXACTLY:
        return math.log2(math.comb(total, chosen))
    return order_bits((chosen, total - chosen))
