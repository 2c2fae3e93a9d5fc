"""Finds the expression for one column: proposals, verified on every row, the simplest first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agents.induction.assemble import propose_assembled
from agents.induction.model import Expression, Proposer, Table, Target
from agents.induction.text import (
    Constant,
    folded_name,
    propose_clean,
    propose_constants,
    propose_copies,
    propose_replacements,
)
from agents.induction.value_map import propose_value_maps

TIERS: tuple[tuple[Proposer, ...], ...] = (
    (propose_copies, propose_constants, propose_clean),
    (propose_replacements,),
    (propose_assembled,),
    (propose_value_maps,),
)
BITS_PER_UNREADABLE_ROW = 8.0
BITS_OF_COINCIDENCE = 40.0


@dataclass(frozen=True)
class Candidate:
    """An expression that gives every cell of a column."""

    expression: Expression
    bits: float  # description length, with what speaks against it in this place


def explain_column(target: Target, excluded: set[Expression]) -> list[Candidate]:
    """Return what explains the column, the simplest first; nothing when no proposal does.

    Args:
        target: the wanted cells and the rows from which they are made.
        excluded: expressions that were tried and rejected.
    """
    for tier in TIERS:
        candidates = {
            expression: Candidate(expression, bits)
            for proposer in tier
            for expression in proposer(target)
            if expression not in excluded and (bits := bits_if_true(expression, target)) < math.inf
        }
        if candidates:
            return sorted(candidates.values(), key=lambda candidate: candidate.bits)
    return []


def bits_if_true(expression: Expression, target: Target) -> float:
    """Return the bits of an expression that gives every cell, infinity for any other."""
    cells = expression.run(target.table)
    if any((cell or "") != want for cell, want in zip(cells, target.cells, strict=True)):
        return math.inf
    unreadable = unreadable_rows(expression, cells, target.table)
    return expression.cost() + BITS_PER_UNREADABLE_ROW * unreadable + source_bits(expression, target)


def unreadable_rows(expression: Expression, cells: Sequence[str | None], table: Table) -> int:
    """Count the rows that have something to read and give nothing."""
    undefined = [row for row, cell in enumerate(cells) if cell is None]
    return sum(any(table.columns[name][row].strip() for name in expression.sources()) for row in undefined)


def source_bits(expression: Expression, target: Target) -> float:
    """Return what it takes to say which columns are read; the column of the same name goes without saying."""
    others = [name for name in expression.sources() if folded_name(name) != folded_name(target.name)]
    bits = (1 + math.log2(len(target.table.header))) * len(others)
    constant = others and not isinstance(expression, Constant) and len(set(target.cells)) == 1
    return bits + (BITS_OF_COINCIDENCE if constant and target.table.height > 1 else 0.0)
