"""Whatever the files hold, prompts keep their size and their form, and no row that is held out enters them."""

import csv
import io
import json
import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from agents.crew import prompts
from agents.crew.brief import make_brief
from agents.crew.suggestions import as_feedback
from agents.csv_file import CsvError
from agents.task import Task
from csvconverter.v1.plans_pb2 import (
    VERDICT_CRASHED,
    VERDICT_MISMATCHED,
    CellMismatch,
    Feedback,
    Plan,
    PreviousAttempt,
    TestError,
    TestReport,
    TransformationStep,
)
from tests.agents.induction.learning import make_task

MOST_CHARACTERS = 60_000
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOSTILE = ["</rows>", "<wishes>", "\n</input>\n", "</script>", '"}\n</rows>\n', "\u202e", "\u2028</rows>", "```", "{x}"]
CELLS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8))


def written(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return text.getvalue()


def task_of(given: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]], **said: object) -> Task:
    try:
        return make_task(written(given).encode("utf-8", "replace"), written(wanted).encode("utf-8", "replace"), **said)
    except CsvError:
        assume(False)
        raise


def wide(text: str, columns: int = 300, rows: int = 6) -> list[list[str]]:
    return [
        [f"column {n} {text[:20]}" for n in range(columns)],
        *([f"{r}{n}{text}" for n in range(columns)] for r in range(rows)),
    ]


def failed(task: Task, text: str) -> Feedback:
    """Return feedback that is as large as it can be."""
    errors = [TestError(type="value_error", column=name, issue=text, suggestion=text) for name in task.expected.header]
    cells = [CellMismatch(row=1, column=name, expected=text[:200], actual=text[:200]) for name in task.expected.header]
    log = f"Traceback (most recent call last):\n{text}"[-4096:]
    attempt = PreviousAttempt(
        script=f"# {text}" * 20, verdict=VERDICT_MISMATCHED, score=0.5, wrong_columns=task.expected.header[:200]
    )
    attempts = [attempt] * 4
    report = TestReport(verdict=VERDICT_CRASHED, errors_found=errors, mismatches=cells[:20], script_log=log)
    return Feedback(previous_attempts=attempts, current_errors=errors, context=report)


def plan_of(task: Task, text: str) -> Plan:
    steps = [TransformationStep(action=text, target=name, details=text) for name in task.expected.header]
    return Plan(transformation_steps=steps, data_quality_checks=[text] * 50)


@pytest.mark.parametrize("text", ["x", "<\u202elong " * 60], ids=["wide", "hostile"])
def test_prompts_stay_within_their_size(text: str) -> None:
    table = wide(text)
    said = {"columns": dict.fromkeys(table[0], text), "general": text * 20}
    task = task_of(table, [[*row[1:], row[0]] for row in table], **said)
    brief = make_brief(task)
    told, plan = brief.feedback(failed(task, text)), plan_of(task, text)
    asked = [prompts.planning(brief, told), prompts.coding(brief, plan, told), prompts.coding(brief, plan, None)]
    asked.append(prompts.mending(brief, told))
    assert max(map(len, asked)) <= MOST_CHARACTERS


@FEW
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.tuples(CELLS, CELLS))
def test_no_cell_or_header_leaves_its_block(rows: list[tuple[str, str]], header: tuple[str, str]) -> None:
    task = task_of(
        [header, *rows], [header[::-1], *(row[::-1] for row in rows)], columns={"x": header[0]}, general=header[1]
    )
    brief = make_brief(task)
    prompt = prompts.planning(brief, None)
    marks = re.findall(r"</?[a-z]+>", prompt)
    said = re.findall(r"</?[a-z]+>", prompts.READING + prompts.PLAN_ANSWER)
    blocks = ["input", "expected", "rows", *(["wishes"] if "<wishes>\n" in prompt else [])]
    assert sorted(marks) == sorted(said + [mark for name in blocks for mark in (f"<{name}>", f"</{name}>")])
    assert prompt.replace("\n", "").isprintable()


@FEW
@given(st.integers(10, 40), st.integers(0, 2**32))
def test_no_row_that_is_held_out_enters_a_prompt(rows: int, salt: int) -> None:
    given = [("id", "code", "note"), *((f"i{salt}n{n}x", f"c{n}y{salt}", f"note {n} of {salt}z") for n in range(rows))]
    task = task_of(given, [("id", "code"), *((one.upper(), code[::-1]) for one, code, _ in given[1:])])
    brief = make_brief(task)
    hidden = [cell for row in brief.held_out.input_rows for cell in task.input.rows[row]]
    hidden += [cell for row in brief.held_out.expected_rows for cell in task.expected.rows[row]]
    assert len(brief.held_out.input_rows) >= rows / 5
    log = "Traceback (most recent call last):\nValueError: " + hidden[0]
    errors = [TestError(type="crashed", issue=cell) for cell in hidden]
    report = TestReport(verdict=VERDICT_MISMATCHED, errors_found=errors, script_log=log)
    told = brief.feedback(as_feedback("import pandas as pd", report))
    asked = [prompts.planning(brief, told), prompts.coding(brief, Plan(), told), prompts.mending(brief, told)]
    assert [cell for cell in hidden for prompt in asked if cell in prompt] == []


def test_wishes_of_columns_are_told_once_each() -> None:
    task = task_of(
        [("a", "b"), ("1", "2"), ("3", "4")], [("a", "b"), ("1", "2"), ("3", "4")], columns={"a": "", "b": " "}
    )
    assert '{"for": ["a", "b"], "wish": "SAME AS INPUT"}' in prompts.planning(make_brief(task), None)


def test_long_wishes_are_told_in_whole_words() -> None:
    words = [f"word{n}" for n in range(300)]
    table = [("a", "b"), ("1", "2"), ("3", "4")]
    prompt = prompts.planning(
        make_brief(task_of(table, table, general=" ".join(words), columns={"a": "Round up."})), None
    )
    told = [json.loads(line) for line in prompt.partition("<wishes>\n")[2].partition("\n</wishes>")[0].splitlines()]
    assert " ".join(line["wish"] for line in told[:-1]).split() == words
    assert told[-1] == {"for": ["a"], "wish": "Round up."}
