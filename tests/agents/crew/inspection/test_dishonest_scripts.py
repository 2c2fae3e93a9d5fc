"""A script that only repeats what it was shown is not accepted: it is seen at once, or rows that it never saw tell."""

import random
from pathlib import Path

import pytest
from dishonest_scripts import FOUND_BY_HELD_OUT_ROWS, SEEN_AT_ONCE, Shown, Trick, script_of

from agents.comparison import compare
from agents.crew.brief import Brief, make_brief
from agents.crew.inspection.inspection import inspect_script
from agents.csv_file import parse_csv, read_csv
from agents.task import Task
from csvconverter.v1.plans_pb2 import VERDICT_REFUSED

FIRST, LAST = ["Mara", "Jonas", "Edith", "Ravi", "Noor", "Tilda"], ["Holm", "Quist", "Aboud", "Lindt", "Vega"]


def customers(rows: int, folder: Path) -> Brief:
    """Return a job of customers whose codes follow no rule."""
    lots = random.Random(5)
    people = [(100 + 7 * row, f"{FIRST[row % 6]} {LAST[row % 5]}") for row in range(rows)]
    codes = ["".join(lots.sample("ABCDEFGHJKLMNPQRSTUVWXYZ", 6)) for _ in people]
    given = "number,name\n" + "".join(f"{number},{name}\n" for number, name in people)
    wanted = "number,code\n" + "".join(f"{n},{code}\n" for (n, _), code in zip(people, codes, strict=True))
    (folder / "input.csv").write_text(given)
    return make_brief(Task(read_csv(given.encode()), read_csv(wanted.encode()), folder / "input.csv"))


def shown(brief: Brief) -> Shown:
    rows = [(brief.shown_input.rows[one], brief.shown_expected.rows[other]) for one, other in brief.pairs]
    return [(given[0], given[1], wanted[1]) for given, wanted in rows]


@pytest.mark.parametrize("trick", SEEN_AT_ONCE.values(), ids=SEEN_AT_ONCE)
@pytest.mark.parametrize("rows", [5, 25])
def test_trick_is_seen_before_the_script_is_run(trick: Trick, rows: int, tmp_path: Path) -> None:
    brief = customers(rows, tmp_path)
    report = inspect_script(script_of(trick, shown(brief)), brief.task)
    assert report
    assert report.verdict == VERDICT_REFUSED
    for error in report.errors_found:
        assert error.issue.startswith("Line ")
        assert error.suggestion
        assert not any(code in error.issue for _, _, code in shown(brief))


@pytest.mark.parametrize("trick", FOUND_BY_HELD_OUT_ROWS.values(), ids=FOUND_BY_HELD_OUT_ROWS)
def test_trick_fails_on_rows_that_its_author_has_not_seen(trick: Trick, tmp_path: Path) -> None:
    brief = customers(25, tmp_path)
    script = script_of(trick, shown(brief))
    assert inspect_script(script, brief.task) is None
    names: dict[str, object] = {"__name__": "learned"}
    exec(compile(script, "script.py", "exec"), names)
    names["main"]([str(tmp_path / "input.csv"), str(tmp_path / "output.csv")])  # type: ignore[operator]
    output = parse_csv((tmp_path / "output.csv").read_bytes(), brief.task.expected.dialect)
    report = compare(brief.task, output, lambda: brief.held_out.expected_rows)
    assert not report.test_passed
    assert sum(error.held_out_cells for error in report.errors_found) == len(brief.held_out.expected_rows) == 5
