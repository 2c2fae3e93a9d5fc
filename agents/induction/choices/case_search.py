"""Finds kinds of cells that are each made in a way of their own."""

import re
from collections.abc import Callable, Iterator, Sequence

from agents.induction.cells.sample import first_of_each_shape
from agents.induction.choices.cases import BEGINNINGS, COUNTED, Branch, Cases, Trait
from agents.induction.model import Cells, Expression, Target

MOST_COLUMNS = 4
MOST_BRANCHES = 4
MOST_PARTITIONS = 12
FEWEST_ROWS = 3
FEWEST_DIFFERENT = 2
BITS_PER_CHARACTER = 3.0  # of what a branch makes: a program that takes more says little more than its rows do
BITS_OF_EVERYDAY_CHANGE = 4.5  # a copy, another letter case: one kind of cells is enough to see it

Explain = Callable[[Target], Expression | None]
Partition = tuple[tuple[Trait, tuple[int, ...]], ...]


def propose_cases(target: Target, explain: Explain) -> Iterator[Expression]:
    """Propose choices by a trait, where each kind of cells is explained by itself.

    Args:
        target: the wanted cells and the rows from which they are made.
        explain: returns the simplest expression for some of the rows, None when there is none.
    """
    if len(set(target.cells)) < FEWEST_ROWS:
        return
    learned: dict[tuple[int, ...], Expression | None] = {}
    for partition in partitions(target):
        branches = []
        for trait, rows in partition:
            if rows not in learned:
                learned[rows] = explain_kind(part_of(target, rows), explain)
            outcome = learned[rows]
            if outcome is None:
                break
            branches.append(Branch(trait, outcome))
        else:
            yield Cases(tuple(branches))


def part_of(target: Target, rows: Sequence[int]) -> Target:
    """Return some rows of a target."""
    return Target(target.name, [target.cells[row] for row in rows], target.table.take(rows))


def explain_kind(target: Target, explain: Explain) -> Expression | None:
    """Return what explains one kind of cells, when it is shorter than what it makes."""
    expression = explain(target)
    if expression is None:
        return None
    made = dict.fromkeys(zip(*(target.table.columns[name] for name in expression.sources()), target.cells, strict=True))
    bits = expression.cost()
    enough = len(made) >= FEWEST_DIFFERENT and bits <= BITS_PER_CHARACTER * sum(len(cells[-1]) for cells in made)
    return expression if expression.sources() and (enough or bits <= BITS_OF_EVERYDAY_CHANGE) else None


def partitions(target: Target) -> list[Partition]:
    """Return the ways to part the rows by a trait, the simplest of those that part them alike."""
    found: dict[frozenset[tuple[int, ...]], Partition] = {}
    for name in list(target.table.header)[:MOST_COLUMNS]:
        for partition in parted(name, target.table.columns[name]):
            if 1 < len(partition) <= MOST_BRANCHES:
                found.setdefault(frozenset(rows for _, rows in partition), partition)
    simplest = sorted(found.values(), key=lambda partition: sum(trait.bits() for trait, _ in partition))
    return simplest[:MOST_PARTITIONS]


def parted(name: str, cells: Cells) -> Iterator[Partition]:
    """Yield the ways to part the cells of one column, the kinds with the most rows first."""
    for symbol in some_have(cells):
        yield grouped([Trait(name, "contains" if symbol in cell else "lacks", symbol) for cell in cells])
    for kind, (pattern, _) in COUNTED.items():
        yield grouped([Trait(name, kind, str(len(re.findall(pattern, cell)))) for cell in cells])
    firsts = [next((kind for kind, (one, _) in BEGINNINGS.items() if re.match(one, cell)), "") for cell in cells]
    if all(firsts):
        yield grouped([Trait(name, "begins", first) for first in firsts])


def grouped(traits: Sequence[Trait]) -> Partition:
    """Return the rows that have each trait."""
    rows: dict[Trait, list[int]] = {}
    for row, trait in enumerate(traits):
        rows.setdefault(trait, []).append(row)
    return tuple((trait, tuple(rows[trait])) for trait in sorted(rows, key=lambda trait: -len(rows[trait])))


def some_have(cells: Cells) -> list[str]:
    """Return the symbols, blanks and words that stand in some cells and not in all."""
    texts = dict.fromkeys(
        text for row in first_of_each_shape(cells) for text in re.findall(r"[\W_]|[^\W\d_]{2,}", cells[row])
    )
    counts = {text: sum(text in cell for cell in cells) for text in texts}
    return [text for text, count in counts.items() if FEWEST_DIFFERENT <= count <= len(cells) - 1]
