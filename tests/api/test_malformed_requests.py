"""Requests that are malformed in path, query or body: each is told where, and nothing of it is done."""

import gzip
import json

import pytest

from tests.api.asking import Api
from tests.api.test_rest_table import KEY, training
from tests.server.conftest import INPUT


def mistakes(answer) -> list[tuple[list[str], str]]:
    """Return where each mistake is and of what kind, having checked the rest of a 422."""
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/json")
    assert list(answer.json()) == ["detail"]
    assert all(list(error) == ["loc", "msg", "type"] and error["msg"] for error in answer.json()["detail"])
    return [(error["loc"], error["type"]) for error in answer.json()["detail"]]


@pytest.mark.parametrize("wrong", ["%0A", "a%0A", "a%2Fb", "a%20b", "-x", "%F0%9F%98%80", "..%2Fa", "x" * 129])
@pytest.mark.parametrize(
    ("verb", "path", "field"),
    [
        ("GET", "/api/v1/{}/names", "client_id"),
        ("GET", "/api/v1/ann/{}", "job_id"),
        ("GET", "/api/v1/users/{}/jobs", "client_id"),
        ("GET", "/api/v1/ann/{}/events", "job_id"),
        ("GET", "/api/v1/ann/names/artifacts/{}", "name"),
        ("POST", "/api/v1/ann/{}/convert", "job_id"),
        ("POST", "/api/v1/{}/names:cancel", "client_id"),
        ("DELETE", "/api/v1/delete/job/ann/{}", "job_id"),
        ("DELETE", "/api/v1/delete/user/{}", "user_id"),
    ],
)
def test_no_other_id_is_taken_from_a_path(api: Api, verb: str, path: str, field: str, wrong: str) -> None:
    answer = api.rest.request(verb, path.format(wrong), headers=KEY)
    assert mistakes(answer) == [(["path", field], "string_pattern_mismatch")]


def test_a_path_that_is_not_utf8_is_told(api: Api) -> None:
    answer = api.rest.get("/api/v1/%FF/names", headers=KEY)
    assert mistakes(answer) == [(["path", "client_id"], "string_unicode")]


@pytest.mark.parametrize("path", ["/api/v1/ann", "/api/v1/ann/..", "/api/v1/ann/%2e%2e", "/api/v2/ann/names", "/none"])
def test_an_unknown_path_is_not_found(api: Api, path: str) -> None:
    answer = api.rest.get(path, headers=KEY)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    ("query", "field", "kind"),
    [
        ("after_sequence=-1", "after_sequence", "greater_than_equal"),
        ("after_sequence=x", "after_sequence", "int_parsing"),
        ("after_sequence=", "after_sequence", "int_parsing"),
        ("after_sequence=2147483648", "after_sequence", "int_parsing"),
        ("job_uid=%FF", "job_uid", "string_unicode"),
        ("after=1", "after", "extra_forbidden"),
        ("job_uid=x&after=1", "after", "extra_forbidden"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, trained: str, query: str, field: str, kind: str) -> None:
    answer = api.rest.get(f"/api/v1/{trained}/names/events?{query}", headers=KEY)
    assert mistakes(answer) == [(["query", field], kind)]


@pytest.mark.parametrize("parameter", ["client_id", "clientId", "user_id", "job_id", "name", "owner"])
@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/api/v1/{}/names"),
        ("GET", "/api/v1/{}/names/events"),
        ("GET", "/api/v1/{}/names/artifacts/script.py"),
        ("POST", "/api/v1/{}/names:cancel"),
        ("POST", "/api/v1/{}/names/convert"),
        ("POST", "/api/v1/train"),
        ("DELETE", "/api/v1/delete/job/{}/names"),
    ],
)
def test_a_parameter_does_not_take_the_place_of_path_or_body(
    api: Api, trained: str, verb: str, path: str, parameter: str
) -> None:
    answer = api.rest.request(verb, path.format("nobody"), params={parameter: trained}, headers=KEY)
    assert mistakes(answer) == [(["query", parameter], "extra_forbidden")]
    assert api.rest.get(f"/api/v1/{trained}/names", headers=KEY).json()["status"] == "SUCCEEDED"


def test_a_body_does_not_take_the_place_of_the_path(api: Api, trained: str) -> None:
    answer = api.rest.post("/api/v1/nobody/names:cancel", json={"client_id": trained}, headers=KEY)
    assert mistakes(answer) == [(["body", "client_id"], "value_error")]


REQUIRED = [
    (["body", field], "missing") for field in ("user_id", "input_file", "expected_output_file", "job_title", "owner")
]


@pytest.mark.parametrize("body", ["", "{}", '{"nothing": [1, {"a": null}]}', '{"user_id": "", "owner": null}'])
def test_every_missing_field_is_named(api: Api, body: str) -> None:
    assert mistakes(api.rest.post("/api/v1/train", content=body, headers=KEY)) == REQUIRED


@pytest.mark.parametrize("body", ["null", "[]", '"text"', "5", '{"user_id": "ann"', "user_id=ann", "{}{}", "\ufeff{}"])
def test_a_body_that_is_no_object_is_told(api: Api, body: str) -> None:
    [(place, kind)] = mistakes(api.rest.post("/api/v1/train", content=body, headers=KEY))
    assert (place, kind in ("dict_type", "json_invalid")) == (["body"], True)


def test_every_wrong_field_is_named_as_deep_as_it_is(api: Api, user: str) -> None:
    words = {"name": "x" * 10_001, "price": "round"}
    body = training(user, job_id="a\n", job_title="x" * 201, owner="", column_instructions=words)
    assert mistakes(api.rest.post("/api/v1/train", json=body, headers=KEY)) == [
        (["body", "job_id"], "string_pattern_mismatch"),
        (["body", "job_title"], "string_too_long"),
        (["body", "owner"], "missing"),
        (["body", "column_instructions", "name"], "string_too_long"),
    ]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"input_file": "not base64!"}, ["input_file"]),
        ({"owner": 5}, ["owner"]),
        ({"column_instructions": {"name": {"deep": "er"}}}, []),
        ({"column_instructions": {"name": ["deep"]}}, []),
    ],
)
def test_a_value_of_the_wrong_type_is_told(api: Api, user: str, wrong: dict, place: list[str]) -> None:
    [(found, _)] = mistakes(api.rest.post("/api/v1/train", json=training(user, **wrong), headers=KEY))
    assert found == ["body", *place]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/plain", None])
def test_the_type_that_a_body_claims_does_not_matter(api: Api, user: str, kind: str | None) -> None:
    content = json.dumps(training(user))
    claimed = {"content-type": kind} if kind else {}
    assert api.rest.post("/api/v1/train", content=content, headers={**KEY, **claimed}).status_code == 202


def test_base64_is_understood_in_every_alphabet(api: Api, user: str) -> None:
    body = training(user, job_id="mine", input_file="aWQsbmFtZQrwn5iALDE_Pz8-")  # URL alphabet, no padding
    assert api.rest.post("/api/v1/train", json=body, headers=KEY).status_code == 202
    stored = api.rest.get(f"/api/v1/{user}/mine/artifacts/input.csv", headers=KEY).content
    assert stored == "id,name\n😀,1???>".encode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"files": {"file": INPUT}}, "--data-binary"),
        ({"content": gzip.compress(INPUT), "headers": {"content-encoding": "gzip"}}, "without content-encoding"),
        ({"content": b""}, "empty"),
        ({}, "empty"),
    ],
    ids=["form", "compressed", "empty", "nothing"],
)
def test_what_is_no_raw_file_is_not_converted(api: Api, trained: str, sent: dict, words: str) -> None:
    answer = api.rest.post(f"/api/v1/{trained}/names/convert", **sent | {"headers": KEY | sent.get("headers", {})})
    [(place, _)] = mistakes(answer)
    assert place[0] == "body"
    assert words in answer.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("grpc-timeout", "soon"),
        ("grpc-timeout", "0m"),
        ("grpc-timeout", "99999999999H"),
        ("grpc-encoding", "none-such"),
        ("grpc-previous-rpc-attempts", "x"),
        ("grpc-tags-bin", "x"),
        ("x-other-bin", "not base64 !"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/queue/status", "/health"])
def test_a_header_that_only_grpc_understands_does_no_harm(api: Api, path: str, name: str, value: str) -> None:
    assert api.rest.get(path, headers={**KEY, name: value}).status_code == 200
