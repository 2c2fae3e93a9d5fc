"""Melting: columns become rows, each with the name of its column beside the value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.layout.goal import Goal
from agents.induction.model import Code, Table, TableStep, literal

MOST_KEPT_COLUMNS = 12


@dataclass(frozen=True)
class Melt(TableStep):
    """Turns all columns but some into rows of two cells: the name of the column and its value."""

    kept: tuple[str, ...]  # the columns that stay, beside each of the rows
    name: str  # of the column for the names
    value: str  # of the column for the values
    by_row: bool  # True: all values of the first row come first; False: all values of the first column
    op: ClassVar[str] = "melt"
    action: ClassVar[str] = "melt_columns"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the columns that stay."""
        return self.kept

    def run(self, table: Table) -> Table:
        """Place the columns below each other, or the rows in turn."""
        melted = [name for name in table.header if name not in self.kept]
        places = [(row, name) for name in melted for row in range(table.height)]
        if self.by_row:
            places.sort(key=lambda place: place[0])
        columns = {kept: [table.columns[kept][row] for row, _ in places] for kept in self.kept}
        columns[self.name] = [name for _, name in places]
        columns[self.value] = [table.columns[name][row] for row, name in places]
        return Table(columns)

    def render(self, code: Code) -> list[str]:
        """Use melt; a stable sort of the old rows' numbers puts them in turn."""
        kept = ", ".join(map(literal, self.kept))
        melt = f"df.melt([{kept}], var_name={literal(self.name)}, value_name={literal(self.value)}"
        if not self.by_row:
            return [f"df = {melt})"]
        return [
            "df = df.reset_index(drop=True)",
            f'df = {melt}, ignore_index=False).sort_index(kind="stable").reset_index(drop=True)',
        ]

    def explain(self) -> str:
        """Say what stays and what becomes rows."""
        others = f"Turn all columns but {', '.join(self.kept)}" if self.kept else "Turn all columns"
        order = "row by row" if self.by_row else "column by column"
        return f"{others} into rows, {order}: the column's name as {self.name}, the value as {self.value}"

    def cost(self) -> float:
        """Count the columns that stay."""
        return 6.0 + 2.0 * len(self.kept) + self.by_row


def propose_melts(table: Table, goal: Goal) -> Iterator[tuple[TableStep, ...]]:
    """Propose to melt all columns behind the first few, where the output holds their names as cells."""
    for count in range(min(len(table.header) - 1, MOST_KEPT_COLUMNS)):
        kept, melted = table.header[:count], table.header[count:]
        if goal.cells.isdisjoint(melted) or table.height * len(melted) < goal.expected.height:
            continue
        name, value = names_for(kept, goal)
        for by_row in (False, True):
            yield (Melt(kept, name, value, by_row),)


def names_for(kept: tuple[str, ...], goal: Goal) -> tuple[str, str]:
    """Return the output's own names for the two columns that are made, as far as it has any."""
    free = [name for name in goal.expected.header if name not in kept]
    name, value = (*free, "variable", "value")[:2] if len(free) != 1 else ("variable", free[0])
    return (name, value) if name != value else (name, f"{value}_value")
