"""What failed attempts teach: what to go on from, what is wrong, and what to leave as it is."""

import pytest

from agents.crew.brief import make_brief
from agents.crew.material.lesson import Lesson
from csvconverter.v1.plans_pb2 import (
    VERDICT_CRASHED,
    VERDICT_MISMATCHED,
    VERDICT_REFUSED,
    VERDICT_TIMED_OUT,
    CellMismatch,
    Feedback,
    Plan,
    PreviousAttempt,
    TestError,
    TestReport,
)
from tests.agents.induction.learning import make_task

TASK = make_task("id,a,b\n1,x,p\n2,y,q\n", "id,A,B,C\n1,X,P,?\n2,Y,Q,?\n")


def attempt(iteration: int, verdict: int, score: float = 0, wrong: str = "", induced: bool = False) -> PreviousAttempt:
    return PreviousAttempt(
        iteration=iteration,
        plan=Plan(program="{}" if induced else "", unsolved_columns=["C"] if induced else []),
        script=f"script = {iteration}",
        verdict=verdict,
        score=score,
        wrong_columns=wrong.split(),
    )


def lesson(*attempts: PreviousAttempt, **report: object) -> Lesson:
    last = TestReport(verdict=attempts[-1].verdict, **report)
    return Lesson(
        make_brief(TASK), Feedback(previous_attempts=attempts, current_errors=last.errors_found, context=last)
    )


INDUCED = attempt(1, VERDICT_MISMATCHED, 0.75, "C", induced=True)


@pytest.mark.parametrize(
    ("attempts", "base"),
    [
        ([INDUCED], 1),
        ([INDUCED, attempt(2, VERDICT_MISMATCHED, 0.5)], 1),
        ([INDUCED, attempt(2, VERDICT_MISMATCHED, 0.75)], 2),
        ([INDUCED, attempt(2, VERDICT_CRASHED)], 2),
        ([INDUCED, attempt(2, VERDICT_CRASHED), attempt(3, VERDICT_TIMED_OUT)], 1),
        ([INDUCED, attempt(2, VERDICT_MISMATCHED, 0.9), attempt(3, VERDICT_MISMATCHED, 0.8)], 2),
        ([INDUCED, attempt(2, VERDICT_MISMATCHED, 0.9), attempt(3, VERDICT_REFUSED)], 3),
        ([attempt(1, VERDICT_CRASHED)], 1),
        ([attempt(1, VERDICT_CRASHED), attempt(2, VERDICT_CRASHED)], 2),
    ],
)
def test_repair_goes_on_from_the_best_attempt_or_from_a_first_slip(attempts: list[PreviousAttempt], base: int) -> None:
    assert lesson(*attempts).base.iteration == base


def test_script_of_the_search_is_no_script_to_go_on_from() -> None:
    assert lesson(INDUCED).own_script() == ""
    assert lesson(INDUCED, attempt(2, VERDICT_CRASHED)).own_script() == "script = 2"


def test_what_is_right_stays_and_what_was_broken_is_named() -> None:
    best, worse = attempt(2, VERDICT_MISMATCHED, 0.75, "C"), attempt(3, VERDICT_MISMATCHED, 0.5, "A C")
    text = lesson(INDUCED, best, worse).text()
    assert '<right>\n["id", "A", "B"]\n</right>' in text
    assert 'Attempt 3 broke these, which were right in 2:\n<broken>\n["A"]\n</broken>' in text


def test_differing_cells_stand_beside_their_row_of_the_input() -> None:
    cells = [CellMismatch(row=2, column="B", expected="Q", actual="q")]
    text = lesson(attempt(1, VERDICT_MISMATCHED, 0.8, "B"), mismatches=cells).text()
    assert (
        '{"row": 2, "column": "B", "expected": "Q", "written": "q", "input": {"id": "2", "a": "y", "b": "q"}}' in text
    )


def test_columns_that_the_search_left_open_are_no_errors() -> None:
    errors = [TestError(type="value_error", column="C", issue="blank"), TestError(type="value_error", column="B")]
    text = lesson(INDUCED, errors_found=errors).text()
    assert '"column": "B"' in text
    assert '"column": "C"' not in text


def test_own_traceback_is_told_with_the_line_that_it_names() -> None:
    log = (
        "INFO read\nTraceback (most recent call last):\n"
        '  File "script.py", line 9, in main\n  File "script.py", line 2, in f\n'
        "  File \"/lib/pandas/core.py\", line 700, in g\nKeyError: 'x'\n"
    )
    crashed = attempt(1, VERDICT_CRASHED)
    crashed.script = "import pandas\ndf['x']\n# 3\n# 4\n# 5\n"
    text = lesson(crashed, script_log=log).text()
    assert "-> 2: df['x']" in text
    assert "5:" not in text
    assert "KeyError: 'x'\n</log>" in text


def test_failure_in_held_out_rows_alone_says_so() -> None:
    said = "No row that you have seen differs"
    assert said in lesson(attempt(1, VERDICT_MISMATCHED, 0.9), mismatch_count=3).text()
    assert said not in lesson(attempt(1, VERDICT_MISMATCHED, 0.9)).text()  # the header alone may be another


def test_columns_that_the_plan_reads_stand_first_beside_a_differing_cell() -> None:
    names = [f"c{n}" for n in range(20)]
    table = f"{','.join(names)}\n" + "".join(",".join(f"{row}-{n}" for n in range(20)) + "\n" for row in range(3))
    planned = attempt(1, VERDICT_MISMATCHED, 0.9)
    planned.plan.transformation_steps.add(source="c17, ghost", target="c0")
    report = TestReport(mismatches=[CellMismatch(row=2, column="c0", expected="x", actual="y")])
    told = Feedback(previous_attempts=[planned], context=report)
    assert (
        '"input": {"c17": "1-17", "c0": "1-0", "c1": "1-1",' in Lesson(make_brief(make_task(table, table)), told).text()
    )
