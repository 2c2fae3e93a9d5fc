"""What was found, and what came of earlier attempts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agents.induction.cells.text import Column, Constant
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Chain, Expression, OutputColumn, Program, Table, TableStep
from agents.induction.search.columns import Candidate
from agents.induction.search.layouts import Layout
from agents.induction.search.rows import ENOUGH_BITS, RowProgram

BITS_OF_DOUBT = 3.0  # that another program may take more than one that is not convincing
EVERYDAY_BITS_OF_LAYOUTS = 20.0  # of steps behind which cells are only copied


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
    def idle(self) -> TableStep | None:
        """Return a step on the layout that makes columns which nothing reads: all that it does is to leave rows out."""
        read = {name for column in self.program.columns for name in column.sources()}
        read.update(self.rows.columns())
        for step in reversed(() if self.layout.whole else self.layout.steps):
            if step.makes() and read.isdisjoint(step.makes()):
                return step
            if step.reshapes:
                return None
            read.update(step.sources())
        return None

    @property
    def convincing(self) -> bool:
        """Tell whether all is explained: by enough rows, each column once, no other rows' cells as constants."""
        expressions = [found[0].expression for found in self.columns.values() if found]
        copies = [one.name for one in expressions if isinstance(one, Column)]
        texts = {one.text for one in expressions if isinstance(one, Constant)} - {""}
        named = self.layout.steps and not texts.isdisjoint(self.layout.table.header)
        restated = named or any(not texts.isdisjoint(cells) for cells in self.layout.table.columns.values() if texts)
        twice = len(set(copies)) < len(copies)
        return self.complete and self.rows.bits >= ENOUGH_BITS and not (restated or twice or self.idle)

    @property
    def copied(self) -> bool:
        """Tell whether the output has the rows and cells of an everyday layout, perhaps in other places."""
        cells = [found[0].expression for found in self.columns.values() if found]
        everyday = self.layout.certain or self.layout.cost() <= EVERYDAY_BITS_OF_LAYOUTS
        return everyday and not self.rows.all_steps and all(isinstance(one, Column) for one in cells)

    @property
    def added(self) -> bool:
        """Tell whether the output has the input's rows, with new columns beside as many that are copied."""
        if self.layout.steps or self.rows.all_steps:
            return False
        kept = [found for name, found in self.columns.items() if name in self.table.columns]
        copied = all(found and isinstance(found[0].expression, Column) for found in kept)
        return copied and 2 * len(kept) >= len(self.columns)

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
