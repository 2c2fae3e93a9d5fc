"""Every error as a REST caller reads it."""

from pathlib import Path

import grpc
import httpx
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo

from gateway.config import GatewayOptions
from gateway.launcher import Gateway
from tests.gateway.conftest import KEY
from tests.gateway.scripted_service import ScriptedService, validation_error

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "the-callers-own-value"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (grpc.StatusCode.CANCELLED, 499),
        (grpc.StatusCode.UNKNOWN, 500),
        (grpc.StatusCode.DEADLINE_EXCEEDED, 504),
        (grpc.StatusCode.NOT_FOUND, 404),
        (grpc.StatusCode.ALREADY_EXISTS, 409),
        (grpc.StatusCode.PERMISSION_DENIED, 403),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, 429),
        (grpc.StatusCode.FAILED_PRECONDITION, 400),
        (grpc.StatusCode.ABORTED, 409),
        (grpc.StatusCode.OUT_OF_RANGE, 413),
        (grpc.StatusCode.UNIMPLEMENTED, 501),
        (grpc.StatusCode.INTERNAL, 500),
        (grpc.StatusCode.UNAVAILABLE, 503),
        (grpc.StatusCode.DATA_LOSS, 500),
        (grpc.StatusCode.UNAUTHENTICATED, 401),
    ],
)
async def test_refusal_becomes_a_detail(
    rest: httpx.AsyncClient, service: ScriptedService, code: grpc.StatusCode, status: int
) -> None:
    message = 'said "no" to \\ and "message":"ü"'
    service.refuse(code, message, ErrorInfo(reason="JOB_NOT_FOUND", domain="csvconverter.v1"))
    for path in ("/api/v1/acme/known", "/api/v1/acme/known/events", "/api/v1/acme/known/artifacts/script.py"):
        answer = await rest.get(path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == {"detail": message}
        assert not [name for name in answer.headers if name.startswith("grpc-")]


async def test_wrong_fields_are_named(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    violation = BadRequest.FieldViolation(field="user_id", description="is empty")
    error = validation_error(["body", "user_id"], 'is "empty"', "missing")
    error.detail.add(loc=["body", "owner"], msg="}]}", type="value_error")
    service.refuse(grpc.StatusCode.INVALID_ARGUMENT, "2 fields", BadRequest(field_violations=[violation]), error)
    answer = await rest.post("/api/v1/train", json={})
    assert answer.status_code == 422
    assert answer.json() == {
        "detail": [
            {"loc": ["body", "user_id"], "msg": 'is "empty"', "type": "missing"},
            {"loc": ["body", "owner"], "msg": "}]}", "type": "value_error"},
        ]
    }


async def test_refusal_without_details_has_its_message(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    service.refuse(grpc.StatusCode.NOT_FOUND, "no such job")
    assert (await rest.get("/api/v1/acme/known")).json() == {"detail": "no such job"}
    service.refuse(grpc.StatusCode.NOT_FOUND, "")
    assert (await rest.get("/api/v1/acme/known")).json() == {"detail": ""}


async def test_throttled_caller_learns_when_to_come_back(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    delay = {"seconds": 2, "nanos": 500_000_000}
    service.refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many requests", RetryInfo(retry_delay=delay))
    assert (await rest.get("/api/v1/queue/status")).headers["retry-after"] == "3"
    service.refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many requests", RetryInfo(retry_delay={"seconds": 7}))
    assert (await rest.get("/api/v1/queue/status")).headers["retry-after"] == "7"
    service.refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many requests")
    assert (await rest.get("/api/v1/queue/status")).headers["retry-after"] == "1"


BYTES_FIELD = f"{SECRET}!" * 50_000


@pytest.mark.parametrize(
    ("body", "place", "kind"),
    [
        (f'{{"user_id": {SECRET}', [], "json_invalid"),
        (f'{{"user_id": "{SECRET}" "owner": "x"}}', [], "json_invalid"),
        (f'{{"user_id": "{SECRET}', [], "json_invalid"),
        (f'{{"user_id": "{SECRET}\\ud800"}}', [], "json_invalid"),
        (f'{{"user_id": "{SECRET}\xff"}}'.encode("latin-1"), [], "json_invalid"),
        (f"{{}} {SECRET}", [], "json_invalid"),
        (f"user_id={SECRET}", [], "json_invalid"),
        (" ", [], "json_invalid"),
        ('{"x":' + "[" * 50_000, [], "json_invalid"),
        ('{"' + SECRET + '":' * 50 + "1}", [], "json_invalid"),
        (f'["{SECRET}"]', [], "dict_type"),
        ("null", [], "dict_type"),
        (f'{{"user_id": ["{SECRET}"]}}', [], "value_error"),
        (f'{{"user_id": {{"{SECRET}": 1}}}}', ["user_id"], "value_error"),
        ('{"user_id": 815}', ["user_id"], "string_type"),
        ('{"job_title": true}', ["job_title"], "string_type"),
        (f'{{"input_file": "{SECRET}!"}}', ["input_file"], "base64_decode"),
        (f'{{"input_file": "{BYTES_FIELD}"}}', ["input_file"], "base64_decode"),
        (f'{{"input_file": "!\\n: for type TYPE_INT32\\n{SECRET}"}}', ["input_file"], "base64_decode"),
        (f'{{"column_instructions": "{SECRET}"}}', ["column_instructions"], "dict_type"),
        (f'{{"column_instructions": ["{SECRET}"]}}', ["column_instructions"], "dict_type"),
        (f'{{"column_instructions": {{"{SECRET}": 815}}}}', ["column_instructions"], "string_type"),
    ],
)
async def test_malformed_body_is_explained_and_not_repeated(
    rest: httpx.AsyncClient, service: ScriptedService, body: str | bytes, place: list[str], kind: str
) -> None:
    answer = await rest.post("/api/v1/train", content=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/json"
    assert "x-malformed" not in answer.headers
    [error] = answer.json()["detail"]
    assert error == {"loc": ["body", *place], "msg": error["msg"], "type": kind}
    assert error["msg"]
    assert SECRET not in answer.text
    assert not service.requests


async def test_unreadable_json_is_told_what_is_missing(rest: httpx.AsyncClient) -> None:
    answer = await rest.post("/api/v1/train", content='{"user_id": "ann" "owner": "Ann"}')
    [error] = answer.json()["detail"]
    assert error["msg"] == "the JSON cannot be read: Expected , or } after key:value pair"


@pytest.mark.parametrize(
    ("query", "place", "kind"),
    [
        (f"after_sequence={SECRET}", ["after_sequence"], "int_parsing"),
        ("after_sequence=1.5", ["after_sequence"], "int_parsing"),
        ("after_sequence=2147483648", ["after_sequence"], "int_parsing"),
        (f"after={SECRET}", ["after"], "extra_forbidden"),
        (f"after_sequence.x={SECRET}", ["after_sequence.x"], "extra_forbidden"),
        (f"client_id={SECRET}", ["client_id"], "extra_forbidden"),
        (f"after_sequence=1&client%5Fid={SECRET}", [], "value_error"),
        ("<script>=1", [], "value_error"),
        ("x" * 65 + "=1", [], "extra_forbidden"),
    ],
)
async def test_malformed_query_is_explained_and_not_repeated(
    rest: httpx.AsyncClient, service: ScriptedService, query: str, place: list[str], kind: str
) -> None:
    answer = await rest.get(f"/api/v1/acme/known/events?{query}")
    assert answer.status_code == 422
    [error] = answer.json()["detail"]
    assert error == {"loc": ["query", *place], "msg": error["msg"], "type": kind}
    assert SECRET not in answer.text
    assert not service.requests


async def test_malformed_path_is_refused(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    answer = await rest.get("/api/v1/acme%00/known")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["path"]
    assert not service.requests


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("GET", "/api/v1/train"), ("PUT", "/api/v1/train"), ("GET", "/docs/nothing")],
)
async def test_unknown_path_is_not_found(rest: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await rest.request(method, path)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Not Found"}


async def test_body_beyond_the_limit_is_refused(small_rest: httpx.AsyncClient, service: ScriptedService) -> None:
    answer = await small_rest.post("/api/v1/train", json={"job_title": "x" * (2 << 20)})
    assert answer.status_code == 413
    assert answer.json() == {"detail": "The request is larger than the server accepts"}
    assert not service.requests


async def test_answer_beyond_the_limit_says_what_to_use_instead(small_rest: httpx.AsyncClient) -> None:
    answer = await small_rest.get("/api/v1/acme/huge")
    assert answer.status_code == 500
    assert "convert" in answer.json()["detail"]


async def test_a_call_in_which_nothing_moves_ends_and_says_where_it_may_go_on(
    server: Path, service: ScriptedService
) -> None:
    service.answering.clear()
    impatient = await Gateway.start(GatewayOptions("127.0.0.1:0", server, idle_seconds=1))
    async with httpx.AsyncClient(base_url=f"http://{impatient.address}", headers=KEY, timeout=30) as client:
        answer = await client.post("/api/v1/acme/known/convert", content=b"id\n1\n")
    await impatient.stop()
    assert answer.status_code == 504
    assert "gRPC port" in answer.json()["detail"]
