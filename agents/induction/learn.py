"""Learns a program from an input and the output that is wanted of it."""

import itertools
import math
from collections.abc import Iterator
from functools import partial

from agents.csv_file import CsvFile
from agents.induction.cells.likeness import as_is
from agents.induction.cells.sample import common_rows
from agents.induction.documents.split_search import propose_whole_splits
from agents.induction.excerpt import is_long
from agents.induction.goal import Goal
from agents.induction.groups.search import certain_groups
from agents.induction.instructions.wishes import read_instructions
from agents.induction.learned import Learned, Tried
from agents.induction.long_files import LongFiles
from agents.induction.model import Table, Target, run_steps
from agents.induction.rows.align import align
from agents.induction.search.added import propose_added
from agents.induction.search.columns import Candidate, Search
from agents.induction.search.layouts import Bound, Layout, find_at_once, find_layouts, size
from agents.induction.search.rows import RowProgram, explain_rows
from agents.task import Progress, Task

MOST_ROW_PROGRAMS = 3
EVERYDAY_BITS = 12.0  # of programs to which no simpler one is looked for
MOST_LAYOUTS = 8
MOST_CELLS_OF_LAYOUTS = 200_000  # of long files: other layouts of greater ones are only looked for in a few rows
MOST_UNSOLVED = 4  # one column in so many, behind steps that change the layout: more say that it is another layout


def learn(task: Task, tried: Tried, deadline: float, progress: Progress) -> Learned:
    """Find the program for the table as it is, else after steps that change its layout."""
    table, goal = as_table(task.input), Goal(as_table(task.expected), read_instructions(task))
    progress(f"comparing {table.height} rows with {goal.expected.height}")
    learn_few = partial(learn_tables, tried=tried, progress=progress)
    found = LongFiles(table, goal, tried, deadline).learn(learn_few)
    return found or learn_few(table, goal, deadline)


def learn_tables(table: Table, goal: Goal, deadline: float, tried: Tried, progress: Progress) -> Learned:
    """Find the program by looking at all rows."""
    best: Learned | None = None
    bound = Bound()
    for layout in layouts(table, goal, deadline, bound):
        if best and best.convincing and not may_be_simpler(layout, best, goal):
            continue
        if not layout.whole:
            found = learn_rows_and_columns(layout, goal, tried, deadline, progress)
        elif (layout.steps, ()) not in tried.wrong_steps:
            found = learn_whole(layout, goal)
        else:
            continue
        best = min(best or found, found, key=Learned.merit)
        if best.convincing and (best.bits() <= EVERYDAY_BITS or best.copied or best.added):
            break
        bound.bits = best.bits() if best.convincing else math.inf
    assert best is not None  # the table as it is always is among the layouts
    return best


def may_be_simpler(layout: Layout, best: Learned, goal: Goal) -> bool:
    """Tell whether steps that are the whole program, or no steps at all, say with fewer bits what is explained."""
    enough_rows = not layout.steps and layout.table.height >= goal.expected.height
    return (layout.whole or enough_rows) and layout.cost() < best.bits()


def layouts(table: Table, goal: Goal, deadline: float, bound: Bound) -> Iterator[Layout]:
    """Yield the table as it is and in other layouts.

    A layout that is the output at once comes first, unless the output has fewer rows and no more columns: these may
    be left out. As it is comes last where the output has more rows.
    """
    as_it_is = Layout((), table)
    if is_long(table, goal.expected) and size(table) + size(goal.expected) > MOST_CELLS_OF_LAYOUTS:
        yield from certain_layouts(table, goal, deadline)
        yield as_it_is
        return
    yield from (Layout(chain, run_steps(chain, table), whole=True) for chain in propose_added(table, goal, deadline))
    yield from certain_layouts(table, goal, deadline)
    yield from (Layout(chain, run_steps(chain, table)) for chain in propose_whole_splits(table, goal))
    if goal.expected.height >= table.height or len(goal.expected.header) > len(table.header):
        yield from find_at_once(table, goal, deadline, bound)
    if goal.expected.height <= table.height:
        yield as_it_is
    yield from itertools.islice(find_layouts(table, goal, deadline, bound), MOST_LAYOUTS)
    if goal.expected.height > table.height:
        yield as_it_is


def certain_layouts(table: Table, goal: Goal, deadline: float) -> Iterator[Layout]:
    """Yield the groups that the figures of the output prove, which long files have no time to look for later."""
    for chain in certain_groups(table, goal.expected, deadline):
        made = run_steps(chain, table)
        if made.header == goal.expected.header and goal.reached(made):
            yield Layout(chain, made, whole=True, certain=True)


def learn_whole(layout: Layout, goal: Goal) -> Learned:
    """Return what is learned when steps alone make the output."""
    rows = RowProgram((), tuple(range(layout.table.height)))
    return Learned(rows, {}, layout.table, [], goal.instructions, layout)


def learn_rows_and_columns(layout: Layout, goal: Goal, tried: Tried, deadline: float, progress: Progress) -> Learned:
    """Find steps on rows, then an expression for each column; of several ways, the one that explains most."""
    table, expected, instructions = layout.table, goal.expected, goal.instructions
    alignment = align(table, expected, deadline)
    ways = explain_rows(table, expected, alignment, instructions, tried.wrong_steps_after(layout), deadline)
    learned: dict[tuple[int, ...], Learned] = {}
    for rows in ways:
        if rows.rows in learned or len(learned) == MOST_ROW_PROGRAMS:
            continue
        paired = table.take(rows.rows)
        search = Search(instructions, deadline, len(table.header), common_rows(paired))
        comparable = rows.explained or bool(alignment.links)
        may_fail = len(expected.header) // MOST_UNSOLVED if layout.steps else len(expected.header)
        columns = explain_columns(paired, expected if comparable else Table({}), search, tried, progress, may_fail)
        columns = {name: columns.get(name, []) for name in expected.header}
        found = Learned(rows, columns, paired, ways, instructions, layout, search.out_of_time())
        learned[rows.rows] = found.with_known_keys() if rows.after else found
        if not found.unsolved:
            break
    return min(learned.values(), key=Learned.merit)


def explain_columns(
    paired: Table, expected: Table, search: Search, tried: Tried, progress: Progress, may_fail: int
) -> dict[str, list[Candidate]]:
    """Return what explains each column: first those that the last attempt left open, and of these the copies.

    More than `may_fail` columns without an explanation end the search.
    """

    def place(name: str) -> tuple[bool, bool]:
        return name in tried.standing, not paired.alike(expected.columns[name], as_is)

    columns: dict[str, list[Candidate]] = {}
    for name in sorted(expected.header, key=place):
        target = Target(name, expected.columns[name], paired)
        found = search.explain(target, tried.wrong_expressions.get(name, set()))
        columns[name] = found or search.confirm(target, tried.standing.get(name))
        may_fail -= not columns[name]
        progress(f"{name}: {columns[name][0].expression.explain() if columns[name] else 'not explained yet'}")
        if may_fail < 0:
            break
    return columns


def as_table(file: CsvFile) -> Table:
    """Return a file's cells by column."""
    columns = zip(*file.rows, strict=True)
    return Table(dict(zip(file.header, columns, strict=True)))
