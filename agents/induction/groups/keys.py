"""Which columns the rows of an output may have been grouped by."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from agents.induction.cells.text import folded_name
from agents.induction.groups.steps import group
from agents.induction.model import Table
from agents.induction.rows.orders import candidate_keys
from agents.induction.rows.steps import Sort

MOST_CHOICES = 12
MOST_KEYS = 4
MOST_HIDDEN_KEYS = 8
MOST_COLUMNS_WITHOUT_KEYS = 3

Groups = dict[tuple[str, ...], list[int]]


@dataclass(frozen=True)
class Keys:
    """Columns of the input that tell groups apart, and the columns of the output that show them.

    Those of hidden keys are not shown: then it is not known which row of the output is which group.
    """

    sources: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def hidden(self) -> bool:
        """True when the output does not show the keys that there are."""
        return bool(self.sources) and not self.shown

    def wanted(self, expected: Table) -> list[tuple[str, ...]]:
        """Return the key of each row of the output."""
        if not self.shown:
            return [()] * expected.height
        return list(zip(*(expected.columns[name] for name in self.shown), strict=True))


def key_choices(table: Table, expected: Table) -> list[Keys]:
    """Return the keys that tell all rows of the output apart and occur in the input; those with most columns first."""
    values = {name: set(cells) for name, cells in table.columns.items()}
    sources = {name: source for name in expected.header if (source := source_of(name, expected, values))}
    choices = []
    for count in range(min(len(sources), MOST_KEYS), 0, -1):
        for shown in itertools.islice(itertools.combinations(sources, count), MOST_CHOICES):
            keys = Keys(tuple(sources[name] for name in shown), shown)
            wanted = keys.wanted(expected)
            if len(set(keys.sources)) == count and len(set(wanted)) == len(wanted):
                choices.append(keys)
    return choices[:MOST_CHOICES]


def source_of(name: str, expected: Table, values: dict[str, set[str]]) -> str | None:
    """Return the column of the input that has all cells of a column of the output; that of the same name first."""
    cells = set(expected.columns[name])
    if name in values and cells <= values[name]:
        return name
    folded = folded_name(name)
    holders = [source for source, own in values.items() if cells <= own]
    return min(holders, key=lambda source: (folded_name(source) != folded, len(values[source])), default=None)


def hidden_choices(table: Table, expected: Table) -> Iterator[Keys]:
    """Yield the keys that the output does not show; no keys at all where it has one row."""
    if expected.height == 1:
        yield Keys((), ())
        return
    if len(expected.header) > MOST_COLUMNS_WITHOUT_KEYS:
        return
    fitting = (name for name, cells in table.columns.items() if expected.height <= len(set(cells)) < table.height)
    yield from (Keys((name,), ()) for name in itertools.islice(fitting, MOST_HIDDEN_KEYS))


def groups_of(keys: Keys, table: Table, expected: Table) -> Groups | None:
    """Return the rows of the groups that the output shows, in its order; None when one of them does not exist."""
    groups = group(table, keys.sources)
    if keys.hidden:
        return groups
    wanted = keys.wanted(expected)
    if any(key not in groups for key in wanted):
        return None
    return {key: groups[key] for key in wanted}


def sort_by(names: tuple[str, ...], table: Table) -> Sort:
    """Return the sort by some columns: numbers as numbers, dates with a year as dates, texts as texts."""
    kinds = (candidate_keys(name, table) for name in names)
    return Sort(tuple(next(key for key in keys if key.kind != "date" or "%Y" in key.layout) for keys in kinds))
