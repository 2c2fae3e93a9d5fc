"""A program taken from the language is found again from what it makes of a table, or one that does the same."""

import csv
import io
import random
from collections.abc import Callable

import pytest
from learning import make_task, plan_for
from samples import SAMPLES, Made

from agents.induction.model import Table
from agents.induction.operators import read_program

EXAMPLE, UNSEEN = 24, 12
SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 12))]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)
@pytest.mark.parametrize("seed", SEEDS)
def test_program_is_found_again(seed: int, sample: Callable[[random.Random], Made]) -> None:
    chance = random.Random(seed)
    program, make_table = sample(chance)
    example, unseen = make_table(chance, EXAMPLE), make_table(chance, UNSEEN)
    plan = plan_for(make_task(to_csv(example), to_csv(program.run(example))))
    assert not plan.unsolved_columns
    assert all(len(ambiguity.readings) > 1 for ambiguity in plan.ambiguities)
    assert to_csv(read_program(plan.program).run(unseen)) == to_csv(program.run(unseen))


def to_csv(table: Table) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(table.header)
    rows.writerows(zip(*table.columns.values(), strict=True))
    return text.getvalue()
