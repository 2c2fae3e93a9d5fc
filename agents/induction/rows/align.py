"""Which input rows the output's rows can come from, told by the values that both files share.

A column of the output is linked to a column of the input when all its values occur there, perhaps written in another
letter case or with the same letters and digits in another order. The linked values of a row are its signature.
"""

import functools
import itertools
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from agents.induction.cells.likeness import LIKENESSES
from agents.induction.model import Cells, Table

Signature = tuple[str, ...]
Way = TypeVar("Way")

PROBES = 20  # values of a column that are looked for before all of them are


def until(deadline: float, ways: Iterable[Way]) -> Iterator[Way]:
    """Yield as many ways as the time allows."""
    return itertools.takewhile(lambda _: time.monotonic() < deadline, ways)


@dataclass(frozen=True)
class Link:
    """A column of the output whose values all occur in a column of the input, alike under a normal form."""

    source: str
    target: str
    distinct: int  # how many values the target has
    likeness: Callable[[str], str]
    in_order: bool  # row for row alike, as the files stand


@dataclass(frozen=True)
class Alignment:
    """The signatures of all rows; empty tuples when nothing links the files."""

    links: tuple[Link, ...]
    before: tuple[Signature, ...]  # one per input row
    after: tuple[Signature, ...]  # one per output row

    @property
    def same_rows(self) -> bool:
        """True when every row of the output is made from the input row at the same place, as far as can be told."""
        return len(self.before) == len(self.after) and self.before == self.after


def align(table: Table, expected: Table, deadline: float = math.inf) -> Alignment:
    """Link the two files, more and more loosely until a column tells all rows apart, and return their signatures.

    Args:
        table: the input.
        expected: the output.
        deadline: on the monotonic clock; columns that are not looked at until then are not linked.
    """
    found: dict[str, Link] = {}
    for likeness in LIKENESSES:
        if not any(link.distinct == expected.height for link in found.values()):
            unlinked = [name for name in expected.header if name not in found]
            found |= closest_links(unlinked, likeness, table, expected, deadline)
    links = list(found.values())
    in_order = [link for link in links if link.in_order]
    if table.height == expected.height and 2 * information(in_order) >= information(links):
        return with_signatures(in_order, table, expected)
    return with_signatures(compatible(links, table, expected), table, expected)


def information(links: Sequence[Link]) -> int:
    """Weigh links by how many values tell rows apart."""
    return sum(link.distinct for link in links)


def closest_links(
    targets: Sequence[str], likeness: Callable[[str], str], table: Table, expected: Table, deadline: float
) -> dict[str, Link]:
    """Return the closest input column of each output column, where there is one under this likeness."""
    columns = table.columns.items() if targets else ()
    values = {name: set(map(likeness, set(cells))) for name, cells in until(deadline, columns)}
    probes = {likeness(cell) for name in targets for cell in from_everywhere(expected.columns[name])}
    holders = columns_with(values, probes)

    @functools.cache  # most tables have many columns of the same few values
    def narrowest(distinct: frozenset[str]) -> list[str]:
        rarest = min((holders.get(value, []) for value in distinct & probes), key=len)
        sources = [name for name in rarest if distinct <= values[name]]
        return sorted(sources, key=lambda name: len(values[name]))[:1]

    links = {}
    for target in until(deadline, targets):
        distinct = frozenset(map(likeness, set(expected.columns[target])))
        if len(distinct) > 1:
            in_order = table.alike(expected.columns[target], likeness)
            namesake = [target] if distinct <= values.get(target, set()) else []
            sources = in_order or namesake or narrowest(distinct)
            if sources:
                source = target if target in sources else sources[0]
                links[target] = Link(source, target, len(distinct), likeness, bool(in_order))
    return links


def from_everywhere(cells: Cells) -> Cells:
    """Return a few cells of a column: a column that has not all of these has not all of its values."""
    return cells[:: 1 + len(cells) // PROBES]


def columns_with(values: Mapping[str, set[str]], probes: set[str]) -> dict[str, list[str]]:
    """Return for each of some values the columns that have it."""
    holders: dict[str, list[str]] = {}
    for name, distinct in values.items():
        for value in distinct & probes:
            holders.setdefault(value, []).append(name)
    return holders


def compatible(links: Sequence[Link], table: Table, expected: Table) -> list[Link]:
    """Take the most telling links first, as long as every output row still has an input row."""
    taken: list[Link] = []
    before, after = [0] * table.height, [0] * expected.height  # one number for rows that the taken links cannot part
    for link in sorted(links, key=lambda link: (LIKENESSES.index(link.likeness), -link.distinct)):
        numbers: dict[tuple[int, str], int] = {}
        finer = [
            [
                numbers.setdefault((group, link.likeness(cell)), len(numbers))
                for group, cell in zip(groups, cells, strict=True)
            ]
            for groups, cells in ((before, table.columns[link.source]), (after, expected.columns[link.target]))
        ]
        if set(finer[1]) <= set(finer[0]):
            taken.append(link)
            before, after = finer
    return taken


def with_signatures(links: Sequence[Link], table: Table, expected: Table) -> Alignment:
    """Compute the signatures of all rows."""
    before = [normal_cells(table.columns[link.source], link) for link in links]
    after = [normal_cells(expected.columns[link.target], link) for link in links]
    return Alignment(
        tuple(links),
        tuple(zip(*before, strict=True)) if links else ((),) * table.height,
        tuple(zip(*after, strict=True)) if links else ((),) * expected.height,
    )


def normal_cells(cells: Cells, link: Link) -> list[str]:
    """Return the cells in the link's normal form."""
    return [link.likeness(cell) for cell in cells]
