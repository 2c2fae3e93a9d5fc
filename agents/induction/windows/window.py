"""Numbers that depend on the other rows of a group: running totals, differences, ranks, shares, totals."""

import decimal
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from agents.induction.code import TEXTS, Code, literal
from agents.induction.model import Expression, Table
from agents.induction.numbers.formats import Operand, keywords, render_reading, render_writing
from agents.induction.numbers.styles import NumberLayout
from agents.induction.windows.groups import Groups, explain_groups, group_bits, grouped, render_keys
from agents.induction.windows.kinds import FUNCTIONS


@dataclass(frozen=True)
class Window(Expression):
    """A number for each row, computed from those of all rows with the same keys; undefined where there is none.

    Without a layout numbers are written as Python writes floating ones, such as 2.0 and 0.3333333333333333.
    """

    function: str  # a key of FUNCTIONS
    operand: Operand
    keys: tuple[Expression, ...] = ()
    count: int = 0  # of rows, where the function takes one
    layout: NumberLayout | None = None
    places: int | None = None  # to which floating numbers are rounded
    missing: str = ""  # what stands where there is no number
    op: ClassVar[str] = "window"
    action: ClassVar[str] = "window_function"
    row_local: ClassVar[bool] = False

    def sources(self) -> tuple[str, ...]:
        """Return the column of the numbers, and those of the keys."""
        expressions = (self.operand.source, *self.keys)
        return tuple(dict.fromkeys(name for expression in expressions for name in expression.sources()))

    def run(self, table: Table) -> list[str | None]:
        """Compute group by group."""
        groups = grouped(self.keys, table)
        numbers = read_all(self.operand, table)
        return [self.write(number) or self.missing or None for number in self.computed(numbers, groups)]

    def computed(self, numbers: Sequence[Any], groups: Groups) -> list[Any]:
        """Return the number of each row, not-a-number where there is none."""
        return compute(self.function, numbers, groups, self.count)

    def total(self) -> bool:
        """Say yes when something stands where there is no number."""
        return self.missing != ""

    def write(self, number: Any) -> str | None:
        """Return a number as text, None when it is missing."""
        if self.layout is None:
            return write_floating(number, self.places)
        return self.layout.write(decimal.Decimal(number))

    def render(self, code: Code) -> str:
        """Read, compute for each group, write."""
        compute = FUNCTIONS[self.function].compute
        name = code.function(compute, *modules_of(compute))
        read = render_reading(self.operand.reading, "text", code)
        function = read.removesuffix("(text)") if read.endswith("(text)") else f"lambda text: {read}"
        numbers = f"{self.operand.source.render(code)}.map({function}).astype(object)"
        arguments = f", {self.count}" if self.count else ""
        if self.keys:
            keys = render_keys(self.keys, code)
            computed = f"{numbers}\n    .groupby({keys})\n    .transform({name}{arguments})"
        else:
            computed = f"pd.Series({name}({numbers}{arguments}), index=df.index, dtype=object)"
        filled = f"\n    .fillna({literal(self.missing)})" if self.missing else ""
        return f"(\n    {computed}\n    .map({self.render_writing(code)})\n    {TEXTS}{filled}\n)"

    def render_writing(self, code: Code) -> str:
        """Return the function that writes a number."""
        if self.layout is None:
            name = code.function(write_floating)
            return name if self.places is None else f"lambda number: {name}(number, {self.places})"
        return f"lambda number: {render_writing('decimal.Decimal(number)', self.layout, code)}"

    def explain(self) -> str:
        """Say what is computed for whom."""
        says = FUNCTIONS[self.function].says.format(count=self.count)
        column = self.operand.source.explain().removeprefix("Take ")
        else_text = f', and "{self.missing}" where there is none' if self.missing else ""
        return f"Compute {says} of {column}{explain_groups(self.keys)}{else_text}"

    def cost(self) -> float:
        """Count the function, the groups and how the numbers are written."""
        written = 2.0 * len(keywords(self.layout)) if self.layout else 3.0
        source = self.operand.source.cost() + self.operand.reading.bits()
        extras = 2.0 * bool(self.count) + 2.0 * bool(self.missing) + 2.0 * (self.places is not None)
        return 4.0 + FUNCTIONS[self.function].bits + source + group_bits(self.keys) + written + extras


def modules_of(function: Callable[..., Any]) -> list[str]:
    """Return the modules that a function names."""
    return sorted(set(re.findall(r"(?<![\w.])(decimal|itertools|math)\.", inspect.getsource(function))))


def read_all(operand: Operand, table: Table) -> list[Any]:
    """Return the numbers of a column."""
    texts = operand.source.run(table)
    read = {text: operand.reading.read(text or "") for text in set(texts)}
    return [read[text] for text in texts]


def compute(function: str, numbers: Sequence[Any], groups: Sequence[Sequence[int]], count: int = 0) -> list[Any]:
    """Return a number for each row, computed for each group of rows by itself."""
    chosen = FUNCTIONS[function]
    results: list[Any] = [None] * len(numbers)
    for rows in groups:
        own = [numbers[row] for row in rows]
        computed = chosen.compute(own, count) if count else chosen.compute(own)
        for row, result in zip(rows, [computed] * len(rows) if chosen.single else computed, strict=True):
            results[row] = result
    return results


def write_floating(number: Any, places: int | None = None) -> str | None:
    """Write a number as Python writes floating ones, rounded to so many places if any; None when it is missing."""
    if number != number:
        return None
    return repr(float(number) if places is None else round(float(number), places))
