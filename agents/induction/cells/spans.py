"""The places in the cells of a column between which parts of the wanted texts may stand.

Places are told by what they are in every row at once: those at the same positions in all rows are one place, of which
the simplest descriptions are kept. What stands between two of them is found by where the wanted texts go on.
"""

import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agents.induction.cells.places import TOKENS, Between, Place, offset_bits
from agents.induction.cells.text import CASE_FUNCTIONS, Case, Column
from agents.induction.model import Cells, Expression, Table

INDEXES = (0, 1, 2, 3, -1, -2, -3)
OFFSETS = (1, 2, 3, 4, -1, -2, -3, -4)
MOST_OFFSETS_FROM_ENDS = 12
MOST_DELIMITERS = 16
MOST_COLUMNS = 4
LONGEST_CELL = 400
BITS_OF_UNEVEN_LENGTHS = 6.0
CASES = ("lower", "upper", "title")

Positions = tuple[int, ...]
Step = tuple[Expression, Positions, float]  # a part, the positions behind it, its bits
Vectors = dict[Positions, tuple[float, Place]]  # the simplest place at these positions, with its bits


class Spans:
    """All texts that stand between two places of one column, as far as the wanted texts hold them."""

    def __init__(self, column: Column, cells: Cells, vectors: Vectors, style: str, wanted: Cells) -> None:
        self.column, self.cells, self.vectors, self.style, self.wanted = column, cells, vectors, style, wanted
        self.starts: dict[str, list[Positions]] = defaultdict(list)
        for positions in vectors:
            self.starts[cells[0][positions[0] : positions[0] + 1]].append(positions)
        self.stops = sorted(vectors)
        self.firsts = [positions[0] for positions in self.stops]
        self.seen: dict[Positions, list[Step]] = {}

    def steps(self, at: Positions) -> list[Step]:
        """Return what stands at these positions of the wanted texts, with the positions behind it and its bits."""
        if at not in self.seen:
            self.seen[at] = list(self.find_steps(at))
        return self.seen[at]

    def find_steps(self, at: Positions) -> Iterator[Step]:
        """Yield the simplest text for each of the positions that can be reached from these."""
        best: dict[Positions, tuple[float, Place, Place]] = {}
        for start in self.starts.get(self.wanted[0][at[0] : at[0] + 1], ()):
            lengths = self.shared_lengths(start, at)
            if lengths:
                bits, first = self.vectors[start]
                for stop in self.stops_behind(start, lengths):
                    reached = tuple(a + b - c for a, b, c in zip(at, stop, start, strict=True))
                    more, last = self.vectors[stop]
                    if reached not in best or best[reached][0] > bits + more:
                        best[reached] = (bits + more, first, last)
        for reached, (_, first, last) in best.items():
            part = self.part(first, last)
            yield part, reached, part.cost() + uneven_bits((first, last), self.cells)

    def part(self, first: Place, last: Place) -> Expression:
        """Return the expression for what stands between two places."""
        between = Between(self.column, first, last)
        return Case(between, self.style) if self.style else between

    def shared_lengths(self, start: Positions, at: Positions) -> list[int]:
        """Return how many characters cells and wanted texts share from here on; [] when a row shares none."""
        lengths = []
        for cell, want, first, second in zip(self.cells, self.wanted, start, at, strict=True):
            longest = min(len(cell) - first, len(want) - second)
            if longest < 1 or cell[first] != want[second]:
                return []
            length = 1
            while length < longest and cell[first + length] == want[second + length]:
                length += 1
            lengths.append(length)
        return lengths

    def stops_behind(self, start: Positions, lengths: Sequence[int]) -> Iterator[Positions]:
        """Yield the places that are at most so many characters behind others."""
        low = bisect_right(self.firsts, start[0])
        high = bisect_right(self.firsts, start[0] + lengths[0])
        for stop in self.stops[low:high]:
            if all(0 < one - other <= length for one, other, length in zip(stop, start, lengths, strict=True)):
                yield stop


def spans_of(table: Table, wanted: Cells) -> list[Spans]:
    """Return the spans of each column, in each letter case that changes it and that the wanted texts may show."""
    found = []
    for name in likeliest(table, wanted):
        cells = table.columns[name]
        if not all(0 < len(cell) <= LONGEST_CELL for cell in cells):
            continue
        vectors = places(cells)
        forms = {"": list(cells)}
        for style in CASES if shows_other_case(cells, wanted) else ():
            form = [CASE_FUNCTIONS[style][0](cell) for cell in cells]
            if form not in forms.values() and list(map(len, form)) == list(map(len, cells)):
                forms[style] = form
        found += [Spans(Column(name), form, vectors, style, wanted) for style, form in forms.items()]
    return found


def likeliest(table: Table, wanted: Cells) -> list[str]:
    """Return the few columns whose cells have the most pairs of neighbouring characters of the wanted texts."""
    if len(table.header) <= MOST_COLUMNS:
        return list(table.header)
    pairs = [{a + b for a, b in itertools.pairwise(want.casefold())} for want in wanted]

    def shared(name: str) -> int:
        small = map(str.casefold, table.columns[name])
        return sum(pair in cell for cell, own in zip(small, pairs, strict=True) for pair in own)

    return sorted(table.header, key=shared, reverse=True)[:MOST_COLUMNS]


def shows_other_case(cells: Cells, wanted: Cells) -> bool:
    """Tell whether a wanted text has a letter that its cell has only as another letter case."""
    return any(
        letter not in cell and letter.swapcase() in cell
        for cell, want in zip(cells, wanted, strict=True)
        for letter in set(want)
    )


def uneven_bits(ends: tuple[Place, Place], cells: Cells) -> float:
    """Return what speaks against counting characters from the beginning or the end where lengths differ."""
    uneven = len(set(map(len, cells))) > 1
    return uneven * BITS_OF_UNEVEN_LENGTHS * sum(bool(end.offset) and end.token in ("start", "end") for end in ends)


def places(cells: Cells) -> Vectors:
    """Return the places that every cell has."""
    vectors: Vectors = {}
    for token in TOKENS:
        add_matches(vectors, Place(token, "", 0, False), cells)
    for delimiter in delimiters(cells):
        add_matches(vectors, Place("", delimiter, 0, False), cells)
    return vectors


def add_matches(vectors: Vectors, kind: Place, cells: Cells) -> None:
    """Add the edges of the matches that every cell has, and what is near to them."""
    found = [[match.span() for match in re.finditer(kind.pattern(), cell)] for cell in cells]
    fewest = min(map(len, found))
    ends = kind.token in ("start", "end")
    offsets = range(-MOST_OFFSETS_FROM_ENDS, MOST_OFFSETS_FROM_ENDS + 1) if ends else OFFSETS
    for index in (0,) if ends else INDEXES:
        if not -fewest <= index < fewest:
            continue
        for behind in (False,) if ends else (False, True):
            positions = tuple(matches[index][behind] for matches in found)
            add_near(vectors, Place(kind.token, kind.text, index, behind), positions, offsets, cells)


def add_near(vectors: Vectors, place: Place, positions: Positions, offsets: Iterable[int], cells: Cells) -> None:
    """Add a place and those some characters from it, as far as there is none that takes fewer bits."""
    bits = place.bits()
    right = min(len(cell) - at for cell, at in zip(cells, positions, strict=True))
    left = -min(positions)
    for offset in (0, *offsets):
        moved = tuple(at + offset for at in positions) if offset else positions
        total = bits + offset_bits(offset)
        if left <= offset <= right and (moved not in vectors or vectors[moved][0] > total):
            vectors[moved] = (total, replace(place, offset=offset) if offset else place)


def delimiters(cells: Cells) -> list[str]:
    """Return the symbols, the runs of symbols and blanks, and the words that every cell has."""
    shortest = min(cells, key=len)
    runs = re.findall(r"[\W_]+|[^\W_]+", shortest)
    symbols = [run for run in runs if not run[0].isalnum()]
    candidates = [*(symbol for run in symbols for symbol in run), *symbols, *runs]
    return [text for text in dict.fromkeys(candidates) if all(text in cell for cell in cells)][:MOST_DELIMITERS]
