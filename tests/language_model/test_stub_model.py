"""The stub model is what its callers take it for: asked with OpenAI's own client."""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import openai
import pytest
from openai import OpenAI

from tests.language_model import answers
from tests.language_model.answers import CutOff, Dripping, Empty, Garbage, Hang, NoUsage, Slow, Status, Thinking
from tests.language_model.stub_model import StubModel

SCHEMA = {"type": "object", "properties": {"script": {"type": "string"}}, "required": ["script"]}
STRICT = {**SCHEMA, "additionalProperties": False}
ANSWER = {"script": "print('größer')\n" * 20}


@contextmanager
def asking(model: StubModel, key: str = "key") -> Iterator[OpenAI]:
    http = httpx.Client(verify=False)  # reading certificates takes longer than the tests
    with OpenAI(base_url=model.base_url, api_key=key, max_retries=0, timeout=20, http_client=http) as client:
        yield client


def question(schema: dict | None = None, **others: object) -> dict:
    named = {"name": "ScriptAnswer", "strict": True, "schema": schema or STRICT}
    form = {"type": "json_schema", "json_schema": named}
    return {"model": "m", "messages": [{"role": "user", "content": "Hello?"}], "response_format": form, **others}


def streamed(client: OpenAI, **others: object) -> list:
    options = {"stream": True, "stream_options": {"include_usage": True}, **others}
    with client.chat.completions.create(**question(**options)) as chunks:
        return list(chunks)


def text_of(chunks: list) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


@pytest.mark.parametrize("answer", [ANSWER, json.dumps(ANSWER), Slow(0.05, ANSWER), Dripping(0.001, ANSWER)])
def test_an_answer_is_the_same_streamed_and_in_one_piece(answer):
    with StubModel({"coder": [answer, answer]}) as model, asking(model) as client:
        chunks = streamed(client)
        whole = client.chat.completions.create(**question())
    assert json.loads(text_of(chunks)) == json.loads(whole.choices[0].message.content) == ANSWER
    assert chunks[-1].usage == whole.usage
    assert whole.usage.prompt_tokens > 3
    assert whole.usage.completion_tokens > 60
    assert len(chunks) > 10
    assert model.roles == ["coder", "coder"]
    assert model.requests[0].prompt == "Hello?"
    assert model.lines == ["POST /v1/chat/completions"] * 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status(401), openai.AuthenticationError),
        (Status(403), openai.PermissionDeniedError),
        (Status(404), openai.NotFoundError),
        (Status(429), openai.RateLimitError),
        (answers.OUT_OF_QUOTA, openai.RateLimitError),
        (answers.NO_SCHEMA, openai.BadRequestError),
        (Status(500), openai.InternalServerError),
        (Status(503, retry_after=1), openai.InternalServerError),
    ],
)
def test_a_status_is_what_openai_s_client_calls_it(status, error):
    with StubModel({"coder": [status]}) as model, asking(model) as client, pytest.raises(error) as raised:
        streamed(client)
    assert raised.value.response.headers.get("retry-after") == (f"{status.retry_after}" if status.retry_after else None)
    assert raised.value.code == status.error_code


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        (question(SCHEMA), "additionalProperties"),
        (question({**STRICT, "required": []}), "required"),
        (question({**STRICT, "properties": {"script": {"type": "string", "default": ""}}}), "default"),
        (question(surprise=1), "surprise"),
        (question(messages=[]), "messages"),
        (question(messages=[{"role": "cat", "content": "?"}]), "role"),
        (question(max_tokens=0), "max_tokens"),
        (question(max_tokens=1, max_completion_tokens=1), "at the same time"),
        (question(stream_options={"include_usage": True}), "stream_options"),
        (question(response_format={"type": "json_object"}), "response_format"),
        (question(model=""), "model"),
    ],
)
def test_a_malformed_request_is_refused(request_, complaint):
    with StubModel({"coder": [ANSWER]}) as model:
        answer = httpx.post(
            f"{model.base_url}/chat/completions", json=request_, headers={"Authorization": "Bearer key"}
        )
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]["message"]
    assert not model.requests


def test_only_the_right_key_is_taken():
    with StubModel({"coder": [ANSWER]}, key="sk-right-key") as model:
        with asking(model, "sk-wrong-key") as client, pytest.raises(openai.AuthenticationError):
            streamed(client)
        with asking(model, "sk-right-key") as client:
            assert json.loads(text_of(streamed(client))) == ANSWER


def test_other_addresses_are_told_apart():
    with StubModel({}) as model, asking(model) as client:
        assert [one.id for one in client.models.list()] == ["stub"]
        with pytest.raises(openai.NotFoundError):
            client.responses.create(model="m", input="?")
    assert model.lines == ["GET /v1/models", "POST /v1/responses"]


@pytest.mark.parametrize("after", [0, 100])
def test_a_connection_that_is_cut_off_is_an_error(after):
    with StubModel({"coder": [CutOff(after, ANSWER)] * 2}) as model, asking(model) as client:
        with pytest.raises((openai.APIConnectionError, httpx.RemoteProtocolError)):
            streamed(client)
        with pytest.raises((openai.APIConnectionError, httpx.RemoteProtocolError)):
            client.chat.completions.create(**question())


@pytest.mark.parametrize(
    ("fault", "reason", "text"),
    [
        (answers.OutOfLength(), "length", '{"script": "import pan'),
        (answers.Filtered(), "content_filter", ""),
        (answers.ToolCall(), "tool_calls", ""),
        (answers.Refusal(), "stop", ""),
        (Empty(), "stop", ""),
    ],
)
def test_an_answer_says_why_it_ended(fault, reason, text):
    with StubModel({"coder": [fault, fault]}) as model, asking(model) as client:
        chunks = streamed(client)
        [choice] = client.chat.completions.create(**question()).choices
    assert [one.finish_reason for chunk in chunks for one in chunk.choices][-1] == choice.finish_reason == reason
    assert text_of(chunks) == (choice.message.content or "") == text
    assert bool(choice.message.tool_calls) == isinstance(fault, answers.ToolCall)
    assert bool(choice.message.refusal) == isinstance(fault, answers.Refusal)


def test_an_answer_is_no_longer_than_the_caller_allows():
    with StubModel({"coder": [ANSWER]}) as model, asking(model) as client:
        chunks = streamed(client, max_completion_tokens=5)
    assert chunks[-2].choices[0].finish_reason == "length"
    assert chunks[-1].usage.completion_tokens == 5


def test_usage_can_be_kept_back_and_thoughts_come_first():
    with StubModel({"coder": [NoUsage(ANSWER), Thinking("hm", ANSWER)]}) as model, asking(model) as client:
        assert not any(chunk.usage for chunk in streamed(client))
        assert streamed(client)[1].choices[0].delta.reasoning_content == "hm"


def test_garbage_and_one_piece_are_no_stream():
    with StubModel({"coder": [Garbage(), answers.InOnePiece(ANSWER)]}) as model:
        with asking(model) as client, pytest.raises(ValueError, match="utf-8"):
            streamed(client)
        body = question(stream=True)
        answer = httpx.post(f"{model.base_url}/chat/completions", json=body, headers={"Authorization": "Bearer key"})
    assert json.loads(answer.json()["choices"][0]["message"]["content"]) == ANSWER


def test_a_hanging_answer_goes_on_when_it_is_released():
    hang = Hang(ANSWER, after_characters=50)
    with StubModel({"coder": [hang]}) as model, asking(model) as client, ThreadPoolExecutor() as pool:
        answer = pool.submit(streamed, client)
        assert hang.begun.wait(20)
        assert not answer.done()
        hang.released.set()
        assert json.loads(text_of(answer.result())) == ANSWER
    assert not hang.abandoned.is_set()


def test_a_hanging_answer_knows_that_its_caller_has_gone():
    hang = Hang()
    with StubModel({"coder": [hang]}) as model, asking(model) as client:
        with pytest.raises(openai.APITimeoutError):
            streamed(client, timeout=0.2)
        assert hang.abandoned.wait(20)


def test_nothing_waits_for_a_stub_that_stops():
    hang, begun = Hang(), time.monotonic()
    model = StubModel({"coder": [hang]})
    with ThreadPoolExecutor() as pool, asking(model) as client:
        with model:
            answer = pool.submit(streamed, client)
            hang.begun.wait(20)
        assert text_of(answer.result()) == ""
    assert time.monotonic() - begun < 10
    assert not [thread for thread in threading.enumerate() if "process_request" in thread.name]


def test_a_role_that_has_no_answer_left_is_told_so():
    with (
        StubModel({"coder": []}) as model,
        asking(model) as client,
        pytest.raises(openai.BadRequestError, match="no answer"),
    ):
        streamed(client)


def test_forty_streams_go_on_at_the_same_time():
    with (
        StubModel({"coder": itertools.repeat(Dripping(0.01, ANSWER))}) as model,
        asking(model) as client,
        ThreadPoolExecutor(40) as pool,
    ):
        found = list(pool.map(lambda _: text_of(streamed(client)), range(40)))
    assert [json.loads(text) for text in found] == [ANSWER] * 40


def test_the_asker_is_told_by_the_end_of_the_prompt_where_there_is_no_schema():
    text = 'A plan has "transformation_steps". Answer with {"script": "…"}.'
    with StubModel({"coder": [ANSWER]}) as model, asking(model) as client:
        client.chat.completions.create(model="m", messages=[{"role": "user", "content": text}])
    assert model.roles == ["coder"]
