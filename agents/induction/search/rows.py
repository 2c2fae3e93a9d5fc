"""Finds the steps that take the input's rows to the output's: filter, then deduplicate, then sort.

The sort looks at columns of the input, or comes last and looks at those of the output.
"""

import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.induction.chance import choice_bits
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Chain, Table
from agents.induction.rows.align import Alignment, Signature, until
from agents.induction.rows.extremes import extreme_bits
from agents.induction.rows.filters import propose_filters
from agents.induction.rows.orders import (
    candidate_keys,
    explain_order,
    explain_order_of_output,
    matching_rows,
    sort_bits,
)
from agents.induction.rows.steps import NUMBER_TESTS, Deduplicate, KeepFirst, KeepRows, RowStep, Sort

ENOUGH_BITS = 5.0
BITS_OF_INSTRUCTION = 6.0
MOST_PROGRAMS = 40

Steps = tuple[RowStep, ...]
Choice = tuple[Steps, tuple[int, ...]]
"""A way to choose rows: steps, and the rows of the input that they leave."""


@dataclass(frozen=True)
class RowProgram:
    """Steps, and the input row from which each output row is made, counted from 0."""

    steps: Steps  # on the input
    rows: tuple[int, ...]
    after: Steps = ()  # on the output
    explained: bool = True  # False: the steps do not give these rows
    bits: float = math.inf  # how much less likely chance is to give these rows than these steps

    @property
    def all_steps(self) -> Steps:
        """The steps in the order in which they are taken."""
        return (*self.steps, *self.after)

    def columns(self) -> set[str]:
        """Return the columns that the steps look at."""
        return {name for step in self.all_steps for name in step.sources()}

    def sources_after(self) -> set[str]:
        """Return the columns of the output that the steps on it look at."""
        return {name for step in self.after for name in step.sources()}

    def cost(self) -> float:
        """Return the description length of the steps."""
        return sum(step.cost() for step in self.all_steps)

    def unordered(self) -> "RowProgram":
        """Return the same choice of rows where the steps on the output turn out not to give their order."""
        return replace(self, after=(), explained=False, bits=-math.inf)


def explain_rows(
    table: Table,
    expected: Table,
    alignment: Alignment,
    instructions: Instructions,
    excluded: Collection[tuple[Chain, Chain]],
    deadline: float,
) -> list[RowProgram]:
    """Return the programs that give the output's rows, the simplest first; one that is not explained if there is none.

    Files of the same height may always have the same rows, whatever their values have in common.

    Args:
        table: the input.
        expected: the output.
        alignment: the signatures of the rows of both files.
        instructions: the steps that they name need less evidence; what they forbid comes last.
        excluded: steps on the input and on the output that were tried and rejected.
        deadline: on the monotonic clock; what was found until then is returned.
    """
    same_height = table.height == len(alignment.after) and ((), ()) not in excluded
    identity = [RowProgram((), tuple(range(table.height)))] if same_height else []
    if identity and (alignment.same_rows or not alignment.links):
        return identity
    choices = list(fitting(until(deadline, selections(table, alignment)), table, alignment))
    best_of_each = fitting(until(deadline, extremes(table, alignment)), table, alignment)
    searches = (
        sorted_before(until(deadline, choices), table, alignment, instructions, deadline),
        sorted_before(best_of_each, table, alignment, instructions, deadline),
        sorted_after(until(deadline, choices), table, expected, alignment, instructions, deadline),
    )
    untried = ([found for found in search if (found.steps, found.after) not in excluded] for search in searches)
    programs = next(filter(None, untried), [])

    def preference(program: RowProgram) -> tuple[bool, bool, float]:
        named = sum(instructions.name(step) for step in program.all_steps)
        blind = any(isinstance(step, KeepFirst) for step in program.steps)
        said = min(program.bits, ENOUGH_BITS)  # of what says too little, the one that says most for its price
        return program.bits < ENOUGH_BITS, blind, program.cost() - said - BITS_OF_INSTRUCTION * named

    ranked = [*sorted(programs, key=preference), *identity]
    return sorted(ranked, key=lambda program: instructions.forbid(program.all_steps)) or [unexplained(table, alignment)]


def fitting(ways: Iterable[Steps], table: Table, alignment: Alignment) -> Iterator[Choice]:
    """Yield the ways that leave the output's rows, in whatever order."""
    wanted = Counter(alignment.after)
    for steps in ways:
        rows = tuple(run_rows(steps, table))
        if Counter(alignment.before[row] for row in rows) == wanted:
            yield steps, rows


def sorted_before(
    choices: Iterable[Choice], table: Table, alignment: Alignment, instructions: Instructions, deadline: float
) -> Iterator[RowProgram]:
    """Yield the choices that stand in the output's order, as they are or after a sort by columns of the input."""
    orders: dict[tuple[int, ...], list[Sort]] = {}
    for steps, rows in choices:
        if rows not in orders:
            orders[rows] = orders_of(rows, table, alignment, deadline)
        for sort in orders[rows]:
            done = (*steps, sort) if sort.keys else steps
            taken = tuple(rows[row] for row in sort.rows(table.take(rows)))
            yield RowProgram(done, taken, bits=evidence(steps, table, instructions))


def sorted_after(
    choices: Iterable[Choice],
    table: Table,
    expected: Table,
    alignment: Alignment,
    instructions: Instructions,
    deadline: float,
) -> Iterator[RowProgram]:
    """Yield the choices that a sort by columns of the output puts in its order."""
    orders: dict[tuple[int, ...], list[Sort]] = {}
    for steps, rows in choices:
        places = matching_rows([alignment.before[row] for row in rows], alignment.after)
        if rows not in orders:
            orders[rows] = explain_order_of_output(expected, places, deadline)
        for sort in orders[rows]:
            surprise = math.inf if instructions.name(sort) else sort_bits(sort, expected)
            bits = min(surprise, evidence(steps, table, instructions))
            yield RowProgram(steps, tuple(rows[place] for place in places), (sort,), bits=bits)


def selections(table: Table, alignment: Alignment) -> Iterator[Steps]:
    """Yield the ways to choose rows: as they are, filtered, deduplicated, or both."""
    yield ()
    supply, demand = Counter(alignment.before), Counter(alignment.after)
    kept = [row for row, signature in enumerate(alignment.before) if supply[signature] == demand[signature]]
    possible = [row for row, signature in enumerate(alignment.before) if signature in demand]
    dropped = [row for row, signature in enumerate(alignment.before) if signature not in demand]
    for duplicates in deduplications(table, alignment):
        yield (duplicates,)
    filters = list(propose_filters(table, kept or possible, dropped))
    yield from ((keep,) for keep in filters)
    if kept == list(range(len(kept))) and dropped and all(keep.test in NUMBER_TESTS for keep in filters):
        yield (KeepFirst(len(kept)),)  # a limit on a column that counts the rows says the same
    for keep in [*filters, *propose_filters(table, possible, dropped)][:MOST_PROGRAMS]:
        remaining = table.take(keep.rows(table))
        if remaining.height > len(alignment.after):
            yield from ((keep, duplicates) for duplicates in deduplications(remaining, alignment))


def deduplications(table: Table, alignment: Alignment) -> Iterator[Deduplicate]:
    """Yield the ways to drop duplicates that leave as many rows as the output has."""
    linked = tuple(dict.fromkeys(link.source for link in alignment.links))
    for columns in ((), linked, *((name,) for name in table.header)):
        for keep_last in (False, True):
            step = Deduplicate(columns, keep_last)
            if len(step.rows(table)) == len(alignment.after) < table.height:
                yield step


def extremes(table: Table, alignment: Alignment) -> Iterator[Steps]:
    """Yield the ways to keep, of the rows with the same key, the one with the highest or lowest value."""
    keys = [name for name, cells in table.columns.items() if len(set(cells)) == len(alignment.after) < table.height]
    for key, name in itertools.product(keys, table.header):
        if key != name:
            yield from ((Sort((by,)), Deduplicate((key,))) for by in candidate_keys(name, table))


def orders_of(rows: Sequence[int], table: Table, alignment: Alignment, deadline: float) -> list[Sort]:
    """Return the sorts that put the rows in the output's order; a sort by nothing when they are."""
    signatures = [alignment.before[row] for row in rows]
    if tuple(signatures) == alignment.after:
        return [Sort(())]
    return explain_order(table.take(rows), signatures, alignment.after, deadline)


def run_rows(steps: Sequence[RowStep], table: Table) -> list[int]:
    """Return the rows of the input that the steps leave, in their order."""
    rows = list(range(table.height))
    for step in steps:
        read = Table({name: table.columns[name] for name in step.sources() or table.header})
        rows = [rows[row] for row in step.rows(read.take(rows))]
    return rows


def evidence(steps: Sequence[RowStep], table: Table, instructions: Instructions) -> float:
    """Return how many bits the rows that filters keep, or highest values, say beyond what it takes to describe them."""
    bits = math.inf
    for step in steps:
        if isinstance(step, KeepRows | KeepFirst):
            surprise = choice_bits(table.height, len(step.rows(table)))
            bits = min(bits, surprise - description_bits(step, table, instructions))
    if len(steps) > 1 and isinstance(sort := steps[0], Sort) and isinstance(duplicates := steps[1], Deduplicate):
        named = instructions.name(sort) or instructions.name(duplicates)
        bits = bits if named else min(bits, extreme_bits(sort, duplicates, table))
    return bits


def description_bits(step: KeepRows | KeepFirst, table: Table, instructions: Instructions) -> float:
    """Count the choices behind a filter: column, test and values. What an instruction names was no choice."""
    if instructions.name(step):
        return -BITS_OF_INSTRUCTION
    if isinstance(step, KeepFirst):
        return 2.0 + math.log2(table.height)
    distinct = len(set(table.columns[step.column]))
    return math.log2(len(table.header)) + 2.0 + len(step.values) * math.log2(distinct + 1)


def unexplained(table: Table, alignment: Alignment) -> RowProgram:
    """Pair the rows as well as signatures allow, without steps that would give them."""
    waiting: dict[Signature, list[int]] = {}
    for row in reversed(range(table.height)):
        waiting.setdefault(alignment.before[row], []).append(row)
    rows = []
    for signature in alignment.after:
        candidates = waiting.get(signature) or [0]
        rows.append(candidates.pop() if len(candidates) > 1 else candidates[0])
    return RowProgram((), tuple(rows), explained=False, bits=-math.inf)
