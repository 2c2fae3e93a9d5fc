"""What becomes of a job when the model or its server fails: one row for each way."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from itertools import repeat

import pytest
import pytest_asyncio

from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_MODEL_UNAVAILABLE, JOB_ERROR_KIND_NOT_SOLVED
from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED
from tests.crew.conversions import Conversion
from tests.crew.stage import MODEL_KEY, Run, Stage
from tests.language_model.answers import (
    CONTEXT_TOO_LONG,
    NO_SCHEMA,
    OUT_OF_QUOTA,
    Answer,
    CutOff,
    Dripping,
    Empty,
    Filtered,
    Garbage,
    InOnePiece,
    NoUsage,
    OutOfLength,
    Refusal,
    Slow,
    Status,
    Thinking,
    ToolCall,
)
from tests.server.caller import ALL_KEY, Caller

PLAN = {"transformation_steps": [], "data_quality_checks": [], "expected_challenges": []}
RUDE = Status(401, "<script>Incorrect key sk-canary-5f1c0ffee, see /srv/secret/path</script>")

SURVIVED: dict[str, list[Answer]] = {
    "busy": [Status(429, retry_after=1)],
    "busy_without_advice": [Status(429)],
    "broken_once": [Status(500)],
    "away_once": [Status(503)],
    "dropped": [CutOff(0)],
    "cut_off": [CutOff(200)],
    "empty": [Empty()],
    "invalid_json": ['{"script": "import '],
    "prose": ["I have thought about it and would rather not write JSON."],
    "wrong_schema": [{"code": 17, "languages": ["python"]}],
    "wrong_type": [{"script": []}],
    "out_of_length": [OutOfLength()],
    "tool_call": [ToolCall()],
    "garbage": [Garbage()],
    "no_schema": [NO_SCHEMA],
    "in_one_piece": [InOnePiece()],
}
"""What a model does before it answers rightly."""

ODD = {
    "slow": lambda right: Slow(1.0, right),
    "dripping": lambda right: Dripping(0.01, right),
    "prose_around": lambda right: f"Certainly! Here it is:\n{json.dumps(right)}\nDoes that help?",
    "code_fence": lambda right: f"```json\n{json.dumps(right, indent=2)}\n```",
    "python_fence": lambda right: f"Here is the script:\n```python\n{right['script']}```",
    "no_usage": NoUsage,
    "thinking": lambda right: Thinking("Hm, let me see. " * 50, right),
    "surplus_keys": lambda right: {**right, "explanation": "Because."},
}
"""How a right answer may come."""

UNAVAILABLE: dict[str, tuple[Answer, str]] = {
    "wrong_key": (RUDE, r"key.*OPENAI_API_KEY"),
    "forbidden": (Status(403), r"OPENAI_API_KEY"),
    "unknown_model": (Status(404), r"OPENAI_MODEL_NAME|OPENAI_BASE_URL"),
    "out_of_quota": (OUT_OF_QUOTA, r"quota|credit|budget"),
    "refusal": (Refusal(), r"refused"),
    "filtered": (Filtered(), r"refused|filter"),
    "context_too_long": (CONTEXT_TOO_LONG, r"context|long"),
}
"""What no second request would mend."""

UNREADABLE: dict[str, Answer] = {
    "always_empty": Empty(),
    "always_prose": "No.",
    "always_too_long": OutOfLength(),
    "enormous": "x" * 3_000_000,
}
"""What is nothing of the form that was asked for, however often."""


@dataclass(frozen=True)
class Case:
    conversion: Conversion
    answers: dict[str, Iterable[Answer]]


def cases() -> dict[str, Case]:
    jobs = {name: Conversion(f"x{name}x") for name in (*SURVIVED, *ODD, *UNAVAILABLE, *UNREADABLE)}
    right = {name: {"script": job.good} for name, job in jobs.items()}
    coders: dict[str, Iterable[Answer]] = {name: [*before, right[name]] for name, before in SURVIVED.items()}
    coders |= {name: [odd(right[name])] for name, odd in ODD.items()}
    coders |= {name: repeat(answer) for name, (answer, _) in UNAVAILABLE.items()}
    coders |= {name: repeat(answer) for name, answer in UNREADABLE.items()}
    return {name: Case(job, {"planner": repeat(PLAN), "coder": coders[name]}) for name, job in jobs.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runs(crew_stage: Stage) -> AsyncIterator[dict[str, Run]]:
    """Run all of them side by side."""
    named = cases()
    async with Caller.connected(crew_stage.server.address, ALL_KEY) as caller:
        done = await asyncio.gather(
            *(crew_stage.train(caller, case.conversion, case.answers) for case in named.values())
        )
    yield dict(zip(named, done, strict=True))


@pytest.mark.parametrize("name", [*SURVIVED, *ODD])
def test_a_fault_that_passes_costs_no_iteration(runs, name):
    run = runs[name]
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.job.iterations == 1
    assert run.roles.count("coder") == 1 + len(SURVIVED.get(name, ()))


@pytest.mark.parametrize("name", UNAVAILABLE)
def test_a_model_that_cannot_be_used_ends_the_job(runs, name):
    run = runs[name]
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_MODEL_UNAVAILABLE
    assert re.search(UNAVAILABLE[name][1], run.job.error.message), run.job.error.message
    assert run.roles.count("coder") == 1
    assert not re.search(r"/secret/|canary|Traceback|openai\.|<|\{", run.job.error.message)


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_model_that_never_answers_in_form_ends_the_job(runs, name):
    run = runs[name]
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind in (JOB_ERROR_KIND_NOT_SOLVED, JOB_ERROR_KIND_MODEL_UNAVAILABLE)
    assert "xxxx" not in run.job.error.message
    assert run.job.error.message
    assert run.roles.count("coder") <= 15


def test_the_key_is_told_to_nobody_but_the_model(runs, crew_stage):
    assert MODEL_KEY not in crew_stage.log
    for run in runs.values():
        assert not [event for event in run.events if MODEL_KEY in str(event)]
    data = crew_stage.folder / "data"
    assert not [path for path in data.rglob("*") if path.is_file() and MODEL_KEY.encode() in path.read_bytes()]
