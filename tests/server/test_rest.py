"""The paths of the product's documents, asked through the gateway in front of a whole server."""

import base64
import gzip
import json
from collections.abc import Iterator

import httpx
import pytest

from tests.server.conftest import EXPECTED, INPUT
from tests.server.server_process import server_process

KEYS = "all-key=*;acme-key=acme"


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


TRAINING = {
    "user_id": "ann",
    "job_id": "names",
    "input_file": text(INPUT),
    "expected_output_file": text(EXPECTED),
    "job_title": "Names",
    "description": None,
    "owner": "Ann",
    "general_instructions": None,
    "column_instructions": {"Name": "title case", "id": None},
}
INFERENCE = {"user_id": "ann", "job_id": "names", "input_file": text(INPUT)}


@pytest.fixture(scope="module")
def rest(tmp_path_factory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("rest")
    with server_process(folder, API_KEYS=KEYS, MAX_UPLOAD_BYTES=10_000) as server:
        address = f"http://{server.told['http_address']}"
        with httpx.Client(base_url=address, headers={"x-api-key": "all-key"}, timeout=60) as client:
            yield client


@pytest.fixture(scope="module")
def events(rest) -> list[dict]:
    """Train a job and return its events as they came."""
    started = rest.post("/api/v1/train", json=TRAINING)
    assert started.status_code == 202
    assert set(started.json()) == {"job_id", "user_id", "status", "message", "created_at"}
    with rest.stream("GET", "/api/v1/ann/names/events") as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        return [json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line]


def test_events_are_told_from_the_first_to_the_last(events):
    told = [update["event"] for update in events if "event" in update]
    assert [event["sequence"] for event in told] == list(range(1, len(told) + 1))
    assert "job_queued" in told[0]
    assert told[-1]["job_finished"]["job"]["status"] == "JOB_STATUS_SUCCEEDED"


def test_metadata_is_the_file_beside_the_artifacts(rest, events):
    job = rest.get("/api/v1/ann/names").json()
    assert (job["status"], job["column_instructions"]) == ("SUCCEEDED", {"Name": "title case", "id": "SAME AS INPUT"})
    assert rest.get("/api/v1/users/ann/jobs").json() == [job]
    assert rest.get("/api/v1/ann/none").json() == {}
    assert rest.get("/api/v1/users/nobody/jobs").json() == []


def test_a_file_is_converted(rest, events):
    answer = rest.post("/api/v1/inference/run", json=INFERENCE).json()
    assert base64.b64decode(answer["output_csv"]) == EXPECTED
    assert base64.b64decode(answer["script"]) == rest.get("/api/v1/ann/names/artifacts/script.py").content
    assert answer["rows"] == 4
    raw = rest.post("/api/v1/ann/names/convert", content=INPUT)
    assert raw.content == EXPECTED
    assert raw.headers["content-disposition"] == 'attachment; filename="Names.csv"'
    assert raw.headers["content-length"] == str(len(EXPECTED))


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
def test_what_is_no_raw_file_is_not_converted(rest, events, sent, words):
    answer = rest.post("/api/v1/ann/names/convert", **sent)
    assert answer.status_code == 422
    [problem] = answer.json()["detail"]
    assert words in problem["msg"]
    assert problem["loc"][0] == "body"


def test_the_queue_is_told_as_documented(rest, events):
    status = rest.get("/api/v1/queue/status").json()
    workers = status["queue_info"]["max_workers"]
    assert status == {
        "status": "healthy",
        "queue_info": {"max_workers": workers, "active_jobs": 0, "available_workers": workers, "queue_size": 0},
        "capacity_utilization": {
            "workers_busy_percent": 0,
            "can_accept_new_jobs": True,
            "estimated_wait_time_minutes": 0,
        },
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/ann/none/events", None, 404),
        ("GET", "/api/v1/ann/names/artifacts/none.csv", None, 404),
        ("POST", "/api/v1/ann/none:cancel", None, 404),
        ("POST", "/api/v1/inference/run", INFERENCE | {"job_id": "none"}, 404),
        ("POST", "/api/v1/inference/run", INFERENCE | {"input_file": text(INPUT * 1000)}, 413),
        ("DELETE", "/api/v1/delete/job/ann/none", None, 204),
        ("DELETE", "/api/v1/delete/user/nobody", None, 204),
        ("GET", "/", None, 307),
        ("GET", "/docs", None, 200),
        ("GET", "/health", None, 200),
    ],
)
def test_status(rest, events, method, path, body, status):
    answer = rest.request(method, path, json=body)
    assert answer.status_code == status
    if status >= 400:
        assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize(
    ("path", "body", "locations"),
    [
        ("/api/v1/train", {"user_id": "ann"}, ["input_file", "expected_output_file", "job_title", "owner"]),
        ("/api/v1/train", TRAINING | {"job_id": "a/b"}, ["job_id"]),
        ("/api/v1/train", TRAINING | {"input_file": text(b"id,name\n")}, ["input_file"]),
        ("/api/v1/inference/run", INFERENCE | {"input_file": text(b"id\n1\n")}, ["input_file"]),
    ],
)
def test_wrong_fields_are_named(rest, events, path, body, locations):
    answer = rest.post(path, json=body)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field] for field in locations]
    assert all(set(problem) == {"loc", "msg", "type"} for problem in answer.json()["detail"])


def test_keys_decide_before_anything_else(rest, events):
    assert rest.get("/api/v1/ann/names", headers={"x-api-key": "wrong"}).status_code == 401
    assert rest.get("/api/v1/ann/names", headers={"x-api-key": "acme-key"}).status_code == 403
    assert rest.get("/api/v1/ann/none", headers={"x-api-key": "acme-key"}).status_code == 403


def test_a_request_id_is_used_for_one_body(rest, events):
    body = TRAINING | {"job_id": None, "request_id": "once"}
    first, second = rest.post("/api/v1/train", json=body).json(), rest.post("/api/v1/train", json=body).json()
    assert first["job_id"] == second["job_id"]
    assert rest.post("/api/v1/train", json=body | {"owner": "Bob"}).status_code == 409


def test_a_job_that_has_not_succeeded_converts_nothing(rest, events):
    unsolvable = text(b"id,Name\n9,q\n1,zz\n5,xyx\n7,w\n")
    rest.post("/api/v1/train", json=TRAINING | {"job_id": "chance", "expected_output_file": unsolvable})
    rest.get("/api/v1/ann/chance/events")
    answer = rest.post("/api/v1/inference/run", json=INFERENCE | {"job_id": "chance"})
    assert (answer.status_code, "FAILED" in answer.json()["detail"]) == (400, True)
