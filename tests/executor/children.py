"""What runs in place of a worker, where a test looks at its supervisor."""

import os
import signal
import time
from pathlib import Path

from csvconverter.v1.events_pb2 import JobEvent, JobFinished, LogEmitted, PlanProposed
from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED, Job, TokenUsage
from executor.child import EventChannel
from executor.worker import ARTIFACTS
from tests.stores.processes import PATIENCE

SCRIPT = b"print('learned')\n"
GO = "go"  # a file in the job's folder


def said(message: str) -> JobEvent:
    return JobEvent(iteration=1, log_emitted=LogEmitted(message=message))


def work(job: bytes, folder: str, channel: EventChannel) -> None:
    """Say two things, bring a script, and finish."""
    finish(job, folder, channel, ["one", "two"])


def work_when_told(job: bytes, folder: str, channel: EventChannel) -> None:
    """Count aloud until there is a certain file, and finish."""
    number, end = 0, time.monotonic() + PATIENCE
    while not Path(folder, GO).exists() and time.monotonic() < end:
        number += 1
        channel.send(said(str(number)))
        time.sleep(0.02)
    finish(job, folder, channel, [])


def finish_when_told(job: bytes, folder: str, channel: EventChannel) -> None:
    """Say something, wait until there is a certain file, and finish."""
    channel.send(said("ready"))
    end = time.monotonic() + PATIENCE
    while not Path(folder, GO).exists() and time.monotonic() < end:
        time.sleep(0.005)
    finish(job, folder, channel, [])


def tell_when_stopped(_job: bytes, _folder: str, channel: EventChannel) -> None:
    """Tell what a step cost when it is too late."""

    def tell(*_: object) -> None:
        channel.send(JobEvent(iteration=1, plan_proposed=PlanProposed(token_usage=TokenUsage(requests=3))))
        os._exit(0)

    signal.signal(signal.SIGTERM, tell)
    channel.send(said("ready"))
    time.sleep(600)


def finish(job: bytes, folder: str, channel: EventChannel, messages: list[str]) -> None:
    for message in messages:
        channel.send(said(message))
    artifacts = Path(folder, ARTIFACTS)
    artifacts.mkdir()
    (artifacts / "script.py").write_bytes(SCRIPT)
    (artifacts / "output.csv").write_bytes(b"id\n007\n")
    finished = Job.FromString(job)
    finished.status = JOB_STATUS_SUCCEEDED
    finished.artifacts[:] = ["script.py", "output.csv"]
    channel.send(JobEvent(job_finished=JobFinished(job=finished)))
