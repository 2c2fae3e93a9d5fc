"""Jobs as the real service tells them."""

from google.protobuf.timestamp_pb2 import Timestamp

from csvconverter.v1 import events_pb2 as events
from csvconverter.v1 import plans_pb2 as plans
from csvconverter.v1.errors_pb2 import JobError, JobErrorKind
from csvconverter.v1.jobs_pb2 import Job, JobMetrics, JobStatus, TokenUsage

JOB = "orders"
SCRIPT = b'"""Learned."""\r\nimport pandas as pd\n'
HOSTILE = "\x1b]0;owned\x07[bold red]x[/] \x1b[2J\u202e"
"""Would set the terminal's title, print in red, clear the screen and turn the text around."""

PLANNER, CODER, TESTER = (
    events.AgentRole.AGENT_ROLE_PLANNER,
    events.AgentRole.AGENT_ROLE_CODER,
    events.AgentRole.AGENT_ROLE_TESTER,
)


def plan(date_step: str, unsolved: tuple[str, ...] = ()) -> plans.Plan:
    sentences = [
        ("column_copy", "customer_id", "Copy customer_id as it is; leading zeros stay."),
        ("case", "customer", "Put customer into title case."),
        ("datetime_conversion", "order_date", date_step),
        ("rounding", "total", "Take the currency sign and the thousands separators off total, round to 2 decimals."),
    ]
    steps = [
        plans.TransformationStep(step=number, action=action, column=column, details=details)
        for number, (action, column, details) in enumerate(sentences, 1)
    ]
    solved = [column for _, column, _ in sentences if column not in unsolved]
    return plans.Plan(transformation_steps=steps, solved_columns=solved, unsolved_columns=unsolved)


AMBIGUITY = plans.Ambiguity(
    column="order_date",
    readings=["day before month", "month before day"],
    row=17,
    outputs=["2024-04-03", "2024-03-04"],
)


def mismatched_report(cells: str = "2024-03-01") -> plans.TestReport:
    return plans.TestReport(
        verdict=plans.Verdict.VERDICT_MISMATCHED,
        score=0.9756,
        mismatch_count=31,
        mismatches=[
            plans.CellMismatch(row=row, column="order_date", expected="2024-01-03", actual=cells) for row in range(3, 9)
        ],
        errors_found=[plans.TestError(type="datetime_format_error", column="order_date", issue="31 dates differ")],
        performance_metrics=plans.PerformanceMetrics(execution_time=0.42, memory_usage=61_000_000, cpu_time=0.4),
    )


def passed_report() -> plans.TestReport:
    cost = plans.PerformanceMetrics(execution_time=0.39, memory_usage=61_000_000, cpu_time=0.4, rows_processed=1200)
    return plans.TestReport(verdict=plans.Verdict.VERDICT_PASSED, test_passed=True, score=1.0, performance_metrics=cost)


def success(text: str = "31 dates differ") -> list[events.JobEvent]:
    """Return a job that passes in its second iteration; `text` stands where the examples' own words would."""
    suggestion = f"order_date: {text}; day and month look swapped, read the day first"
    second_plan = plan("Read order_date as day.month.year or ISO 8601 and write it as YYYY-MM-DD.")
    second_plan.ambiguities.append(AMBIGUITY)
    job = Job(
        job_id=JOB,
        user_id="default",
        job_title="orders",
        status=JobStatus.JOB_STATUS_SUCCEEDED,
        iterations=2,
        score=1.0,
        plan=second_plan,
        ambiguities=[AMBIGUITY],
        warnings=["input.csv: 2 rows had a field too many, which was empty and left out"],
        metrics=JobMetrics(seconds=1.84, peak_memory_bytes=61_000_000, rows=1200),
        artifacts=["script.py", "plan.json", "report.json", "output.csv"],
        created_at=Timestamp(seconds=1_700_000_000),
    )
    job.column_instructions["order_date"] = "Convert to YYYY-MM-DD"
    feedback = plans.Feedback(current_errors=mismatched_report().errors_found, suggestions=[suggestion])
    return numbered(
        (0, events.JobQueued(jobs_ahead=1)),
        (0, events.JobStarted(attempt=1)),
        (1, events.IterationStarted(max_iterations=5)),
        (1, events.AgentStarted(role=PLANNER, played_by="induction")),
        (1, events.AgentProgress(role=PLANNER, text=f"looking at {text}")),
        (1, events.PlanProposed(plan=plan("Read order_date as month/day/year.", ("total",)))),
        (1, events.AgentStarted(role=CODER, played_by="induction")),
        (1, events.ScriptWritten(script=SCRIPT.decode())),
        (1, events.AgentStarted(role=TESTER)),
        (1, events.ScriptTested(report=mismatched_report(text))),
        (1, events.FeedbackGiven(feedback=feedback)),
        (2, events.IterationStarted(max_iterations=5)),
        (2, events.AgentStarted(role=PLANNER, played_by="induction")),
        (2, events.PlanProposed(plan=second_plan)),
        (2, events.ScriptWritten(script=SCRIPT.decode())),
        (2, events.ScriptTested(report=passed_report())),
        (0, events.JobFinished(job=job)),
    )


USED = TokenUsage(prompt_tokens=2000, completion_tokens=345, requests=1, cost_usd=0.00135)
SCRIPT_LINES = "def convert(frame):\n    frame['total'] = frame['net'] * 1.2\n    return frame"


def success_of_a_model() -> list[events.JobEvent]:
    """Return a job that a model finishes after induction."""
    *before, finished = success()
    job = finished.job_finished.job
    job.token_usage.CopyFrom(TokenUsage(prompt_tokens=4000, completion_tokens=690, requests=2, cost_usd=0.0027))
    second = [event for event in before if event.iteration == 2]
    for event in second:
        if event.HasField("agent_started"):
            event.agent_started.played_by = "some-model"
        if event.HasField("plan_proposed"):
            event.plan_proposed.token_usage.CopyFrom(USED)
        if event.HasField("script_written"):
            event.script_written.token_usage.CopyFrom(USED)
    writing = events.JobEvent(iteration=2, agent_progress=events.AgentProgress(role=CODER, text=SCRIPT_LINES))
    told = [*before[:-2], writing, *before[-2:], finished]
    for number, event in enumerate(told, 1):
        event.sequence = number
    return told


def failure() -> list[events.JobEvent]:
    """Return a job that is given up."""
    error = JobError(
        kind=JobErrorKind.JOB_ERROR_KIND_NOT_SOLVED,
        message="No plan explains total: say in an instruction how it is made from the other columns.",
    )
    job = Job(
        job_id=JOB, user_id="default", status=JobStatus.JOB_STATUS_FAILED, iterations=1, score=0.99999, error=error
    )
    return numbered(
        (0, events.AttemptLost(attempt=1, reason="the worker was killed", will_retry=True)),
        (0, events.LogEmitted(level=events.LogLevel.LOG_LEVEL_WARNING, message="no column order_data: ignored")),
        (1, events.IterationStarted(max_iterations=1)),
        (1, events.ScriptTested(report=mismatched_report())),
        (0, events.JobFinished(job=job)),
    )


def numbered(*payloads: tuple[int, object]) -> list[events.JobEvent]:
    """Return events with their numbers, one second apart."""
    kinds = {field.message_type.name: field.name for field in events.JobEvent.DESCRIPTOR.oneofs[0].fields}
    return [
        events.JobEvent(
            sequence=number,
            iteration=iteration,
            event_time=Timestamp(seconds=1_700_000_000 + number),
            **{kinds[type(payload).__name__]: payload},
        )
        for number, (iteration, payload) in enumerate(payloads, 1)
    ]


def finished_job(story: list[events.JobEvent]) -> Job:
    """Return the job as its last event leaves it."""
    return story[-1].job_finished.job
