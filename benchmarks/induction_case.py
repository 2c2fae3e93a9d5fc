"""What `induction.py` does with one case, in a child: the loop of a job, and then a run on what it has not seen."""

import json
import shutil
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any

from agents.agent_factory import AgentFactory, AgentSettings
from agents.csv_file import CsvError
from agents.script_runner import Outcome
from agents.tester_agent import OUTPUT
from agents.workflow import Training, train
from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED, Job
from executor.sandbox.limits import Limits
from executor.sandbox.runner import SandboxedRunner
from executor.worker import (
    ARTIFACTS,
    EXPECTED,
    INPUT,
    bound_memory,
    conclude,
    limits_of_test,
    read_task,
    write_artifacts,
)

SCRIPT, FIT, TEST_INPUT, TEST_OUTPUT = "script.py", "fit_output.csv", "test_input.csv", "test_output.csv"
RESULT = "result.json"

Result = dict[str, Any]
"""What result.json says."""


@dataclass(frozen=True)
class Bench:
    """What all cases share; it crosses into each child."""

    cases: Path
    out: Path
    scratch: Path
    agents: AgentSettings
    limits: Limits
    memory_bytes: int  # of one child
    with_instructions: bool

    @property
    def runs(self) -> Path:
        """The sandbox's folder."""
        return self.scratch / "runs"


def work(bench: Bench, name: str, connection: socket) -> None:
    """Learn a case and write down how it ended, whatever breaks."""
    started = time.monotonic()
    bound_memory(bench.memory_bytes)
    try:
        with TemporaryDirectory(dir=bench.scratch) as folder:
            result = learn(bench, name, connection, Path(folder))
    except CsvError as error:
        result = failure("abstained", f"a file cannot be read: {error}", time.monotonic() - started)
    except Exception:
        result = failure("error", traceback.format_exc(), time.monotonic() - started)
    write_result(bench.out / name, result)


def failure(status: str, reason: str, seconds: float) -> Result:
    """Return the result of a case that did not come to the end of its loop."""
    nothing = {"steps": [], "ambiguities": [], "iterations": 0}
    return {"status": status, "seconds": seconds, "reason": reason} | nothing


def write_result(folder: Path, result: Result) -> None:
    """Write result.json at once, so that a child that is killed leaves all of it or none."""
    part = folder / f"{RESULT}.part"
    part.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.rename(folder / RESULT)


def learn(bench: Bench, name: str, connection: socket, folder: Path) -> Result:
    """Take a case through the loop of a job, in a folder that holds only what it may see."""
    case, started = bench.cases / name, time.monotonic()
    for file in (INPUT, EXPECTED):
        shutil.copyfile(case / file, folder / file)
    job = Job(general_instructions=instructions(case) if bench.with_instructions else "")
    task = read_task(job, folder)
    runner = SandboxedRunner(connection, bench.runs, limits_of_test(bench.limits, folder))
    factory = AgentFactory(bench.agents, task, runner, folder)
    training = train(task, factory.get_agents, bench.agents.max_iterations, lambda event: None)
    conclude(job, training, task, time.monotonic() - started)
    write_artifacts(training, folder)
    keep = bench.out / name
    if training.best:
        shutil.copyfile(folder / ARTIFACTS / SCRIPT, keep / SCRIPT)
    if not training.passed:
        return told(job, training)
    shutil.copyfile(folder / ARTIFACTS / OUTPUT, keep / FIT)
    unseen = SandboxedRunner(connection, bench.runs, bench.limits)
    return told(job, training) | apply(keep / SCRIPT, case / TEST_INPUT, unseen, folder / TEST_OUTPUT)


def instructions(case: Path) -> str:
    """Return what is said about the conversion beside its example, which may be nothing."""
    file = case / "case.json"
    return (json.loads(file.read_text(encoding="utf-8")).get("instructions") or "") if file.exists() else ""


def told(job: Job, training: Training) -> Result:
    """Return what a finished job says about itself."""
    solved = "ambiguous" if job.ambiguities else "solved"
    result = {
        "status": solved if job.status == JOB_STATUS_SUCCEEDED else "abstained",
        "seconds": job.metrics.seconds,
        "run_seconds": sum(attempt.report.performance_metrics.execution_time for attempt in training.attempts),
        "steps": [step.details for step in job.plan.transformation_steps],
        "ambiguities": [list(ambiguity.readings) for ambiguity in job.ambiguities],
        "iterations": job.iterations,
        "score": job.score,
        "confidence": dict(job.plan.confidence),
        "warnings": list(job.warnings),
    }
    return result | ({"reason": job.error.message} if job.HasField("error") else {})


def apply(script: Path, unseen: Path, runner: SandboxedRunner, output: Path) -> Result:
    """Run the script on an input that it has not seen, if there is one; say why where that gives no output."""
    if not unseen.exists():
        return {}
    given = shutil.copyfile(unseen, output.with_name(TEST_INPUT))
    run = runner.run(script.read_text(encoding="utf-8"), given, output)
    if run.outcome is not Outcome.COMPLETED:
        return {"test_failure": run.detail}
    shutil.copyfile(output, script.with_name(TEST_OUTPUT))
    return {}
