"""Proposes number conversions for a column: what is read, what is computed and how it is written, off the data."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from agents.induction.cells.text import Column
from agents.induction.model import Expression, Table, Target
from agents.induction.numbers.embedded import OnlyNumber
from agents.induction.numbers.formats import OPERATIONS, NumberFormat, Operand, combine
from agents.induction.numbers.relations import MARGIN_BITS, Line, find_lines, find_roundings, roughly_straight
from agents.induction.numbers.shapes import find_number_layouts, find_number_readings
from agents.induction.numbers.styles import NumberLayout, NumberReading

SAMPLE = 200
GLANCE = 6
MOST_READINGS = 2
MOST_LAYOUTS = 6
MOST_COLUMNS_COMBINED = 30
ROWS_FOR_TWO_COLUMNS = 3
BITS_OF_FEW_ROWS = 60.0  # that fewer rows have to hold, as ratios with all their decimals do

Row = tuple[tuple[str, ...], str]
"""The texts of the operands and the wanted text."""

Layouts = Sequence[tuple[NumberLayout, NumberReading]]


def propose_numbers(target: Target) -> Iterator[Expression]:
    """Yield conversions of single columns; where there is none, products, differences, sums and ratios of two."""
    rows = [row for row, cell in enumerate(target.cells) if cell]
    wanted = [target.cells[row] for row in rows]
    layouts = list(find_number_layouts(tuple(dict.fromkeys(wanted))[:SAMPLE]))[:MOST_LAYOUTS]
    if not layouts:
        return
    columns = {name: [cells[row] for row in rows] for name, cells in target.table.columns.items()}
    operands = {name: found for name, cells in columns.items() if (found := find_operands(name, cells))}
    single = [
        expression
        for name, ways in operands.items()
        for operand in ways
        for expression in propose_conversions((operand,), "", rows_of([columns[name]], wanted), layouts)
    ]
    yield from single
    for name in [] if single else columns:
        for operand in find_embedded(name, columns[name]):
            texts = operand.source.run(Table({name: columns[name]}))
            rows_found = [((text or "",), want) for text, want in zip(texts, wanted, strict=True)]
            yield from propose_conversions((operand,), "", rows_found, layouts)
    if not single and len(set(wanted)) > 1:
        yield from propose_combinations(operands, columns, wanted, layouts)


def rows_of(columns: Sequence[Sequence[str]], wanted: Sequence[str]) -> list[Row]:
    """Return the texts of each row beside the wanted text."""
    return list(zip(zip(*columns, strict=True), wanted, strict=True))


def find_operands(name: str, cells: Sequence[str]) -> list[Operand]:
    """Return the ways to read a column as numbers; none when a cell is blank, since its wanted cell is not."""
    texts = tuple(dict.fromkeys(cells))[:SAMPLE]
    if not all(text.strip() for text in texts):
        return []
    return [Operand(Column(name), reading) for reading in find_number_readings(texts)[:MOST_READINGS]]


def find_embedded(name: str, cells: Sequence[str]) -> list[Operand]:
    """Return the ways to read the only number in each text of a column; none when a text is a number by itself."""
    part = OnlyNumber(Column(name))
    if any(part.change(cell) in (None, cell.strip()) for cell in cells[:GLANCE]):
        return []
    numbers = tuple(dict.fromkeys(part.change(cell) for cell in cells))[:SAMPLE]
    found = [number for number in numbers if number is not None]
    readings = find_number_readings(tuple(found)) if len(found) == len(numbers) else []
    return [Operand(part, reading) for reading in readings[:MOST_READINGS]]


def propose_conversions(
    operands: tuple[Operand, ...], operation: str, rows: Sequence[Row], layouts: Layouts
) -> Iterator[NumberFormat]:
    """Yield what explains all rows; rows that prove a proposal wrong join the sample it is made from."""
    unique = list(dict.fromkeys(rows))
    copied = all(texts[0] == want for texts, want in unique)
    if (copied and not layouts[0][0].places) or not worth_a_look(operands, operation, unique, layouts):
        return  # what is copied may be rounded numbers, but only when it has decimals
    sample = unique[:SAMPLE]
    while True:
        proposed = conversions_of_sample(operands, operation, sample, layouts)
        wrong = {expression: first_wrong(expression, unique) for expression in proposed}
        right = [expression for expression, row in wrong.items() if row is None]
        news = [row for row in dict.fromkeys(wrong.values()) if row is not None and row not in sample]
        if right or not news:
            yield from right
            return
        sample += news


def worth_a_look(operands: Sequence[Operand], operation: str, rows: Sequence[Row], layouts: Layouts) -> bool:
    """Tell by a few rows whether wanted numbers may lie on a line."""
    numbers = [read_row(operands, operation, texts) for texts, _ in rows[:GLANCE]]
    return not any(number.is_nan() for number in numbers) and any(
        roughly_straight(numbers, [reading.read(want) for _, want in rows[:GLANCE]], float(layout.unit()))
        for layout, reading in layouts
    )


def conversions_of_sample(
    operands: tuple[Operand, ...], operation: str, rows: Sequence[Row], layouts: Layouts
) -> Iterator[NumberFormat]:
    """Yield what explains the rows of a sample."""
    texts = [want for _, want in rows]
    numbers = [read_row(operands, operation, row) for row, _ in rows]
    if any(number.is_nan() for number in numbers):
        return
    for layout, reading in layouts:
        wanted = [reading.read(text) for text in texts]
        for line in find_lines(numbers, wanted, layout):
            values = [line.at(number) for number in numbers]
            for fitted in find_roundings(values, texts, layout, computed=bool(operation) or line != Line()):
                yield NumberFormat(operands, operation, line, fitted)


def read_row(operands: Sequence[Operand], operation: str, texts: Sequence[str]) -> Decimal:
    """Return the number that the operands give for one row."""
    return combine(operation, [operand.reading.read(text) for operand, text in zip(operands, texts, strict=True)])


def first_wrong(expression: NumberFormat, rows: Sequence[Row]) -> Row | None:
    """Return the first row that the expression does not explain."""
    return next((row for row in rows if expression.convert(row[0]) != row[1]), None)


def propose_combinations(
    operands: Mapping[str, list[Operand]], columns: Mapping[str, list[str]], wanted: Sequence[str], layouts: Layouts
) -> Iterator[NumberFormat]:
    """Yield what two columns of numbers explain together, when the rows hold evidence enough for so many pairs."""
    numeric = {name: ways[0] for name, ways in operands.items() if not looks_like_id(columns[name])}
    names = list(numeric)[:MOST_COLUMNS_COMBINED]
    layout, reading = layouts[0]
    unit = layout.unit()
    bits = sum(math.log2(abs(reading.read(text)) / unit + 1) for text in set(wanted[:SAMPLE]))
    pairs = [(left, right, operation) for operation in OPERATIONS for left, right in ordered_pairs(names, operation)]
    few = len(set(wanted)) < ROWS_FOR_TWO_COLUMNS and bits < BITS_OF_FEW_ROWS
    if few or bits < MARGIN_BITS + math.log2(len(pairs) + 1):
        return
    glance = [reading.read(text) for text in wanted[:GLANCE]]
    seen = {name: [numeric[name].reading.read(text) for text in columns[name][:GLANCE]] for name in names}
    for left, right, operation in pairs:
        results = [combine(operation, pair) for pair in zip(seen[left], seen[right], strict=True)]
        if may_explain(results, glance, unit):
            rows = rows_of([columns[left], columns[right]], wanted)
            yield from propose_conversions((numeric[left], numeric[right]), operation, rows, layouts)


def ordered_pairs(names: Sequence[str], operation: str) -> Iterator[tuple[str, str]]:
    """Yield pairs of columns, in both orders where the order matters."""
    return itertools.combinations(names, 2) if operation in "+*" else itertools.permutations(names, 2)


def may_explain(results: Sequence[Decimal], wanted: Sequence[Decimal], unit: Decimal) -> bool:
    """Tell whether the results, or hundredths of them, are the wanted numbers but for rounding."""
    pairs = list(zip(results, wanted, strict=True))
    readable = not any(result.is_nan() for result in results)
    return readable and any(all(abs(result / parts - want) < unit for result, want in pairs) for parts in (1, 100))


def looks_like_id(texts: Sequence[str]) -> bool:
    """Tell whether a text has leading zeros: such numbers are not computed with."""
    return any(text[0] == "0" and text.isdigit() and len(text) > 1 for text in texts)
