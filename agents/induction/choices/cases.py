"""Chooses between several expressions by traits that cells of one column share."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.model import Expression, Table

COUNTED = {
    "digits": (r"[0-9]+", "runs of digits"),
    "letters": (r"[^\W\d_]+", "runs of letters"),
    "words": (r"\S+", "words"),
    "capitals": (r"[A-Z]", "capitals"),
}
BEGINNINGS = {
    "digit": (r"[0-9]", "a digit"),
    "letter": (r"[^\W\d_]", "a letter"),
    "symbol": (r"[^\w\s]", "a symbol"),
}
KINDS: dict[str, tuple[Callable[[str, str], bool], str, float]] = {
    "contains": (lambda cell, value: value in cell, 'contains "{}"', 2.0),
    "lacks": (lambda cell, value: value not in cell, 'does not contain "{}"', 2.5),
    "starts": (lambda cell, value: cell.startswith(value), 'begins with "{}"', 2.0),
    "begins": (lambda cell, value: re.match(BEGINNINGS[value][0], cell) is not None, "begins with {}", 3.0),
}


@dataclass(frozen=True)
class Trait:
    """What some cells of a column share: a key of KINDS and its value, or how many there are of a key of COUNTED."""

    column: str
    kind: str
    value: str

    def passes(self, cell: str) -> bool:
        """Tell whether a cell has it."""
        if self.kind in COUNTED:
            return len(re.findall(COUNTED[self.kind][0], cell)) == int(self.value)
        return KINDS[self.kind][0](cell, self.value)

    def mask(self, code: Code) -> str:
        """Return the expression for a Series of truth values."""
        cells = code.column(self.column)
        if self.kind in COUNTED:
            return f'{cells}.str.count(r"{COUNTED[self.kind][0]}") == {int(self.value)}'
        if self.kind == "begins":
            return f'{cells}.str.match(r"{BEGINNINGS[self.value][0]}")'
        if self.kind == "starts":
            return f"{cells}.str.startswith({literal(self.value)})"
        return f"{'~' * (self.kind == 'lacks')}{cells}.str.contains({literal(self.value)}, regex=False)"

    def condition(self) -> str:
        """Say it in words."""
        if self.kind in COUNTED:
            return f"{self.column} has {self.value} {COUNTED[self.kind][1]}"
        value = BEGINNINGS[self.value][1] if self.kind == "begins" else self.value
        return f"{self.column} {KINDS[self.kind][1].format(value)}"

    def bits(self) -> float:
        """Count the kind and the value."""
        return 4.0 if self.kind in COUNTED else KINDS[self.kind][2] + 1.5 * len(self.value) * (self.kind != "begins")


@dataclass(frozen=True)
class Branch:
    """What is written where cells have a trait."""

    trait: Trait
    outcome: Expression


@dataclass(frozen=True)
class Cases(Expression):
    """The first branch whose trait a cell has; undefined where it has none of them."""

    branches: tuple[Branch, ...]
    op: ClassVar[str] = "cases"
    action: ClassVar[str] = "conditional_value"

    def sources(self) -> tuple[str, ...]:
        """Return the tested columns and those of all outcomes."""
        read = (name for branch in self.branches for name in (branch.trait.column, *branch.outcome.sources()))
        return tuple(dict.fromkeys(read))

    def run(self, table: Table) -> list[str | None]:
        """Choose row by row."""
        cells: list[str | None] = [None] * table.height
        for branch in reversed(self.branches):
            tested = table.columns[branch.trait.column]
            passing = {cell for cell in set(tested) if branch.trait.passes(cell)}
            outcomes = branch.outcome.run(table)
            cells = [
                outcome if cell in passing else other
                for cell, outcome, other in zip(tested, outcomes, cells, strict=True)
            ]
        return cells

    def render(self, code: Code) -> str:
        """Select by masks."""
        code.imports.add("numpy as np")
        masks = "".join(f"        {branch.trait.mask(code)},\n" for branch in self.branches)
        outcomes = "".join(f"        {branch.outcome.render(code)},\n" for branch in self.branches)
        chosen = f"np.select(\n    [\n{masks}    ],\n    [\n{outcomes}    ],\n    default=None,\n)"
        return f"pd.Series({chosen}, index=df.index, dtype=object)"

    def explain(self) -> str:
        """Say what is written where."""
        said = [f"where {branch.trait.condition()}: {lowered(branch.outcome.explain())}" for branch in self.branches]
        return f"By kinds of cells: {'; '.join(said)}; any other kind is left blank"

    def cost(self) -> float:
        """Count every trait and outcome."""
        return sum(5.0 + branch.trait.bits() + branch.outcome.cost() for branch in self.branches)


def lowered(sentence: str) -> str:
    """Start a sentence with a small letter."""
    return sentence[:1].lower() + sentence[1:]
