"""What becomes of a job when the model or its server fails: one row for each way."""

import json
import re
from collections.abc import Callable, Iterable
from itertools import repeat

import pytest

from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_MODEL_UNAVAILABLE, JOB_ERROR_KIND_NOT_SOLVED
from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED
from tests.crew.stage import MODEL_KEY
from tests.language_model.answers import (
    CONTEXT_TOO_LONG,
    NO_SCHEMA,
    OUT_OF_QUOTA,
    Answer,
    Costly,
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

Right = dict[str, str]

RUDE = Status(401, f"<script>Incorrect key {MODEL_KEY}, see /srv/secret/path</script>")

PASSING: dict[str, Answer] = {
    "busy": Status(429, retry_after=1),
    "busy without advice": Status(429),
    "broken": Status(500),
    "away": Status(503),
    "dropped": CutOff(0),
    "cut off": CutOff(200),
    "empty": Empty(),
    "invalid JSON": '{"script": "import ',
    "prose": "I have thought about it and would rather not write JSON.",
    "wrong schema": {"code": 17, "languages": ["python"]},
    "wrong type": {"script": []},
    "out of length": OutOfLength(),
    "tool call": ToolCall(),
    "garbage": Garbage(),
    "no schema": NO_SCHEMA,
    "in one piece": InOnePiece(),
}
"""What a model does once, and then answers rightly."""

ODD: dict[str, Callable[[Right], Answer]] = {
    "slow": lambda right: Slow(1.0, right),
    "dripping": lambda right: Dripping(0.01, right),
    "prose around": lambda right: f"Certainly! Here it is:\n{json.dumps(right)}\nDoes that help?",
    "code fence": lambda right: f"```json\n{json.dumps(right, indent=2)}\n```",
    "python fence": lambda right: f"Here is the script:\n```python\n{right['script']}```",
    "no usage": NoUsage,
    "absurd usage": lambda right: Costly(2**40, right),
    "negative usage": lambda right: Costly(-5, right),
    "thinking": lambda right: Thinking("Hm, let me see. " * 50, right),
    "surplus keys": lambda right: {**right, "explanation": "Because."},
}
"""How a right answer may come."""

LASTING: dict[str, tuple[Answer, str]] = {
    "wrong key": (RUDE, "OPENAI_API_KEY"),
    "forbidden": (Status(403), "OPENAI_API_KEY"),
    "unknown model": (Status(404), "OPENAI_MODEL_NAME"),
    "out of quota": (OUT_OF_QUOTA, "no credit"),
    "refusal": (Refusal(), "refused"),
    "filtered": (Filtered(), "refused"),
    "context too long": (CONTEXT_TOO_LONG, "context"),
    "always broken": (Status(500), r"status 500.*tried \d times"),
    "always busy": (Status(429, retry_after=0.2), r"status 429.*tried \d times"),
    "busy for a day": (Status(429, retry_after=86400), "86,400 s"),
}
"""What no patience mends, and what the job says then."""

UNREADABLE: dict[str, Answer] = {
    "always empty": Empty(),
    "always prose": "No.",
    "always out of length": OutOfLength(),
    "enormous": "x" * 3_000_000,
}
"""What is nothing of the form that was asked for, however often."""

USUAL = {
    "busy",
    "cut off",
    "empty",
    "prose around",
    "wrong schema",
    "absurd usage",
    "wrong key",
    "refusal",
    "always prose",
}
"""Each kind once; the other rows are for a long run."""


def rows(names: Iterable[str]) -> list:
    return [pytest.param(name, marks=() if name in USUAL else pytest.mark.long) for name in names]


@pytest.mark.parametrize("name", rows(PASSING))
async def test_a_fault_that_passes_costs_no_iteration(crew_stage, crew, conversion, name):
    run = await crew_stage.train(crew, conversion, {"coder": [PASSING[name], {"script": conversion.good}]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.job.iterations == 1
    assert run.roles == ["planner", "coder", "coder"]


@pytest.mark.parametrize("name", rows(ODD))
async def test_a_right_answer_may_come_in_any_dress(crew_stage, crew, conversion, name):
    run = await crew_stage.train(crew, conversion, {"coder": [ODD[name]({"script": conversion.good})]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.roles == ["planner", "coder"]
    assert 50 < run.job.token_usage.completion_tokens < 5000


@pytest.mark.parametrize("name", rows(LASTING))
async def test_a_model_that_cannot_be_used_ends_the_job(crew_stage, crew, conversion, name):
    answer, said = LASTING[name]
    run = await crew_stage.train(crew, conversion, {"coder": repeat(answer)})
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_MODEL_UNAVAILABLE
    assert re.search(said, run.job.error.message), run.job.error.message
    assert not re.search(r"Traceback|openai\.|[<{]", run.job.error.message)
    assert not re.search(r"/secret/|canary", str(run.events))


@pytest.mark.parametrize("name", rows(UNREADABLE))
async def test_a_model_that_never_answers_in_form_ends_the_job(crew_stage, crew, conversion, name):
    run = await crew_stage.train(crew, conversion, {"coder": repeat(UNREADABLE[name])})
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_NOT_SOLVED
    assert "cannot be read" in run.job.error.message
    assert "xxxx" not in run.job.error.message
    assert run.roles.count("coder") == 3
    assert len(run.events) < 50


async def test_an_unreadable_plan_does_not_keep_the_coder_from_its_work(crew_stage, crew, conversion):
    answers = {"planner": repeat("I would just start."), "coder": [{"script": conversion.good}]}
    run = await crew_stage.train(crew, conversion, answers)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.roles == ["planner"] * 3 + ["coder"]
    assert any("plan" in warning for warning in run.job.warnings)


async def test_a_tester_without_suggestions_does_not_fail_the_test(crew_stage, crew, conversion):
    answers = {
        "coder": [{"script": conversion.reversing}, {"script": conversion.good}],
        "tester": [Status(401)],
    }
    run = await crew_stage.train(crew, conversion, answers)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.roles == ["planner", "coder", "tester", "planner", "coder"]
