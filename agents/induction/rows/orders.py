"""Finds the columns by which rows were sorted."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from agents.induction.chance import order_bits
from agents.induction.dates.columns import shared_layouts
from agents.induction.model import Table
from agents.induction.rows.align import Signature, until
from agents.induction.rows.steps import Sort, SortKey, number_in

MOST_KEYS = 3
MOST_PARTIAL_SORTS = 12
BITS_TO_CHOOSE_KIND = 2.0  # what a key is read as, and its direction
FIRST_ROWS = 50  # a look at these spares the others most of the time


def explain_order(table: Table, before: Sequence[Signature], after: Sequence[Signature], deadline: float) -> list[Sort]:
    """Return the sorts with the fewest keys that take the rows of the table to the wanted order of their signatures.

    Args:
        table: the rows as they stand before they are sorted.
        before: their signatures.
        after: the same signatures in the order of the output.
        deadline: on the monotonic clock.
    """
    keys = [key for name in table.header for key in candidate_keys(name, table)]
    partial: list[tuple[tuple[SortKey, ...], list[list[int]]]] = [((), [matching_rows(before, after)])]
    for _ in range(MOST_KEYS):
        partial = [
            longer for known, groups in partial for longer in with_one_more(known, groups, until(deadline, keys), table)
        ]
        sorts = [Sort(chosen) for chosen, _ in partial]
        found = [sort for sort in sorts if tuple(before[row] for row in sort.rows(table)) == tuple(after)]
        if found:
            return found
        partial = sorted(partial, key=lambda item: -len(item[1]))[:MOST_PARTIAL_SORTS]
    return []


def explain_order_of_output(expected: Table, places: Sequence[int], deadline: float) -> list[Sort]:
    """Return the sorts by columns of the output, as `explain_order`, for rows that come in another order.

    Args:
        expected: the output.
        places: where each of its rows stood before the sort.
        deadline: on the monotonic clock.
    """
    arrival = sorted(range(expected.height), key=places.__getitem__)
    rows = list(zip(*expected.columns.values(), strict=True))
    return explain_order(expected.take(arrival), [rows[row] for row in arrival], rows, deadline)


def sort_bits(sort: Sort, table: Table) -> float:
    """Return how many bits the order of sorted rows says beyond what it takes to choose the keys.

    Of all orders, those that differ only among rows with equal keys would have been the same.
    """
    keys = zip(*([key.value(cell) for cell in table.columns[key.column]] for key in sort.keys), strict=True)
    choices = len(sort.keys) * (BITS_TO_CHOOSE_KIND + math.log2(len(table.header)))
    return order_bits(Counter(keys).values()) - choices


def matching_rows(before: Sequence[Signature], after: Sequence[Signature]) -> list[int]:
    """Return the row for each wanted signature; equal ones in the order in which they stand."""
    waiting: dict[Signature, list[int]] = {}
    for row in reversed(range(len(before))):
        waiting.setdefault(before[row], []).append(row)
    return [waiting[signature].pop() for signature in after]


def with_one_more(
    known: tuple[SortKey, ...], groups: list[list[int]], keys: Iterable[SortKey], table: Table
) -> Iterator[tuple[tuple[SortKey, ...], list[list[int]]]]:
    """Yield longer keys under which the wanted rows are in order; `groups` are those on which the known keys agree."""
    for key in keys:
        parts = split(groups, key, table)
        if parts and len(parts) > len(groups):
            yield (*known, key), parts


def candidate_keys(name: str, table: Table) -> Iterator[SortKey]:
    """Yield the ways to sort by a column: numbers and dates first as what they are."""
    filled = [cell for cell in set(table.columns[name]) if cell.strip()]
    numbers = bool(filled) and all(not math.isnan(number_in(cell)) for cell in filled)
    found = [] if numbers else shared_layouts(map(str.strip, filled))
    layouts = [layout for layout in found if not layout.startswith("%Y") and "%z" not in layout]  # not sorted as texts
    for kind, layout in (
        *[("number", "")] * numbers,
        *(("date", one) for one in layouts),
        ("text", ""),
        ("folded", ""),
    ):
        yield SortKey(name, kind, layout=layout)
        yield SortKey(name, kind, descending=True, layout=layout)


def split(groups: list[list[int]], key: SortKey, table: Table) -> list[list[int]]:
    """Part each group where the key's value changes; nothing when a group is not in the key's order."""
    cells = table.columns[key.column]
    if not all(in_order([key.value(cells[row]) for row in group[:FIRST_ROWS]], key) for group in groups):
        return []
    values = {cell: key.value(cell) for cell in set(cells)}
    if not all(in_order([values[cells[row]] for row in group], key) for group in groups):
        return []
    parts = (itertools.groupby(group, lambda row: values[cells[row]]) for group in groups)
    return [list(part) for group in parts for _, part in group]


def in_order(values: list[Any], key: SortKey) -> bool:
    """Tell whether values stand as the key sorts them."""
    return values == sorted(values, reverse=key.descending)
