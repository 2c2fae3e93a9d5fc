"""The live view of a job on a terminal: what has happened stays, one moving line tells what is happening."""

import time
from collections.abc import Callable
from typing import Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.rule import Rule
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from csvconverter.cli import story
from csvconverter.cli.outcome import outcome
from csvconverter.cli.style import STATUS_STYLES, mismatch_table, part, sentence, sentences
from csvconverter.cli.text import size, visible
from csvconverter.errors import ConverterError
from csvconverter.v1.events_pb2 import AgentRole, JobEvent, LogLevel, PlanProposed, ScriptTested, ScriptWritten

STEPS_SHOWN = 20
MISMATCHES_SHOWN = 5
LINES_BELOW = 6
INDUCTION = "induction"


class LiveView:
    """Shows events on a terminal as they come."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.activity = Activity("waiting for the first event")
        self._live = Live(self.activity, console=console, transient=True, refresh_per_second=8)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self._live.stop()

    def show(self, event: JobEvent) -> None:
        """Add what there is to read about the event, and tell what comes next."""
        kind = event.WhichOneof("payload") or ""
        if kind in PARTS and (shown := PARTS[kind](event)):
            self.console.print(shown)
        lines = event.agent_progress.text.splitlines()
        self.activity.below = lines[-LINES_BELOW:] if len(lines) > 1 else []
        if kind in ACTIVITIES and not self.activity.below:
            self.activity.text = visible(ACTIVITIES[kind](event))

    def connection_lost(self, error: ConverterError) -> None:
        """Tell that the server is away for the moment."""
        self.activity.text = f"the connection was lost, trying again: {visible(error.message)}"


class Activity:
    """A moving line with the seconds since the job was first seen, and below it what a model is writing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.below: list[str] = []
        self._spinner = Spinner("dots", style="cyan")
        self._started = time.monotonic()

    def __rich__(self) -> RenderableType:
        line = Table.grid(padding=(0, 1), expand=True)
        line.add_column(width=2, justify="right")
        line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        line.add_column(no_wrap=True, style="dim")
        line.add_row(self._spinner, Text(self.text), f"{time.monotonic() - self._started:.0f} s")
        for text in self.below:
            line.add_row("", Text(visible(text.expandtabs()), "dim"), "")
        return line


def iteration(event: JobEvent) -> RenderableType:
    """Return the line above an iteration."""
    title = Text(f"Iteration {event.iteration} of at most {event.iteration_started.max_iterations}", "bold")
    return Rule(title, align="left", style="dim")


def player(event: JobEvent) -> RenderableType | None:
    """Return which model plays an iteration; induction is the usual case."""
    begins = event.agent_started
    if begins.role != AgentRole.AGENT_ROLE_PLANNER or begins.played_by in ("", INDUCTION):
        return None
    return sentence(f"played by {begins.played_by}", "dim", "  ·")


def plan(event: JobEvent) -> RenderableType:
    """Return the plan's steps, and what the planner is unsure about; its warnings are events of their own."""
    proposed = event.plan_proposed.plan
    steps = [story.step(item) for item in proposed.transformation_steps]
    details: list[RenderableType] = [sentences(steps[:STEPS_SHOWN]), *and_more(len(steps) - STEPS_SHOWN)]
    if proposed.unsolved_columns:
        details.append(sentence(f"not explained yet: {', '.join(proposed.unsolved_columns)}", "yellow", "?"))
    details += [sentence(story.ambiguity(item), "yellow", "?") for item in proposed.ambiguities]
    return part("planner", Text(story.plan_extent(proposed)), *details, aside=used(event.plan_proposed))


def script(event: JobEvent) -> RenderableType:
    """Return the script's length."""
    written = event.script_written
    return part("coder", Text(story.script_extent(written)), aside=used(written))


def test(event: JobEvent) -> RenderableType:
    """Return the verdict and, when there are any, the first cells that differ."""
    report = event.script_tested.report
    verdict = story.verdict(report)
    headline = Text.assemble((verdict, STATUS_STYLES.get(verdict, "red")), "  ", visible(story.findings(report)))
    cost = report.performance_metrics
    run = f"{cost.execution_time:.1f} s · {size(cost.memory_usage)}" if cost.execution_time else ""
    aside = " · ".join(filter(None, [used(event.script_tested), run]))
    details: list[RenderableType] = []
    if report.mismatches:
        details.append(mismatch_table(list(report.mismatches[:MISMATCHES_SHOWN])))
        details += and_more(report.mismatch_count - min(len(report.mismatches), MISMATCHES_SHOWN))
    elif not report.test_passed:
        details += [sentence(story.error(item), "red") for item in report.errors_found[1:MISMATCHES_SHOWN]]
    return part("tester", headline, *details, aside=aside)


def used(step: PlanProposed | ScriptWritten | ScriptTested) -> str:
    """Return what a step asked of a language model; empty for nothing."""
    return story.usage(step.token_usage) if step.HasField("token_usage") else ""


def and_more(number: int) -> list[RenderableType]:
    """Tell how much is not shown, if anything."""
    return [Text(f"and {number:,} more", "dim")] if number > 0 else []


def feedback(event: JobEvent) -> RenderableType:
    """Return what the next attempt is told."""
    given = event.feedback_given.feedback
    hints = list(given.suggestions) or [story.error(item) for item in given.current_errors]
    head, *rest = [sentence(hint, mark="→") for hint in hints[:MISMATCHES_SHOWN]] or [Text("try again")]
    return part("feedback", head, *rest)


def lost(event: JobEvent) -> RenderableType:
    """Return what happened to the worker."""
    return sentence(story.lost(event.attempt_lost), "yellow", "  !")


def log(event: JobEvent) -> RenderableType:
    """Return what a person should know."""
    warning = event.log_emitted.level == LogLevel.LOG_LEVEL_WARNING
    return sentence(event.log_emitted.message, "yellow" if warning else "dim", "  !" if warning else "  ·")


PARTS: dict[str, Callable[[JobEvent], RenderableType | None]] = {
    "iteration_started": iteration,
    "agent_started": player,
    "plan_proposed": plan,
    "script_written": script,
    "script_tested": test,
    "feedback_given": feedback,
    "attempt_lost": lost,
    "log_emitted": log,
    "job_finished": lambda event: outcome(event.job_finished.job),
}

ACTIVITIES: dict[str, Callable[[JobEvent], str]] = {
    "job_queued": story.tell,
    "job_started": story.tell,
    "agent_started": lambda event: story.agent(event.agent_started),
    "agent_progress": story.tell,
    "plan_proposed": lambda event: "the plan goes to the coder",
    "script_written": lambda event: "the script goes to the tester",
    "script_tested": lambda event: "the verdict is in",
    "feedback_given": lambda event: "the findings go back to the planner",
    "attempt_lost": lambda event: "waiting for another worker",
}
