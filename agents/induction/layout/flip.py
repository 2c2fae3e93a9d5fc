"""Flipping: rows become columns, where the header is no part of the data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from agents.induction.goal import Goal
from agents.induction.layout.grid import GridFunction, GridStep
from agents.induction.model import Chain, Table


@dataclass(frozen=True)
class Flip(GridStep):
    """Turns the rows below the header into columns."""

    op: ClassVar[str] = "flip"
    action: ClassVar[str] = "transpose_table"

    def sources(self) -> tuple[str, ...]:
        """Return nothing: it takes the columns that there are."""
        return ()

    def call(self) -> tuple[GridFunction, tuple[Any, ...]]:
        """Flip all."""
        return flip_rows, ()

    def explain(self) -> str:
        """Say that rows become columns."""
        return "Turn rows into columns and columns into rows, without the header"

    def cost(self) -> float:
        """Count the step."""
        return 5.0


def flip_rows(rows: list[list[str]]) -> list[list[str]]:
    """Make a row of each column."""
    return [list(cells) for cells in zip(*rows, strict=True)]


def propose_flips(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose it where the output is as high as the table is wide."""
    if 1 < table.height == len(goal.expected.header) and 1 < len(table.header) == goal.expected.height:
        yield (Flip(),)
