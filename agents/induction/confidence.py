"""How likely each column of a program is right on rows that were not seen, told by what speaks against it."""

import itertools
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, replace
from typing import Any

from agents.induction.cells.sample import common_rows, narrowed, sample_rows
from agents.induction.cells.text import BITS_PER_CHARACTER
from agents.induction.learned import Learned
from agents.induction.model import Expression, Table, Target, to_data
from agents.induction.search.columns import Search
from agents.induction.search.held_out import FEWEST_ROWS, different_rows, foretells

MOST_ROWS = 20
MOST_COLUMNS_HELD_OUT = 8  # for which rows are held out of the search
MOST_CHARACTERS_HELD_OUT = 4000  # of the cells that are read: longer texts take too long
SECONDS_OF_HOLDING_OUT = 0.2  # for all columns together, which rarely need it
BITS_OF_COPIES = 3.0  # of which no row has to be held out
LONGEST_BITS = 100.0

WITHOUT_DOUBT = 4.0
WEIGHTS: Mapping[str, float] = {
    "few_rows": 1.6,
    "restated": 1.2,
    "unforeseen": 0.4,
    "literal": 0.9,
    "steps": 0.4,
    "steps_restated": 1.1,
    "named": 1.7,
}
"""Log odds, fitted to what such columns did on unseen rows of public conversion tasks: docs/induction.md tells how."""


@dataclass(frozen=True)
class Doubts:
    """What speaks against a column, each from 0 to 1."""

    few_rows: float  # one by the number of different examples
    restated: float = 0.0  # the length of its expression, in relation to the cells that it gives
    unforeseen: float = 0.0  # 1 where half of the rows do not foretell the others, or are too few to
    literal: float = 0.0  # letters and digits that the expression holds, in relation to the same
    steps: float = 0.0  # the length of the steps on the whole table
    steps_restated: float = 0.0  # the same in relation to the output
    named: float = 0.0  # 1 where the plan names another reading


def column_confidence(learned: Learned, expected: Table, doubted: Set[str]) -> dict[str, float]:
    """Return for each column that is explained how likely it holds on other rows, from 0 to 1.

    Args:
        learned: what was found.
        expected: the output.
        doubted: the columns of which another reading is named; "" stands for all.
    """
    return {
        name: probability(replace(doubts, named=float(not doubted.isdisjoint({name, ""}))))
        for name, doubts in all_doubts(learned, expected)
    }


def probability(doubts: Doubts) -> float:
    """Return how often columns with such doubts were right on rows that were not seen."""
    against = sum(WEIGHTS[name] * doubt for name, doubt in asdict(doubts).items())
    return round(1 / (1 + math.exp(against - WITHOUT_DOUBT)), 2)


def all_doubts(learned: Learned, expected: Table) -> Iterator[tuple[str, Doubts]]:
    """Yield the columns that are explained with what speaks against each."""
    bits = learned.layout.cost() + learned.rows.cost()
    shown = itertools.chain(*(set(cells[:MOST_ROWS]) for cells in expected.columns.values()))
    steps = Doubts(
        few_rows=1 / max(1, expected.height),
        unforeseen=float(expected.height < FEWEST_ROWS),
        steps=min(1.0, bits / LONGEST_BITS),
        steps_restated=min(1.0, bits / bits_of(shown)),
    )
    if learned.layout.whole:
        yield from ((name, steps) for name in expected.header)
    else:
        yield from column_doubts(learned, expected, steps)


def column_doubts(learned: Learned, expected: Table, steps: Doubts) -> Iterator[tuple[str, Doubts]]:
    """Yield what speaks against each expression, in addition to the steps."""
    deadline = time.monotonic() + SECONDS_OF_HOLDING_OUT
    search = Search(learned.instructions, deadline, len(learned.table.header), common_rows(learned.table))
    tested = 0
    for name, candidates in learned.columns.items():
        if candidates:
            expression = candidates[0].expression
            testable = expression.cost() > BITS_OF_COPIES and tested < MOST_COLUMNS_HELD_OUT
            tested += testable
            target = Target(name, expected.columns[name], learned.table)
            likely = narrowed(target).table if testable else Table({})
            rows = sample(target, expression, likely, search.common)
            yield name, doubts_of(expression, rows, steps, search if testable else None)


def sample(target: Target, expression: Expression, likely: Table, common: list[int]) -> Target:
    """Return some rows of a target that are different from each other, with the columns that may be or are read."""
    few = sample_rows(target, common)[:MOST_ROWS]
    read = {name: target.table.columns[name] for name in expression.sources()}
    table = Table({**likely.columns, **read})
    some = Target(target.name, [target.cells[row] for row in few], table.take(few))
    rows = different_rows(expression, some)
    return Target(some.name, [some.cells[row] for row in rows], some.table.take(rows))


def doubts_of(expression: Expression, target: Target, steps: Doubts, search: Search | None) -> Doubts:
    """Return what speaks against an expression; rows are held out of the search, if there is one."""
    bits = bits_of(set(target.cells))
    return replace(
        steps,
        few_rows=1 / max(1, len(target.cells)),
        restated=min(1.0, expression.cost() / bits),
        unforeseen=float(is_unforeseen(target, search)),
        literal=min(1.0, BITS_PER_CHARACTER * letters_and_digits(expression) / bits),
    )


def is_unforeseen(target: Target, search: Search | None) -> bool:
    """Tell whether half of the rows, or too few of them, do not foretell the others; no, where that takes too long."""
    if len(target.cells) < FEWEST_ROWS:
        return True
    characters = sum(map(len, itertools.chain(*target.table.columns.values())))
    if search is None or characters > MOST_CHARACTERS_HELD_OUT:
        return False
    return not foretells(target, search.explain_kind) and not search.out_of_time()


def bits_of(cells: Iterable[str]) -> float:
    """Return what it takes to write cells down."""
    return max(1.0, BITS_PER_CHARACTER * sum(map(len, cells)))


def letters_and_digits(expression: Expression) -> int:
    """Count the letters and digits that an expression holds, the names of its columns not counted."""
    found = texts(to_data(expression))
    return sum(sum(map(str.isalnum, text)) for text in found if text not in expression.sources())


def texts(data: Any) -> Iterator[str]:
    """Yield the texts in the fields of an operator."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        yield from itertools.chain(*map(texts, data))
    elif isinstance(data, dict):
        yield from itertools.chain(*(texts(value) for key, value in data.items() if key != "op"))
