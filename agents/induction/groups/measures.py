"""What is computed of two columns in each row before it is added up, as price times quantity."""

import itertools
import operator
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from agents.induction.cells.text import Column
from agents.induction.groups.evidence import cell_bits
from agents.induction.groups.keys import groups_of, key_choices
from agents.induction.groups.matching import Source, Wanted, explain
from agents.induction.model import Table
from agents.induction.numbers.formats import NumberFormat, Operand
from agents.induction.windows.added import AddColumn

MOST_COLUMNS = 8
ENOUGH_BITS = 14.0
OPERATIONS: dict[str, tuple[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "*": ("times", operator.mul),
    "-": ("less", operator.sub),
    "+": ("plus", operator.add),
}


def free_name(name: str, table: Table) -> str:
    """Return a name that no column of the table has."""
    names = itertools.chain([name], (f"{name} {number}" for number in itertools.count(2)))
    return next(one for one in names if one not in table.columns)


def measures(table: Table, expected: Table) -> Iterator[AddColumn]:
    """Yield the products, differences and sums of two columns that are added up in the output, or their means."""
    source = Source(table)
    if not 1 < len(source.readings) <= MOST_COLUMNS:
        return
    shown = ((keys, groups_of(keys, table, expected)) for keys in key_choices(table, expected))
    keys, groups = next(((keys, groups) for keys, groups in shown if groups), (None, {}))
    rows = list(groups.values())
    if keys is None or all(len(one) == 1 for one in rows):
        return
    for name in expected.header:
        wanted = Wanted(name, expected.columns[name])
        said = sum(map(cell_bits, set(wanted.cells)))
        if name not in keys.shown and wanted.numbers and said >= ENOUGH_BITS and not explain(wanted, rows, source):
            yield from added_up(rows, wanted.numbers, source)


def added_up(groups: Sequence[Sequence[int]], wanted: Sequence[float], source: Source) -> Iterator[AddColumn]:
    """Yield the first column whose sums or means are about the wanted numbers."""
    for (word, sign), (left, right) in itertools.product(
        ((word, sign) for sign, (word, _) in OPERATIONS.items()), itertools.permutations(source.readings, 2)
    ):
        if fits(groups, wanted, [source.numbers[name] for name in (left, right)], OPERATIONS[sign][1]):
            operands = tuple(Operand(Column(name), source.readings[name]) for name in (left, right))
            yield AddColumn(free_name(f"{left} {word} {right}", source.table), NumberFormat(operands, sign))
            return


def fits(
    groups: Sequence[Sequence[int]],
    wanted: Sequence[float],
    numbers: Sequence[Sequence[Decimal | None]],
    compute: Callable[[Decimal, Decimal], Decimal],
) -> bool:
    """Tell whether the sums of what is computed are the wanted numbers but for rounding, or else all means are."""
    right = {"sum", "mean"}
    for rows, want in zip(groups, wanted, strict=True):
        pairs = [(numbers[0][row], numbers[1][row]) for row in rows]
        if any(one is None or other is None or one.is_nan() or other.is_nan() for one, other in pairs):
            return False
        total = float(sum(compute(one, other) for one, other in pairs if one is not None and other is not None))
        if abs(total - want) > max(0.01, 1e-6 * abs(want)):
            right.discard("sum")
        if abs(total / len(rows) - want) > max(0.01, 1e-6 * abs(want)):
            right.discard("mean")
    return bool(right)
