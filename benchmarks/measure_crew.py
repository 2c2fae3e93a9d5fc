"""What the crew costs beside its model: each question, the first one of a job, and the memory of workers that wait."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import grpc

from benchmarks.figure import Figure
from benchmarks.jobs import METADATA, USER, training
from benchmarks.memory import memory
from benchmarks.processes import descendants, ended, real_server
from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.services_pb2 import WatchJobRequest
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub

ROUNDS = 20
WAITING_JOBS = 8
THINKING_SECONDS = 600.0


@dataclass(frozen=True)
class Model:
    """A model's server that runs."""

    url: str
    questions: IO[str]  # a line for each, with its time


def measure() -> Iterator[Figure]:
    """Ask a model that answers at once, then let workers wait for one that thinks for long."""
    with model_server() as model:
        bare, asked = calls(model)
        yield Figure("crew.over_http_ms", 1000 * (asked - bare), "ms", "lower", f"a bare call, {1000 * bare:.1f} ms")
    with model_server() as model, crew_server(model) as (_, stub):
        milliseconds = statistics.median(first_question_ms(model, stub, f"job-{n}") for n in range(ROUNDS))
        yield Figure("crew.first_question_ms", milliseconds, "ms", "lower", "when a worker took the job up")
    with model_server(THINKING_SECONDS) as model, crew_server(model) as (pid, stub):
        found = [memory(worker) for worker in waiting_workers(model, stub, pid)]
        for name, parts in (("pss", ["Pss"]), ("private", ["Private_Clean", "Private_Dirty"])):
            each = sum(one[part] for one in found for part in parts) / len(found) / 1e6
            yield Figure(f"crew.waiting_{name}_mb", each, "MB", "lower", f"each of {len(found)} workers that wait")


@contextmanager
def model_server(seconds: float = 0.0) -> Iterator[Model]:
    """Run a model that thinks for so long."""
    with ended([sys.executable, "-m", "benchmarks.model_server", str(seconds)]) as process:
        yield Model(f"http://127.0.0.1:{process.stdout.readline().strip()}/v1", process.stdout)


@contextmanager
def crew_server(model: Model) -> Iterator[tuple[int, Any]]:
    """Run a server whose agents ask the model, and return its process and a stub; its workers are warm."""
    with real_server(model.url) as server, grpc.insecure_channel(server.grpc_address) as channel:
        stub: Any = ConversionServiceStub(channel)  # type: ignore[no-untyped-call]
        yield server.pid, stub


def calls(model: Model) -> list[float]:
    """Return the seconds of a bare call and of an agent's, measured in a process that has imported CrewAI."""
    command = [sys.executable, "-m", "benchmarks.model_calls", model.url]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return [float(seconds) for seconds in json.loads(told)]


def first_question_ms(model: Model, stub: Any, job_id: str) -> float:
    """Take a job to its end and return when the model had the first question, from when a worker took the job up."""
    stub.StartTraining(training(job_id), metadata=METADATA)
    watch = stub.WatchJob(WatchJobRequest(client_id=USER, job_id=job_id), metadata=METADATA)
    events: list[JobEvent] = [update.event for update in watch if update.HasField("event")]
    [started] = [event.event_time.ToMicroseconds() for event in events if event.HasField("job_started")]
    asked = [float(model.questions.readline()) for _ in range(events[-1].job_finished.job.token_usage.requests)]
    return 1000 * asked[0] - started / 1000


def waiting_workers(model: Model, stub: Any, server: int) -> list[int]:
    """Return the workers of jobs that all wait for the model."""
    for number in range(WAITING_JOBS):
        stub.StartTraining(training(f"job-{number}"), metadata=METADATA)
    for _ in range(WAITING_JOBS):
        model.questions.readline()
    [forkserver] = [pid for pid in descendants(server) if len(descendants(pid)) == WAITING_JOBS]
    return sorted(descendants(forkserver))
