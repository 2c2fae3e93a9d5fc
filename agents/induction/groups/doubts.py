"""Doubts about the rows that were kept before they were grouped."""

import itertools
from collections.abc import Iterator

from agents.induction.groups.search import Grouping, find_groupings
from agents.induction.groups.steps import GroupRows
from agents.induction.model import Chain, Table, run_steps
from agents.induction.rows.steps import KeepRows

ENOUGH_BITS = 5.0
CLOSE_BITS = 2.0
OTHER_REASON = "Keep the rows for another reason: the groups are too few to tell"


def group_doubts(steps: Chain, table: Table, expected: Table) -> Iterator[tuple[str, str]]:
    """Yield the chosen test on the rows and another one that gives the same groups, in sentences.

    Args:
        steps: what was learned.
        table: the input.
        expected: the output.
    """
    for place, (keep, group) in enumerate(itertools.pairwise(steps)):
        if isinstance(keep, KeepRows) and isinstance(group, GroupRows):
            found = find_groupings(run_steps(steps[:place], table), expected)
            chosen = next((one for one in found if one.steps[:2] == (keep, group)), None)
            if chosen:
                yield from doubts_of(chosen, keep, found)


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
