"""The loop: plan → write → test, up to five times, telling what happens while it happens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agents.coder_agent import CoderAgent
from agents.comparison import wrong_columns
from agents.planner_agent import NothingLeft, PlannerAgent
from agents.script_text import same_script
from agents.task import Progress, Task
from agents.tester_agent import TesterAgent
from agents.token_meter import TokenMeter
from agents.wording import shown
from csvconverter.v1.events_pb2 import (
    AGENT_ROLE_CODER,
    AGENT_ROLE_PLANNER,
    AGENT_ROLE_TESTER,
    LOG_LEVEL_WARNING,
    AgentProgress,
    AgentRole,
    AgentStarted,
    FeedbackGiven,
    IterationStarted,
    JobEvent,
    LogEmitted,
    PlanProposed,
    ScriptTested,
    ScriptWritten,
)
from csvconverter.v1.plans_pb2 import VERDICT_REFUSED, Feedback, Plan, PreviousAttempt, TestReport

MOST_PROGRESS = 500  # of one agent in one iteration

EventSink = Callable[[JobEvent], None]
"""Takes each event when it happens; numbers and times are set by whoever stores it."""


class Teller:
    """Makes the events of one iteration."""

    def __init__(self, emit: EventSink, iteration: int) -> None:
        self.emit = emit
        self.iteration = iteration

    def __call__(self, **payload: Any) -> None:
        """Tell one event; the keyword is the name of its payload."""
        self.emit(JobEvent(iteration=self.iteration, **payload))

    def begins(self, role: AgentRole, played_by: str) -> None:
        """Tell that an agent begins its part."""
        self(agent_started=AgentStarted(role=role, played_by=played_by))

    def progress(self, role: AgentRole) -> Progress:
        """Return what an agent calls to show something while it is at work: cut, once each, and not without end."""
        told: set[str] = set()

        def show(text: str) -> None:
            brief = shown(text)
            if brief not in told and len(told) < MOST_PROGRESS:
                told.add(brief)
                self(agent_progress=AgentProgress(role=role, text=brief))

        return show


@dataclass(frozen=True)
class Agents:
    """Who plays the three roles in one iteration."""

    planner: PlannerAgent
    coder: CoderAgent
    tester: TesterAgent
    meter: TokenMeter = field(default_factory=TokenMeter)  # counts what they ask of a model


Cast = Callable[[Feedback | None], Agents]
"""Chooses who plays the next iteration, by what was said of the attempts before."""


@dataclass(frozen=True)
class Attempt:
    """One iteration that came to an end."""

    iteration: int
    plan: Plan
    script: str
    report: TestReport


@dataclass
class Training:
    """What has been learned so far."""

    attempts: list[Attempt] = field(default_factory=list)
    ended_by: NothingLeft | None = None  # why no further attempt was made

    @property
    def passed(self) -> bool:
        """Whether the last script reproduces every cell."""
        return bool(self.attempts) and self.attempts[-1].report.test_passed

    @property
    def best(self) -> Attempt | None:
        """The attempt that passed, or the one with the highest score; of equals the earliest that was not refused."""
        return max(self.attempts, key=rank, default=None)

    def feedback(self) -> Feedback:
        """Return what the next attempt is told."""
        last = self.attempts[-1].report
        return Feedback(
            previous_attempts=[
                PreviousAttempt(
                    iteration=attempt.iteration,
                    plan=attempt.plan,
                    script=attempt.script,
                    verdict=attempt.report.verdict,
                    score=attempt.report.score,
                    wrong_columns=wrong_columns(attempt.report.errors_found),
                )
                for attempt in self.attempts
            ],
            current_errors=last.errors_found,
            suggestions=list(dict.fromkeys(error.suggestion for error in last.errors_found)),
            context=last,
        )


def rank(attempt: Attempt) -> tuple[bool, float, bool]:
    """Return what makes one attempt better than another; every cell may be right though the columns are in disorder."""
    report = attempt.report
    return report.test_passed, report.score, report.verdict != VERDICT_REFUSED


def train(task: Task, cast: Cast, max_iterations: int, emit: EventSink) -> Training:
    """Try until a script passes, the planner has nothing left, or the iterations are used up."""
    training = Training()
    feedback = None
    for iteration in range(1, max_iterations + 1):
        tell = Teller(emit, iteration)
        tell(iteration_started=IterationStarted(max_iterations=max_iterations))
        try:
            training.attempts.append(attempt(task, cast(feedback), feedback, tell))
        except NothingLeft as reason:
            training.ended_by = reason
            tell(log_emitted=LogEmitted(level=LOG_LEVEL_WARNING, message=str(reason)))
            break
        if training.passed:
            break
        feedback = training.feedback()
        tell(feedback_given=FeedbackGiven(feedback=without_programs(feedback)))
    return training


def without_programs(feedback: Feedback) -> Feedback:
    """Return the feedback without the scripts and programs, which earlier events have."""
    short = Feedback()
    short.CopyFrom(feedback)
    for earlier in short.previous_attempts:
        earlier.ClearField("script")
        earlier.plan.ClearField("program")
    return short


def new_warnings(plan: Plan, feedback: Feedback | None) -> list[str]:
    """Return the plan's warnings that no earlier plan had, such as of an instruction that the examples contradict."""
    earlier = feedback.previous_attempts if feedback else ()
    told = {warning for attempt in earlier for warning in attempt.plan.warnings}
    return [warning for warning in dict.fromkeys(plan.warnings) if warning not in told]


def attempt(task: Task, agents: Agents, feedback: Feedback | None, tell: Teller) -> Attempt:
    """Make one round: ask the planner, the coder and the tester in turn."""
    tell.begins(AGENT_ROLE_PLANNER, agents.planner.played_by)
    plan = agents.planner.plan(task, feedback, tell.progress(AGENT_ROLE_PLANNER))
    tell(plan_proposed=PlanProposed(plan=plan, token_usage=agents.meter.take()))
    for warning in new_warnings(plan, feedback):
        tell(log_emitted=LogEmitted(level=LOG_LEVEL_WARNING, message=warning))

    tell.begins(AGENT_ROLE_CODER, agents.coder.played_by)
    script = agents.coder.write(task, plan, feedback, tell.progress(AGENT_ROLE_CODER))
    if feedback and any(same_script(script, earlier.script) for earlier in feedback.previous_attempts):
        raise NothingLeft("the script is the same as one that was tested before")
    tell(script_written=ScriptWritten(script=script, token_usage=agents.meter.take()))

    tell.begins(AGENT_ROLE_TESTER, agents.tester.played_by)
    report = agents.tester.test(task, script, feedback, tell.progress(AGENT_ROLE_TESTER))
    tell(script_tested=ScriptTested(report=report, token_usage=agents.meter.take()))
    return Attempt(tell.iteration, plan, script, report)
