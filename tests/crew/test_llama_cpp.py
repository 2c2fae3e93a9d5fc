"""Whole jobs against llama.cpp's own server, with models that say what has the right form and mean nothing by it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.crew.failures import REFUSED_KEY, TOO_LONG
from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_MODEL_UNAVAILABLE, JOB_ERROR_KIND_NOT_SOLVED
from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import StartTrainingRequest
from tests.crew.conversions import Conversion
from tests.crew.stage import USER
from tests.language_model.llama_cpp import KEY, llama_cpp
from tests.language_model.toy_model import write_babbler, write_reciter
from tests.server.caller import ALL_KEY, KEYS, Caller
from tests.server.server_process import server_process

PLAN = {
    "transformation_steps": [
        {
            "action": "move letters",
            "column": "code",
            "source": "plant",
            "target": "code",
            "details": "Move each letter by thirteen places.",
            "transformation": "str.translate",
        }
    ],
    "data_quality_checks": ["Every plant is a word of small letters."],
    "expected_challenges": [],
}
SUGGESTIONS = {"suggestions": ["Move each letter by thirteen places."]}


@asynccontextmanager
async def caller_of(folder: Path, base_url: str, key: str = KEY) -> AsyncIterator[Caller]:
    """Run a server whose crew asks the model behind the URL."""
    variables = {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": base_url, "OPENAI_MODEL_NAME": "toy"}
    with server_process(folder, variables=variables, API_KEYS=KEYS, MAX_WORKERS=1) as server:
        async with Caller.connected(server.address, ALL_KEY) as caller:
            yield caller


async def train(caller: Caller, job: Conversion) -> list[JobEvent]:
    """Return all events of a job."""
    files = {"input_file": job.input, "expected_output_file": job.expected}
    await caller(
        "StartTraining", StartTrainingRequest(user_id=USER, job_id=job.mark, job_title="Codes", owner="Ann", **files)
    )
    return await caller.events(USER, job.mark)


@pytest.mark.long
async def test_a_job_succeeds_with_a_model_in_llama_cpp(tmp_path, conversion):
    model = tmp_path / "reciter.gguf"
    write_reciter(model, [PLAN, {"script": conversion.good}, SUGGESTIONS])
    with llama_cpp(model) as base_url:
        async with caller_of(tmp_path, base_url) as caller:
            events = await train(caller, conversion)
    job = events[-1].job_finished.job
    assert job.status == JOB_STATUS_SUCCEEDED, job.error
    assert job.iterations == 2  # the first is induction's
    assert job.token_usage.requests == 2
    assert job.token_usage.prompt_tokens > 1000  # as the server counts them: a character each
    assert 20 < job.token_usage.completion_tokens < 200
    assert any(event.agent_progress.text for event in events if event.iteration == 2)


@pytest.mark.long
async def test_a_job_fails_in_good_order_with_a_model_that_babbles(tmp_path, conversion):
    model = tmp_path / "babbler.gguf"
    write_babbler(model)
    with llama_cpp(model) as base_url:
        async with caller_of(tmp_path, base_url) as caller:
            job = (await train(caller, conversion))[-1].job_finished.job
    assert job.status == JOB_STATUS_FAILED
    assert job.error.kind == JOB_ERROR_KIND_NOT_SOLVED
    assert job.iterations == 5
    assert job.score > 0.5  # induction's attempt is kept
    assert job.token_usage.requests >= 8


@pytest.mark.long
@pytest.mark.parametrize(("key", "context", "told"), [(KEY, 512, TOO_LONG), ("wrong", 4096, REFUSED_KEY)])
async def test_a_job_says_what_to_do_when_llama_cpp_refuses(tmp_path, conversion, key, context, told):
    model = tmp_path / "babbler.gguf"
    write_babbler(model)
    with llama_cpp(model, context) as base_url:
        async with caller_of(tmp_path, base_url, key) as caller:
            job = (await train(caller, conversion))[-1].job_finished.job
    assert job.error.kind == JOB_ERROR_KIND_MODEL_UNAVAILABLE
    assert told in job.error.message
    assert job.score > 0.5
