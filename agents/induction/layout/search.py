"""Finds the few steps that change an input's layout into that of its output.

Steps are proposed from the data, run on the table, and the tables that are nearest to the output are taken further, one
step more at a time.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.induction.documents.split_search import propose_pieces
from agents.induction.groups.search import propose_groups
from agents.induction.layout.dividing import propose_divisions
from agents.induction.layout.explode import propose_explosions
from agents.induction.layout.fill import propose_fills
from agents.induction.layout.flip import propose_flips
from agents.induction.layout.fold import propose_folds
from agents.induction.layout.gathering import propose_records
from agents.induction.layout.goal import Goal
from agents.induction.layout.labelled import propose_labelled
from agents.induction.layout.melt import propose_melts
from agents.induction.layout.numbering import NumberColumns
from agents.induction.layout.splitting import propose_splits
from agents.induction.layout.subtitles import propose_subtitles
from agents.induction.layout.transpose import propose_transposed
from agents.induction.layout.wide_to_long import propose_wide_to_long
from agents.induction.layout.wrap_search import propose_wraps
from agents.induction.model import Chain, Table

Proposer = Callable[[Table, Goal], Iterator[Chain]]
"""Reads steps off a table and the output that may bring it nearer to that; a proposal may be several steps."""

PROPOSERS: tuple[Proposer, ...] = (
    propose_groups,
    propose_subtitles,
    propose_fills,
    propose_transposed,
    propose_wide_to_long,
    propose_melts,
    propose_explosions,
    propose_records,
    propose_wraps,
    propose_folds,
    propose_flips,
    propose_labelled,
    propose_splits,
    propose_divisions,
    propose_pieces,
)
MOST_STEPS = 4
MOST_TABLES = 24  # that are taken further after each step
MOST_CELLS = 2_000_000  # of the tables that are made for one search
LARGEST_GROWTH = 50  # times as many cells as input and output have together
PROMISING = 0.5
MOST_PROMISING = 3  # of the tables that are yielded without being the output


@dataclass(frozen=True)
class Layout:
    """A table that steps made of the input."""

    steps: Chain
    table: Table
    whole: bool = False  # True when it is the output as it stands, whatever names its columns have in another file

    def cost(self) -> float:
        """Return the description length of the steps in bits."""
        return sum(step.cost() for step in self.steps)


def find_layouts(table: Table, goal: Goal, deadline: float) -> Iterator[Layout]:
    """Yield layouts that are the output or promise to become it by steps on rows and columns, those of few steps first.

    Args:
        table: the input.
        goal: the output.
        deadline: on the monotonic clock.
    """
    tables = [Layout((), table)]
    seen = {fingerprint(table)}
    budget = MOST_CELLS
    largest = LARGEST_GROWTH * (size(table) + size(goal.expected))
    for _ in range(MOST_STEPS):
        made: list[Layout] = []
        for layout in tables:
            for chain in proposals(layout.table, goal):
                if time.monotonic() > deadline or budget < 0:
                    break
                result = take_steps(layout, chain, largest)
                budget -= size(result.table) if result else 0
                if result and (mark := fingerprint(result.table)) not in seen:
                    seen.add(mark)
                    made.append(result)
        made.sort(key=lambda layout: (-goal.nearness(layout.table), layout.cost()))
        reached = [finished(layout, goal) for layout in made if goal.reached(layout.table)]
        yield from sorted(reached, key=Layout.cost)
        promising = [layout for layout in made if goal.nearness(layout.table) >= PROMISING]
        yield from promising[:MOST_PROMISING]
        tables = made[:MOST_TABLES]


def proposals(table: Table, goal: Goal) -> Iterator[Chain]:
    """Yield what all proposers have to say."""
    for proposer in PROPOSERS:
        yield from proposer(table, goal)


def take_steps(layout: Layout, chain: Chain, largest: int) -> Layout | None:
    """Return the table after further steps; None when it is empty or grows beyond all measure."""
    table = layout.table
    for step in chain:
        table = step.run(table)
        if not table.height or size(table) > largest:
            return None
    return Layout((*layout.steps, *chain), table)


def finished(layout: Layout, goal: Goal) -> Layout:
    """Return the layout that is the output, with its columns numbered where the output's are, and whole where it is."""
    same_names = layout.table.header == goal.expected.header
    if not same_names and goal.numbering:
        number = NumberColumns(*goal.numbering)
        return Layout((*layout.steps, number), number.run(layout.table), whole=True)
    return Layout(layout.steps, layout.table, whole=same_names)


def size(table: Table) -> int:
    """Return the number of cells."""
    return table.height * len(table.header)


def fingerprint(table: Table) -> int:
    """Return what equal tables share."""
    return hash((table.header, *(tuple(cells) for cells in table.columns.values())))
