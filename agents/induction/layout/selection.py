"""Leaving columns out."""

from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.model import Table, TableStep


@dataclass(frozen=True)
class KeepColumns(TableStep):
    """Keeps some columns, in the order given."""

    names: tuple[str, ...]
    op: ClassVar[str] = "keep_columns"
    action: ClassVar[str] = "keep_columns"
    row_local: ClassVar[bool] = True
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the columns that stay."""
        return self.names

    def run(self, table: Table) -> Table:
        """Take the columns."""
        return Table({name: table.columns[name] for name in self.names})

    def render(self, code: Code) -> list[str]:
        """Take the columns."""
        return [f"df = df[[{', '.join(map(literal, self.names))}]]"]

    def explain(self) -> str:
        """Name the columns."""
        return f"Keep only the columns {', '.join(self.names)}"

    def cost(self) -> float:
        """Count the columns."""
        return 2.0 + len(self.names)


@dataclass(frozen=True)
class DropBlankColumns(TableStep):
    """Drops the columns in which every cell is blank."""

    op: ClassVar[str] = "drop_blank_columns"
    action: ClassVar[str] = "drop_columns"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def run(self, table: Table) -> Table:
        """Keep the columns with something in them."""
        return Table({name: cells for name, cells in table.columns.items() if any(map(str.strip, cells))})

    def render(self, code: Code) -> list[str]:
        """Select by what the columns hold."""
        return ["df = df.loc[:, [any(map(str.strip, cells)) for _, cells in df.items()]]"]

    def explain(self) -> str:
        """Say which columns go."""
        return "Drop the columns in which every cell is blank"

    def cost(self) -> float:
        """Count the step."""
        return 2.0


def find_selection(table: Table, goal: Goal) -> TableStep | None:
    """Return what leaves out the columns of which the output has no cell; None when there are none, or only such."""
    wanted = tuple(name for name, cells in table.columns.items() if not (goal.cells - {""}).isdisjoint(cells))
    others = [cells for name, cells in table.columns.items() if name not in wanted]
    if not wanted or not others:
        return None
    blank = not any(cell.strip() for cells in others for cell in cells)
    return DropBlankColumns() if blank else KeepColumns(wanted)
