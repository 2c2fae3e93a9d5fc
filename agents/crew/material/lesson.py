"""What the attempts so far teach: which script to go on from, what is wrong, and what must stay as it is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agents.advice import TRACEBACK
from agents.crew.brief import Brief
from agents.crew.material.blocks import in_lines, json_block, text_block
from agents.wording import printable
from csvconverter.v1.plans_pb2 import (
    VERDICT_MISMATCHED,
    CellMismatch,
    Feedback,
    PreviousAttempt,
    TestReport,
    Verdict,
)

ATTEMPTS_CHARACTERS = 1_000
ERRORS_CHARACTERS = 2_500
CELLS_CHARACTERS = 2_500
LOG_CHARACTERS = 1_200
SOURCE_CHARACTERS = 600
SCRIPT_CHARACTERS = 16_000
MOST_SOURCES = 8  # input columns beside a differing cell
LINES_AROUND = 2

Facts = dict[str, Any]


@dataclass(frozen=True)
class Lesson:
    """The attempts so far, oldest first, and the report on the last one; only what the model may see."""

    brief: Brief
    told: Feedback

    @property
    def attempts(self) -> list[PreviousAttempt]:
        """All attempts."""
        return list(self.told.previous_attempts)

    @property
    def report(self) -> TestReport:
        """What the tester said of the last attempt."""
        return self.told.context

    @property
    def induced(self) -> PreviousAttempt | None:
        """The best attempt that was found by search, without a model."""
        return best_induced(self.attempts)

    @property
    def base(self) -> PreviousAttempt:
        """The attempt to go on from: the best, or the last when it failed before its output could be compared.

        Most crashes are slips. When two attempts in a row have failed so, it is back to the best.
        """
        compared = [attempt for attempt in self.attempts if attempt.verdict == VERDICT_MISMATCHED]
        slips = [attempt.verdict != VERDICT_MISMATCHED for attempt in self.attempts[-2:]]
        return self.attempts[-1] if slips in ([False, True], [True]) else best(compared) or self.attempts[-1]

    def own_script(self) -> str:
        """Return the script of the attempt to go on from when the model wrote it; nothing when it is very long."""
        written = not self.base.plan.program and len(self.base.script) <= SCRIPT_CHARACTERS
        return self.base.script if written else ""

    def right_columns(self) -> list[str]:
        """Return the columns that the attempt to go on from has right, as far as they could be compared."""
        if not self.base.wrong_columns:
            return []
        return [name for name in self.brief.task.expected.header if printable(name) not in self.base.wrong_columns]

    def worse_columns(self) -> list[str]:
        """Return the columns that the last attempt has wrong and the one to go on from has not."""
        if not self.base.wrong_columns:
            return []
        return [name for name in self.attempts[-1].wrong_columns if name not in self.base.wrong_columns]

    def text(self) -> str:
        """Return all of it for a prompt."""
        attempts = json_block("attempts", map(summary, self.attempts), ATTEMPTS_CHARACTERS)
        return "\n".join([attempts, *self.errors(), *self.cells(), *self.log(), *self.kept()])

    def errors(self) -> Iterator[str]:
        """Yield what is wrong with the last attempt."""
        if errors := [error_facts(error) for error in self.told.current_errors if error.column not in self.left_open]:
            yield f"What the tester found wrong with attempt {self.attempts[-1].iteration}:"
            yield json_block("errors", errors, ERRORS_CHARACTERS)

    @property
    def left_open(self) -> set[str]:
        """Columns that the last attempt did not try to make; their rows are shown anyway."""
        return set(map(printable, self.attempts[-1].plan.unsolved_columns)) if self.attempts[-1].plan.program else set()

    def cells(self) -> Iterator[str]:
        """Yield the first cells that differ, with the row of the input from which they are made."""
        if cells := [self.cell_facts(cell) for cell in self.report.mismatches if cell.column not in self.left_open]:
            yield "The first cells that differ, each with cells of its row in the input where that row is known:"
            yield json_block("cells", cells, CELLS_CHARACTERS)
        elif self.report.mismatch_count and not self.report.mismatches:
            yield "No row that you have seen differs, but others do. Look for the rule behind the rows that you see."

    def cell_facts(self, cell: CellMismatch) -> Facts:
        """Return a differing cell as JSON data."""
        facts: Facts = {"row": cell.row, "column": cell.column, "expected": cell.expected, "written": cell.actual}
        if (row := self.input_rows.get(cell.row)) is not None:
            given = self.brief.shown_input
            planned = self.planned_sources(cell.column)
            names = [*filter(given.positions.__contains__, planned), *given.header]
            facts["input"] = {name: given.rows[row][given.positions[name]] for name in first_of(names, MOST_SOURCES)}
        return facts

    def planned_sources(self, column: str) -> list[str]:
        """Return the columns of the input that the last plan names for a column of the output."""
        steps = self.attempts[-1].plan.transformation_steps
        return [name.strip() for step in steps if step.target == column for name in step.source.split(",")]

    @cached_property
    def input_rows(self) -> dict[int, int]:
        """Return for rows of the expected output, from 1, the place in `shown_input` of what they are made from."""
        return {self.brief.expected_rows[other] + 1: one for one, other in self.brief.pairs}

    def log(self) -> Iterator[str]:
        """Yield the script's own traceback and the lines of the script that it names."""
        _, mark, trace = self.report.script_log.rpartition(TRACEBACK)
        if mark:
            yield "Its traceback ends like this:"
            yield text_block("log", trace.strip()[-LOG_CHARACTERS:])
            if lines := "\n".join(lines_named(trace, self.attempts[-1].script)):
                yield text_block("lines", lines[:SOURCE_CHARACTERS])

    def kept(self) -> Iterator[str]:
        """Yield what must not be broken."""
        if right := self.right_columns():
            yield f"Attempt {self.base.iteration} has these columns right. Keep their code as it is:"
            yield json_block("right", in_lines(right), ATTEMPTS_CHARACTERS)
        if worse := self.worse_columns():
            yield f"Attempt {self.attempts[-1].iteration} broke these, which were right in {self.base.iteration}:"
            yield json_block("broken", in_lines(worse), ATTEMPTS_CHARACTERS)


def first_of(names: Iterable[str], most: int) -> list[str]:
    """Return the first of some names, each once."""
    return list(dict.fromkeys(names))[:most]


def best_induced(attempts: Iterable[PreviousAttempt]) -> PreviousAttempt | None:
    """Return the best attempt that was found by search; only such a plan carries a program."""
    return best([attempt for attempt in attempts if attempt.plan.program])


def best(attempts: Sequence[PreviousAttempt]) -> PreviousAttempt | None:
    """Return the attempt with the highest score, the latest of equals."""
    return max(attempts, key=lambda attempt: (attempt.score, attempt.iteration), default=None)


def summary(attempt: PreviousAttempt) -> Facts:
    """Return an attempt in short."""
    facts = {
        "attempt": attempt.iteration,
        "written_by": "a search" if attempt.plan.program else "you",
        "verdict": Verdict.Name(attempt.verdict).removeprefix("VERDICT_").lower(),
        "cells_right": f"{attempt.score:.1%}" if attempt.verdict == VERDICT_MISMATCHED else "",
        "wrong_columns": list(attempt.wrong_columns),
    }
    return {name: fact for name, fact in facts.items() if fact}


def error_facts(error: Any) -> Facts:
    """Return an error of the tester as JSON data."""
    facts = {"type": error.type, "column": error.column, "found": error.issue, "suggestion": error.suggestion}
    return {name: fact for name, fact in facts.items() if fact}


def lines_named(trace: str, script: str) -> Iterator[str]:
    """Yield the lines of the script around the innermost one that a traceback names."""
    lines = script.splitlines()
    numbers = [int(number) for number in re.findall(r"script\.py\", line (\d{1,9})", trace)]
    named = next((number for number in reversed(numbers) if number <= len(lines)), None)
    if named is not None:
        for number in range(max(1, named - LINES_AROUND), min(len(lines), named + LINES_AROUND) + 1):
            yield f"{'->' if number == named else '  '} {number}: {lines[number - 1]}"
