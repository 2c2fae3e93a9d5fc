"""Numbers computed from three columns of a row, one after the other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from agents.induction.code import Code
from agents.induction.model import Expression, Table
from agents.induction.numbers import text as number_text
from agents.induction.numbers.formats import Operand, render_line, render_reading, render_writing
from agents.induction.numbers.relations import Line
from agents.induction.numbers.styles import NumberLayout

OPERATIONS = {
    "*": "multiply by {}",
    "+": "add {}",
    "-": "subtract {}",
    "/": "divide by {}",
    "from": "subtract that from {}",
    "+%": "raise by {} percent",
    "-%": "lower by {} percent",
}
SOURCES = {"*": "{} * {}", "+": "{} + {}", "-": "{} - {}", "+%": "{} * (1 + {} / 100)", "-%": "{} * (1 - {} / 100)"}


@dataclass(frozen=True)
class Formula(Expression):
    """Three columns of numbers, combined one after the other; undefined where one of them is no number."""

    operands: tuple[Operand, ...]
    operations: tuple[str, ...]  # keys of OPERATIONS, one less than operands
    line: Line = field(default_factory=Line)
    layout: NumberLayout = field(default_factory=NumberLayout)
    op: ClassVar[str] = "formula"
    action: ClassVar[str] = "calculation"

    def sources(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        return tuple(dict.fromkeys(name for operand in self.operands for name in operand.source.sources()))

    def run(self, table: Table) -> list[str | None]:
        """Compute row by row."""
        rows = zip(*(operand.source.run(table) for operand in self.operands), strict=True)
        return [self.write(texts) for texts in rows]

    def write(self, texts: Sequence[str | None]) -> str | None:
        """Return the text for one row."""
        numbers = [operand.reading.read(text or "") for operand, text in zip(self.operands, texts, strict=True)]
        return self.layout.write(self.line.at(computed(numbers, self.operations)))

    def render(self, code: Code) -> str:
        """Return a list of what is computed of each row."""
        names = ["first", "second", "third"][: len(self.operands)]
        pairs = zip(names, self.operands, strict=True)
        reads = [f"{name} = {render_reading(operand.reading, name, code)}" for name, operand in pairs]
        value = names[0]
        for operation, name in zip(self.operations, names[1:], strict=True):
            value = render_operation(value, operation, name, code)
        if self.line != Line():
            value = render_line(self.line, f"({value})")
        lines = ['"""Compute one number from those of a row."""', *reads, f"value = {value}"]
        lines.append(f"return {render_writing('value', self.layout, code)}")
        return render_rows(code.new_function("compute_row", ", ".join(names), lines), "*row", self.operands, code)

    def explain(self) -> str:
        """Say the operations in their order."""
        first, *others = (operand.source.explain().removeprefix("Take ") for operand in self.operands)
        steps = [OPERATIONS[step].format(name) for step, name in zip(self.operations, others, strict=True)]
        return f"Take {first}, {', '.join(steps)}{self.line.explain()} and write it {self.layout.explain()}"

    def cost(self) -> float:
        """Count the columns and operations."""
        reading = sum(operand.source.cost() + operand.reading.bits() for operand in self.operands)
        return 6.0 + reading + 4.0 * len(self.operations) + self.line.bits()


def computed(numbers: Sequence[Decimal], operations: Sequence[str]) -> Decimal:
    """Return what the operations make of the numbers, one after the other."""
    value = numbers[0]
    for operation, number in zip(operations, numbers[1:], strict=True):
        value = step(value, operation, number)
    return value


def step(value: Decimal, operation: str, number: Decimal) -> Decimal:
    """Return the result of one operation."""
    match operation:
        case "*":
            return value * number
        case "+":
            return value + number
        case "-":
            return value - number
        case "/":
            return number_text.divide(value, number)
        case "from":
            return number - value
        case "+%":
            return value * (1 + number / 100)
        case _:
            return value * (1 - number / 100)


def render_operation(value: str, operation: str, name: str, code: Code) -> str:
    """Return the expression for one operation on what was computed so far."""
    if operation == "/":
        return f"{code.function(number_text.divide, 'decimal')}({value}, {name})"
    bound = f"({value})" if re.search(r" [-+] ", value) or operation == "from" else value
    return f"{name} - {bound}" if operation == "from" else SOURCES[operation].format(bound, name)


def render_rows(name: str, arguments: str, operands: Sequence[Operand], code: Code) -> str:
    """Return a Series of what a function makes of each row."""
    columns = ", ".join(operand.source.render(code) for operand in operands)
    return f"pd.Series([{name}({arguments}) for row in zip({columns})], index=df.index, dtype=object)"
