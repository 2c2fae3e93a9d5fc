"""Rows that belong together, by the cells of some columns or by what is made of them."""

from collections.abc import Sequence

from agents.induction.cells.text import Column
from agents.induction.code import Code
from agents.induction.model import Expression, Table

Groups = Sequence[Sequence[int]]
"""Rows by group, counted from 0, in the order of the table."""


def grouped(keys: Sequence[Expression], table: Table) -> Groups:
    """Return the rows of each group; all rows are one when there are no keys."""
    if not keys:
        return [range(table.height)] if table.height else []
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for row, key in enumerate(zip(*(key.run(table) for key in keys), strict=True)):
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def render_keys(keys: Sequence[Expression], code: Code) -> str:
    """Return the arguments of groupby, for Series as they are."""
    listed = ", ".join(key.render(code) for key in keys)
    return f"{listed if len(keys) == 1 else f'[{listed}]'}, sort=False, dropna=False"


def explain_groups(keys: Sequence[Expression]) -> str:
    """Say what the rows of a group have in common."""
    if not keys:
        return ""
    named = [key.name if isinstance(key, Column) else f"({key.explain()})" for key in keys]
    return f" among the rows with the same {' and '.join(named)}"


def group_bits(keys: Sequence[Expression]) -> float:
    """Return the description length of the keys."""
    return sum(1.0 + key.cost() for key in keys)
