"""Adds the rows for dates that are missing between the first and the last, for each combination of some columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.dates import script as date_script
from agents.induction.dates.columns import shared_layouts
from agents.induction.dates.layouts import read_date
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table, TableStep

MOST_DAYS = 100_000
MOST_KEYS = 2
MOST_KEY_COLUMNS = 6
PORTABLE = re.compile(r"(?:%[YmdybBHMS]|[^%])+")
"""Layouts that strftime writes alike everywhere."""


@dataclass(frozen=True)
class CompleteDates(TableStep):
    """Gives each combination of the keys a row for each day from the first to the last; other cells of it are blank."""

    column: str
    layout: str
    keys: tuple[str, ...]
    sorts: bool  # the combinations; otherwise they stand in the order in which they appear
    op: ClassVar[str] = "complete_dates"
    action: ClassVar[str] = "complete_dates"

    def sources(self) -> tuple[str, ...]:
        """Return the columns of the dates and the keys."""
        return (self.column, *self.keys)

    def run(self, table: Table) -> Table:
        """Make the rows of each day in turn, for one combination after the other."""
        dates = [read_date(cell.strip(), self.layout) for cell in table.columns[self.column]]
        rows: dict[tuple[tuple[str, ...], str], list[int]] = {}
        keys = key_rows(table, self.keys)
        for row, (key, date) in enumerate(zip(keys, dates, strict=True)):
            if date is not None:
                rows.setdefault((key, date.strftime(self.layout)), []).append(row)
        days = [day.strftime(self.layout) for day in days_between([date for date in dates if date is not None])]
        chosen = sorted(set(keys)) if self.sorts else list(dict.fromkeys(keys))
        places = [(key, day, row) for key in chosen for day in days for row in rows.get((key, day), [-1])]
        columns = {
            name: ["" if row < 0 else cells[row] for _, _, row in places] for name, cells in table.columns.items()
        }
        columns |= {name: [key[at] for key, _, _ in places] for at, name in enumerate(self.keys)}
        columns[self.column] = [day for _, day, _ in places]
        return Table({name: columns[name] for name in table.header})

    def render(self, code: Code) -> list[str]:
        """Cross the combinations with the days, and merge."""
        date, layout = literal(self.column), literal(self.layout)
        keys = ", ".join(map(literal, self.keys))
        on = f"[{', '.join(filter(None, (keys, date)))}]"
        order = f".sort_values([{keys}])" if self.sorts else ""
        grid = f'df[[{keys}]].drop_duplicates(){order}.merge(days, how="cross")' if self.keys else "days"
        return [
            f"dates = {code.function(date_script.read_dates)}({code.column(self.column)}, [{layout}])",
            "if dates.isna().any():",
            '    LOG.warning("%d rows without a date were left out", dates.isna().sum())',
            f"if (dates.max() - dates.min()).days > {MOST_DAYS}:",
            f'    raise SystemExit("ERROR the dates span more than {MOST_DAYS} days")',
            'span = [] if dates.isna().all() else pd.date_range(dates.min(), dates.max(), freq="D")',
            f"days = pd.DataFrame({{{date}: [day.strftime({layout}) for day in span]}}, dtype=object)",
            "written = df.copy()",
            f"written[{date}] = dates.dt.strftime({layout}).astype(object)",
            f'completed = {grid}.merge(written, how="left", on={on})',
            'df = completed[list(df.columns)].astype(object).fillna("")',
        ]

    def explain(self) -> str:
        """Say for what the rows are."""
        each = f"each {' and '.join(self.keys)}" if self.keys else "the table"
        return f"Give {each} a row for every day between the first and the last {self.column}"

    def cost(self) -> float:
        """Count the keys."""
        return 10.0 + 2.0 * len(self.keys) + (not self.sorts)


def key_rows(table: Table, keys: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the cells of the keys row by row."""
    return list(zip(*(table.columns[name] for name in keys), strict=True)) if keys else [()] * table.height


def days_between(dates: Sequence[datetime]) -> list[datetime]:
    """Return every day from the first to the last date."""
    if not dates:
        return []
    first, last = min(dates), max(dates)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def propose_completed_dates(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose it where the days between the dates, for so many combinations, are as many as the output has rows."""
    wanted = goal.expected.height
    if wanted <= table.height:
        return
    names = [name for name, cells in table.columns.items() if 1 < len(set(cells)) <= wanted]
    for name in names:
        for layout in day_layouts(table, name):
            dates = [read_date(cell.strip(), layout) for cell in table.columns[name]]
            days = span([date for date in dates if date])
            others = [key for key in names if key != name and wanted % days == 0][:MOST_KEY_COLUMNS]
            for count in range(MOST_KEYS + 1):
                for keys in combinations(others, count):
                    if days * len(set(key_rows(table, keys))) == wanted:
                        yield from (
                            (CompleteDates(name, layout, keys, sorts),) for sorts in (True, False) if keys or sorts
                        )


def day_layouts(table: Table, name: str) -> list[str]:
    """Return the layouts in which all cells of a column are dates with a day and a year."""
    texts = list(dict.fromkeys(cell.strip() for cell in table.columns[name]))
    if not all(re.search(r"\d\D*\d", text) for text in texts[:5]):
        return []
    found = shared_layouts(texts) if all(texts) else []
    return [layout for layout in found if "%d" in layout and re.search("%[yY]", layout) and PORTABLE.fullmatch(layout)]


def span(dates: Sequence[datetime]) -> int:
    """Return how many days there are from the first to the last date."""
    return (max(dates) - min(dates)).days + 1
