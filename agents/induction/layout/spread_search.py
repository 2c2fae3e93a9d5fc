"""Finds which columns were spread: labels stand in the header of the output, values below them."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from agents.induction.goal import Goal
from agents.induction.groups.aggregates import Aggregate
from agents.induction.groups.keys import sort_by, source_of
from agents.induction.groups.matching import Source, Wanted, explain
from agents.induction.groups.steps import GroupRows
from agents.induction.layout.spread import Spread
from agents.induction.model import Chain, Table

FEWEST_LABELS = 2
MOST_LABEL_COLUMNS = 8
LONGEST_SEPARATOR = 3
COUNTING = ("rows", "known", "distinct")  # functions that are 0 where there is no row

Key = tuple[str, ...]
Affixes = tuple[str, str]
"""What stands before and behind a label in the name of a column."""


def propose_spreads(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose to spread where the labels that a column holds are all in the output's header."""
    expected = goal.expected
    if not 0 < expected.height < table.height or goal.numbering or len(table.header) < 3:
        return
    for labels, separator in label_columns(table, expected):
        texts = list(dict.fromkeys(Spread((), labels, (), separator).labels_of(table)))
        affixes = affixes_of(texts, expected.header)
        plan = Plan(labels, separator, affixes, table, expected)
        if affixes and plan.fits():
            yield from plan.chains()


def label_columns(table: Table, expected: Table) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the columns whose cells all stand in the output's header, and pairs of them with what joins these."""
    header = "\n".join(expected.header)
    within = [
        name
        for name, cells in table.columns.items()
        if FEWEST_LABELS <= len(labels := set(cells)) <= len(expected.header) and all(one in header for one in labels)
    ][:MOST_LABEL_COLUMNS]
    yield from (((name,), "") for name in within)
    for pair in itertools.permutations(within, 2):
        first, second = (table.columns[name][0] for name in pair)
        starts = (name.find(second, len(first)) for name in expected.header if first and name.startswith(first))
        lengths = {start - len(first) for start in starts if len(first) < start <= len(first) + LONGEST_SEPARATOR}
        for name, length in itertools.product(expected.header, sorted(lengths)):
            if name.startswith(first) and name.startswith(second, len(first) + length):
                yield pair, name[len(first) : len(first) + length]
                break


def affixes_of(labels: Sequence[str], header: Sequence[str]) -> tuple[Affixes, ...]:
    """Return what stands around labels in the header: nothing, or all texts with which it has each label."""
    names = set(header)
    if names.issuperset(labels):
        return (("", ""),)
    longest = max(labels, key=len)
    places = [(name, name.find(longest)) for name in header if longest in name]
    found = [(name[:start], name[start + len(longest) :]) for name, start in places]
    return tuple((before, behind) for before, behind in found if all(before + one + behind in names for one in labels))


@dataclass(frozen=True)
class Plan:
    """Labels that the output's header holds, and the keys of the rows that the output has."""

    labels: tuple[str, ...]
    separator: str
    affixes: tuple[Affixes, ...]
    table: Table
    expected: Table

    @cached_property
    def texts(self) -> list[str]:
        """The label of each row of the table."""
        return Spread((), self.labels, (), self.separator).labels_of(self.table)

    @cached_property
    def made(self) -> set[str]:
        """The columns of the output that are made from labels."""
        return {before + text + behind for before, behind in self.affixes for text in self.texts}

    @cached_property
    def keys(self) -> dict[str, str]:
        """The columns of the output that hold keys, with those of the table that they come from."""
        values = {name: set(cells) for name, cells in self.table.columns.items() if name not in self.labels}
        others = [name for name in self.expected.header if name not in self.made]
        return {name: source for name in others if (source := source_of(name, self.expected, values))}

    @cached_property
    def places(self) -> dict[Key, int]:
        """The row of the output in which each key stands."""
        rows = zip(*(self.expected.columns[name] for name in self.keys), strict=True)
        return {key: row for row, key in enumerate(rows)}

    @cached_property
    def groups(self) -> dict[tuple[Key, str], list[int]]:
        """The rows of the table that each cell of the output is made from."""
        keys = zip(*(self.table.columns[name] for name in self.keys.values()), strict=True)
        groups: dict[tuple[Key, str], list[int]] = {}
        for row, place in enumerate(zip(keys, self.texts, strict=True)):
            groups.setdefault(place, []).append(row)
        return groups

    def fits(self) -> bool:
        """Tell whether the rows of the output are the keys of the table, each once."""
        one_to_one = 0 < len(self.keys) == len(set(self.keys.values()))
        return (
            one_to_one
            and len(self.places) == self.expected.height
            and set(self.places) == {key for key, _ in self.groups}
        )

    def cell(self, place: tuple[Key, str], affixes: Affixes) -> str:
        """Return the cell of the output for a key and a label."""
        key, text = place
        return self.expected.columns[affixes[0] + text + affixes[1]][self.places[key]]

    def missing(self) -> set[str]:
        """Return what stands where there is no row."""
        places = itertools.product(self.places, dict.fromkeys(self.texts))
        empty = [place for place in places if place not in self.groups]
        return {self.cell(place, affixes) for place in empty for affixes in self.affixes}

    @cached_property
    def candidates(self) -> Source:
        """The columns that may hold values."""
        used = {*self.keys.values(), *self.labels}
        return Source(Table({name: cells for name, cells in self.table.columns.items() if name not in used}))

    @property
    def single(self) -> bool:
        """True when each cell of the output is made from one row."""
        return all(len(rows) == 1 for rows in self.groups.values())

    def sources(self) -> list[Aggregate] | None:
        """Return what each cell is made of, for all that may stand around labels; None where that is not known."""
        found: list[Aggregate] = []
        for affixes in self.affixes:
            cells = [self.cell(place, affixes) for place in self.groups]
            wanted = Wanted("".join(affixes).strip("_ -.") or "value", cells)
            ways = self.copied(wanted) if self.single else explain(wanted, list(self.groups.values()), self.candidates)
            if not ways:
                return None
            found.append(ways[0])
        return found

    def copied(self, wanted: Wanted) -> list[Aggregate]:
        """Return the columns that hold the cells as they are, those of a like name first."""
        rows = [rows[0] for rows in self.groups.values()]
        columns = self.candidates.table.columns.items()
        same = [name for name, cells in columns if [cells[row] for row in rows] == list(wanted.cells)]
        return sorted((Aggregate(wanted.name, "first", name) for name in same), key=wanted.bits)

    def chains(self) -> Iterator[Chain]:
        """Yield the steps: rows with the same key and label are aggregated where there are several, then spread."""
        missing = self.missing()
        sources = self.sources() if len(missing) <= 1 else None
        if sources is None:
            return
        keys = tuple(self.keys.values())
        group: Chain = ()
        columns = [one.column for one in sources]
        if not self.single:
            sources = [replace(one, name=f"{one.function}_{one.column}") for one in sources]
            group = (GroupRows((*keys, *self.labels), tuple(dict.fromkeys(sources))),)
            columns = [one.name for one in sources]
        values = tuple((column, *affixes) for column, affixes in zip(columns, self.affixes, strict=True))
        none = "0" if all(one.function in COUNTING for one in sources) else ""
        spread = Spread(keys, self.labels, values, self.separator, missing=next(iter(missing), none))
        yield (*group, self.in_order(spread), *self.sorting(keys))

    def in_order(self, spread: Spread) -> Spread:
        """Return the step with the order in which the output has the new columns; sorted unless they are not."""
        shown = [name for name in self.expected.header if name in self.made]
        labels = list(dict.fromkeys(self.texts))
        orders = (replace(spread, order=order) for order in ("sorted", "labels", "values"))
        return next((one for one in orders if [name for _, _, name in one.named(labels)] == shown), spread)

    def sorting(self, keys: tuple[str, ...]) -> Chain:
        """Return a sort by the keys where the output is sorted by them."""
        rows = list(zip(*self.places, strict=True))
        sort = sort_by(keys, Table(dict(zip(keys, rows, strict=True))))
        return (sort,) if sort.rows(Table(dict(zip(keys, rows, strict=True)))) == list(range(len(self.places))) else ()
