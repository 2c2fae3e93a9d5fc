"""Sub-titles: rows that hold nothing but a title for the rows below them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.layout.fill import filled
from agents.induction.model import Chain, Table, TableStep

FEWEST_COLUMNS = 3  # of two columns, one is blank too often to say anything
LARGEST_SHARE = 0.5  # of the rows can be titles


@dataclass(frozen=True)
class MoveSubtitles(TableStep):
    """Takes rows in which one column alone is filled out of the table, and writes their text beside the rows below."""

    column: str  # where the titles stand
    name: str  # of the new column, which comes first
    op: ClassVar[str] = "move_subtitles"
    action: ClassVar[str] = "move_subtitles_to_column"

    def sources(self) -> tuple[str, ...]:
        """Return the column in which titles stand; the others are only asked whether they are blank."""
        return (self.column,)

    def makes(self) -> tuple[str, ...]:
        """Return the column of titles."""
        return (self.name,)

    def run(self, table: Table) -> Table:
        """Fill the titles down, and keep the other rows."""
        own = table.columns[self.column]
        titles = set(title_rows(table, self.column))
        above = filled([cell if row in titles else "" for row, cell in enumerate(own)], up=False)
        rows = [row for row in range(table.height) if row not in titles]
        return Table({self.name: above, **table.columns}).take(rows)

    def render(self, code: Code) -> list[str]:
        """Mark the rows, fill their texts down, and drop them."""
        return [
            f"cells = {code.column(self.column)}",
            f"others = df.drop(columns={literal(self.column)})",
            'is_title = (cells != "") & (others == "").all(axis=1)',
            f'titles = cells.where(is_title, None).ffill().fillna("").rename({literal(self.name)})',
            "df = pd.concat([titles, df], axis=1)[~is_title]",
        ]

    def explain(self) -> str:
        """Say where titles stand and where they go."""
        titles = f"Take rows in which only {self.column} is filled as titles"
        return f"{titles}, and write them beside the rows below them as {self.name}"

    def cost(self) -> float:
        """Count the two columns."""
        return 8.0


def title_rows(table: Table, column: str) -> list[int]:
    """Return the rows in which this column alone is filled, counted from 0."""
    others = [cells for name, cells in table.columns.items() if name != column]
    filled_here = (row for row, cell in enumerate(table.columns[column]) if cell)
    return [row for row in filled_here if not any(cells[row] for cells in others)]


def propose_subtitles(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose it for the column in which rows with a single cell have it, where the output repeats these cells."""
    if len(table.header) < FEWEST_COLUMNS:
        return
    fullness = [sum(map(bool, row)) for row in zip(*table.columns.values(), strict=True)]
    single = [row for row, count in enumerate(fullness) if count == 1]
    if not single or len(single) > LARGEST_SHARE * table.height:
        return
    for column, cells in table.columns.items():
        titles = {cells[row] for row in single if cells[row]}
        if titles and (owner := goal.column_within(titles)):
            name = owner if owner not in table.columns else "Title"
            yield (MoveSubtitles(column, name),)
