"""A job's events and findings in sentences."""

from collections.abc import Callable
from typing import Any

from csvconverter.cli.records import short_name
from csvconverter.cli.text import cell, count, dollars, percent, size, visible
from csvconverter.v1 import events_pb2 as events
from csvconverter.v1.jobs_pb2 import CsvFormat, Job, JobStatus, TokenUsage
from csvconverter.v1.plans_pb2 import Ambiguity, CellMismatch, Plan, TestError, TestReport, TransformationStep, Verdict

SURE = 0.9  # columns that are less likely to hold on other files are named


def tell(event: events.JobEvent) -> str:
    """Return what happened in one line; empty for an event of a newer kind."""
    kind = event.WhichOneof("payload")
    return visible(SENTENCES[kind](getattr(event, kind))) if kind in SENTENCES else ""


def queued(payload: events.JobQueued) -> str:
    """Tell how long the queue is."""
    return f"waiting for a worker, {count(payload.jobs_ahead, 'job')} ahead"


def started(payload: events.JobStarted) -> str:
    """Tell that a worker is at it."""
    return "a worker took the job up" + (f", attempt {payload.attempt}" if payload.attempt > 1 else "")


def files_read(payload: events.FilesRead) -> str:
    """Tell how both files are written."""
    return f"the input is {written_as(payload.input_format)}, the expected output {written_as(payload.expected_format)}"


def written_as(found: CsvFormat) -> str:
    """Return encoding and delimiter, and that there is no header."""
    delimiter = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(found.delimiter, found.delimiter)
    return f"{found.encoding} with {delimiter}" + ("" if found.has_header else " and no header")


def agent(payload: events.AgentStarted) -> str:
    """Tell whose turn it is."""
    return f"{role(payload.role)} at work" + (f" ({payload.played_by})" if payload.played_by else "")


def planned(payload: events.PlanProposed) -> str:
    """Tell the plan on one line."""
    steps = "; ".join(map(step, payload.plan.transformation_steps))
    return and_used(f"{plan_extent(payload.plan)}: {steps}" if steps else plan_extent(payload.plan), payload)


def written(payload: events.ScriptWritten) -> str:
    """Tell how long the script is."""
    return and_used(script_extent(payload), payload)


def tested(payload: events.ScriptTested) -> str:
    """Tell what the tester found, the first differing cell included."""
    report = payload.report
    first = f"; first {mismatch(report.mismatches[0])}" if report.mismatches else ""
    return and_used(f"{verdict(report)}: {findings(report)}{first}", payload)


def fed_back(payload: events.FeedbackGiven) -> str:
    """Tell what the next attempt is to do differently."""
    return "; ".join(payload.feedback.suggestions or map(error, payload.feedback.current_errors))


def lost(payload: events.AttemptLost) -> str:
    """Tell that a worker is gone."""
    return f"attempt {payload.attempt} lost, {'trying again' if payload.will_retry else 'given up'}: {payload.reason}"


def finished(payload: events.JobFinished) -> str:
    """Tell how the job ended, and why when it did not succeed."""
    job = payload.job
    parts = [summary(job), job.error.message] if job.HasField("error") else [summary(job)]
    return f"{status(job)}: {'; '.join(parts)}"


SENTENCES: dict[str | None, Callable[[Any], str]] = {
    "job_queued": queued,
    "job_started": started,
    "files_read": files_read,
    "iteration_started": lambda payload: f"of at most {payload.max_iterations}",
    "agent_started": agent,
    "agent_progress": lambda payload: f"{role(payload.role)}: {' '.join(payload.text.split())}",
    "plan_proposed": planned,
    "script_written": written,
    "script_tested": tested,
    "feedback_given": fed_back,
    "attempt_lost": lost,
    "log_emitted": lambda payload: payload.message,
    "job_finished": finished,
}


def role(number: events.AgentRole) -> str:
    """Return "planner", "coder" or "tester"."""
    return short_name(events.AgentRole.DESCRIPTOR, number).lower()


def status(job: Job) -> str:
    """Return where a job stands, such as "SUCCEEDED"."""
    return short_name(JobStatus.DESCRIPTOR, job.status)


def verdict(report: TestReport) -> str:
    """Return the tester's word, such as "MISMATCHED"."""
    return short_name(Verdict.DESCRIPTOR, report.verdict)


def summary(job: Job) -> str:
    """Return the result and its cost in one line."""
    parts = [result(job)]
    if job.iterations:
        parts.append(count(job.iterations, "iteration"))
    if job.HasField("metrics"):
        parts.append(f"{job.metrics.seconds:.1f} s")
    if job.metrics.peak_memory_bytes:
        parts.append(size(job.metrics.peak_memory_bytes))
    if job.HasField("token_usage"):
        parts.append(usage(job.token_usage))
    return ", ".join(parts)


def usage(used: TokenUsage) -> str:
    """Return what was asked of a language model."""
    text = f"{count(used.prompt_tokens + used.completion_tokens, 'token')} in {count(used.requests, 'request')}"
    return f"{text}, {dollars(used.cost_usd)}" if used.HasField("cost_usd") else text


def and_used(text: str, payload: events.PlanProposed | events.ScriptWritten | events.ScriptTested) -> str:
    """Add to a text what the step asked of a language model, if anything."""
    return f"{text} ({usage(payload.token_usage)})" if payload.HasField("token_usage") else text


def result(job: Job) -> str:
    """Return how close the best script comes."""
    if job.status == JobStatus.JOB_STATUS_SUCCEEDED:
        return f"every cell as expected in {count(job.metrics.rows, 'row')}"
    return f"{percent(job.score)} of cells as expected" if job.iterations else "no script yet"


def step(item: TransformationStep) -> str:
    """Return a step's own sentence, or what can be said without one."""
    return item.details or " ".join(filter(None, [item.action, item.column or item.target]))


def plan_extent(plan: Plan) -> str:
    """Tell how much of the expected output a plan explains."""
    text = count(len(plan.transformation_steps), "step")
    if not plan.unsolved_columns:
        return text
    columns = len(plan.solved_columns) + len(plan.unsolved_columns)
    return f"{text} for {len(plan.solved_columns)} of {count(columns, 'column')}"


def unsure(plan: Plan) -> list[str]:
    """Tell which columns may well be wrong on other files, the least likely first."""
    columns = sorted(plan.confidence.items(), key=lambda item: item[1])
    return [f"{name}: {percent(sure)} likely to hold on other rows" for name, sure in columns if sure < SURE]


def script_extent(payload: events.ScriptWritten) -> str:
    """Tell how long a script is."""
    return f"a script of {count(len(payload.script.splitlines()), 'line')}"


def findings(report: TestReport) -> str:
    """Tell how close a script's output is."""
    if report.test_passed:
        return "every cell is as expected"
    if report.mismatch_count:
        return f"{percent(report.score)} of cells as expected, {count(report.mismatch_count, 'differs', 'differ')}"
    return error(report.errors_found[0]) if report.errors_found else f"{percent(report.score)} of cells as expected"


def mismatch(item: CellMismatch) -> str:
    """Tell one cell that differs."""
    return f"row {item.row}, {item.column}: expected {cell(item.expected)}, found {cell(item.actual)}"


def error(item: TestError) -> str:
    """Tell one thing that is wrong."""
    return f"{item.column}: {item.issue}" if item.column else item.issue


def ambiguity(item: Ambiguity) -> str:
    """Tell how a column was read, and how else it could have been."""
    if not item.readings:
        return f"{item.column or 'rows'}: several readings explain the examples"
    chosen, *others = item.readings
    text = f"{item.column or 'rows'}: taken as {chosen}; the examples also allow {' or '.join(others)}"
    if not item.outputs:
        return text
    place = f"on row {item.row}" if item.row else "on another file"
    return f"{text} ({place}: {' or '.join(map(cell, item.outputs))})"
