"""Names the column in which a row has its highest or lowest number."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from agents.induction.code import Code
from agents.induction.instructions.clauses import mentioned
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Expression, Table, Target
from agents.induction.numbers.formats import render_reading
from agents.induction.numbers.search import looks_like_id
from agents.induction.numbers.shapes import find_number_readings
from agents.induction.numbers.styles import NumberReading
from agents.induction.windows.written import SAMPLE

ENOUGH_BITS = 8.0
MOST_COLUMNS = 40
FEWEST_COLUMNS = 2


def name_of_highest(numbers: Iterable[Any], names: list[str]) -> str | None:
    """Return the name of the highest number, of equals the first; None when there is no number."""
    known = [(number, -place) for place, number in enumerate(numbers) if number == number]
    return names[-max(known)[1]] if known else None


def name_of_lowest(numbers: Iterable[Any], names: list[str]) -> str | None:
    """Return the name of the lowest number, of equals the first; None when there is no number."""
    known = [(number, place) for place, number in enumerate(numbers) if number == number]
    return names[min(known)[1]] if known else None


@dataclass(frozen=True)
class BestColumn(Expression):
    """The name of the column with the highest or lowest number of the row; undefined where none has a number."""

    columns: tuple[str, ...]
    lowest: bool
    reading: NumberReading
    op: ClassVar[str] = "best_column"
    action: ClassVar[str] = "row_aggregate"

    def sources(self) -> tuple[str, ...]:
        """Return the columns."""
        return self.columns

    def run(self, table: Table) -> list[str | None]:
        """Compare row by row."""
        columns = []
        for name in self.columns:
            read = {text: self.reading.read(text) for text in set(table.columns[name])}
            columns.append([read[text] for text in table.columns[name]])
        choose = name_of_lowest if self.lowest else name_of_highest
        return [choose(numbers, list(self.columns)) for numbers in zip(*columns, strict=True)]

    def render(self, code: Code) -> str:
        """Read the columns, and compare the numbers of the rows that they make."""
        names = code.constant("compared columns", list(self.columns))
        read = render_reading(self.reading, "text", code)
        choose = code.function(name_of_lowest if self.lowest else name_of_highest)
        rows = f"zip(*(df[name].map(lambda text: {read}) for name in {names}))"
        return f"pd.Series(\n    [{choose}(row, {names}) for row in {rows}],\n    index=df.index,\n    dtype=object,\n)"

    def explain(self) -> str:
        """Say which number of which columns."""
        return f"Name the column with the {'lowest' if self.lowest else 'highest'} number of {', '.join(self.columns)}"

    def cost(self) -> float:
        """Count a little for each column."""
        return 8.0 + 0.5 * len(self.columns) + self.lowest + self.reading.bits()


def propose_best_columns(target: Target, instructions: Instructions) -> Iterator[BestColumn]:
    """Propose it where the cells are names of columns, and more rows than chance would make right."""
    if not set(target.cells) <= {*target.table.header, ""}:
        return
    for columns in column_choices(target, instructions):
        texts = tuple(dict.fromkeys(cell for name in columns for cell in target.table.columns[name] if cell.strip()))
        readings = find_number_readings(texts[:SAMPLE])[:1] if texts else []
        if set(target.cells) <= {*columns, ""} and len(target.cells) * math.log2(len(columns)) >= ENOUGH_BITS:
            yield from (BestColumn(columns, lowest, reading) for reading in readings for lowest in (False, True))


def column_choices(target: Target, instructions: Instructions) -> Iterator[tuple[str, ...]]:
    """Yield the columns that an instruction names, all columns of numbers, and these without the first one or two."""
    table = target.table
    numeric = [name for name, cells in table.columns.items() if name != target.name and numbers_only(cells)]
    for note in instructions.notes:
        named = [name for name in mentioned(note.text, numeric) if note.column in ("", target.name)]
        if FEWEST_COLUMNS <= len(named) < len(numeric):
            yield tuple(name for name in numeric if name in named)
    for first in range(3):
        if FEWEST_COLUMNS <= len(numeric) - first <= MOST_COLUMNS:
            yield tuple(numeric[first:])


def numbers_only(cells: Sequence[str]) -> bool:
    """Tell whether a column holds numbers that may be compared."""
    texts = tuple(dict.fromkeys(cell for cell in cells if cell.strip()))[:SAMPLE]
    return bool(texts) and not looks_like_id(texts) and bool(find_number_readings(texts))
