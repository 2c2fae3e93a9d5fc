"""The OpenAPI document and the page that shows it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from google.protobuf.json_format import Parse
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from csvconverter.v1.errors_pb2 import ErrorReason
from csvconverter.v1.services_pb2 import WatchJobResponse
from gateway.contract import SERVICE, http_rule
from gateway.openapi.document import DOCUMENT
from gateway.openapi.errors import ERRORS
from gateway.openapi.examples import JOB, METADATA
from server.errors import CODES
from storage.metadata import metadata

FOUND = json.loads(DOCUMENT.read_text())
OPERATIONS = {(verb, path): operation for path, verbs in FOUND["paths"].items() for verb, operation in verbs.items()}
BY_NAME = {operation["operationId"]: operation for operation in OPERATIONS.values()}
STATUSES = {
    "INVALID_ARGUMENT": 422,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "OUT_OF_RANGE": 413,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
}


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Return a part of the document, or what it refers to."""
    while "$ref" in part:
        _, *names = part["$ref"].split("/")
        part = FOUND
        for name in names:
            part = part[name]
    return part


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the bodies of all requests and answers with their types."""
    for operation in BY_NAME.values():
        for place in (operation.get("requestBody", {}), *operation["responses"].values()):
            yield from resolved(place).get("content", {}).items()


def test_document_is_valid_openapi() -> None:
    validate(FOUND)


def test_every_rest_call_is_described() -> None:
    rules = {}
    for method in SERVICE.methods:
        rule = http_rule(method)
        if verb := rule.WhichOneof("pattern"):
            rules[verb, getattr(rule, verb)] = method.name
    assert {call: operation["operationId"] for call, operation in OPERATIONS.items()} == rules


def test_every_call_has_one_tag() -> None:
    known = [tag["name"] for tag in FOUND["tags"]]
    assert all(
        [*operation["tags"]] == [tag for tag in known if tag in operation["tags"]][:1] for operation in BY_NAME.values()
    )


def test_success_statuses_are_the_contracts() -> None:
    successes = {name: next(iter(operation["responses"])) for name, operation in BY_NAME.items()}
    others = {name: status for name, status in successes.items() if status != "200"}
    assert others == {"CreateUpload": "201", "StartTraining": "202", "DeleteJob": "204", "DeleteUser": "204"}


def test_calls_document_the_statuses_that_they_can_give() -> None:
    always = {"422", "429", "500", "503", "504"}
    keyed = always | {"401"}
    errors = {name: {status for status in one["responses"] if status >= "400"} for name, one in BY_NAME.items()}
    assert errors == {
        "GetHealth": always,
        "GetQueueStatus": keyed,
        "StartTraining": keyed | {"403", "404", "409", "413"},
        "RunInference": keyed | {"400", "403", "404", "413"},
        "Convert": keyed | {"400", "403", "404"},
        "GetJobMetadata": keyed | {"403"},
        "ListJobMetadata": keyed | {"403"},
        "DeleteJob": keyed | {"403"},
        "DeleteUser": keyed | {"403"},
        "WatchJob": keyed | {"403", "404", "409"},
        "CancelJob": keyed | {"403", "404", "413"},
        "GetArtifact": keyed | {"403", "404"},
        "GetArtifactUrl": keyed | {"400", "403", "404"},
        "CreateUpload": keyed | {"400", "403", "413"},
    }


def test_every_reason_is_documented_with_its_status() -> None:
    named = {
        ErrorReason.Name(reason).removeprefix("ERROR_REASON_"): STATUSES[code.name] for reason, code in CODES.items()
    }
    assert {reason: error.status for reason, error in ERRORS.items() if not error.description} == named


def test_who_may_come_back_is_told_when() -> None:
    for operation in BY_NAME.values():
        told = {status for status, one in operation["responses"].items() if "retry-after" in resolved(one)["headers"]}
        assert told == {"429", "503"} & set(operation["responses"])


def test_every_body_has_examples_of_its_schema() -> None:
    for kind, body in bodies():
        examples = [body["example"]] if "example" in body else [one["value"] for one in body["examples"].values()]
        assert examples
        if kind != "text/event-stream":  # whose schema is that of one event
            validator = Draft202012Validator(body["schema"] | {"components": FOUND["components"]})
            for example in examples:
                validator.validate(example)


def test_example_of_metadata_is_what_a_job_gives() -> None:
    assert metadata(JOB) == METADATA


def test_example_of_a_watch_is_server_sent_events() -> None:
    [media] = BY_NAME["WatchJob"]["responses"]["200"]["content"].values()
    *events, end = media["example"].split("\n\n")
    assert end == ""
    for event in events:
        Parse(event.removeprefix("data: "), WatchJobResponse())


def test_required_fields_are_those_of_the_specification() -> None:
    schemas = FOUND["components"]["schemas"]
    training, inference = schemas["StartTrainingRequest"], schemas["RunInferenceRequest"]
    assert set(training["required"]) == {"user_id", "job_title", "owner"}
    assert set(inference["required"]) == {"user_id", "job_id"}
    assert choices(training) == [{"input_file", "input_upload"}, {"expected_output_file", "expected_output_upload"}]
    assert choices(inference) == [{"input_file", "input_upload"}]


def choices(schema: dict) -> list[set[str]]:
    """Return groups of fields of which one is required: a file, or an upload in its place."""
    return [{name for one in group["anyOf"] for name in one["required"]} for group in schema["allOf"]]


def test_optional_fields_may_be_null() -> None:
    fields = FOUND["components"]["schemas"]["StartTrainingRequest"]["properties"]
    nullable = {name for name, schema in fields.items() if "null" in schema["type"]}
    optional = {"job_id", "description", "general_instructions", "column_instructions", "request_id"}
    assert nullable == optional | set().union(*choices(FOUND["components"]["schemas"]["StartTrainingRequest"]))
    assert fields["column_instructions"]["additionalProperties"]["type"] == ["string", "null"]


def test_what_is_always_printed_is_required_in_answers() -> None:
    schemas = FOUND["components"]["schemas"]
    assert set(schemas["RunInferenceResponse"]["required"]) == {"script", "output_csv", "rows", "seconds", "warnings"}
    assert "required" not in schemas["WatchJobResponse"]
    assert set(schemas["JobMetadata"]["required"]) == set(schemas["JobMetadata"]["properties"])


def test_only_health_needs_no_key() -> None:
    assert [name for name, operation in BY_NAME.items() if "security" in operation] == ["GetHealth"]


@pytest.mark.asyncio(loop_scope="module")
async def test_document_is_served(rest: httpx.AsyncClient) -> None:
    answer = await rest.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == DOCUMENT.read_bytes()


@pytest.mark.asyncio(loop_scope="module")
async def test_page_has_everything_here(rest: httpx.AsyncClient) -> None:
    page = await rest.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'self'; img-src")
    assert page.headers["x-content-type-options"] == "nosniff"
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(links) == 4
    for link in links:
        assert link.startswith("/docs/")
        answer = await rest.get(link)
        assert answer.status_code == 200
        assert len(answer.content) > 100
