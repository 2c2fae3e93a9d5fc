"""Writes events: the one place where they are numbered, bounded in size and folded into the state of their job."""

from collections.abc import Sequence

from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy.orm import Session

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import Job, JobStatus, TokenUsage
from storage.sql.event_size import fit
from storage.sql.models import EventRow, JobRow
from storage.sql.topics import WORK, Change, Topic, note

MOST_TOKENS = 2**31 - 1  # that the message holds; what a model's server tells need not be true


def record(session: Session, row: JobRow, events: Sequence[JobEvent]) -> None:
    """Add events to a job whose row this transaction holds, bring the row in step, and wake who waits for them."""
    job = Job.FromString(row.job)
    for event in events:
        row.last_seq += 1
        numbered = _numbered(event, row.last_seq)
        fit(numbered)
        fold(job, numbered)
        session.add(EventRow(life=row.life, seq=row.last_seq, event=numbered.SerializeToString()))
    row.job = job.SerializeToString()
    row.state = job.status
    row.finished_at = seconds(job.finished_at) if job.HasField("finished_at") else None
    note(session, Topic(Change.EVENTS, row.life), row.last_seq)
    if row.state == JobStatus.JOB_STATUS_QUEUED:
        note(session, WORK, 1)


def fold(job: Job, event: JobEvent) -> None:
    """Change a job by what happened to it; events that say nothing about its state change nothing."""
    match event.WhichOneof("payload"):
        case "job_queued":
            job.status = JobStatus.JOB_STATUS_QUEUED
        case "job_started":
            job.status = JobStatus.JOB_STATUS_RUNNING
            if not job.HasField("started_at"):
                job.started_at.CopyFrom(event.event_time)
        case "files_read":
            job.input_format.CopyFrom(event.files_read.input_format)
            job.expected_format.CopyFrom(event.files_read.expected_format)
        case "iteration_started":
            job.iterations = event.iteration
        case "script_tested":
            job.score = max(job.score, event.script_tested.report.score)
            add_usage(job, event.script_tested.token_usage)
        case "plan_proposed":
            add_usage(job, event.plan_proposed.token_usage)
        case "script_written":
            add_usage(job, event.script_written.token_usage)
        case "attempt_lost" if event.attempt_lost.will_retry:
            job.status = JobStatus.JOB_STATUS_QUEUED
            job.iterations, job.score = 0, 0.0  # the next attempt begins from nothing, and what was paid stays paid
        case "job_finished":
            job.CopyFrom(event.job_finished.job)


def add_usage(job: Job, usage: TokenUsage) -> None:
    """Count what a step asked of a language model; a step that asked nothing leaves the job as it is."""
    if not usage.requests:
        return
    total = job.token_usage
    total.prompt_tokens = min(MOST_TOKENS, total.prompt_tokens + usage.prompt_tokens)
    total.completion_tokens = min(MOST_TOKENS, total.completion_tokens + usage.completion_tokens)
    total.requests += usage.requests
    if usage.HasField("cost_usd"):
        total.cost_usd += usage.cost_usd


def _numbered(event: JobEvent, sequence: int) -> JobEvent:
    """Return a copy with its number and with the times that it left open."""
    numbered = JobEvent()
    numbered.CopyFrom(event)
    numbered.sequence = sequence
    if not numbered.HasField("event_time"):
        numbered.event_time.CopyFrom(now())
    if numbered.HasField("job_finished") and not numbered.job_finished.job.HasField("finished_at"):
        numbered.job_finished.job.finished_at.CopyFrom(numbered.event_time)
    return numbered


def seconds(time: Timestamp) -> float:
    """Return a time as seconds since 1970."""
    return time.seconds + time.nanos / 1e9


def now() -> Timestamp:
    """Return the time in UTC."""
    time = Timestamp()
    time.GetCurrentTime()
    return time
