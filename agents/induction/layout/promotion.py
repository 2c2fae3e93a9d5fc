"""Rows at the top that are no rows of the table: names of its columns, or what stands above it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code
from agents.induction.goal import Goal
from agents.induction.layout.grid import rows_of
from agents.induction.model import Chain, Table, TableStep
from agents.reading.rows import unique_names

MOST_SKIPPED = 5


@dataclass(frozen=True)
class PromoteHeader(TableStep):
    """Makes the first row the header."""

    op: ClassVar[str] = "promote_header"
    action: ClassVar[str] = "row_to_header"
    reshapes: ClassVar[bool] = True
    names_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def run(self, table: Table) -> Table:
        """Take the names from the first row."""
        first = [next(iter(cells), name) for name, cells in table.columns.items()]
        return Table(dict(zip(unique_names(first), (cells[1:] for cells in table.columns.values()), strict=True)))

    def render(self, code: Code) -> list[str]:
        """Set the header, where there is a row."""
        names = f"{code.function(unique_names)}(df.iloc[0].tolist() if len(df) else list(df))"
        return [f"df = df.iloc[1:].set_axis({names}, axis=1).reset_index(drop=True)"]

    def explain(self) -> str:
        """Say that it names the columns."""
        return "Take the names of the columns from the first row"

    def cost(self) -> float:
        """Count the step."""
        return 3.0


@dataclass(frozen=True)
class SkipRows(TableStep):
    """Leaves out the first rows."""

    count: int
    op: ClassVar[str] = "skip_rows"
    action: ClassVar[str] = "skip_rows"

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it looks at no cell."""
        return ()

    def run(self, table: Table) -> Table:
        """Leave them out."""
        return Table({name: cells[self.count :] for name, cells in table.columns.items()})

    def render(self, code: Code) -> list[str]:
        """Slice the rows."""
        return [f"df = df.iloc[{self.count}:]"]

    def explain(self) -> str:
        """Say how many."""
        return f"Leave out the first {self.count} rows" if self.count > 1 else "Leave out the first row"

    def cost(self) -> float:
        """Count the rows."""
        return 3.0 + self.count


def propose_top_rows(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to leave out the first rows where the output has nothing of them, and to take the header from the next.

    Where columns have names already, only rows with blanks are titles, and names are only replaced by the output's.
    """
    if table.height < 2:
        return
    rows = rows_of(table.take(range(min(table.height, MOST_SKIPPED + 1))), table.header)
    wanted = (goal.cells | goal.names) - {""}
    foreign = [wanted.isdisjoint(row) for row in rows]
    count = foreign.index(False) if False in foreign else 0
    titles = bool(goal.numbering) or not any(all(row) for row in rows[:count])
    if count and titles and table.height > count:
        yield (SkipRows(count),)
    names = list(filter(None, rows[count]))
    known = goal.names.intersection(names) or (goal.numbering and goal.cells.intersection(names))
    if known and len(set(names)) == len(names) and len(names) > len(table.header) / 2 and table.height > count + 1:
        yield (SkipRows(count), PromoteHeader()) if count else (PromoteHeader(),)
