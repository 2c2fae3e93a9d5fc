"""Finds columns that the output has behind those of the input, whatever other columns these are."""

from collections.abc import Iterator

from agents.induction.cells.sample import common_rows
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table, Target
from agents.induction.search.columns import Search
from agents.induction.windows.added import AddColumn

MOST_ADDED = 8


def propose_added(table: Table, goal: Goal, deadline: float) -> Iterator[Chain]:
    """Propose the columns that the output has behind all those of the input, where they look at other rows."""
    names = goal.expected.header[len(table.header) :]
    if not names or len(names) > MOST_ADDED or not unchanged(table, goal.expected):
        return
    search = Search(goal.instructions, deadline, len(table.header), common_rows(table))
    chain = []
    for name in names:
        found = search.explain(Target(name, goal.expected.columns[name], table), set())
        if not found or found[0].expression.row_local:
            return
        chain.append(AddColumn(name, found[0].expression))
    yield tuple(chain)


def unchanged(table: Table, expected: Table) -> bool:
    """Tell whether all columns of a table come first in the output, with the same cells."""
    pairs = zip(table.header, expected.header, strict=False)
    return (
        table.height == expected.height
        and all(one == other for one, other in pairs)
        and all(list(table.columns[name]) == list(expected.columns[name]) for name in table.header)
    )
