"""Plays each attempt once more with made-up rows: what a model is told of its scripts comes from there alone."""

import json
import re
from collections.abc import Callable
from typing import Any

from agents.comparison import rows_differ
from agents.crew.veil.glossary import Glossary
from agents.crew.veil.script import rewrite
from agents.crew.veil.task import VeiledTask
from agents.task import Task
from agents.tester_agent import TesterAgent
from agents.wording import printable, shown
from csvconverter.v1 import plans_pb2 as plans
from csvconverter.v1.plans_pb2 import Feedback, Plan, PreviousAttempt, TestError, TestReport

QUOTED = re.compile(r'"[^"]*"')
COUNTS = re.compile(r"\d+ of \d+ cells differ(, \d+ of them in held-out rows)?|There are \d+ rows; \d+ are expected")
REHEARSED = {
    plans.VERDICT_MISMATCHED,
    plans.VERDICT_CRASHED,
    plans.VERDICT_REFUSED,
    plans.VERDICT_OUTPUT_NOT_CSV,
}
"""What shows with made-up rows, too, and at no great expense."""
ONLY_REAL = "This shows with the real rows and not with the made-up ones, so it cannot be quoted"
LOOK = "Look for cells of other forms than those that are shown: blanks, other lengths, other signs, words for nothing."


def silent(text: str) -> None:
    """Show nothing: a rehearsal is not what people wait for."""


class Rehearsal:
    """The other side of a job: made-up rows, and all that was written about them."""

    def __init__(self, real: Task, made_up: VeiledTask, tester: TesterAgent) -> None:
        """Take the job, its made-up rows, and whoever tests scripts with them."""
        self.task = made_up.task
        self.veil = made_up.veil
        self.tester = tester
        names = {*real.input.header, *real.expected.header, *real.input.written_header, *real.expected.written_header}
        self.columns = set(map(printable, real.expected.header))
        self.to_real = Glossary.to_real(self.veil, names, made_up.task)
        self.to_made_up = Glossary.to_made_up(self.veil, names, real)
        self.scripts: dict[str, str] = {}  # as the model wrote them, by the real ones
        self.plans: dict[bytes, Plan] = {}
        self.texts: dict[str, str] = {}
        self.reports: dict[str, TestReport] = {}  # by the scripts as the model wrote them

    def real_script(self, script: str) -> str:
        """Return a script for made-up rows as one for the real ones."""
        real = rewrite(script, self.to_real.literal, self.to_real.sentence) or script
        self.scripts[real] = script
        return real

    def real_plan(self, plan: Plan) -> Plan:
        """Return a plan for made-up rows as one for the real ones."""
        real = each_text(plan, self.to_real.sentence)
        real.warnings[:] = plan.warnings  # which, as the ambiguities, are not the model's
        real.ambiguities.extend(plan.ambiguities)
        self.plans[real.SerializeToString(deterministic=True)] = plan
        return real

    def real_text(self, text: str) -> str:
        """Return what a model says of made-up rows as said of the real ones."""
        real = self.to_real.sentence(text)
        self.texts[real] = text
        return real

    def told_script(self, script: str) -> str:
        """Return a script as it is for made-up rows: as the model wrote it, or with other constants; else nothing."""
        if script not in self.scripts:
            hidden = rewrite(script, self.to_made_up.literal, self.to_made_up.sentence, self.veil.number)
            self.scripts[script] = hidden or ""
        return self.scripts[script]

    def told_plan(self, plan: Plan) -> Plan:
        """Return a plan as the model wrote it; one of someone else with made-up constants."""
        known = self.plans.get(plan.SerializeToString(deterministic=True))
        if known is not None:
            return known
        told = each_text(plan, self.hide)
        told.program = json.dumps(self.hide_data(json.loads(plan.program)), ensure_ascii=False) if plan.program else ""
        return told

    def hide(self, sentence: str) -> str:
        """Return a sentence with made-up constants; what it quotes is a name, or comes from cells."""
        pieces = re.split(f"({QUOTED.pattern})", sentence)
        pieces[1::2] = [f'"{self.hide_quoted(piece[1:-1])}"' for piece in pieces[1::2]]
        pieces[::2] = [self.to_made_up.sentence(piece) for piece in pieces[::2]]
        return "".join(pieces)

    def hide_quoted(self, text: str) -> str:
        """Return what is quoted, made up unless it is the name of a column."""
        return text if text in self.to_made_up.names else self.veil.made_cells.get(text) or self.veil.text(text)

    def hide_data(self, data: Any) -> Any:
        """Return JSON data with made-up constants."""
        if isinstance(data, dict):
            return {name: self.hide_data(value) for name, value in data.items()}
        if isinstance(data, list):
            return list(map(self.hide_data, data))
        return self.to_made_up.literal(data) if isinstance(data, str) else data

    def feedback(self, feedback: Feedback) -> Feedback:
        """Return what may be told of the attempts so far: how they went with made-up rows."""
        attempts = feedback.previous_attempts
        context = self.report(feedback.context, self.told_script(attempts[-1].script)) if attempts else TestReport()
        return Feedback(
            previous_attempts=map(self.told_attempt, attempts),
            current_errors=context.errors_found,
            suggestions=list(dict.fromkeys(error.suggestion for error in context.errors_found)),
            context=context,
        )

    def told_attempt(self, attempt: PreviousAttempt) -> PreviousAttempt:
        """Return an attempt in short."""
        told = PreviousAttempt()
        told.CopyFrom(attempt)
        told.script = self.told_script(attempt.script)
        told.plan.CopyFrom(self.told_plan(attempt.plan))
        return told

    def report(self, real: TestReport, script: str) -> TestReport:
        """Return what may be told of a test: what went wrong with real rows, as it shows with made-up ones.

        Of the real rows only the verdict, the columns and the counts are told. What a script logs, raises or writes
        for them is not: a script might carry cells out that way.
        """
        rehearsed = self.rehearse(script) if real.verdict in REHEARSED else TestReport()
        if rehearsed.verdict != real.verdict or has_other_rows(real, rehearsed):
            rehearsed = TestReport()
        wrong = {shown(error.column) for error in real.errors_found}
        failed = {check.name for check in real.checks if not check.passed}
        return TestReport(
            verdict=real.verdict,
            test_passed=real.test_passed,
            score=real.score,
            errors_found=[self.told_error(error, rehearsed) for error in real.errors_found],
            mismatches=[cell for cell in rehearsed.mismatches if cell.column in wrong],
            mismatch_count=real.mismatch_count,
            script_log=rehearsed.script_log,
            checks=[check for check in rehearsed.checks if check.name in failed and not check.passed],
        )

    def rehearse(self, script: str) -> TestReport:
        """Test a script with the made-up rows, once."""
        if script not in self.reports:
            self.reports[script] = self.tester.test(self.task, script, None, silent)
        return self.reports[script]

    def told_error(self, real: TestError, rehearsed: TestReport) -> TestError:
        """Return an error as it shows with made-up rows, or without a word of what was found."""
        told = TestError()
        alike = (error for error in rehearsed.errors_found if error.column == real.column)
        found = next((error for error in alike if error.column or error.type == real.type), None)
        counts = COUNTS.match(real.issue)
        if found is not None:
            told.CopyFrom(found)
        else:
            issue = f"{counts[0]}. {ONLY_REAL}." if counts else f"{ONLY_REAL}."
            column = real.column if real.column in self.columns else ""
            told.MergeFrom(TestError(type=real.type, column=column, issue=issue, suggestion=LOOK))
        told.held_out_cells = real.held_out_cells
        told.suggestion = self.texts.get(real.suggestion, told.suggestion)
        return told


def has_other_rows(real: TestReport, rehearsed: TestReport) -> bool:
    """Tell whether only made-up rows were too many, too few or in another order: their cells say nothing then."""
    return rows_differ(rehearsed.errors_found) and not rows_differ(real.errors_found)


def each_text(plan: Plan, change: Callable[[str], str]) -> Plan:
    """Return a plan with other sentences, and without ambiguities and confidence, which are told to people."""
    changed = Plan()
    changed.CopyFrom(plan)
    for step in changed.transformation_steps:
        step.details, step.transformation = change(step.details), change(step.transformation)
    for sentences in (changed.data_quality_checks, changed.expected_challenges, changed.warnings):
        sentences[:] = map(change, sentences)
    changed.needs_all_rows[:] = map(change, changed.needs_all_rows)
    changed.ClearField("ambiguities")
    changed.ClearField("confidence")
    return changed
