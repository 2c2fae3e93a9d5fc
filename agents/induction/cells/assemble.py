"""Finds how a text is put together from parts of several columns.

Every part that occurs in all of the wanted texts is an edge between positions in these texts, and so is every constant
that they share; the cheapest path from the beginnings to the ends is the simplest explanation.
"""

import heapq
import itertools
from collections.abc import Iterator, Sequence

from agents.induction.cells.affixes import completed, reduced
from agents.induction.cells.places import Between
from agents.induction.cells.sample import shape
from agents.induction.cells.spans import Spans, spans_of
from agents.induction.cells.strings import PATTERNS, Concatenate, JoinFilled, Part, Piece, Rest, Slice, part_cost
from agents.induction.cells.text import CASE_FUNCTIONS, Case, Column, Constant, Trim, shared_length
from agents.induction.model import Cells, Expression, Table, Target
from agents.induction.quantities.known import Apply

MOST_SHAPES = 8
MOST_ALIKE = 3
MOST_STATES = 2000
MOST_STATES_WITH_SPANS = 600
MOST_PATHS = 8
VISITS_PER_STATE = 3
MOST_REPAIRS = 5
BITS_OF_UNEVEN_LENGTHS = 6.0
LONGEST_CONSTANT = 24
LONGEST_NUMBER = 12
LONGEST_SLICED_CELL = 40
PART_CASES = ("upper", "lower", "title", "sentence")

Parts = list[tuple[Expression, tuple[str, ...], float]]  # a part, its cells, its bits
Positions = tuple[int, ...]
Path = tuple[Expression, ...]


def propose_assembled(target: Target) -> Iterator[Expression]:
    """Propose texts made of parts, found on rows of many shapes, or on those with the fewest blanks."""
    filled = [row for row, cell in enumerate(target.cells) if cell]
    blanks = {row: sum(not cells[row] for cells in target.table.columns.values()) for row in filled}
    fewest = min(blanks.values(), default=0)
    fullest = [row for row in filled if blanks[row] == fewest]
    for sample in (diverse_rows(filled, target.cells), diverse_rows(fullest, target.cells)):
        found = repaired(sample, target) if sample else []
        yield from found
        if found:
            return


def repaired(sample: list[int], target: Target) -> list[Expression]:
    """Return what explains all rows; the first row that every proposal gets wrong joins the sample for another try."""
    blank: list[int] = []  # rows in which nothing is wanted: some part has to be missing there
    for _ in range(MOST_REPAIRS):
        rows = target.table.take(sample), target.table.take(blank)
        proposals = list(assembled(*rows, [target.cells[row] for row in sample]))
        wrong = {expression: target.first_wrong_row(expression) for expression in proposals}
        found = [expression for expression, row in wrong.items() if row is None]
        counterexample = next((row for row in wrong.values() if row is not None), None)
        if found or counterexample is None or counterexample in (*sample, *blank):
            return found
        (sample if target.cells[counterexample] else blank).append(counterexample)
    return []


def diverse_rows(rows: Sequence[int], wanted: Cells) -> list[int]:
    """Return rows whose wanted texts differ in shape, and some from everywhere."""
    shapes: dict[str, int] = {}
    for row in rows:
        shapes.setdefault(shape(wanted[row]), row)
    spread = rows[:: max(1, len(rows) // 4)]
    return list(dict.fromkeys([*list(shapes.values())[:MOST_SHAPES], *spread]))


def assembled(table: Table, blank: Table, wanted: Cells) -> Iterator[Expression]:
    """Yield the ways to put the wanted texts together, the simplest first; parts of one text, then of several."""
    parts = usable_parts(table, blank, wanted)
    paths = list(cheapest_paths(parts, wanted))
    if not any(map(plain, paths)):
        paths += cheapest_paths(parts, wanted, spans_of(table, wanted))
    for path in paths:
        whole = path[0] if len(path) == 1 else Concatenate(path)
        yield whole
        separators = {part.text for part in path if isinstance(part, Constant)}
        if len(separators) == 1 and joins_columns(path):
            yield JoinFilled(tuple(part for part in path if not isinstance(part, Constant)), separators.pop())


def plain(path: Path) -> bool:
    """Tell whether a path needs neither letters in quotes nor characters at fixed positions, which values often are."""
    constants = "".join(part.text for part in path if isinstance(part, Constant))
    return not any(map(str.isalnum, constants)) and not any(isinstance(part, Slice) for part in path)


def joins_columns(path: Path) -> bool:
    """Tell whether whole columns stand in a path with a constant between each and the next."""
    columns, separators = path[::2], path[1::2]
    whole = all(len(part.sources()) == 1 and not isinstance(part, Piece | Part | Slice) for part in columns)
    return whole and len(columns) > 1 and len(path) % 2 == 1 and all(isinstance(part, Constant) for part in separators)


def usable_parts(table: Table, blank: Table, wanted: Cells) -> Parts:
    """Return the parts that occur in every wanted text, the cheapest few of those that are alike on these rows.

    Parts are not alike when some are missing in rows where nothing is wanted and others are not.
    """
    alike: dict[tuple[tuple[str, ...], tuple[bool, ...]], list[Expression]] = {}
    for name in table.header:
        for expression, cells in parts_of(Column(name), table, wanted):
            if isinstance(expression, Column) or any(map(has_letters, cells)):
                missing = tuple(not cell for cell in expression.run(blank))
                alike.setdefault((cells, missing), []).append(expression)
    cheapest = {kind: heapq.nsmallest(MOST_ALIKE, parts, part_cost) for kind, parts in alike.items()}
    return [(part, cells, bits_here(part, table)) for (cells, _), parts in cheapest.items() for part in parts]


def has_letters(cell: str) -> bool:
    """Tell whether a part has a letter or a digit; symbols alone are better written as a constant."""
    return any(map(str.isalnum, cell))


def bits_here(part: Expression, table: Table) -> float:
    """Return the bits of a part; fixed positions in cells of different lengths are unlikely."""
    if isinstance(part, Slice) and isinstance(part.source, Column) and (part.start, part.stop) != (0, 1):
        lengths = {len(cell) for cell in table.columns[part.source.name] if cell}
        return part_cost(part) + BITS_OF_UNEVEN_LENGTHS * (len(lengths) > 1)
    return part_cost(part)


def parts_of(column: Column, table: Table, wanted: Cells) -> Iterator[tuple[Expression, tuple[str, ...]]]:
    """Yield a column, what can be cut out of it, and these in other letter cases, where all wanted texts hold them."""
    cells = table.columns[column.name]
    whole = (column, Trim(column, inner=True), *completed(column, cells, wanted), *reduced(column, cells))
    for source in itertools.chain(whole, pieces_of(column, cells)):
        made = source.run(table)
        if None not in made:
            for part, own in whole_or_initial(source, [cell or "" for cell in made]):
                yield from in_cases(part, own, wanted)
    for part in itertools.chain(filled_up(column, cells, wanted), slices_of(column, cells, wanted)):
        own = [cell or "" for cell in part.run(table)]
        if all(map(str.__contains__, wanted, own)):
            yield part, tuple(own)


def whole_or_initial(source: Expression, cells: list[str]) -> Iterator[tuple[Expression, list[str]]]:
    """Yield a part, trimmed where it has blanks around it, and its first letter."""
    trimmed = list(map(str.strip, cells))
    yield source, cells
    yield Slice(source, 0, 1), [cell[:1] for cell in cells]
    if isinstance(source, Piece | Rest) and source.separator and trimmed != cells:
        yield Trim(source, inner=False), trimmed
        yield Slice(Trim(source, inner=False), 0, 1), [cell[:1] for cell in trimmed]


def in_cases(part: Expression, cells: list[str], wanted: Cells) -> Iterator[tuple[Expression, tuple[str, ...]]]:
    """Yield a part in each letter case in which all wanted texts hold it."""
    if cells[0].casefold() in wanted[0].casefold():
        if all(map(str.__contains__, wanted, cells)):
            yield part, tuple(cells)
        for style in PART_CASES:
            changed = tuple(map(CASE_FUNCTIONS[style][0], cells))
            if all(map(str.__contains__, wanted, changed)):
                yield Case(part, style), changed


def pieces_of(column: Column, cells: Cells) -> Iterator[Expression]:
    """Yield what can be cut out at the separators that every cell has, and what patterns find."""
    filled = [cell for cell in cells if cell]
    shortest = min(filled, key=len, default="")
    symbols = [symbol for symbol in dict.fromkeys(shortest) if not symbol.isalnum() and not symbol.isspace()]
    for separator in ["", *(symbol for symbol in symbols if all(symbol in cell for cell in filled))]:
        yield from (Piece(column, separator, index) for index in (0, -1, 1, -2, 2, 3))
        yield from (Rest(column, separator, before_last) for before_last in (False, True))
    yield from (Part(column, pattern, index) for pattern in PATTERNS for index in (0, -1, 1, -2, 2))


def filled_up(column: Column, cells: Cells, wanted: Cells) -> Iterator[Expression]:
    """Yield numbers of different lengths with zeros in front up to one length, where some wanted text shows them."""
    if not all(map(str.isdigit, cells)) or not any(map(str.__contains__, wanted, ("0" + cell for cell in cells))):
        return
    for width in range(min(map(len, cells)) + 1, LONGEST_NUMBER + 1):
        padded = Apply(column, "pad", ("left", width, "0"))
        if all(map(str.__contains__, wanted, (cell.rjust(width, "0") for cell in cells))):
            yield padded


def slices_of(column: Column, cells: Cells, wanted: Cells) -> Iterator[Expression]:
    """Yield the runs of characters at fixed positions that occur in the first wanted text."""
    first = next((row for row, cell in enumerate(cells) if cell), 0)
    length = min(len(cells[first]), LONGEST_SLICED_CELL) if cells else 0
    for start, stop in itertools.combinations(range(length + 1), 2):
        if cells[first][start:stop] in wanted[first]:
            yield Slice(column, start, stop)
    for count in range(1, length):
        yield from (Slice(column, -count, None), Slice(column, count, None), Slice(column, 0, -count))


def cheapest_paths(parts: Parts, wanted: Cells, spans: Sequence[Spans] = ()) -> Iterator[Path]:
    """Yield the cheapest sequences of parts and constants that spell every wanted text (Dijkstra's algorithm)."""
    end = tuple(map(len, wanted))
    numbers = itertools.count()
    queue: list[tuple[float, int, Positions, Path]] = [(0.0, 0, (0,) * len(wanted), ())]
    visits: dict[Positions, int] = {}
    found = 0
    for _ in range(MOST_STATES_WITH_SPANS if spans else MOST_STATES):
        if not queue or found == MOST_PATHS:
            return
        bits, _, positions, path = heapq.heappop(queue)
        if positions == end:
            found += 1
            if any(not isinstance(part, Constant) for part in path):
                yield path
            continue
        visits[positions] = visits.get(positions, 0) + 1
        if visits[positions] > VISITS_PER_STATE:
            continue
        after_constant = bool(path) and isinstance(path[-1], Constant)
        steps = steps_from(positions, parts, wanted, constants=not after_constant)
        for part, reached, more in itertools.chain(steps, *(span.steps(positions) for span in spans)):
            if spans and not joins(path, part):
                continue
            heapq.heappush(queue, (bits + 2.0 + more, next(numbers), reached, (*path, part)))


def joins(path: Path, part: Expression) -> bool:
    """Tell whether a part may follow: words are hardly cut twice, nor joined where they are cut."""
    if not path or isinstance(part, Constant):
        return True
    starts_cut, stops_cut = cuts(part)
    cut_before = cuts(path[-1])[1] or (starts_cut and not isinstance(path[-1], Constant))
    return not cut_before and not ((starts_cut or stops_cut) and any(any(cuts(other)) for other in path))


def cuts(part: Expression) -> tuple[bool, bool]:
    """Tell whether a part begins and ends so many characters from an edge."""
    between = part.source if isinstance(part, Case) else part
    if not isinstance(between, Between):
        return False, False
    return between.start.offset != 0, between.stop.offset != 0


def steps_from(
    positions: Positions, parts: Parts, wanted: Cells, constants: bool
) -> Iterator[tuple[Expression, Positions, float]]:
    """Yield the parts and constants that stand at these positions, with the positions behind them and their bits."""
    for part, cells, bits in parts:
        if all(map(str.startswith, wanted, cells, positions)):
            yield part, tuple(at + len(cell) for at, cell in zip(positions, cells, strict=True)), bits
    if constants:
        rests = [want[at : at + LONGEST_CONSTANT] for want, at in zip(wanted, positions, strict=True)]
        for length in range(1, shared_length(*rests) + 1):
            constant = Constant(rests[0][:length])
            yield constant, tuple(at + length for at in positions), part_cost(constant)
