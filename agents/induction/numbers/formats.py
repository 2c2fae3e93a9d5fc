"""Numbers: read from text, computed exactly, and written as the examples have them."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, ClassVar

from agents.induction.code import TEXTS, Code, as_source, literal
from agents.induction.model import Expression, Table
from agents.induction.numbers import text as number_text
from agents.induction.numbers.relations import Line
from agents.induction.numbers.styles import SCALES, NumberLayout, NumberReading

OPERATIONS = {"*": "times", "-": "minus", "+": "plus", "/": "divided by"}


@dataclass(frozen=True)
class Operand:
    """Texts and how numbers are read from them."""

    source: Expression
    reading: NumberReading


@dataclass(frozen=True)
class NumberFormat(Expression):
    """Reads one number a row, or two that are combined, and writes it; undefined where a text is no number."""

    operands: tuple[Operand, ...]
    operation: str = ""  # a key of OPERATIONS when there are two operands
    line: Line = field(default_factory=Line)
    layout: NumberLayout = field(default_factory=NumberLayout)
    op: ClassVar[str] = "number"
    action: ClassVar[str] = "number_conversion"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that hold the numbers."""
        names = itertools.chain.from_iterable(operand.source.sources() for operand in self.operands)
        return tuple(dict.fromkeys(names))

    def run(self, table: Table) -> list[str | None]:
        """Convert every row; equal rows are converted once."""
        rows = list(zip(*(operand.source.run(table) for operand in self.operands), strict=True))
        converted = {row: self.convert(row) for row in set(rows)}
        return [converted[row] for row in rows]

    def convert(self, texts: Sequence[str | None]) -> str | None:
        """Return what is written for one row."""
        if any(text is None for text in texts):
            return None
        numbers = [operand.reading.read(text or "") for operand, text in zip(self.operands, texts, strict=True)]
        return self.layout.write(self.line.at(combine(self.operation, numbers)))

    def render(self, code: Code) -> str:
        """Return a `map` over one Series, or a `combine` of two."""
        names = ("text",) if len(self.operands) == 1 else ("left", "right")
        pairs = zip(self.operands, names, strict=True)
        numbers = [render_reading(operand.reading, name, code) for operand, name in pairs]
        value = render_line(self.line, render_operation(self.operation, numbers, self.line != Line(), code))
        written = render_writing(value, self.layout, code)
        first, *others = (operand.source.render(code) for operand in self.operands)
        if others:
            return f"{first}.combine(\n    {others[0]},\n    lambda left, right: {written},\n){TEXTS}"
        ignore = "" if self.operands[0].source.total() else ',\n    na_action="ignore"'
        return f"{first}.map(\n    lambda text: {written}{ignore}\n){TEXTS}"

    def explain(self) -> str:
        """Say how it is read, computed and written."""
        parts = [f"{operand.source.explain()} as a number{operand.reading.explain()}" for operand in self.operands]
        second = parts[-1].removeprefix("Take ")
        taken = parts[0] if len(parts) == 1 else f"{parts[0]} {OPERATIONS[self.operation]} {second}"
        return f"{taken}{self.line.explain()} and write it {self.layout.explain()}"

    def cost(self) -> float:
        """Count what is said of reading, computing and writing."""
        reading = sum(operand.source.cost() + operand.reading.bits() for operand in self.operands)
        affixes = 4 * len(self.layout.positive.replace("{}", ""))
        return 4 + reading + 4 * bool(self.operation) + self.line.bits() + affixes + 2 * len(keywords(self.layout))


def combine(operation: str, numbers: Sequence[Decimal]) -> Decimal:
    """Return the one number, or the result of the operation on two."""
    if operation == "+":
        return numbers[0] + numbers[1]
    if operation == "-":
        return numbers[0] - numbers[1]
    if operation == "*":
        return numbers[0] * numbers[1]
    return number_text.divide(*numbers) if operation == "/" else numbers[0]


def render_reading(reading: NumberReading, name: str, code: Code) -> str:
    """Return the call that reads a text."""
    options = [option for option in keywords(reading) if not option.startswith("scales=")]
    if reading.scales:
        factors = ", ".join(f"{literal(scale)}: {literal(SCALES[scale])}" for scale in reading.scales)
        options.append(f"scales={{{factors}}}")
    read = code.function(number_text.read_number, "decimal", "re")
    code.function(number_text.plain_number)
    code.function(number_text.number_pattern, "functools")
    return f"{read}({', '.join([name, *options])})"


def render_writing(value: str, layout: NumberLayout, code: Code) -> str:
    """Return the call that writes a number."""
    code.function(number_text.round_number, "decimal")
    return f"{code.function(number_text.write_number, 'decimal')}({', '.join([value, *keywords(layout)])})"


def render_operation(operation: str, numbers: Sequence[str], goes_on: bool, code: Code) -> str:
    """Return the expression for the combined numbers, in parentheses when a sum is computed with."""
    if operation == "/":
        return f"{code.function(number_text.divide, 'decimal')}({', '.join(numbers)})"
    result = f" {operation} ".join(numbers)
    return f"({result})" if goes_on and operation in ("+", "-") else result


def render_line(line: Line, value: str) -> str:
    """Return the expression for the value on the line."""
    for sign, text, nothing in (("*", line.factor, "1"), ("/", line.divisor, "1"), ("+", line.offset, "0")):
        if text != nothing:
            value = f"{value} {sign} {render_constant(text)}"
    return value


def render_constant(text: str) -> str:
    """Return a decimal number as source: whole numbers stand for themselves."""
    return text if text.isdigit() else f'decimal.Decimal("{text}")'


def keywords(settings: Any) -> list[str]:
    """Return the arguments for what differs from the defaults of a style."""
    shown = [(item.name, getattr(settings, item.name), item.default) for item in fields(settings)]
    return [f"{name}={as_source(value)}" for name, value, default in shown if value != default]
