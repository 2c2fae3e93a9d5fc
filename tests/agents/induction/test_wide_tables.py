"""Tables of very many columns: the work grows with the columns and not with their square, and time limits hold."""

import random
import string
import sys
import time
from types import FrameType

import pytest
from learning import make_task, plan_for, silent

from agents.induction.planner import InductionPlanner
from agents.task import Task

ROWS = 12


def words(count: int, seed: int) -> list[list[str]]:
    """Return columns of invented words."""
    chance = random.Random(seed)
    return [["".join(chance.choices(string.ascii_lowercase, k=6)) for _ in range(ROWS)] for _ in range(count)]


def to_file(names: list[str], columns: list[list[str]]) -> str:
    return "\n".join([",".join(names), *map(",".join, zip(*columns, strict=True))]) + "\n"


def renamed(width: int) -> Task:
    """Return columns that come under new names in the opposite order, a tenth of them in capitals."""
    columns = words(width, seed=1)
    made = [[cell.upper() for cell in cells] if n % 10 == 0 else cells for n, cells in enumerate(columns)]
    given = to_file([f"c{n}" for n in range(width)], columns)
    return make_task(given, to_file([f"n{n}" for n in range(width)], made[::-1]))


def calls_to_plan(task: Task) -> int:
    """Count the functions that are called until the plan stands."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        plan = plan_for(task)
    finally:
        sys.setprofile(None)
    assert not plan.unsolved_columns
    return calls


def test_ten_times_the_columns_take_about_ten_times_the_work() -> None:
    assert calls_to_plan(renamed(1000)) < 15 * calls_to_plan(renamed(100))


@pytest.mark.parametrize("kept", [ROWS, ROWS - 4])
def test_search_of_unexplained_columns_ends_near_its_time_limit(kept: int) -> None:
    given, wanted = words(1500, seed=2), [cells[:kept] for cells in words(1500, seed=3)]
    names = [f"c{n}" for n in range(1500)]
    wanted[-1] = given[-1][:kept]
    task = make_task(to_file(names, given), to_file(names, wanted))
    started = time.monotonic()
    plan = InductionPlanner(1).plan(task, None, silent)
    assert time.monotonic() - started < 20
    assert names[-1] in plan.solved_columns
    assert any("time" in warning for warning in plan.warnings)
