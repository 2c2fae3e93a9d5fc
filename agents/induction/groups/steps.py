"""Grouping: the rows with the same key become one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.groups.aggregates import Aggregate
from agents.induction.model import Table, TableStep


@dataclass(frozen=True)
class GroupRows(TableStep):
    """Makes one row of all rows with the same key, in the order in which the keys first appear.

    Without keys the whole table is one group.
    """

    keys: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]
    op: ClassVar[str] = "group_rows"
    action: ClassVar[str] = "group_rows"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the keys and the columns that are aggregated."""
        return tuple(dict.fromkeys((*self.keys, *(aggregate.column for aggregate in self.aggregates))))

    def run(self, table: Table) -> Table:
        """Collect the rows of each key and aggregate them."""
        groups = group(table, self.keys)
        columns = {name: [key[place] for key in groups] for place, name in enumerate(self.keys)}
        for aggregate in self.aggregates:
            cells = table.columns[aggregate.column]
            columns[aggregate.name] = [aggregate.cell([cells[row] for row in rows]) for rows in groups.values()]
        return Table(columns)

    def render(self, code: Code) -> list[str]:
        """Aggregate the groups column after column; those of the whole table are one row."""
        if not self.keys:
            cells = "".join(
                f"    {literal(one.name)}: [{one.render(code, code.column(one.column))}],\n" for one in self.aggregates
            )
            return [f"df = pd.DataFrame({{\n{cells}}}, dtype=object)"]
        columns = "".join(
            f"    {literal(one.name)}: groups[{literal(one.column)}].agg({one.render_function(code)}),\n"
            for one in self.aggregates
        )
        return [
            f"groups = df.groupby([{', '.join(map(literal, self.keys))}], sort=False)",
            f"columns = {{\n{columns}}}",
            "df = pd.DataFrame(columns).reset_index().astype(object)",
        ]

    def explain(self) -> str:
        """Say the keys and what is aggregated."""
        made = "; ".join(aggregate.explain() for aggregate in self.aggregates)
        return f"Make one row for each {' and '.join(self.keys)}: {made}" if self.keys else f"Make one row: {made}"

    def cost(self) -> float:
        """Count the keys and the aggregates."""
        return 4.0 + 2.0 * len(self.keys) + sum(aggregate.cost() for aggregate in self.aggregates)


def group(table: Table, keys: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    """Return the rows of each key; without keys all rows are one group, also when there are none."""
    if not keys:
        return {(): list(range(table.height))}
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, key in enumerate(zip(*(table.columns[name] for name in keys), strict=True)):
        groups.setdefault(key, []).append(row)
    return groups
