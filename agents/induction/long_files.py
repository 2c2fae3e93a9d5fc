"""Learns from a few rows of long files, and holds what was learned against all rows.

Rows that prove it wrong join the few, and it is learned again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.induction.cells.sample import common_rows
from agents.induction.excerpt import Excerpt, excerpts
from agents.induction.goal import Goal
from agents.induction.learned import Learned, Tried
from agents.induction.model import Table, Target, run_steps
from agents.induction.search.columns import Candidate, Search
from agents.induction.search.rows import RowProgram, run_rows

LearnFew = Callable[[Table, Goal, float], Learned]
"""Learns from an input, an output and until a time on the monotonic clock."""

MOST_REPAIRS = 4
MOST_WAYS = 6
MOST_CANDIDATES = 4  # of each column that are held against all rows
SHARE_OF_TIME = 0.25  # of what is left, for a few rows
FEWEST_SOLVED = 0.5  # of the columns: when fewer are, the rows are other ones


@dataclass(frozen=True)
class LongFiles:
    """Files of which only a few rows are searched for a program."""

    table: Table
    goal: Goal
    tried: Tried
    deadline: float  # on the monotonic clock

    def learn(self, learn_few: LearnFew) -> Learned | None:
        """Return what a few rows teach and all rows confirm; None when the files are short, or it is too little."""
        found = (self.learn_from(excerpt, learn_few) for excerpt in excerpts(self.table, self.goal.expected))
        return next(filter(None, found), None)

    def learn_from(self, excerpt: Excerpt, learn_few: LearnFew) -> Learned | None:
        """Learn from a few rows, and again with those that prove it wrong."""
        some: Excerpt | None = excerpt
        for _ in range(MOST_REPAIRS):
            few = some.tables() if some else None
            now = time.monotonic()
            if some is None or few is None or now > self.deadline:
                return None
            goal = replace(self.goal, expected=few[1])
            learned = learn_few(few[0], goal, now + SHARE_OF_TIME * (self.deadline - now))
            if found := self.on_all_rows(learned):
                return found
            some = None if learned.layout.steps else some.with_wrong(run_rows(learned.rows.steps, self.table))
        return None

    def on_all_rows(self, learned: Learned) -> Learned | None:
        """Return what was learned from a few rows as it is for all; None when it does not give the output's rows."""
        if not learned.rows.explained:
            return None
        layout = replace(learned.layout, table=run_steps(learned.layout.steps, self.table))
        if layout.whole:
            rows = RowProgram((), tuple(range(layout.table.height)))
            whole = replace(learned, rows=rows, table=layout.table, layout=layout)
            return whole if self.goal.reached(layout.table) else None
        learned = replace(learned, layout=layout)
        ways = list(self.ways(learned))
        found = (self.with_rows(learned, way, ways) for way in ways)
        return next(filter(None, found), None)

    def ways(self, learned: Learned) -> Iterator[RowProgram]:
        """Yield the steps on rows, the chosen ones first, that leave as many rows as the output has."""
        ways = dict.fromkeys((learned.rows, *learned.ways))
        for way in [way for way in ways if way.explained][:MOST_WAYS]:
            rows = run_rows(way.steps, learned.layout.table)
            if len(rows) == self.goal.expected.height:
                yield replace(way, rows=tuple(self.sorted_after(way, rows, learned)))

    def sorted_after(self, way: RowProgram, rows: Sequence[int], learned: Learned) -> list[int]:
        """Return the rows in the order that the steps on the output give them."""
        if not way.after or not all(learned.columns.get(name) for name in way.sources_after()):
            return list(rows)
        paired = learned.layout.table.take(rows)
        expressions = {name: learned.columns[name][0].expression for name in way.sources_after()}
        made = {name: [cell or "" for cell in one.run(paired)] for name, one in expressions.items()}
        return [rows[place] for place in run_rows(way.after, Table(made))]

    def with_rows(self, learned: Learned, way: RowProgram, ways: Sequence[RowProgram]) -> Learned | None:
        """Return the columns as they are made from these rows, None when most of them are not."""
        paired = learned.layout.table.take(way.rows)
        search = Search(self.goal.instructions, self.deadline, len(paired.header), common_rows(paired))
        targets = [Target(name, cells, paired) for name, cells in self.goal.expected.columns.items()]
        columns = {target.name: holding(learned.columns[target.name], target, search) for target in targets}
        if sum(map(bool, columns.values())) < FEWEST_SOLVED * len(columns):
            return None
        for target in targets:
            wrong = self.tried.wrong_expressions.get(target.name, set())
            columns[target.name] = columns[target.name] or search.explain(target, wrong)
        same = [other for other in ways if other.rows == way.rows]
        late = search.out_of_time()
        return replace(learned, rows=way, columns=columns, table=paired, ways=same, out_of_time=late)


def holding(candidates: Sequence[Candidate], target: Target, search: Search) -> list[Candidate]:
    """Return the candidates that hold on all rows, the simplest first."""
    found = [kept for one in candidates[:MOST_CANDIDATES] for kept in search.confirm(target, one.expression)]
    return sorted(found, key=lambda candidate: candidate.bits)
