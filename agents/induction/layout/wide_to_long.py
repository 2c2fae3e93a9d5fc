"""Wide to long: columns that hold the same values for different keys, as "Price 2023" and "Price 2024", become rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.model import Chain, Table, TableStep
from agents.induction.rows.steps import Sort, SortKey, number_in

FEWEST_KEYS = 2
MOST_VALUES = 40
MOST_COLUMNS = 1000


@dataclass(frozen=True)
class WideToLong(TableStep):
    """Makes a row for each key that stands in the names of columns, with a column for each of the values."""

    values: tuple[str, ...]  # what stands in the names beside the key: the columns that are made
    separator: str  # between the two
    key_first: bool  # True for "2023 Price", False for "Price 2023"
    numbered: bool  # True when keys are whole numbers
    name: str  # of the column for the keys
    by_row: bool  # True: all keys of the first row come first; False: all rows of the first key
    op: ClassVar[str] = "wide_to_long"
    action: ClassVar[str] = "wide_to_long"
    reshapes: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the keys that there are."""
        return ()

    def groups(self, header: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the columns of each key, by the values that they hold."""
        return columns_by_key(list(header), list(self.values), self.separator, self.key_first, self.numbered)

    def run(self, table: Table) -> Table:
        """Place the columns of all keys below each other, or the rows in turn."""
        groups = self.groups(table.header)
        taken = {name for group in groups.values() for name in group.values()}
        blank = [""] * table.height
        made: dict[str, list[Sequence[str]]] = {
            **{name: [cells] * len(groups) for name, cells in table.columns.items() if name not in taken},
            self.name: [[key] * table.height for key in groups],
            **{
                value: [table.columns[group[value]] if value in group else blank for group in groups.values()]
                for value in self.values
            },
        }
        return Table({name: self.in_turn(pieces) for name, pieces in made.items()})

    def in_turn(self, pieces: list[Sequence[str]]) -> list[str]:
        """Return the cells of all keys, one key or one row after the other."""
        return [cell for part in (zip(*pieces, strict=True) if self.by_row else pieces) for cell in part]

    def render(self, code: Code) -> list[str]:
        """Concatenate a table for each key."""
        find = code.function(columns_by_key)
        values = code.constant("long_columns", list(self.values))
        arguments = f"{values}, {literal(self.separator)}, key_first={self.key_first}, numbered={self.numbered}"
        cells = f'{{value: df[group[value]] if value in group else "" for value in {values}}}'
        index = "" if self.by_row else ", ignore_index=True"
        return [
            f"groups = {find}(list(df.columns), {arguments})",
            "if not groups:",
            "    raise SystemExit(f\"ERROR no columns for any of {', '.join(" + values + ')}")',
            "taken = {name for group in groups.values() for name in group.values()}",
            "kept = df.drop(columns=list(taken))" + ".reset_index(drop=True)" * self.by_row,
            *["df = df.reset_index(drop=True)"] * self.by_row,
            "parts = []",
            "for key, group in groups.items():",
            f"    cells = {cells}",
            f"    parts.append(pd.DataFrame({{**kept, {literal(self.name)}: key, **cells}}, index=df.index))",
            f"df = pd.concat(parts{index})"
            + '.sort_index(kind="stable").reset_index(drop=True)' * self.by_row
            + ".astype(object)",
        ]

    def explain(self) -> str:
        """Say what becomes of the names."""
        listed = ", ".join(self.values)
        place = "before" if self.key_first else "behind"
        order = "all of the first row first" if self.by_row else "all of the first key first"
        return f"Make a row for each key {place} {listed} in the names of columns, {order}: the key as {self.name}"

    def cost(self) -> float:
        """Count the values."""
        return 8.0 + 2.0 * len(self.values) + (not self.by_row)


def columns_by_key(
    names: list[str], values: list[str], separator: str, key_first: bool, numbered: bool
) -> dict[str, dict[str, str]]:
    """Return for each key in names such as "Price 2023" the columns that have it, by the value that they hold."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        parts = []
        for value in values:
            mark = separator + value if key_first else value + separator
            fits = name.endswith(mark) if key_first else name.startswith(mark)
            key = name[: len(name) - len(mark)] if key_first else name[len(mark) :]
            if fits and (key.isdecimal() if numbered else key):
                parts.append((key, value))
        if parts:
            key, value = min(parts, key=lambda part: len(part[0]))
            found.setdefault(key, {})[value] = name
    return found


def propose_wide_to_long(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose it where several columns begin or end with a name that the output has and the input has not."""
    new = [name for name in goal.expected.header if name not in table.columns]
    if goal.expected.height <= table.height or not 1 < len(new) <= MOST_VALUES or len(table.header) > MOST_COLUMNS:
        return
    for key_first in (False, True):
        values = [name for name in new if len(holders(name, table.header, key_first)) >= FEWEST_KEYS]
        key_names = [name for name in new if name not in values]
        if values and key_names:
            yield from with_separators(tuple(values), key_names[0], key_first, table, goal)


def holders(value: str, header: Sequence[str], key_first: bool) -> list[str]:
    """Return the columns whose names begin or end with a text, without that text."""
    if key_first:
        return [name.removesuffix(value) for name in header if name.endswith(value) and name != value]
    return [name.removeprefix(value) for name in header if name.startswith(value) and name != value]


def with_separators(values: tuple[str, ...], name: str, key_first: bool, table: Table, goal: Goal) -> Iterator[Chain]:
    """Yield the step with the separators that stand beside the values, as the rows stand and sorted."""
    keys = [key for value in values for key in holders(value, table.header, key_first)]
    edge = re.compile(r"[\W_]*\Z" if key_first else r"[\W_]*")
    runs = {found.group() for key in keys if (found := edge.search(key))}
    for separator in sorted({"", *runs}, key=len, reverse=True):
        bare = [key.removesuffix(separator) if key_first else key.removeprefix(separator) for key in keys]
        numbered = sum(key.isdecimal() for key in bare) >= FEWEST_KEYS
        for digits in {numbered, False}:
            step = WideToLong(values, separator, key_first, digits, name, by_row=True)
            groups = step.groups(table.header)
            if len(groups) >= FEWEST_KEYS and len(groups) * table.height >= goal.expected.height:
                yield (step,)
                yield (WideToLong(values, separator, key_first, digits, name, by_row=False),)
                yield (step, sort_by_all(step, table))


def sort_by_all(step: WideToLong, table: Table) -> Sort:
    """Return the sort by the columns that are kept, as many as tell the rows apart, and then by the keys."""
    groups = step.groups(table.header)
    taken = {name for group in groups.values() for name in group.values()}
    kept = [name for name in table.header if name not in taken]
    count = next((count for count in range(1, len(kept)) if tells_apart(kept[:count], table)), len(kept))
    keys = [sort_key(name, table.columns[name]) for name in kept[:count]]
    return Sort((*keys, sort_key(step.name, list(groups))))


def tells_apart(names: list[str], table: Table) -> bool:
    """Tell whether no two rows agree on some columns."""
    return len(set(zip(*(table.columns[name] for name in names), strict=True))) == table.height


def sort_key(name: str, cells: Sequence[str]) -> SortKey:
    """Return the key for a column: numbers are sorted as such."""
    numbers = [number_in(cell) for cell in cells if cell.strip()]
    return SortKey(name, "number" if numbers and all(number == number for number in numbers) else "text")
