"""Finds the few steps that change an input's layout into that of its output.

Steps are proposed from the data, run on the table, and the tables that are nearest to the output are taken further, one
step more at a time.
"""

import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from agents.induction.documents.find_search import propose_items_in_cells, propose_items_in_lines
from agents.induction.documents.split_search import propose_pieces
from agents.induction.goal import Goal
from agents.induction.groups.derived import propose_derived
from agents.induction.groups.search import propose_groups
from agents.induction.groups.steps import GroupRows
from agents.induction.layout.demotion import DemoteHeader
from agents.induction.layout.dividing import propose_divisions
from agents.induction.layout.explode import propose_explosions
from agents.induction.layout.fill import propose_fills
from agents.induction.layout.fill_within import propose_fills_within
from agents.induction.layout.flip import propose_flips
from agents.induction.layout.fold import propose_folds
from agents.induction.layout.gathering import propose_records
from agents.induction.layout.headings import propose_headings
from agents.induction.layout.labelled import propose_labelled
from agents.induction.layout.melt import propose_melts
from agents.induction.layout.numbering import NumberColumns
from agents.induction.layout.preparation import prepare
from agents.induction.layout.promotion import PromoteHeader, SkipRows, propose_top_rows
from agents.induction.layout.splitting import propose_splits
from agents.induction.layout.spread import Spread
from agents.induction.layout.spread_search import propose_spreads
from agents.induction.layout.subtitles import propose_subtitles
from agents.induction.layout.transpose import Transpose, propose_transposed
from agents.induction.layout.wide_to_long import propose_wide_to_long
from agents.induction.layout.wrap_search import propose_wraps
from agents.induction.model import Chain, Table, run_steps
from agents.induction.windows.count_where import propose_counts_where
from agents.induction.windows.date_grid import propose_completed_dates
from agents.induction.windows.duplicates import propose_repeated
from agents.induction.windows.empty_rows import propose_rows_to_drop
from agents.induction.windows.rare import propose_rare

Proposer = Callable[[Table, Goal], Iterator[Chain]]
"""Reads steps off a table and the output that may bring it nearer to that; a proposal may be several steps."""

PROPOSERS: tuple[Proposer, ...] = (
    # fewer rows, or more, of the same columns and figures of them
    propose_spreads,
    propose_groups,
    propose_derived,
    propose_rare,
    propose_repeated,
    propose_completed_dates,
    propose_rows_to_drop,
    propose_counts_where,
    # columns that become rows, rows that become columns, and what has to be put right before
    propose_subtitles,
    propose_fills,
    propose_fills_within,
    propose_transposed,
    propose_wide_to_long,
    propose_melts,
    propose_explosions,
    # tables without a header, or with several records in a row
    propose_records,
    propose_wraps,
    propose_folds,
    propose_flips,
    propose_labelled,
    propose_splits,
    propose_divisions,
    propose_headings,
    propose_top_rows,
    # texts that hold tables
    propose_items_in_lines,
    propose_items_in_cells,
    propose_pieces,
)
"""In the order in which they are asked: of two that make the same table, the first counts."""

COSTLY: frozenset[Proposer] = frozenset({propose_groups, propose_headings})
"""These are asked about the nearest few tables only, since they look long at each."""

LAST_STEPS = (DemoteHeader, NumberColumns)
"""Nothing comes behind these."""

FIRST_STEPS = (SkipRows, PromoteHeader, Transpose)
SUMMARIES = (GroupRows, Spread)
"""What makes rows of several, of which none is a title or a header any more, or will be a column."""

MOST_STEPS = 4
MOST_TABLES = 16  # that are taken further after each step
MOST_TABLES_OF_COSTLY = 10
MOST_CELLS = 500_000  # of the tables that are made for one search: not its time, so that its answer is always the same
MOST_CELLS_BEHIND_OUTPUT = 10_000  # once the output is reached
TIMES_READ = 10  # how much work it is to look for steps behind a table: reading it so often
LARGEST_GROWTH = 50  # times as many cells as input and output have together
PROMISING = 0.5
BITS_OF_NAMES = 6.0
MOST_PROMISING = 8  # of the tables that are yielded without being the output


@dataclass(frozen=True)
class Layout:
    """A table that steps made of the input."""

    steps: Chain
    table: Table
    whole: bool = False  # True when it is the output as it stands, whatever names its columns have in another file
    nearness: float = 0.0  # to the output
    certain: bool = False  # True when the output proves it, so that nothing else has to be looked for

    def cost(self) -> float:
        """Return the description length of the steps in bits."""
        return sum(step.cost() for step in self.steps)

    def price(self) -> float:
        """Return the same, with what it takes to name the columns where the steps do not give their names."""
        return self.cost() + BITS_OF_NAMES * (not self.whole)

    def rank(self) -> tuple[float, float]:
        """Return what is lower for a table that is nearer to the output, or as near after simpler steps."""
        return -self.nearness, self.cost()


@dataclass
class Bound:
    """What longer steps are not looked for, once the output is explained without them."""

    bits: float = math.inf


def find_at_once(table: Table, goal: Goal, deadline: float, bound: Bound) -> Iterator[Layout]:
    """Yield layouts that a single proposal makes the output, the simplest first."""
    search = LayoutSearch(goal, deadline, bound, LARGEST_GROWTH * size(goal.expected))
    made = search.one_step_further([] if goal.reached(table) else [Layout((), table)])
    yield from sorted((finished(layout, goal) for layout in made if goal.reached(layout.table)), key=Layout.cost)


def find_layouts(table: Table, goal: Goal, deadline: float, bound: Bound) -> Iterator[Layout]:
    """Yield layouts that are the output, those of few steps first, then those that may become it by rows and columns.

    Args:
        table: the input.
        goal: the output.
        deadline: on the monotonic clock.
        bound: may become lower from one layout to the next.
    """
    start = Layout((), table, nearness=goal.nearness(table))
    search = LayoutSearch(goal, deadline, bound, LARGEST_GROWTH * (size(table) + size(goal.expected)))
    search.seen.add(fingerprint(table))
    tables, promising = [start], list[Layout]()
    for _ in range(MOST_STEPS):
        made = sorted(search.one_step_further(tables), key=Layout.rank)
        reached = [finished(layout, goal) for layout in made if goal.reached(layout.table)]
        held = [layout for layout in made if not goal.reached(layout.table) and holds(layout, goal)]
        yield from sorted([*reached, *held], key=Layout.price)
        if reached:
            search.cells, search.costly_tables = min(search.cells, MOST_CELLS_BEHIND_OUTPUT), 0
        promising += [layout for layout in made if layout.nearness >= PROMISING and layout.nearness > start.nearness]
        tables = [layout for layout in made if not isinstance(layout.steps[-1], LAST_STEPS)][:MOST_TABLES]
    prepared = {
        fingerprint(made): Layout(chain, made) for chain in prepare(table, goal) for made in [run_steps(chain, table)]
    }
    yield from prepared.values()
    others = (layout for layout in sorted(promising, key=Layout.rank) if fingerprint(layout.table) not in prepared)
    yield from itertools.islice(others, MOST_PROMISING)


def holds(layout: Layout, goal: Goal) -> bool:
    """Tell whether a layout has the output's columns; without names they are not told from others in wider files."""
    nameless = goal.numbering and any(step.width_from_cells for step in layout.steps)
    return not nameless and goal.holds(layout.table, layout.nearness)


@dataclass
class LayoutSearch:
    """What holds for all steps of one search, and what it has seen and may still make."""

    goal: Goal
    deadline: float
    bound: Bound
    largest: int  # how many cells a table may have
    seen: set[int] = field(default_factory=set)  # fingerprints
    cells: int = MOST_CELLS  # that may still be made
    costly_tables: int = MOST_TABLES_OF_COSTLY  # of each step, about which the costly proposers are asked

    def one_step_further(self, tables: Sequence[Layout]) -> Iterator[Layout]:
        """Yield the new tables that what is proposed makes of some; the nearest ones come first."""
        for place, layout in enumerate(tables):
            if layout.cost() >= self.bound.bits:
                continue
            for proposer in PROPOSERS:
                if (proposer in COSTLY and place >= self.costly_tables) or time.monotonic() > self.deadline:
                    continue
                for chain in proposer(layout.table, self.goal):
                    if self.cells < 0 or time.monotonic() > self.deadline:
                        return
                    yield from self.taken(layout, chain)
            self.cells -= TIMES_READ * size(layout.table)

    def taken(self, layout: Layout, chain: Chain) -> Iterator[Layout]:
        """Yield the table after further steps, if it is a new one of bearable size."""
        if isinstance(chain[0], FIRST_STEPS) and any(isinstance(step, SUMMARIES) for step in layout.steps):
            return
        table = take_steps(layout.table, chain, self.largest)
        if table is None:
            return
        self.cells -= size(table)
        mark = fingerprint(table)
        if mark not in self.seen:
            self.seen.add(mark)
            yield Layout((*layout.steps, *chain), table, nearness=self.goal.nearness(table))


def take_steps(table: Table, chain: Chain, largest: int) -> Table | None:
    """Return the table after further steps; None when it is empty or grows beyond all measure."""
    for step in chain:
        table = step.run(table)
        if not table.height or size(table) > largest:
            return None
    return table


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
