"""Tells where another reading of the examples is about as likely as the chosen one and would differ on other files."""

import re
from collections.abc import Iterator, Sequence

from agents.induction.cells.text import Column, Constant
from agents.induction.choices.condition_search import named_tests
from agents.induction.choices.conditions import Choose
from agents.induction.choices.levels import Levels, other_levels
from agents.induction.choices.limits import other_limit
from agents.induction.groups.doubts import group_doubts
from agents.induction.layout.doubts import layout_doubts
from agents.induction.learn import as_table
from agents.induction.learned import Learned
from agents.induction.model import Chain, Table, run_steps
from agents.induction.search.columns import Candidate
from agents.induction.search.rows import ENOUGH_BITS, RowProgram
from agents.task import Task
from csvconverter.v1.plans_pb2 import Ambiguity

CLOSE_BITS = 1.0
CLOSE_BITS_OF_ONE_KIND = 2.0  # of dates, or of numbers, that are read, written or rounded in another way
ACTIONS_OF_ONE_KIND = frozenset({"number_conversion", "datetime_conversion", "datetime_rounding", "binning"})
MOST_READINGS = 3
DISTURBED_ROWS = 6
CELL_LENGTH = 80
DEPENDS_ON_ROW = "Write what depends on the row: one row cannot tell"
LEFT_OUT = "Leave out these rows for another reason: nothing is made of what they hold"
DEPENDS_ON_INPUT = "Write what depends on the input: an example in which nothing does cannot tell"


def find_ambiguities(task: Task, learned: Learned) -> Iterator[Ambiguity]:
    """Yield the rows and columns for which the examples leave a choice."""
    yield from row_ambiguities(learned)
    grouped = group_doubts(learned.layout.steps, as_table(task.input), as_table(task.expected))
    yield from (Ambiguity(readings=pair) for pair in grouped)
    yield from (Ambiguity(readings=pair) for pair in layout_doubts(learned.program, learned.layout.table))
    if idle := learned.idle:
        yield Ambiguity(readings=[idle.explain(), LEFT_OUT])
    yield from column_ambiguities(task, learned)


def column_ambiguities(task: Task, learned: Learned) -> Iterator[Ambiguity]:
    """Yield the columns of which there are other readings, or which nothing in the example lets depend on the input."""
    one_row = learned.table.same_rows()
    chosen = {name: candidates[0].expression for name, candidates in learned.columns.items() if candidates}
    blind = len(chosen) == len(learned.columns) and all(isinstance(one, Constant) for one in chosen.values())
    for name, candidates in learned.columns.items():
        if (one_row or blind) and isinstance(chosen.get(name), Constant):
            other = DEPENDS_ON_ROW if one_row else DEPENDS_ON_INPUT
            yield Ambiguity(column=name, readings=[chosen[name].explain(), other])
        elif found := find_ambiguity(name, candidates, learned.layout.table) or limit_ambiguity(
            name, candidates, learned
        ):
            if found.row:
                found.row = input_row(learned.layout.steps, as_table(task.input), found.row)
            yield found


def input_row(steps: Chain, table: Table, row: int) -> int:
    """Return the row of the input from which a row behind steps comes, counted from 1; 0 when it cannot be told."""
    if not all(step.row_local for step in steps):
        return 0
    for number in range(table.height if steps else 0):
        row -= run_steps(steps, table.take([number])).height
        if row <= 0:
            return number + 1
    return row


def row_ambiguities(learned: Learned) -> Iterator[Ambiguity]:
    """Yield the doubt about the steps on rows: too few rows to be sure, or other columns that explain them as well."""
    if any(learned.instructions.name(step) for step in learned.rows.all_steps):
        return
    readings = [said(way) for way in learned.rivals()[:MOST_READINGS]]
    if learned.rows.explained and learned.rows.bits < ENOUGH_BITS:
        readings.append("Keep or order the rows for another reason: they are too few to tell")
    if readings:
        yield Ambiguity(readings=[said(learned.rows), *readings])


def said(way: RowProgram) -> str:
    """Return the steps on rows in one sentence after the other."""
    return ". ".join(step.explain() for step in way.all_steps) or "Keep the rows as they are"


def find_ambiguity(name: str, candidates: Sequence[Candidate], table: Table) -> Ambiguity | None:
    """Return the readings of one column that part on a row of the input, or on a made-up one; None when none do."""
    rivals = [one for one in candidates[1:] if is_rival(one, candidates[0])]
    if not rivals:
        return None
    read = {source for one in (candidates[0], *rivals) for source in one.expression.sources()}
    table = Table({source: cells for source, cells in table.columns.items() if source in read})
    for rows, made_up in ((table, False), (disturbed(table), True)):
        cells = candidates[0].expression.run(rows)
        for row in differing_rows(cells, rivals, rows):
            return describe(name, [candidates[0], *rivals], rows, row, 0 if made_up else row + 1)
    return None


def is_rival(one: Candidate, chosen: Candidate) -> bool:
    """Tell whether a reading is about as likely as the chosen one, or is a text that a column repeats."""
    pair = (one.expression, chosen.expression)
    filled = any(isinstance(expression, Constant) and expression.text.strip() for expression in pair)
    copied = any(isinstance(expression, Column) for expression in pair)
    dearer = one.bits - chosen.bits
    variant = type(one.expression) is type(chosen.expression) and one.expression.action in ACTIONS_OF_ONE_KIND
    return (filled and copied) or dearer < CLOSE_BITS or (variant and dearer <= CLOSE_BITS_OF_ONE_KIND)


def limit_ambiguity(name: str, candidates: Sequence[Candidate], learned: Learned) -> Ambiguity | None:
    """Return the readings of a choice by a number whose limit the examples leave open; None when they do not."""
    choice = candidates[0].expression if candidates else None
    if isinstance(choice, Levels):
        others = other_levels(choice, learned.table)
        return others and describe(name, [candidates[0], Candidate(others[0], candidates[0].bits)], others[1], 0, 0)
    if not isinstance(choice, Choose) or choice.test in named_tests(name, learned.table, learned.instructions):
        return None
    other = other_limit(choice, learned.table)
    return other and describe(name, [candidates[0], Candidate(other[0], candidates[0].bits)], other[1], 0, 0)


def differing_rows(cells: list[str | None], rivals: Sequence[Candidate], rows: Table) -> Iterator[int]:
    """Yield the rows on which a rival gives another cell, none of both being undefined."""
    for rival in rivals:
        pairs = enumerate(zip(cells, rival.expression.run(rows), strict=True))
        yield from (row for row, (one, other) in pairs if one != other and None not in (one, other))


def describe(name: str, readings: Sequence[Candidate], rows: Table, row: int, number: int) -> Ambiguity:
    """Lay out the readings that give different cells on one row, which may depend on those around it."""
    outputs: dict[str, str] = {}
    for reading in readings:
        outputs.setdefault((reading.expression.run(rows)[row] or "")[:CELL_LENGTH], reading.expression.explain())
    shown = dict(list(outputs.items())[:MOST_READINGS])
    return Ambiguity(column=name, readings=shown.values(), row=number, outputs=shown)


def disturbed(table: Table) -> Table:
    """Return made-up rows: the first rows in as many variants as `variants` knows."""
    rows = table.take(range(min(DISTURBED_ROWS, table.height)))
    return Table(
        {name: [made_up for cell in cells for made_up in variants(cell)] for name, cells in rows.columns.items()}
    )


def variants(cell: str) -> list[str]:
    """Return a cell with words doubled or left out, longer words, longer or greater numbers, and other letter case."""
    words = cell.split(" ")
    return [
        " ".join([words[0], *words]),
        " ".join([*words, words[-1]]),
        " ".join(words[:-1]) or cell,
        re.sub(r"[0-9]+", lambda digits: digits.group() + "1", cell),
        re.sub(r"[0-8](?![0-9])", lambda digit: str(int(digit.group()) + 1), cell, count=1),
        re.sub(r"(?<=[0-9][.,])[0-4]", lambda digit: str(int(digit.group()) + 5), cell, count=1),
        re.sub(r"[A-Za-z]+", lambda letters: letters.group() + "x", cell),
        cell.swapcase(),
    ]
