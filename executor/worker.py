"""What runs in the child: one job, start to finish.

The supervisor has put `input.csv` and `expected.csv` into a folder. The worker sends the events, writes the artifacts
into the folder's `artifacts`, and ends with job_finished.
"""

import logging
import os
import re
import resource
import socket
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from google.protobuf.json_format import MessageToJson

from agents.agent_factory import AgentFactory, AgentSettings
from agents.crew.doubts import doubts
from agents.csv_file import CsvError, read_example
from agents.planner_agent import ModelUnavailable
from agents.task import Task
from agents.tester_agent import OUTPUT
from agents.wording import cut
from agents.workflow import Attempt, Training, train
from csvconverter.v1.errors_pb2 import (
    JOB_ERROR_KIND_INTERNAL,
    JOB_ERROR_KIND_MODEL_UNAVAILABLE,
    JOB_ERROR_KIND_NOT_SOLVED,
    JOB_ERROR_KIND_OUT_OF_MEMORY,
    JobError,
    JobErrorKind,
)
from csvconverter.v1.events_pb2 import LOG_LEVEL_WARNING, FilesRead, JobEvent, JobFinished, LogEmitted
from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED, Job, JobMetrics
from csvconverter.v1.plans_pb2 import VERDICT_REFUSED
from executor.child import EventChannel
from executor.disk import is_disk_full
from executor.sandbox.exchange import SandboxLost
from executor.sandbox.limits import MEBIBYTE, Limits
from executor.sandbox.runner import SandboxedRunner

logger = logging.getLogger(__name__)

ERRORS_TOLD = 20
OUTPUT_SHARE = 4  # an output so many times larger than the expected one is not read to see that it differs
DISK_FULL = "the server had no space left on its disk"
INPUT, EXPECTED, ARTIFACTS = "input.csv", "expected.csv", "artifacts"


@dataclass(frozen=True)
class WorkOrder:
    """Everything that crosses into the child, beside two sockets."""

    job: bytes  # the Job message
    folder: str
    runs: str  # the sandbox's folder
    agents: AgentSettings
    limits: Limits
    memory_bytes: int  # of the worker itself


def run_job(order: WorkOrder, sandbox: socket.socket, channel: EventChannel) -> None:
    """Do one job; whatever happens in our own code ends as a FAILED job, never as a traceback for the caller."""
    job = Job.FromString(order.job)
    os.nice(order.limits.niceness)  # as far as its scripts do
    bound_memory(order.memory_bytes)
    try:
        learn(job, order, sandbox, channel)
    except CsvError as error:  # the server has looked at the beginnings of the files
        fail(job, JOB_ERROR_KIND_NOT_SOLVED, f"a file cannot be read: {error}")
    except SandboxLost:
        raise  # ends this process: the attempt is lost and the job is tried again
    except MemoryError as error:
        traceback.clear_frames(error.__traceback__)  # which hold what was too large
        message = f"the examples need more memory than a worker may have, {order.memory_bytes // MEBIBYTE} MiB"
        fail(job, JOB_ERROR_KIND_OUT_OF_MEMORY, f"{message}: train with fewer rows")
    except Exception as error:
        logger.exception("job %s of %s broke in the worker", job.job_id, job.user_id)
        reason = DISK_FULL if is_disk_full(error) else "the job broke inside the worker; the server's log says how"
        fail(job, JOB_ERROR_KIND_INTERNAL, reason)
    channel.send(JobEvent(job_finished=JobFinished(job=job)))


def learn(job: Job, order: WorkOrder, sandbox: socket.socket, channel: EventChannel) -> None:
    """Read the job's files, find a script, and write onto the job what came of it."""
    folder, started = Path(order.folder), time.monotonic()
    task = read_task(job, folder)
    job.input_format.CopyFrom(task.input.dialect.as_format())
    job.expected_format.CopyFrom(task.expected.dialect.as_format())
    channel.send(JobEvent(files_read=FilesRead(input_format=job.input_format, expected_format=job.expected_format)))
    for warning in input_warnings(task):
        job.warnings.append(warning)
        channel.send(JobEvent(log_emitted=LogEmitted(level=LOG_LEVEL_WARNING, message=warning)))
    runner = SandboxedRunner(sandbox, Path(order.runs), limits_of_test(order.limits, folder))
    factory = AgentFactory(order.agents, task, runner, folder, job.token_usage)
    try:
        training = train(task, factory.get_agents, order.agents.max_iterations, channel.send)
    finally:  # what was asked of a model is told however the job ends
        if factory.meter.total.requests:
            job.token_usage.CopyFrom(factory.meter.total)
    conclude(job, training, task, time.monotonic() - started)
    job.artifacts[:] = [INPUT, EXPECTED, *write_artifacts(training, folder)]


def limits_of_test(limits: Limits, folder: Path) -> Limits:
    """Return the limits without room for an output that cannot be the expected one: the tester reads it whole."""
    room = OUTPUT_SHARE * (folder / EXPECTED).stat().st_size + MEBIBYTE
    return replace(limits, output_bytes=min(limits.output_bytes, room))


def bound_memory(amount: int) -> None:
    """Let this process have so many bytes on top of what it has; what would exceed them raises MemoryError."""
    [has] = re.findall(r"^VmData:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    bound = int(has) * 1024 + amount
    resource.setrlimit(resource.RLIMIT_DATA, (bound if most == resource.RLIM_INFINITY else min(bound, most), most))


def fail(job: Job, kind: JobErrorKind, message: str) -> None:
    """Write onto the job why it failed."""
    job.status = JOB_STATUS_FAILED
    job.error.CopyFrom(JobError(kind=kind, message=message))


def read_task(job: Job, folder: Path) -> Task:
    """Read the two files that the job is about."""
    given, wanted = read_example((folder / INPUT).read_bytes(), (folder / EXPECTED).read_bytes())
    return Task(
        input=given,
        expected=wanted,
        input_path=folder / INPUT,
        column_instructions=dict(job.column_instructions),
        general_instructions=job.general_instructions,
    )


def input_warnings(task: Task) -> Iterator[str]:
    """Yield what was repaired in the files, and the instructions that are about no column."""
    for name, file in (("input", task.input), ("expected output", task.expected)):
        for warning in file.warnings:
            yield f"{name}: {warning}"
    if task.expected.dialect.preamble:
        yield "expected output: the lines above its table are written above every output, as they stand there"
    if task.expected.dialect.footer_lines:
        yield "expected output: the lines below its table are not written, since they may say something else then"
    for column in task.unknown_columns():
        yield f"there is an instruction for {cut(column)!r}, which is a column of neither file: it is ignored"


def conclude(job: Job, training: Training, task: Task, seconds: float) -> None:
    """Write what came of the training onto the job."""
    reports = [attempt.report.performance_metrics for attempt in training.attempts]
    job.iterations = len(training.attempts)
    job.metrics.CopyFrom(
        JobMetrics(
            seconds=seconds,
            peak_memory_bytes=max((report.memory_usage for report in reports), default=0),
            cpu_seconds=sum(report.cpu_time for report in reports),
            rows=len(task.input.rows),
        )
    )
    if best := training.best:
        if best.report.test_passed:  # then it explains all columns, also those that a model's plan forgot
            best.plan.solved_columns[:] = task.expected.header
            del best.plan.unsolved_columns[:]
        job.score = best.report.score
        job.plan.CopyFrom(best.plan)
        job.warnings.extend([*best.plan.warnings, *doubts(best.report)])
        job.ambiguities.extend(best.plan.ambiguities)
    if training.passed:
        job.status = JOB_STATUS_SUCCEEDED
    else:
        unavailable = isinstance(training.ended_by, ModelUnavailable)
        kind = JOB_ERROR_KIND_MODEL_UNAVAILABLE if unavailable else JOB_ERROR_KIND_NOT_SOLVED
        fail(job, kind, explain_failure(training))


def explain_failure(training: Training) -> str:
    """Say why no further attempt was made and what still differs, in sentences."""
    sentences = [str(training.ended_by)] if training.ended_by else []
    if best := training.best:
        last = training.attempts[-1].report
        if last is not best.report and last.verdict == VERDICT_REFUSED:
            sentences.append(f"The last script was refused: {last.errors_found[0].issue}")
        sentences.append(f"The best script has {best.report.score:.1%} of the cells right")
        errors = best.report.errors_found
        for error in errors[:ERRORS_TOLD]:
            sentences.append(f"{cut(error.column)}: {error.issue}" if error.column else error.issue)
        if len(errors) > ERRORS_TOLD:
            sentences.append(f"report.json has {len(errors) - ERRORS_TOLD} more errors")
    return " ".join(sentence.removesuffix(".") + "." for sentence in sentences)


def write_artifacts(training: Training, folder: Path) -> list[str]:
    """Write the best attempt's files and return their names."""
    if not (best := training.best):
        return []
    artifacts = folder / ARTIFACTS
    artifacts.mkdir()
    contents = artifact_contents(best)
    for name, text in contents.items():
        (artifacts / name).write_text(text, encoding="utf-8")
    if training.passed:
        (folder / OUTPUT).rename(artifacts / OUTPUT)
        return [*contents, OUTPUT]
    return list(contents)


def artifact_contents(best: Attempt) -> dict[str, str]:
    """Return the text of the files that every attempt has."""
    return {
        "script.py": best.script,
        "plan.json": MessageToJson(best.plan, preserving_proto_field_name=True, ensure_ascii=False),
        "report.json": MessageToJson(best.report, preserving_proto_field_name=True, ensure_ascii=False),
    }
