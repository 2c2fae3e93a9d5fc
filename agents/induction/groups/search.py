"""Finds how rows were grouped: the keys, what is made of each group, and which rows were kept before."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.induction.goal import Goal
from agents.induction.groups.aggregates import Aggregate
from agents.induction.groups.evidence import CHOOSING, evidence
from agents.induction.groups.figures import known_cells
from agents.induction.groups.keys import Groups, Keys, groups_of, hidden_choices, key_choices, sort_by
from agents.induction.groups.matching import Source, Wanted, explain
from agents.induction.groups.selections import Selection, selections
from agents.induction.groups.steps import GroupRows, group
from agents.induction.model import Chain, Table
from agents.induction.rows.align import until
from agents.induction.rows.steps import KeepRows

MOST_WORK = 2_000_000  # rows that are looked at for all tests on rows together
BITS_OF_ODD_TEST = 5.0
MOST_FOUND = 6
CERTAIN_BITS = 30.0


@dataclass(frozen=True)
class Grouping:
    """One way to group, with the rows that were kept before, and the evidence for it."""

    steps: Chain
    bits: float  # that the output says beyond what it takes to choose among all ways that were tried
    cost: float  # the description length
    complete: bool  # True when every column of the output is a key or an aggregate
    surprising: bool  # True when a column has a name that tells of something else


def propose_groups(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to group where the output has fewer rows, and figures that tell of several rows."""
    yield from (found.steps for found in find_groupings(table, goal.expected) if found.bits >= 0)


def certain_groups(table: Table, expected: Table, deadline: float) -> Iterator[Chain]:
    """Yield the way to group that the output proves beyond doubt, so that nothing else has to be looked for."""
    for one in find_groupings(table, expected, deadline)[:1]:
        made = [made for step in one.steps if isinstance(step, GroupRows) for made in step.aggregates]
        choosing = {aggregate.function for aggregate in made} <= CHOOSING
        proven = one.complete and not one.surprising and one.bits >= CERTAIN_BITS and not choosing
        if proven and not named_by_cells({aggregate.name for aggregate in made}, table):
            yield one.steps


def named_by_cells(names: set[str], table: Table) -> bool:
    """Tell whether columns are named as the cells of a column: then that may say which figures stand where."""
    return any(names.issubset(cells) for cells in table.columns.values())


def find_groupings(table: Table, expected: Table, deadline: float = math.inf) -> list[Grouping]:
    """Return the ways to group, the simplest first: of all rows, else of those that a test keeps."""
    if not 0 < expected.height < table.height:
        return []
    source = Source(table)
    choices = key_choices(table, expected) or list(hidden_choices(table, expected))
    found = [one for keys in until(deadline, choices) if (one := of_all_rows(keys, source, expected))]
    if not any(one.complete and not one.surprising for one in found):
        found += [one for one in of_kept_rows(until(deadline, choices), source, expected) if one.bits >= 0]
    if any(one.complete and not one.surprising for one in found):
        found = [one for one in found if not one.surprising]
    return sorted(found, key=lambda one: (not one.complete, one.cost))[:MOST_FOUND]


def of_all_rows(keys: Keys, source: Source, expected: Table) -> Grouping | None:
    """Return the grouping of all rows by some keys, or of those whose key is known; None when it explains nothing."""
    groups = groups_of(keys, source.table, expected)
    if groups is None or all(len(rows) == 1 for rows in groups.values()):
        return None
    found = best_order(keys, groups, source, expected, needs_all=not keys.shown)
    unknown = unknown_keys(keys, source.table, groups) if found else None
    if found and unknown:
        return replace(found, steps=(unknown, *found.steps), cost=found.cost + unknown.cost())
    return found


def unknown_keys(keys: Keys, table: Table, shown: Groups) -> KeepRows | None:
    """Return the step that drops the rows without a key, where the output lacks these and others as well."""
    if len(keys.sources) != 1 or keys.hidden:
        return None
    dropped = [key for (key,) in group(table, keys.sources) if (key,) not in shown]
    unknown = [key for key in dropped if not known_cells([key])]
    if len(unknown) != 1 or len(dropped) == 1:
        return None
    return KeepRows(keys.sources[0], "differs", (unknown[0],)) if unknown[0] else KeepRows(keys.sources[0], "not_blank")


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
    rows = list(groups.values())
    others = [Wanted(name, expected.columns[name]) for name in expected.header if name not in keys.shown]
    chosen: list[tuple[Wanted, Aggregate]] = []
    for wanted in others:
        found = explain(wanted, rows, source)
        if found:
            chosen.append((wanted, found[0]))
        elif needs_all:
            return None
    if not chosen or not {one.name for _, one in chosen}.isdisjoint(keys.sources):
        return None
    step = GroupRows(keys.sources, tuple(one for _, one in chosen))
    steps = (step, *ordering(keys, groups, step, source.table))
    cost = sum(one.cost() for one in steps) + sum(wanted.bits(one) - one.cost() for wanted, one in chosen)
    bits = sum(evidence(wanted, one, rows, source) for wanted, one in chosen)
    surprising = any(wanted.surprised(one) for wanted, one in chosen)
    return Grouping(steps, bits, cost, len(chosen) == len(others), surprising)


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


def of_kept_rows(choices: Iterable[Keys], source: Source, expected: Table) -> list[Grouping]:
    """Return the groupings of rows that pass a test on one column."""
    tests = selections(source.table)
    if len(tests) * source.table.height > MOST_WORK:
        return []
    tried: list[Selection] = []
    found: list[tuple[Grouping, Selection]] = []
    for keys in choices:
        groups = groups_of(keys, source.table, expected)
        for test in tests if groups else ():
            kept = kept_groups(keys, groups or {}, test, expected)
            if kept is None:
                continue
            tried.append(test)
            one = best_order(keys, kept, source, expected, needs_all=True)
            if one:
                found.append((one, test))
    costs = [test.step.cost() for test in tried if test.step] if found else []
    return [of_tested_rows(one, test.step, costs, source.table) for one, test in found if test.step]


def of_tested_rows(one: Grouping, test: KeepRows, costs: Sequence[float], table: Table) -> Grouping:
    """Return a grouping with the test on rows before it, which was chosen of all that are as simple."""
    choices = sum(cost <= test.cost() for cost in costs)
    odd = BITS_OF_ODD_TEST * is_odd(test, one.steps, table)
    return replace(one, steps=(test, *one.steps), bits=one.bits - math.log2(choices), cost=one.cost + test.cost() + odd)


def is_odd(test: KeepRows, steps: Chain, table: Table) -> bool:
    """Tell whether a test looks at a column that only numbers the rows, or for one value of those that are added up."""
    if all(cell == str(number) for number, cell in enumerate(table.columns[test.column], 1)):
        return True
    added = {one.column for step in steps if isinstance(step, GroupRows) for one in step.aggregates}
    return test.column in added and test.test in ("equals", "differs", "one_of", "none_of")


def kept_groups(keys: Keys, groups: Groups, test: Selection, expected: Table) -> Groups | None:
    """Return the groups of the rows that pass; None when these are others than those of the output."""
    if not keys.hidden and any(test.rows.isdisjoint(rows) for rows in groups.values()):
        return None
    kept = {key: [row for row in rows if row in test.rows] for key, rows in groups.items()}
    if keys.hidden:
        kept = {key: rows for key, rows in kept.items() if rows}
    right = all(kept.values()) and len(kept) == (expected.height if keys.sources else 1)
    return kept if right and any(len(rows) > 1 for rows in kept.values()) else None
