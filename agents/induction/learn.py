"""Learns a program from an input and the output that is wanted of it."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from agents.csv_file import CsvFile
from agents.induction.cells.columns import Candidate, Search
from agents.induction.cells.sample import common_rows
from agents.induction.cells.text import Column, Constant
from agents.induction.documents.split_search import propose_whole_splits
from agents.induction.excerpt import excerpt
from agents.induction.groups.search import certain_groups
from agents.induction.instructions.wishes import Instructions, read_instructions
from agents.induction.layout.goal import Goal
from agents.induction.layout.search import Layout, find_at_once, find_layouts
from agents.induction.model import Chain, Expression, OutputColumn, Program, Table, Target, run_steps
from agents.induction.rows.align import align, as_is
from agents.induction.rows.search import ENOUGH_BITS, RowProgram, explain_rows
from agents.induction.search.added import propose_added
from agents.task import Progress, Task

MOST_ROW_PROGRAMS = 3
BITS_OF_DOUBT = 3.0  # that another program may take more than one that is not convincing
EVERYDAY_BITS = 12.0  # of programs to which no simpler one is looked for
EVERYDAY_BITS_OF_LAYOUTS = 20.0  # the same, of steps behind which cells are only copied
MOST_LAYOUTS = 8
MOST_UNSOLVED = 4  # one column in so many, behind steps that change the layout: more say that it is another layout


@dataclass(frozen=True)
class Tried:
    """What came of the attempts so far."""

    wrong_steps: set[tuple[Chain, Chain]] = field(default_factory=set)  # on the input and on the output
    wrong_expressions: Mapping[str, set[Expression]] = field(default_factory=dict)
    standing: Mapping[str, Expression] = field(default_factory=dict)  # of the last attempt, not found wrong

    def wrong_steps_after(self, layout: Layout) -> set[tuple[Chain, Chain]]:
        """Return the steps that were wrong behind those of a layout."""
        done = len(layout.steps)
        return {(before[done:], after) for before, after in self.wrong_steps if before[:done] == layout.steps}


@dataclass(frozen=True)
class Learned:
    """What was found."""

    rows: RowProgram
    columns: Mapping[str, list[Candidate]]  # the simplest first; empty when the column is not explained
    table: Table  # the input's rows as the output's are made from them
    ways: list[RowProgram]  # all that explain the rows, the chosen one among them
    instructions: Instructions
    layout: Layout  # the steps before those on rows, and the table that they make of the input
    out_of_time: bool = False  # True when the search ended before everything was tried

    @property
    def program(self) -> Program:
        """The simplest expressions between the steps on the table."""
        if self.layout.whole:
            return Program(self.layout.steps, (), whole=True)
        columns = [OutputColumn(name, found[0].expression if found else None) for name, found in self.columns.items()]
        return Program((*self.layout.steps, *self.rows.steps), tuple(columns), self.rows.after)

    @property
    def complete(self) -> bool:
        """Tell whether all rows and columns are explained."""
        return self.rows.explained and not self.unsolved

    @property
    def convincing(self) -> bool:
        """Tell whether all is explained: by enough rows, each column once, no other rows' cells as constants."""
        expressions = [found[0].expression for found in self.columns.values() if found]
        copies = [one.name for one in expressions if isinstance(one, Column)]
        texts = {one.text for one in expressions if isinstance(one, Constant)} - {""}
        named = self.layout.steps and not texts.isdisjoint(self.layout.table.header)
        restated = named or any(not texts.isdisjoint(cells) for cells in self.layout.table.columns.values() if texts)
        twice = len(set(copies)) < len(copies)
        return self.complete and self.rows.bits >= ENOUGH_BITS and not restated and not twice

    @property
    def copied(self) -> bool:
        """Tell whether the output has the rows and cells of an everyday layout, perhaps in other places."""
        cells = [found[0].expression for found in self.columns.values() if found]
        everyday = self.layout.certain or self.layout.cost() <= EVERYDAY_BITS_OF_LAYOUTS
        return everyday and not self.rows.all_steps and all(isinstance(one, Column) for one in cells)

    @property
    def unsolved(self) -> list[str]:
        """The columns that are not explained."""
        return [name for name, found in self.columns.items() if not found]

    def with_known_keys(self) -> "Learned":
        """Return the same with steps on the output that only look at columns that are explained, or without any."""
        ways = [way for way in self.ways if way.rows == self.rows.rows]
        known = (way for way in ways if way.sources_after().isdisjoint(self.unsolved))
        return replace(self, rows=next(known, self.rows.unordered()))

    def rivals(self) -> list[RowProgram]:
        """Return the ways to explain the rows that are as simple as the chosen one and look at other columns."""
        return [
            way
            for way in self.ways
            if way.all_steps
            and way.explained
            and way.cost() <= self.rows.cost()
            and way.columns() != self.rows.columns()
        ]

    def merit(self) -> tuple[int, bool, float]:
        """Return what is lower for what explains more, or as much with less."""
        doubt = 0.0 if self.convincing else BITS_OF_DOUBT
        return len(self.unsolved), not self.rows.explained, self.bits() + doubt

    def bits(self) -> float:
        """Return the description length of the whole."""
        expressions = sum(found[0].bits for found in self.columns.values() if found)
        return self.layout.cost() + self.rows.cost() + expressions


def learn(task: Task, tried: Tried, deadline: float, progress: Progress) -> Learned:
    """Find the program for the table as it is, else after steps that change its layout."""
    table, goal = as_table(task.input), Goal(as_table(task.expected), read_instructions(task))
    progress(f"comparing {table.height} rows with {goal.expected.height}")
    best: Learned | None = None
    for layout in itertools.chain(layouts_of_excerpt(table, goal, deadline), layouts(table, goal, deadline)):
        if best and best.convincing and not may_be_simpler(layout, best, goal):
            continue
        if not layout.whole:
            found = learn_rows_and_columns(layout, goal, tried, deadline, progress)
        elif (layout.steps, ()) not in tried.wrong_steps:
            found = learn_whole(layout, goal)
        else:
            continue
        best = min(best or found, found, key=Learned.merit)
        if best.convincing and (best.bits() <= EVERYDAY_BITS or best.copied):
            break
    assert best is not None  # the table as it is always is among the layouts
    return best


def may_be_simpler(layout: Layout, best: Learned, goal: Goal) -> bool:
    """Tell whether steps that are the whole program, or no steps at all, say with fewer bits what is explained."""
    enough_rows = not layout.steps and layout.table.height >= goal.expected.height
    return (layout.whole or enough_rows) and layout.cost() < best.bits()


def layouts_of_excerpt(table: Table, goal: Goal, deadline: float) -> Iterator[Layout]:
    """Yield the layouts that a few rows of long files lead to, with what they make of all rows."""
    rows = excerpt(table, goal.expected) if goal.expected.height > table.height else None
    if rows:
        few, wanted = rows
        for layout in itertools.islice(find_layouts(few, replace(goal, expected=wanted), deadline), MOST_LAYOUTS):
            made = run_steps(layout.steps, table)
            if goal.reached(made) or not layout.whole:
                yield replace(layout, table=made)


def layouts(table: Table, goal: Goal, deadline: float) -> Iterator[Layout]:
    """Yield the table as it is and in other layouts.

    A layout that is the output at once comes first, unless the output has fewer rows and no more columns: these may
    be left out. As it is comes last where the output has more rows.
    """
    as_it_is = Layout((), table)
    yield from (Layout(chain, run_steps(chain, table), whole=True) for chain in propose_added(table, goal, deadline))
    yield from certain_layouts(table, goal)
    yield from (Layout(chain, run_steps(chain, table)) for chain in propose_whole_splits(table, goal))
    if goal.expected.height >= table.height or len(goal.expected.header) > len(table.header):
        yield from find_at_once(table, goal, deadline)
    if goal.expected.height <= table.height:
        yield as_it_is
    yield from itertools.islice(find_layouts(table, goal, deadline), MOST_LAYOUTS)
    if goal.expected.height > table.height:
        yield as_it_is


def certain_layouts(table: Table, goal: Goal) -> Iterator[Layout]:
    """Yield the groups that the figures of the output prove, which long files have no time to look for later."""
    for chain in certain_groups(table, goal.expected):
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
    alignment = align(table, expected)
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
