"""What the model may see of a job: the rows that are not held out, and nothing else of the files."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from agents.crew.held_out import HeldOut, divide
from agents.crew.strict_tester import StrictTester
from agents.crew.unseen import Unseen
from agents.crew.veil.rehearsal import Rehearsal
from agents.crew.veil.task import veil_task
from agents.csv_file import CsvFile
from agents.script_runner import ScriptRunner
from agents.task import Progress, Task
from agents.tester_agent import LOG_CHARACTERS, SandboxTester
from csvconverter.v1.plans_pb2 import Feedback, Plan

KEY_BYTES = 32


@dataclass(frozen=True, eq=False)  # told apart without a look at all cells, so that what is made of it can be cached
class Brief:
    """The job as the model is told of it; every prompt is made from this and from nothing else of the files."""

    task: Task  # with made-up cells where the rows are private
    held_out: HeldOut = field(default_factory=HeldOut)
    all_pairs: tuple[tuple[int, int], ...] = ()  # rows of the input and of the expected output that belong together
    rehearsal: Rehearsal | None = None  # where the rows are private

    @cached_property
    def shown_input(self) -> CsvFile:
        """The input without the rows that are held out, and without warnings, since those may quote them."""
        return without(self.task.input, self.held_out.input_rows)

    @cached_property
    def shown_expected(self) -> CsvFile:
        """The expected output without the rows that are held out, and without warnings."""
        return without(self.task.expected, self.held_out.expected_rows)

    @cached_property
    def input_rows(self) -> tuple[int, ...]:
        """Where the rows of `shown_input` stand in the whole file, from 0."""
        return others(self.task.input, self.held_out.input_rows)

    @cached_property
    def expected_rows(self) -> tuple[int, ...]:
        """Where the rows of `shown_expected` stand in the whole file, from 0."""
        return others(self.task.expected, self.held_out.expected_rows)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Places in `shown_input` and `shown_expected`, from 0, of rows that belong together, as far as it is known."""
        given = {row: place for place, row in enumerate(self.input_rows)}
        wanted = {row: place for place, row in enumerate(self.expected_rows)}
        return tuple((given[one], wanted[other]) for one, other in self.all_pairs if one in given and other in wanted)

    @cached_property
    def unseen(self) -> Unseen:
        """What only the held-out rows say."""
        files = ((self.task.input, self.held_out.input_rows), (self.task.expected, self.held_out.expected_rows))
        hidden = (cell for file, rows in files for row in rows for cell in file.rows[row])
        return Unseen(hidden, self.shown_texts())

    def shown_texts(self) -> Iterator[str]:
        """Yield all texts of the job that the model sees."""
        for file in (self.shown_input, self.shown_expected):
            yield from chain(file.written_header, file.header, file.dialect.preamble, *file.rows)
        yield from chain(*self.task.column_instructions.items(), [self.task.general_instructions])

    def feedback(self, feedback: Feedback) -> Feedback:
        """Return what the model may see of the tester's feedback: nothing that only held-out rows say."""
        told = self.rehearsal.feedback(feedback) if self.rehearsal else copied(feedback)
        cells = [cell for cell in told.context.mismatches if not cell.held_out]
        del told.context.mismatches[:]
        told.context.mismatches.extend(cells)
        if len(told.context.script_log) == LOG_CHARACTERS:  # it may begin in the middle of a word
            told.context.script_log = told.context.script_log.partition("\n")[2]
        self.unseen.hide_in_message(told)
        for attempt in told.previous_attempts:
            if attempt.plan.program:  # induction's, which has looked at all rows
                attempt.script = self.unseen.hide_in_script(attempt.script)
        return told

    def script(self, script: str) -> str:
        """Return a script that the model wrote for what it sees as one for the files as they are."""
        return self.rehearsal.real_script(script) if self.rehearsal else script

    def plan(self, plan: Plan) -> Plan:
        """Return a plan that the model made for what it sees as one for the files as they are."""
        return self.rehearsal.real_plan(plan) if self.rehearsal else plan

    def text(self, text: str) -> str:
        """Return what the model says about what it sees as said about the files as they are."""
        return self.rehearsal.real_text(text) if self.rehearsal else text

    def progress(self, progress: Progress) -> Progress:
        """Return what shows people the model's words while it writes them."""
        rehearsal = self.rehearsal
        return (lambda text: progress(rehearsal.to_real.sentence(text))) if rehearsal else progress

    def told_plan(self, plan: Plan) -> Plan:
        """Return what the model may see of the plan that is followed now."""
        return self.rehearsal.told_plan(plan) if self.rehearsal else plan


def make_brief(task: Task) -> Brief:
    """Choose what the model sees."""
    example = divide(task)
    return Brief(task, example.held_out, example.pairs)


def make_private(brief: Brief, runner: ScriptRunner, folder: Path, key: bytes | None = None) -> Brief:
    """Return a brief with made-up rows.

    Args:
        brief: what the model would see.
        runner: whoever runs scripts, with the made-up rows as well.
        folder: where these go.
        key: decides what is made up; a new one unless given.
    """
    folder.mkdir(exist_ok=True)
    made_up = veil_task(brief.task, key or secrets.token_bytes(KEY_BYTES), folder / "input.csv")
    tester = StrictTester(SandboxTester(runner, folder, lambda: brief.held_out.expected_rows))
    return replace(brief, task=made_up.task, rehearsal=Rehearsal(brief.task, made_up, tester))


def copied(feedback: Feedback) -> Feedback:
    """Return a copy."""
    copy = Feedback()
    copy.CopyFrom(feedback)
    return copy


def without(file: CsvFile, held_out: Collection[int]) -> CsvFile:
    """Return a file without some of its rows."""
    return replace(file, rows=tuple(file.rows[row] for row in others(file, held_out)), warnings=())


def others(file: CsvFile, held_out: Collection[int]) -> tuple[int, ...]:
    """Return the rows of a file that are not held out."""
    return tuple(row for row in range(len(file.rows)) if row not in held_out)
