"""Finds how rows were grouped: the keys, what is made of each group, and which rows were kept before."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.induction.groups.aggregates import FIGURES, TEXTS, Aggregate
from agents.induction.groups.keys import Groups, Keys, groups_of, hidden_choices, key_choices, sort_by
from agents.induction.groups.matching import Source, Wanted, explain
from agents.induction.groups.selections import Selection, selections
from agents.induction.groups.steps import GroupRows
from agents.induction.layout.goal import Goal
from agents.induction.model import Chain, Table

MOST_WORK = 400_000  # rows that are looked at for all tests on rows together
MOST_BITS_OF_A_CELL = 14.0
MOST_FOUND = 6


@dataclass(frozen=True)
class Grouping:
    """One way to group, with the rows that were kept before, and the evidence for it."""

    steps: Chain
    bits: float  # that the output says beyond what it takes to choose among all ways that were tried
    complete: bool  # True when every column of the output is a key or an aggregate

    def cost(self) -> float:
        """Return the description length."""
        return sum(step.cost() for step in self.steps)


def propose_groups(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to group where the output has fewer rows, and figures that tell of several rows."""
    yield from (found.steps for found in find_groupings(table, goal.expected) if found.bits >= 0)


def find_groupings(table: Table, expected: Table) -> list[Grouping]:
    """Return the ways to group, the simplest first: of all rows, else of those that a test keeps."""
    if not 0 < expected.height < table.height:
        return []
    source = Source(table)
    choices = key_choices(table, expected) or list(hidden_choices(table, expected))
    found = [one for keys in choices if (one := of_all_rows(keys, source, expected))]
    if not any(one.complete for one in found):
        found += of_kept_rows(choices, source, expected)
    return sorted(found, key=lambda one: (not one.complete, one.cost()))[:MOST_FOUND]


def of_all_rows(keys: Keys, source: Source, expected: Table) -> Grouping | None:
    """Return the grouping of all rows by some keys; None when it explains nothing."""
    groups = groups_of(keys, source.table, expected)
    if groups is None or all(len(rows) == 1 for rows in groups.values()) or not keys.sources:
        return whole_table(source, expected) if not keys.sources else None
    return best_order(keys, groups, source, expected, needs_all=False)


def whole_table(source: Source, expected: Table) -> Grouping | None:
    """Return the one group of all rows."""
    return best_order(Keys((), ()), {(): list(range(source.table.height))}, source, expected, needs_all=True)


def best_order(keys: Keys, groups: Groups, source: Source, expected: Table, needs_all: bool) -> Grouping | None:
    """Return what the groups explain; those of hidden keys are tried as they appear and sorted."""
    if not keys.hidden:
        return explained(keys, groups, source, expected, needs_all)
    if len(groups) != expected.height:
        return None
    for order in (list(groups), sort_by_keys(keys, list(groups))):
        found = explained(keys, {key: groups[key] for key in order}, source, expected, needs_all=True)
        if found:
            return found
    return None


def explained(keys: Keys, groups: Groups, source: Source, expected: Table, needs_all: bool) -> Grouping | None:
    """Return the grouping when it gives the columns of the output that are no keys, or one of them at least."""
    aggregates: list[Aggregate] = []
    others = [name for name in expected.header if name not in keys.shown]
    for name in others:
        found = explain(Wanted(name, expected.columns[name]), list(groups.values()), source)
        if found:
            aggregates.append(found[0])
        elif needs_all:
            return None
    if not aggregates or not {one.name for one in aggregates}.isdisjoint(keys.sources):
        return None
    step = GroupRows(keys.sources, tuple(aggregates))
    return Grouping((step, *ordering(keys, groups, step, source.table)), math.inf, len(aggregates) == len(others))


def ordering(keys: Keys, groups: Groups, step: GroupRows, table: Table) -> Chain:
    """Return a sort by the keys where the output is sorted by them; it may also have to be sorted by something else."""
    shown = list(groups)
    made = step.run(table)
    return (sort_by(keys.sources, made),) if keys.sources and sort_by_keys(keys, shown) == shown else ()


def sort_by_keys(keys: Keys, groups: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the keys of groups in their order: numbers as numbers, texts as texts."""
    columns = {name: [key[place] for key in groups] for place, name in enumerate(keys.sources)}
    table = Table(columns)
    return [groups[row] for row in sort_by(keys.sources, table).rows(table)]


def of_kept_rows(choices: Sequence[Keys], source: Source, expected: Table) -> list[Grouping]:
    """Return the groupings of rows that pass a test on one column."""
    tests = selections(source.table)
    if len(tests) * source.table.height > MOST_WORK:
        return []
    tried = 0
    found: list[tuple[Grouping, Selection]] = []
    for keys in choices:
        groups = groups_of(keys, source.table, expected)
        for test in tests if groups else ():
            kept = kept_groups(keys, groups or {}, test, expected)
            if kept is None:
                continue
            tried += 1
            one = best_order(keys, kept, source, expected, needs_all=True)
            if one:
                found.append((one, test))
    bits = information(expected, choices) - math.log2(max(tried, 1) * ways_to_aggregate(source))
    return [Grouping((test.step, *one.steps), bits, one.complete) for one, test in found if test.step is not None]


def kept_groups(keys: Keys, groups: Groups, test: Selection, expected: Table) -> Groups | None:
    """Return the groups of the rows that pass; None when these are others than those of the output."""
    kept = {key: [row for row in rows if row in test.rows] for key, rows in groups.items()}
    if keys.hidden:
        kept = {key: rows for key, rows in kept.items() if rows}
    right = all(kept.values()) and len(kept) == (expected.height if keys.sources else 1)
    return kept if right and any(len(rows) > 1 for rows in kept.values()) else None


def ways_to_aggregate(source: Source) -> int:
    """Return how many aggregates a column could be."""
    return len(FIGURES) * len(source.readings) + len(TEXTS)


def information(expected: Table, choices: Sequence[Keys]) -> float:
    """Return how many bits the columns say that are no keys: by the digits of their numbers."""
    shown = {name for keys in choices for name in keys.shown}
    return sum(
        map(cell_bits, {cell for name in expected.header if name not in shown for cell in expected.columns[name]})
    )


def cell_bits(cell: str) -> float:
    """Return the bits that a number says: zeros at its end and its beginning say nothing."""
    digits = "".join(filter(str.isdigit, cell)).strip("0")
    return min(math.log2(10) * len(digits), MOST_BITS_OF_A_CELL) if digits else 1.0
