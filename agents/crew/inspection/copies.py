"""Finds literals that hold the example: expected cells, or a table whose keys are single rows of the input."""

from collections.abc import Iterator, Mapping, Sequence

from agents.crew.inspection.examples import FEWEST_CELLS, NUMBER, Column, Examples
from agents.crew.inspection.finding import Finding
from agents.crew.inspection.literals import Holding
from agents.wording import printable

KIND = "holds_expected_output"
HELD_SHARE = 1 / 3  # of a column's rows
COUNTED = {str(number) for number in range(32)}  # which number rows as well as days, months and parts
OWN_SHARE = 0.6  # of the texts that stand together; of general knowledge fewer stand in one example
HOLDS_OUTPUT = "holds {} of {} cells of the expected output's column {!r}"
HOLDS_KEYS = "holds a table whose keys are {} of {} cells of the input's column {!r}, each of them once"
COMPUTE = (
    "Compute the cells from the input: rows that you have not seen are tested too. A table of values is fine when its "
    "keys recur in the input, when the instructions name them, or when it has more than this example needs."
)


def find_copies(found: Sequence[Holding], examples: Examples) -> Iterator[Finding]:
    """Yield for each column of the example the first literals that hold it."""
    answers = (HOLDS_OUTPUT, examples.wanted, dict(examples.answers))
    keys = (HOLDS_KEYS, examples.given, dict(examples.keys))
    for holding in sorted(found, key=lambda holding: holding.line):
        few = len(holding.texts & examples.all_telling) < FEWEST_CELLS
        if few or is_general(holding, examples):
            continue
        for (said, table, left), texts in ((answers, computed(holding, examples)), (keys, holding.keys)):
            for name, count in list(held(texts, left, table)):
                del left[name]
                issue = said.format(count, table[name].height, printable(name))
                yield Finding(holding.line, KIND, issue, COMPUTE)


def held(
    texts: frozenset[str], telling: Mapping[str, set[str]], table: Mapping[str, Column]
) -> Iterator[tuple[str, int]]:
    """Yield the columns of which some texts hold so many telling cells that it is no chance, and how many."""
    for name, wanted in telling.items():
        count = len(wanted & texts - COUNTED)
        if count >= max(FEWEST_CELLS, HELD_SHARE * table[name].height):
            yield name, count


def computed(holding: Holding, examples: Examples) -> frozenset[str]:
    """Return the texts that an honest script computes.

    Of a look-up by values that stand in several rows each these are the numbers: it may give each shop a name, but what
    a shop has sold is a sum.
    """
    known = holding.keys & examples.cells
    recurring = known & (examples.recurring | examples.free)
    return frozenset(filter(NUMBER.fullmatch, holding.texts)) if 2 * len(recurring) > len(known) else holding.texts


def is_general(holding: Holding, examples: Examples) -> bool:
    """Tell whether much of what stands together has nothing to do with this example, as in a list of all countries."""
    return bool(holding.texts) and len(holding.texts & examples.cells) < OWN_SHARE * len(holding.texts)
