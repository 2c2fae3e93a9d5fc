"""Writes down how the agents of one job talk: `python -m tests.crew.transcript` does it anew."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from csvconverter.v1.events_pb2 import AgentRole, JobEvent
from csvconverter.v1.jobs_pb2 import JobStatus
from csvconverter.v1.plans_pb2 import Verdict
from tests.crew.conversions import Conversion
from tests.crew.stage import Run, Stage
from tests.language_model.asked import Asked
from tests.server.caller import ALL_KEY, Caller

GOLDEN = Path(__file__).parent.parent / "golden" / "transcripts" / "mended_twice.txt"


async def mended_twice(stage: Stage) -> str:
    """Have induction solve a part, the crew crash, go wrong and succeed, and write it down."""
    job = Conversion("transcript")
    scripts = [job.crashing, job.reversing, job.good]
    suggestions = [{"suggestions": ["Read the column plant."]}, {"suggestions": ["Move each letter."]}]
    answers = {"coder": [{"script": script} for script in scripts], "tester": suggestions}
    async with Caller.connected(stage.server.address, ALL_KEY) as caller:
        return transcribe(await stage.train(caller, job, answers))


def transcribe(run: Run) -> str:
    told = [line for event in run.events for line in told_by(event)]
    asked = [line for request in run.requests for line in asked_by(request)]
    return "\n".join(["What was told:", *told, "", "What the model was asked:", *asked]) + "\n"


def told_by(event: JobEvent) -> Iterator[str]:
    """Yield an event in a line, without what differs between two runs or is written down elsewhere."""
    kind = event.WhichOneof("payload")
    if kind == "agent_progress":
        return
    payload = getattr(event, kind)
    facts = list(facts_of(event))
    if "token_usage" in payload.DESCRIPTOR.fields_by_name and payload.token_usage.requests:
        facts.append(f"{payload.token_usage.requests} request(s)")
    yield f"  {event.iteration} {kind}" + (f": {', '.join(facts)}" if facts else "")


def facts_of(event: JobEvent) -> Iterator[str]:
    match event.WhichOneof("payload"):
        case "agent_started":
            started = event.agent_started
            yield f"{AgentRole.Name(started.role).removeprefix('AGENT_ROLE_').lower()} played by {started.played_by}"
        case "plan_proposed":
            yield f"solved {list(event.plan_proposed.plan.solved_columns)}"
            yield f"unsolved {list(event.plan_proposed.plan.unsolved_columns)}"
        case "script_tested":
            report = event.script_tested.report
            yield f"{Verdict.Name(report.verdict).removeprefix('VERDICT_').lower()}, {report.score:.1%}"
        case "feedback_given":
            yield f"{len(event.feedback_given.feedback.previous_attempts)} attempt(s) so far"
            yield from event.feedback_given.feedback.suggestions
        case "job_finished":
            yield JobStatus.Name(event.job_finished.job.status).removeprefix("JOB_STATUS_").lower()
            yield f"{event.job_finished.job.token_usage.requests} request(s) in all"


def asked_by(request: Asked) -> Iterator[str]:
    """Yield the shape of a request; the prompts themselves are golden files of their own."""
    roles = ", ".join(message["role"] for message in request.body["messages"])
    yield f"  {request.role}: messages by {roles}; answer with {list((request.schema or {})['properties'])}"
    others = {name: value for name, value in request.body.items() if name not in ("messages", "response_format")}
    yield f"    {others}"


async def rewrite() -> None:
    with TemporaryDirectory() as folder, Stage(Path(folder), AGENTS="auto") as stage:
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(await mended_twice(stage))


if __name__ == "__main__":
    asyncio.run(rewrite())
