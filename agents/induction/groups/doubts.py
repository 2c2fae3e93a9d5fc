"""Doubts about the rows that were kept before they were grouped, and about which row of a group gives a cell."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.induction.groups.aggregates import Aggregate
from agents.induction.groups.evidence import CHOOSING
from agents.induction.groups.matching import EXTREMES, Wanted
from agents.induction.groups.search import Grouping, find_groupings
from agents.induction.groups.steps import GroupRows, group
from agents.induction.model import Chain, Table, run_steps
from agents.induction.rows.steps import KeepRows

ENOUGH_BITS = 5.0
CLOSE_BITS = 2.0
ENOUGH_BITS_OF_ORDER = 8.0
OTHER_REASON = "Keep the rows for another reason: the groups are too few to tell"


def group_doubts(steps: Chain, table: Table, expected: Table) -> Iterator[tuple[str, str]]:
    """Yield the chosen test on the rows and another one that gives the same groups, in sentences.

    Args:
        steps: what was learned.
        table: the input.
        expected: the output.
    """
    for place, (keep, grouped) in enumerate(itertools.pairwise(steps)):
        if isinstance(keep, KeepRows) and isinstance(grouped, GroupRows):
            found = find_groupings(run_steps(steps[:place], table), expected)
            chosen = next((one for one in found if one.steps[:2] == (keep, grouped)), None)
            if chosen:
                yield from doubts_of(chosen, keep, found)
    for place, step in enumerate(steps):
        if isinstance(step, GroupRows):
            yield from doubts_about_choice(step, run_steps(steps[:place], table))


def doubts_of(chosen: Grouping, keep: KeepRows, found: list[Grouping]) -> Iterator[tuple[str, str]]:
    """Yield the doubt about one test: others that are about as simple, or too little that speaks for any."""
    for other in found:
        test = other.steps[0]
        close = other.complete and abs(other.cost - chosen.cost) <= CLOSE_BITS
        if close and isinstance(test, KeepRows) and test.column != keep.column:
            yield keep.explain(), test.explain()
            return
    if chosen.bits < ENOUGH_BITS:
        yield keep.explain(), OTHER_REASON


def doubts_about_choice(step: GroupRows, table: Table) -> Iterator[tuple[str, str]]:
    """Yield the doubts about columns that hold one cell of each group, which another choice gives as well."""
    groups = group(table, step.keys).values()
    for one in step.aggregates:
        cells = table.columns[one.column]
        parts = [[cells[row] for row in rows] for rows in groups]
        if one.function in CHOOSING and not always_sorted(parts):
            wanted = Wanted(one.name, [one.cell(part) for part in parts])
            for other in other_choices(one, wanted.dated):
                close = wanted.bits(other) - wanted.bits(one) <= CLOSE_BITS
                if close and [other.cell(part) for part in parts] == list(wanted.cells):
                    yield one.explain(), other.explain()
                    break


def other_choices(one: Aggregate, dated: bool) -> list[Aggregate]:
    """Return the aggregates that choose another cell of the same column; of texts, dates have a first and a last."""
    numbers = {"smallest", "largest"}
    unfit = set(EXTREMES) if one.function in numbers or not dated else numbers
    return [replace(one, function=function) for function in sorted(CHOOSING - unfit - {one.function, "most_frequent"})]


def always_sorted(parts: Sequence[Sequence[str]]) -> bool:
    """Tell whether the cells of all groups stand in order, so that the first is always the least as well."""
    orders = sum(math.lgamma(len(part) + 1) for part in parts) / math.log(2)
    return orders >= ENOUGH_BITS_OF_ORDER and all(list(part) == sorted(part) for part in parts)
