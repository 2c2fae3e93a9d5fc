"""What the model may see: the rows that are not held out, and feedback that says nothing of the others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from google.protobuf.json_format import MessageToDict
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.comparison import compare
from agents.crew.brief import Brief, make_brief, make_private
from agents.crew.inspection.inspection import inspect_script
from agents.crew.unseen import MARK, folded
from agents.csv_file import CsvFile, Dialect, read_csv
from agents.script_runner import ScriptRun
from agents.task import Task
from csvconverter.v1.plans_pb2 import (
    VERDICT_REFUSED,
    CellMismatch,
    Feedback,
    Plan,
    PreviousAttempt,
    TestReport,
)


def make_task(given: str, expected: str) -> Task:
    return Task(read_csv(given.encode()), read_csv(expected.encode()), Path("input.csv"))


CELL = st.text(alphabet="xyzXYZ019é", min_size=3, max_size=12)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Draw tables of different cells; every cell is a canary of its own row."""
    rows = draw(st.lists(st.tuples(CELL, CELL), min_size=10, max_size=15, unique_by=lambda row: row[0]))
    made = [(other.upper(), f"{one}-{other}") for one, other in rows]
    return Task(file_of(("one", "other"), rows), file_of(("upper", "both"), made), Path("input.csv"))


def file_of(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> CsvFile:
    return CsvFile(header, tuple(rows), Dialect(), header)


def secrets(brief: Brief) -> set[str]:
    """Return the cells that only held-out rows have, also as parts of others, in small letters."""
    held = [(brief.task.input, brief.held_out.input_rows), (brief.task.expected, brief.held_out.expected_rows)]
    shown = "\n".join(folded(text) for text in brief.shown_texts())
    cells = {folded(cell) for file, rows in held for row in rows for cell in file.rows[row]}
    words = {word for cell in cells for word in re.findall(r"[^\W_]{3,}", cell)}
    return {text for text in cells | words if text not in shown}


def texts_of(message: object) -> Iterator[str]:
    if isinstance(message, str):
        yield message
    elif isinstance(message, dict | list):
        for item in message.values() if isinstance(message, dict) else message:
            yield from texts_of(item)


def people(rows: int = 20) -> Brief:
    """Return a job of people whose names tell them apart."""
    names = [f"{'KLMNPRST'[row % 8]}a{'bdfgh'[row % 5]}o{row:02}son" for row in range(rows)]
    given = "".join(f"{name},{'yes' if row % 3 else 'no'}\n" for row, name in enumerate(names))
    return make_brief(make_task(f"name,paid\n{given}", f"name,paid\n{given.upper()}"))


@given(tasks(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_nothing_that_only_held_out_rows_say_is_told(task: Task, random: Random) -> None:
    brief = make_brief(task)
    cells = [cell for file in (task.input, task.expected) for row in file.rows for cell in row]
    random.shuffle(cells)
    rows = [tuple(row) for row in zip(cells[::2], cells[1::2], strict=True)][: len(task.expected.rows)]
    report = compare(task, file_of(task.expected.header, rows), lambda: brief.held_out.expected_rows)
    report.script_log = "\n".join(f"KeyError: {cell!r} in {cell.lower()}, ({cell}_x)" for cell in cells)
    attempt = PreviousAttempt(
        plan=Plan(program=repr(cells), warnings=[f"replace {cell} by {cell}" for cell in cells]),
        script="".join(f"# {cell}\nNAME = {{{cell!r}: r'{cell}'}}\n" for cell in cells),
    )
    feedback = Feedback(previous_attempts=[attempt], current_errors=report.errors_found, context=report)
    said = folded("\n".join(texts_of(MessageToDict(brief.feedback(feedback)))))
    assert [secret for secret in secrets(brief) if secret in said] == []


def test_what_the_shown_rows_say_is_told_as_it_is() -> None:
    brief = people()
    held, seen = min(brief.held_out.expected_rows), brief.expected_rows[0]
    hidden, shown = (brief.task.input.rows[row][0] for row in (held, seen))
    log = "Traceback (most recent call last):\nValueError: {} does not match the format in line 3\n"
    report = TestReport(
        mismatches=[CellMismatch(row=held + 1, held_out=True), CellMismatch(row=seen + 1, actual=hidden)],
        script_log=log.format(hidden) + log.format(shown),
    )
    told = brief.feedback(Feedback(context=report)).context
    assert told.script_log == log.format(MARK) + log.format(shown)
    assert [(cell.row, cell.actual) for cell in told.mismatches] == [(seen + 1, MARK)]


def test_induced_script_stays_python_without_what_only_held_out_rows_say() -> None:
    brief = people()
    hidden = [brief.task.input.rows[row][0] for row in sorted(brief.held_out.input_rows)]
    script = f"""def name():  # {hidden[0]}
    return {{"{hidden[1]}": 'x', 'no': "no", f"a{{len('{hidden[2]}')}}": r"{hidden[3]}\\d"}}
"""
    attempt = PreviousAttempt(plan=Plan(program="{}"), script=script)
    [told] = brief.feedback(Feedback(previous_attempts=[attempt])).previous_attempts
    assert not any(name in told.script for name in hidden)
    assert "'no': \"no\"" in told.script
    ast.parse(told.script)


def test_scripts_of_the_model_are_told_as_it_wrote_them() -> None:
    attempt = PreviousAttempt(script="print('Kabo00son Labo01son')")
    assert people().feedback(Feedback(previous_attempts=[attempt])).previous_attempts[0] == attempt


class NothingRuns:
    """Is never asked: what is refused is not run."""

    def run(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        raise AssertionError


def test_refusal_of_a_script_for_made_up_rows_is_told_with_its_line(tmp_path: Path) -> None:
    real = people()
    private = make_private(real, NothingRuns(), tmp_path / "made_up", b"key")
    rows = [(private.shown_input.rows[one][0], private.shown_expected.rows[other][0]) for one, other in private.pairs]
    script = private.script(f"NAMES = {dict(rows)}\n")
    report = inspect_script(script, real.task)
    assert report
    attempt = PreviousAttempt(iteration=1, script=script, verdict=report.verdict)
    feedback = Feedback(previous_attempts=[attempt], current_errors=report.errors_found, context=report)
    told = private.feedback(feedback)
    assert told.context.verdict == VERDICT_REFUSED
    assert told.current_errors[0].issue.startswith("Line 1 holds 16 of 20 cells of the expected output's column")


def test_shown_rows_and_their_pairs_leave_out_what_is_held_out() -> None:
    brief = people()
    assert len(brief.shown_input.rows) == len(brief.shown_expected.rows) == len(brief.pairs) == 16
    for one, other in brief.pairs:
        assert brief.shown_input.rows[one][0].upper() == brief.shown_expected.rows[other][0]
    for place, row in enumerate(brief.input_rows):
        assert brief.shown_input.rows[place] == brief.task.input.rows[row]
