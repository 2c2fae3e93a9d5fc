"""Finds the columns by which rows were sorted."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from agents.induction.align import Signature
from agents.induction.model import Table
from agents.induction.rows import Sort, SortKey, number_in

MOST_KEYS = 3
MOST_PARTIAL_SORTS = 12


def explain_order(table: Table, before: Sequence[Signature], after: Sequence[Signature]) -> list[Sort]:
    """Return the sorts with the fewest keys that take the rows of the table to the wanted order of their signatures.

    Args:
        table: the rows as they stand before they are sorted.
        before: their signatures.
        after: the same signatures in the order of the output.
    """
    keys = [key for name in table.header for key in candidate_keys(name, table)]
    partial: list[tuple[tuple[SortKey, ...], list[list[int]]]] = [((), [matching_rows(before, after)])]
    for _ in range(MOST_KEYS):
        partial = [longer for known, groups in partial for longer in with_one_more(known, groups, keys, table)]
        sorts = [Sort(chosen) for chosen, _ in partial]
        found = [sort for sort in sorts if tuple(before[row] for row in sort.rows(table)) == tuple(after)]
        if found:
            return found
        partial = sorted(partial, key=lambda item: -len(item[1]))[:MOST_PARTIAL_SORTS]
    return []


def matching_rows(before: Sequence[Signature], after: Sequence[Signature]) -> list[int]:
    """Return the row for each wanted signature; equal ones in the order in which they stand."""
    waiting: dict[Signature, list[int]] = {}
    for row in reversed(range(len(before))):
        waiting.setdefault(before[row], []).append(row)
    return [waiting[signature].pop() for signature in after]


def with_one_more(
    known: tuple[SortKey, ...], groups: list[list[int]], keys: Sequence[SortKey], table: Table
) -> Iterator[tuple[tuple[SortKey, ...], list[list[int]]]]:
    """Yield longer keys under which the wanted rows are in order; `groups` are those on which the known keys agree."""
    for key in keys:
        parts = split(groups, key, table)
        if parts and len(parts) > len(groups):
            yield (*known, key), parts


def candidate_keys(name: str, table: Table) -> Iterator[SortKey]:
    """Yield the ways to sort by a column; numbers first as numbers."""
    filled = [cell for cell in set(table.columns[name]) if cell.strip()]
    numbers = bool(filled) and not any(math.isnan(number_in(cell)) for cell in filled)
    for kind in (*["number"] * numbers, "text", "text_any_case"):
        yield SortKey(name, kind)
        yield SortKey(name, kind, descending=True)


def split(groups: list[list[int]], key: SortKey, table: Table) -> list[list[int]]:
    """Part each group where the key's value changes; nothing when a group is not in the key's order."""
    cells = table.columns[key.column]
    parts: list[list[int]] = []
    for group in groups:
        values = [sort_value(cells[row], key) for row in group]
        if values != sorted(values, reverse=key.descending):
            return []
        parts += [list(part) for _, part in itertools.groupby(group, lambda row: sort_value(cells[row], key))]
    return parts


def sort_value(cell: str, key: SortKey) -> tuple[bool, Any]:
    """Return what the key compares; what is no number comes last in either direction."""
    if key.kind == "number":
        number = number_in(cell)
        last = math.isnan(number)
        return (last != key.descending, 0.0 if last else number)
    return (False, cell.casefold() if key.kind == "text_any_case" else cell)
