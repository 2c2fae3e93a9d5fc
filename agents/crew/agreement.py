"""Runs a model's script and the induced one on the same rows, real ones and made-up ones, and tells where they part.

Both reproduce the example in the columns that induction solved; what they would make of other files may still differ.
That fails no job: it is a check that did not pass, and a warning on the job.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.crew.doubts import AGREEMENT
from agents.crew.material.lesson import best_induced
from agents.crew.veil.task import write_csv
from agents.crew.veil.variants import variant
from agents.csv_file import CsvError, CsvFile, parse_csv
from agents.script_runner import Outcome, ScriptRunner
from agents.task import Task
from agents.wording import printable, shown
from csvconverter.v1.plans_pb2 import Check, Feedback, PreviousAttempt

MOST_REAL_ROWS = 5000
MOST_MADE_UP_ROWS = 500
MOST_MADE_UP_CHARACTERS = 200_000  # which take a second or two
KEY = b"the same made-up rows each time that a job is tried"
SAME = (
    "on {} rows, made-up ones among them, the script writes the same as the induced one in the columns that it solved"
)
OTHER_ROWS = "with made-up rows among those of the input, the script writes {} rows and the induced one {}"
FAILS = "with made-up rows among those of the input, the script ends with an error and the induced one does not"
OTHER_CELLS = (
    "{}: on {} of {} rows, made-up ones among them, the script writes something else than the induced one, such as "
    "{!r} instead of {!r}; both fit the example, so look which of them is meant"
)


def check_agreement(
    task: Task, script: str, feedback: Feedback | None, runner: ScriptRunner, folder: Path
) -> list[Check]:
    """Return what comes of a comparison with the induced script; nothing where there is none to compare with.

    Args:
        task: the example, which the script reproduces.
        script: the model's.
        feedback: has the induced attempt, when there was one.
        runner: runs both.
        folder: where the files go for a moment.
    """
    induced = best_induced(feedback.previous_attempts) if feedback else None
    columns = right_columns(induced) if induced else []
    if induced is None or not columns:
        return []
    with TemporaryDirectory(dir=folder) as place:
        given = Path(place, "input.csv")
        write_csv(with_made_up_rows(task.input), given)
        ours, theirs = (run(one, given, task, runner) for one in (script, induced.script))
    if not theirs:
        return []
    return list(compare_outputs(ours, theirs, columns)) if ours else [Check(name=AGREEMENT, detail=FAILS)]


def right_columns(induced: PreviousAttempt) -> list[str]:
    """Return the columns that an induced script has right; none when its rows could not be compared."""
    wrong = set(induced.wrong_columns)
    return [name for name in induced.plan.solved_columns if printable(name) not in wrong] if wrong else []


def with_made_up_rows(file: CsvFile) -> CsvFile:
    """Return a file with the first of its rows and, below, made-up ones of the patterns of the very first."""
    rows = file.rows[:MOST_REAL_ROWS]
    lengths = accumulate(sum(map(len, row)) for row in rows[:MOST_MADE_UP_ROWS])
    few = max(1, bisect_right(list(lengths), MOST_MADE_UP_CHARACTERS))
    made_up = variant(replace(file, rows=rows[:few]), KEY)
    return replace(file, rows=(*rows, *made_up.rows))


def run(script: str, given: Path, task: Task, runner: ScriptRunner) -> CsvFile | None:
    """Return what a script writes; None when it does not take made-up rows."""
    output = given.with_name("output.csv")
    output.unlink(missing_ok=True)
    if runner.run(script, given, output).outcome is not Outcome.COMPLETED:
        return None
    try:
        return parse_csv(output.read_bytes(), task.expected.dialect)
    except CsvError:
        return None


def compare_outputs(ours: CsvFile, theirs: CsvFile, columns: list[str]) -> Iterator[Check]:
    """Yield a check for each column in which two outputs differ, or a single one that passes."""
    if ours.header != theirs.header:
        return
    if len(ours.rows) != len(theirs.rows):
        yield Check(name=AGREEMENT, detail=OTHER_ROWS.format(len(ours.rows), len(theirs.rows)))
        return
    parted = [check for name in columns if (check := compare_column(ours, theirs, name))]
    yield from parted or [Check(name=AGREEMENT, passed=True, detail=SAME.format(len(ours.rows)))]


def compare_column(ours: CsvFile, theirs: CsvFile, name: str) -> Check | None:
    """Return a check that did not pass when a column differs where the induced script knows what to write."""
    cells = zip(ours.column(name), theirs.column(name), strict=True)
    pairs = [(one, other) for one, other in cells if one != other and other]
    if not pairs:
        return None
    one, other = map(shown, pairs[0])
    detail = OTHER_CELLS.format(shown(name), len(pairs), len(ours.rows), one, other)
    return Check(name=f"{AGREEMENT}:{printable(name)}", detail=detail)
