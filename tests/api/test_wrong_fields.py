"""What is wrong with a request, told alike over gRPC and REST."""

import socket

import pytest

from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    ConvertRequest,
    CreateUploadRequest,
    DeleteJobRequest,
    DeleteUserRequest,
    GetArtifactRequest,
    GetArtifactUrlRequest,
    GetJobMetadataRequest,
    ListJobMetadataRequest,
    RunInferenceRequest,
    WatchJobRequest,
)
from tests.api.asking import Api, Ask
from tests.server.conftest import INPUT, training_request

Wrong = list[tuple[tuple[str, ...], str]]
WITH_PATH = {
    "GetJobMetadata": lambda text: GetJobMetadataRequest(client_id="ann", job_id=text),
    "ListJobMetadata": lambda text: ListJobMetadataRequest(client_id=text),
    "DeleteJob": lambda text: DeleteJobRequest(user_id="ann", job_id=text),
    "DeleteUser": lambda text: DeleteUserRequest(user_id=text),
    "WatchJob": lambda text: WatchJobRequest(client_id="ann", job_id=text),
    "CancelJob": lambda text: CancelJobRequest(client_id="ann", job_id=text),
    "Convert": lambda text: ConvertRequest(client_id="ann", job_id=text),
    "GetArtifact": lambda text: GetArtifactRequest(client_id="ann", job_id="names", name=text),
    "GetArtifactUrl": lambda text: GetArtifactUrlRequest(client_id="ann", job_id="names", name=text),
    "CreateUpload": lambda text: CreateUploadRequest(user_id=text, size_bytes=1),
}
NO_IDS = ["-first", ".hidden", "a/b", "jörg", "a b", "a\n", "a" * 129, "a%2Fb", "a;b"]


def wrong_fields(api: Api, ask: Ask) -> Wrong:
    """Return what is wrong with a call, sorted, when both ways of making it tell the same."""
    told = sorted((tuple(field.loc), field.type, field.msg) for field in api.refusal(ask).fields.detail)
    answer = api.over_rest(ask)
    assert answer.status_code == 422
    assert sorted((tuple(one["loc"]), one["type"], one["msg"]) for one in answer.json()["detail"]) == told
    return [(loc, kind) for loc, kind, _ in told]


@pytest.mark.parametrize("no_id", NO_IDS)
@pytest.mark.parametrize("method", WITH_PATH)
def test_what_is_no_id_is_refused_where_it_stands_in_the_path(api: Api, method: str, no_id: str) -> None:
    [((place, _), kind)] = wrong_fields(api, Ask(method, WITH_PATH[method](no_id)))
    assert (place, kind) == ("path", "string_pattern_mismatch")


@pytest.mark.parametrize("no_id", [*NO_IDS, "..", "", "a\0b"])
def test_what_is_no_id_is_refused_where_it_stands_in_the_body(api: Api, user: str, no_id: str) -> None:
    training = Ask("StartTraining", training_request(user, job_id=no_id, request_id=no_id))
    mismatch = "string_pattern_mismatch"
    assert wrong_fields(api, training) == [(("body", "job_id"), mismatch), (("body", "request_id"), mismatch)]
    inference = Ask("RunInference", RunInferenceRequest(user_id=user, job_id=no_id, input_file=INPUT))
    assert wrong_fields(api, inference) == [(("body", "job_id"), mismatch if no_id else "missing")]


def test_an_id_of_dots_is_none_in_a_path(api: Api) -> None:
    refusal = api.refusal(Ask("GetJobMetadata", GetJobMetadataRequest(client_id="ann", job_id="..")))
    assert list(refusal.fields.detail[0].loc) == ["path", "job_id"]


def test_every_wrong_field_is_told_at_once(api: Api, user: str) -> None:
    words = {"name": "x" * 10_001, "y" * 1_001: ""}
    request = training_request(user, job_id="-", input_file=b"", owner="", description="x" * 10_001)
    request.column_instructions.update(words)
    assert wrong_fields(api, Ask("StartTraining", request)) == [
        (("body", "column_instructions", "name"), "string_too_long"),
        (("body", "column_instructions", "y" * 499 + "…", "[key]"), "string_too_long"),
        (("body", "description"), "string_too_long"),
        (("body", "input_file"), "missing"),
        (("body", "job_id"), "string_pattern_mismatch"),
        (("body", "owner"), "missing"),
    ]


def test_a_file_and_an_upload_in_its_place_are_one_too_many(api: Api, user: str) -> None:
    training = training_request(user, input_upload="5d0c", expected_output_file=b"")
    assert wrong_fields(api, Ask("StartTraining", training)) == [
        (("body", "expected_output_file"), "missing"),
        (("body", "input_upload"), "value_error"),
    ]
    inference = RunInferenceRequest(user_id=user, job_id="names", input_file=INPUT, input_upload="5d0c")
    assert wrong_fields(api, Ask("RunInference", inference)) == [(("body", "input_upload"), "value_error")]


@pytest.mark.parametrize("size", [-1, 0, 5 * 2**30 + 1, 2**63 - 1])
def test_an_upload_of_no_size_is_refused(api: Api, user: str, size: int) -> None:
    ask = Ask("CreateUpload", CreateUploadRequest(user_id=user, size_bytes=size))
    assert wrong_fields(api, ask) == [(("body", "size_bytes"), "value_error" if size else "missing")]


def test_a_parameter_of_the_query_is_told_as_one(api: Api) -> None:
    ask = Ask("WatchJob", WatchJobRequest(client_id="ann", job_id="-", after_sequence=-1))
    assert wrong_fields(api, ask) == [
        (("path", "job_id"), "string_pattern_mismatch"),
        (("query", "after_sequence"), "greater_than_equal"),
    ]


@pytest.mark.parametrize(
    ("path", "loc"),
    [
        ("/api/v1/%FF/names", ["path", "client_id"]),
        ("/api/v1/ann/%FF", ["path", "job_id"]),
        ("/api/v1//names", ["path", "client_id"]),
        ("/api/v1/ann/names/artifacts/%C3%28", ["path", "name"]),
        ("/api/v1/ann/names/events?job_uid=%FF", ["query", "job_uid"]),
    ],
)
def test_a_path_that_cannot_be_read_is_refused(api: Api, path: str, loc: list[str]) -> None:
    answer = ask_for(api, path)
    assert answer.startswith("HTTP/1.1 422 ")
    assert f'"loc":["{loc[0]}","{loc[1]}"]' in answer


def ask_for(api: Api, path: str) -> str:
    """Ask for a path byte by byte as it is: clients mend what they find broken."""
    host, _, port = api.server.told["http_address"].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nhost: it\r\nx-api-key: all-key\r\nconnection: close\r\n\r\n".encode()
        )
        return b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
