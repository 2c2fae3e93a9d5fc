"""Finds formulas of three columns of a row."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from agents.induction.model import Expression, Target
from agents.induction.numbers.formulas import OPERATIONS, Formula, computed
from agents.induction.numbers.relations import MARGIN_BITS, find_lines, find_roundings
from agents.induction.numbers.search import find_operands, looks_like_id
from agents.induction.numbers.shapes import find_number_layouts
from agents.induction.numbers.styles import NumberLayout

SAMPLE = 200
GLANCE = 4
MOST_COLUMNS = 6
FEWEST_ROWS = 3


def propose_formulas(target: Target) -> Iterator[Expression]:
    """Propose formulas when wanted numbers hold evidence enough."""
    rows = [row for row, cell in enumerate(target.cells) if cell][:SAMPLE]
    wanted = [target.cells[row] for row in rows]
    if len(set(wanted)) < FEWEST_ROWS:
        return
    layouts = list(find_number_layouts(tuple(dict.fromkeys(wanted))))[:2]
    if not layouts:
        return
    columns = {name: [cells[row] for row in rows] for name, cells in target.table.columns.items()}
    layout, reading = layouts[0]
    numbers = [reading.read(text) for text in wanted]
    bits = sum(math.log2(abs(number) / layout.unit() + 1) for number in set(numbers) if not number.is_nan())
    yield from fitting_formulas(columns, wanted, numbers, layout, bits)


def fitting_formulas(
    columns: Mapping[str, Sequence[str]],
    wanted: Sequence[str],
    numbers: Sequence[Decimal],
    layout: NumberLayout,
    bits: float,
) -> Iterator[Formula]:
    """Yield formulas of two or three columns of numbers, of which the plain ones of two are found elsewhere."""
    usable = {name: found[0] for name, cells in columns.items() if (found := find_operands(name, cells))}
    names = [name for name in usable if not looks_like_id(columns[name])][:MOST_COLUMNS]
    tried = list(formulas(names))
    if bits < MARGIN_BITS + math.log2(len(tried) + 1):
        return
    values = {name: [usable[name].reading.read(text) for text in columns[name]] for name in names}
    glance = [float(number) for number in numbers[:GLANCE]]
    rough = {name: [float(number) for number in values[name][:GLANCE]] for name in names}
    unit = float(layout.unit())
    for chosen, operations in tried:
        if not roughly(chosen, operations, rough, glance, unit):
            continue
        results = [computed(row, operations) for row in zip(*(values[name] for name in chosen), strict=True)]
        if any(result.is_nan() for result in results):
            continue
        operands = tuple(usable[name] for name in chosen)
        for line in find_lines(results, numbers, layout):
            for way in find_roundings([line.at(result) for result in results], wanted, layout, computed=True):
                yield Formula(operands, operations, line, way)


def formulas(names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield columns and operations, but for sums and products in more than one order."""
    for pair in itertools.permutations(names, 2):
        yield from ((pair, (operation,)) for operation in ("+%", "-%"))
    for first, second, third in itertools.permutations(names, 3):
        for operations in itertools.product(OPERATIONS, OPERATIONS):
            if operations[0] == "from" or (operations[0] in "*+" and first > second):
                continue
            if operations in (("*", "*"), ("+", "+"), ("-", "-"), ("/", "/")) and second > third:
                continue
            yield (first, second, third), operations
    for first, second in itertools.permutations(names, 2):
        yield (first, second, second), ("-", "/")


def roughly(
    chosen: Sequence[str],
    operations: Sequence[str],
    rough: Mapping[str, Sequence[float]],
    wanted: Sequence[float],
    unit: float,
) -> bool:
    """Tell at little expense whether the first results, or a hundred times as much, are the wanted numbers."""
    first = rough_value([rough[name][0] for name in chosen], operations)
    for factor in (1.0, 100.0):
        if not abs(factor * first - wanted[0]) <= unit + 1e-9 * abs(wanted[0]):
            continue
        if all(
            abs(factor * rough_value([rough[name][row] for name in chosen], operations) - want)
            <= unit + 1e-9 * abs(want)
            for row, want in enumerate(wanted)
        ):
            return True
    return False


def rough_value(numbers: Sequence[float], operations: Sequence[str]) -> float:
    """Return what `computed` returns, in floating point."""
    value = numbers[0]
    for operation, number in zip(operations, numbers[1:], strict=True):
        match operation:
            case "*":
                value *= number
            case "+":
                value += number
            case "-":
                value -= number
            case "/":
                value = value / number if number else math.nan
            case "from":
                value = number - value
            case "+%":
                value *= 1 + number / 100
            case _:
                value *= 1 - number / 100
    return value
