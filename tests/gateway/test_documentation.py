"""The OpenAPI document and the page that shows it."""

import json
import re

import httpx
import pytest
from openapi_spec_validator import validate

from gateway.contract import SERVICE, http_rule
from gateway.openapi.document import DOCUMENT

OPERATIONS = {
    (verb, path): operation
    for path, verbs in json.loads(DOCUMENT.read_text())["paths"].items()
    for verb, operation in verbs.items()
}


def test_document_is_valid_openapi() -> None:
    validate(json.loads(DOCUMENT.read_text()))


def test_every_rest_call_is_described() -> None:
    rules = {}
    for method in SERVICE.methods:
        rule = http_rule(method)
        if verb := rule.WhichOneof("pattern"):
            rules[verb, getattr(rule, verb)] = method.name
    assert {call: operation["operationId"] for call, operation in OPERATIONS.items()} == rules


def test_success_statuses_are_the_contracts() -> None:
    successes = {operation["operationId"]: next(iter(operation["responses"])) for operation in OPERATIONS.values()}
    others = {name: status for name, status in successes.items() if status != "200"}
    assert others == {"StartTraining": "202", "DeleteJob": "204", "DeleteUser": "204"}


def test_required_fields_are_those_of_the_specification() -> None:
    schemas = json.loads(DOCUMENT.read_text())["components"]["schemas"]
    required = {"user_id", "input_file", "expected_output_file", "job_title", "owner"}
    assert set(schemas["StartTrainingRequest"]["required"]) == required
    assert set(schemas["RunInferenceRequest"]["required"]) == {"user_id", "job_id", "input_file"}


def test_only_health_needs_no_key() -> None:
    assert [operation["operationId"] for operation in OPERATIONS.values() if "security" in operation] == ["GetHealth"]


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
    assert "default-src 'self'" in page.headers["content-security-policy"]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(links) == 4
    for link in links:
        assert link.startswith("/docs/")
        answer = await rest.get(link)
        assert answer.status_code == 200
        assert len(answer.content) > 100
