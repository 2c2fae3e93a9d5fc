"""Files of many rows: a few rows are learned from, all rows decide, and what is wrong on one row is not claimed."""

import itertools
import random
import time
from collections.abc import Callable

import pytest
from learning import make_task, plan_for, silent

from agents.induction.excerpt import excerpts
from agents.induction.learn import as_table, learn
from agents.induction.learned import Learned, Tried
from agents.task import Task

ROWS = 3000
CITIES = ("Gent", "Lyon", "Porto", "Turku")


def orders() -> list[list[str]]:
    chance = random.Random(7)
    numbers = chance.sample(range(100_000, 999_999), ROWS)
    cities = chance.choices(CITIES, k=ROWS)
    return [
        [f"N-{number}", city, f"{number % 5000}", f"{2020 + number % 5}-{1 + number % 12:02}-{1 + number % 28:02}"]
        for number, city in zip(numbers, cities, strict=True)
    ]


def to_file(header: str, rows: list[list[str]]) -> str:
    return "\n".join([header, *map(",".join, rows)]) + "\n"


def learned(task: Task, seconds: float = 60) -> Learned:
    return learn(task, Tried(), time.monotonic() + seconds, silent)


def made_of(found: Learned, task: Task) -> bool:
    """Tell whether what was found makes the whole output."""
    made, wanted = found.program.run(as_table(task.input)), as_table(task.expected)
    return [list(cells) for cells in made.columns.values()] == [list(cells) for cells in wanted.columns.values()]


def keep_large(rows: list[list[str]]) -> list[list[str]]:
    return [row for row in rows if int(row[2]) >= 4000]


def drop_three_rows(rows: list[list[str]]) -> list[list[str]]:
    return [row for row in rows if int(row[2]) >= 3]


def sort_by_day(rows: list[list[str]]) -> list[list[str]]:
    return sorted(rows, key=lambda row: row[3])


def shorten(rows: list[list[str]]) -> list[list[str]]:
    return [[row[0][2:], row[1].upper(), row[2], row[3][:4]] for row in rows]


def running_sum(rows: list[list[str]]) -> list[list[str]]:
    sums = itertools.accumulate(int(row[2]) for row in rows)
    return [[*row[:2], str(total), row[3]] for row, total in zip(rows, sums, strict=True)]


@pytest.mark.parametrize("change", [keep_large, drop_three_rows, sort_by_day, shorten, running_sum])
def test_everyday_changes_of_many_rows_are_found_and_hold_on_all(
    change: Callable[[list[list[str]]], list[list[str]]],
) -> None:
    rows = orders()
    task = make_task(to_file("id,city,amount,day", rows), to_file("id,city,amount,day", change(rows)))
    found = learned(task)
    assert found.complete
    assert made_of(found, task)


def test_duplicates_that_few_rows_have_are_dropped() -> None:
    rows = orders()
    twice = [row for number, row in enumerate(rows) for _ in range(1 + (number % 500 == 0))]
    task = make_task(to_file("id,city,amount,day", twice), to_file("id,city,amount,day", rows))
    assert made_of(learned(task), task)


def test_one_row_that_is_otherwise_is_not_overlooked() -> None:
    rows = orders()
    changed = [[*row[:1], row[1].upper(), *row[2:]] for row in rows]
    changed[-7][1] = "nowhere at all"
    plan = plan_for(make_task(to_file("id,city,amount,day", rows), to_file("id,city,amount,day", changed)))
    assert "city" in plan.unsolved_columns


def test_excerpts_hold_whole_groups_of_rows_and_what_was_dropped() -> None:
    rows = orders()
    task = make_task(to_file("id,city,amount,day", rows), to_file("id,city,amount,day", keep_large(rows)))
    given, wanted = next(
        some for one in excerpts(as_table(task.input), as_table(task.expected)) if (some := one.tables())
    )
    assert set(wanted.columns["id"]) < set(given.columns["id"])
    assert given.height < ROWS / 2


def test_time_that_is_over_leaves_the_columns_that_were_found() -> None:
    chance = random.Random(8)
    rows = orders()
    noise = [[row[0], str(chance.random()), str(chance.random())] for row in rows]
    task = make_task(to_file("id,city,amount,day", rows), to_file("id,first,second", noise))
    found = learned(task, seconds=0.5)
    assert found.out_of_time
    assert "id" not in found.unsolved
