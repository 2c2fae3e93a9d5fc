"""Finds the expression for one column: proposals, verified on every row, the simplest first."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from agents.induction.cells.assemble import propose_assembled
from agents.induction.cells.booleans import propose_yes_no
from agents.induction.cells.digit_pattern import propose_digit_patterns
from agents.induction.cells.sample import common_rows, narrowed, sample_rows
from agents.induction.cells.text import Column, Constant, folded_name
from agents.induction.cells.text_search import (
    propose_clean,
    propose_constants,
    propose_copies,
    propose_only_cell,
    propose_replacements,
)
from agents.induction.choices.case_search import propose_cases
from agents.induction.choices.condition_search import propose_conditions
from agents.induction.choices.defaults import WhenBlank, find_default
from agents.induction.choices.levels import propose_levels
from agents.induction.dates.arithmetic_search import propose_date_arithmetic
from agents.induction.dates.embedded import propose_embedded_dates
from agents.induction.dates.formats import propose_dates
from agents.induction.dates.joined import propose_joined_dates
from agents.induction.dates.period_search import propose_periods
from agents.induction.documents.field import propose_fields
from agents.induction.groups.across import propose_across
from agents.induction.instructions.named_search import propose_named_parts, propose_named_values
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Expression, Proposer, Target
from agents.induction.numbers.formula_search import propose_formulas
from agents.induction.numbers.ranges import propose_ranges
from agents.induction.numbers.search import propose_numbers
from agents.induction.numbers.unreadable import propose_with_unreadable
from agents.induction.quantities.checks import propose_checks
from agents.induction.quantities.conversion_search import propose_conversions
from agents.induction.quantities.known import propose_known_functions
from agents.induction.quantities.measure_search import propose_measures
from agents.induction.quantities.public_search import propose_public_tables
from agents.induction.windows.search import propose_windows

TIERS: tuple[tuple[Proposer, ...], ...] = (
    (propose_copies, propose_constants, propose_clean),
    (
        propose_dates,
        propose_embedded_dates,
        propose_joined_dates,
        propose_date_arithmetic,
        propose_periods,
        propose_numbers,
        propose_across,
        propose_ranges,
        propose_with_unreadable,
        propose_yes_no,
        propose_known_functions,
        propose_conversions,
        propose_measures,
        propose_checks,
        propose_public_tables,
    ),
    (propose_replacements, propose_formulas),
    (propose_fields, propose_assembled, propose_digit_patterns),
)
"""The next kinds are looked at when none of those before gives a simple expression. First the cells as they are; then
what has a meaning, which is right on more files than the same characters put together; then a text replaced, and
several numbers; last, texts from parts, which explain nearly everything."""

LATE_TIERS = 3  # so many kinds are looked for before windows, which look at other rows
BITS_PER_UNREADABLE_ROW = 8.0
BITS_OF_COINCIDENCE = 40.0
BITS_OF_SIMPLE_PROGRAMS = 12.0
MOST_REPAIRS = 4
MOST_VERIFIED = 6
FEWEST_BLANKS = 2
MOST_COLUMNS_OF_CASES = 6
FEWEST_FILLED = 3  # different cells for which a column is one text, so that blanks are another kind


@dataclass(frozen=True)
class Candidate:
    """An expression that gives every cell of a column."""

    expression: Expression
    bits: float  # description length, with what speaks against it in this place


@dataclass(frozen=True)
class Search:
    """What holds for the search of every column of one table."""

    instructions: Instructions
    deadline: float  # on the monotonic clock
    width: int  # how many columns the table has
    common: list[int]  # rows of the table from which proposals are read off, whatever the column

    def out_of_time(self) -> bool:
        """Tell whether the search has to end."""
        return time.monotonic() > self.deadline

    def explain(self, target: Target, excluded: set[Expression]) -> list[Candidate]:
        """Return what explains the column, the simplest first; nothing when no proposal does.

        Args:
            target: the wanted cells and the rows from which they are made.
            excluded: expressions that were tried and rejected.
        """
        found = self.explain_all_rows(target, excluded)
        if not self.out_of_time() and (not found or found[0].expression.cost() > BITS_OF_SIMPLE_PROGRAMS):
            found += [one for one in self.with_default(target) if one.expression not in excluded]
        if not found and not self.out_of_time():
            cases = partial(propose_cases, explain=self.explain_kind)
            found = self.verified(
                cases, narrowed(target, MOST_COLUMNS_OF_CASES), sample_rows(target, self.common), excluded
            )
        return sorted(found, key=lambda candidate: candidate.bits)

    def confirm(self, target: Target, expression: Expression | None) -> list[Candidate]:
        """Return an expression that is known already, when there is one and it holds on every row."""
        if expression is None or not target.table.columns.keys() >= set(expression.sources()):
            return []
        if target.first_wrong_row(expression) is not None:
            return []
        return [Candidate(expression, self.bits(expression, target))]

    def explain_all_rows(self, target: Target, excluded: set[Expression]) -> list[Candidate]:
        """Look at one kind of proposals after the other until a simple one is found that the instructions allow."""
        copy = Column(target.name)
        if self.is_copy(target) and copy not in excluded:
            return [Candidate(copy, copy.cost())]
        rows = sample_rows(target, self.common)
        candidates: list[Candidate] = []
        for tier in self.tiers():
            for proposer in tier:
                if self.out_of_time():
                    return []
                every = looks_at_other_rows(proposer)
                candidates += self.verified(
                    proposer, target, list(range(len(target.cells))) if every else rows, excluded
                )
            simple = [one.expression for one in candidates if one.expression.cost() <= BITS_OF_SIMPLE_PROGRAMS]
            if any(self.instructions.bits(expression, target) <= 0 for expression in simple):
                break
            if tier in TIERS:  # what is named or plain may be any column
                target = narrowed(target)
        return sorted(candidates, key=lambda candidate: candidate.bits)

    def tiers(self) -> Iterator[tuple[Proposer, ...]]:
        """Yield the kinds of proposals, the plain ones first."""
        yield (partial(propose_named_parts, instructions=self.instructions),)
        yield from TIERS[:LATE_TIERS]
        yield (partial(propose_windows, instructions=self.instructions, deadline=self.deadline),)
        yield from TIERS[LATE_TIERS:]
        yield (partial(propose_named_values, instructions=self.instructions),)
        yield (partial(propose_conditions, instructions=self.instructions), propose_levels)
        yield (propose_only_cell,)

    def explain_kind(self, target: Target) -> Expression | None:
        """Return the simplest expression for some of the rows, None when there is none."""
        found = replace(self, common=common_rows(target.table)).explain_all_rows(target, set())
        return found[0].expression if found else None

    def is_copy(self, target: Target) -> bool:
        """Tell whether the column is that of the same name as it was, and nobody asked for anything else."""
        same = list(target.table.columns.get(target.name, ())) == list(target.cells)
        return same and not self.instructions.cells(target.name, ())

    def verified(
        self, proposer: Proposer, target: Target, rows: list[int], excluded: set[Expression]
    ) -> list[Candidate]:
        """Return the proposals read off some rows that hold on all; rows that prove them all wrong join the others."""
        for _ in range(MOST_REPAIRS):
            wanted = [target.cells[row] for row in rows]
            whole = len(rows) == len(target.cells)
            sample = target if whole else Target(target.name, wanted, target.table.take(rows))
            fitting = [
                one
                for one in dict.fromkeys(proposer(sample))
                if one not in excluded and sample.first_wrong_row(one) is None
            ]
            if whole:
                return [Candidate(one, self.bits(one, target)) for one in fitting]
            fitting = sorted(fitting, key=lambda one: one.cost())[:MOST_VERIFIED]
            wrong = {one: target.first_wrong_row(one) for one in fitting}
            right = [Candidate(one, self.bits(one, target)) for one, row in wrong.items() if row is None]
            if right or not wrong:
                return right
            rows = sorted({*rows, *(row for row in wrong.values() if row is not None)})
        return []

    def with_default(self, target: Target) -> Iterator[Candidate]:
        """Yield explanations of the rows in which a column is filled, with a default for those in which it is not."""
        target = narrowed(target)
        for name, cells in target.table.columns.items():
            if self.out_of_time():
                return
            if all(map(str.strip, cells)):
                continue
            blank = [row for row, cell in enumerate(cells) if not cell.strip()]
            filled = [row for row, cell in enumerate(cells) if cell.strip()]
            enough = len(blank) >= FEWEST_BLANKS or len(target.table.header) == 1
            default = find_default(target, blank) if filled and blank and enough else None
            if default is not None:
                rest = Target(target.name, [target.cells[row] for row in filled], target.table.take(filled))
                search = replace(self, common=common_rows(rest.table))
                for found in search.explain_all_rows(rest, set()):
                    expression = WhenBlank(found.expression, name, default)
                    if says_more(found.expression, rest, name, default) and target.first_wrong_row(expression) is None:
                        yield Candidate(expression, self.bits(expression, target))

    def bits(self, expression: Expression, target: Target) -> float:
        """Return the description length of one that gives every cell, with what speaks for and against it here."""
        unreadable = BITS_PER_UNREADABLE_ROW * unreadable_rows(expression, target)
        said = self.instructions.bits(expression, target)
        return expression.cost() + source_bits(expression, target, self.width) + unreadable + said


def looks_at_other_rows(proposer: Proposer) -> bool:
    """Tell whether what is proposed depends on all rows, so that it cannot be read off some of them."""
    return isinstance(proposer, partial) and proposer.func is propose_windows


def says_more(expression: Expression, filled: Target, name: str, default: Expression) -> bool:
    """Tell whether a default where a column is blank is more than the expression would give there anyway."""
    if isinstance(expression, Constant):
        return len(set(filled.table.columns[name])) >= FEWEST_FILLED
    return name in expression.sources() and default != Constant("")


def unreadable_rows(expression: Expression, target: Target) -> int:
    """Count the rows that have something to read and give nothing; where a cell is wanted there are none."""
    if expression.total():
        return 0
    blank = target.table.take([row for row, cell in enumerate(target.cells) if not cell])
    undefined = [row for row, cell in enumerate(expression.run(blank)) if cell is None]
    return sum(any(blank.columns[name][row].strip() for name in expression.sources()) for row in undefined)


def source_bits(expression: Expression, target: Target, width: int) -> float:
    """Return what it takes to say which of so many columns are read; that of the same name goes without saying."""
    others = [name for name in expression.sources() if folded_name(name) != folded_name(target.name)]
    bits = (1 + math.log2(width)) * len(others)
    return bits + (BITS_OF_COINCIDENCE if others and coincides(expression, target) else 0.0)


def coincides(expression: Expression, target: Target) -> bool:
    """Tell whether an expression happens to give the same text in every row; the copy of such a column does not."""
    if isinstance(expression, Constant) or len(set(target.cells)) > 1 or target.table.same_rows():
        return False
    return not (isinstance(expression, Column) and target.cells[0].strip())
