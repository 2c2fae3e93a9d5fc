"""Every row of the REST table: status, headers and body, to the last character where the contract fixes it."""

import json
import re
import uuid
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.api.asking import ALL_KEY, Api
from tests.server.conftest import EXPECTED, INPUT
from tests.server.server_process import wait_until

KEY = {"X-API-KEY": ALL_KEY}
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
METADATA = {
    "job_id": str,
    "user_id": str,
    "status": str,
    "job_title": str,
    "description": str,
    "owner": str,
    "general_instructions": str,
    "column_instructions": dict,
    "created_at": str,
    "started_at": str,
    "finished_at": str,
    "iterations": int,
    "score": (int, float),
    "error": type(None),
    "warnings": list,
    "ambiguities": list,
    "plan": list,
    "metrics": dict,
    "token_usage": type(None),
    "artifacts": list,
    "uid": str,
    "input_format": dict,
    "expected_format": dict,
}


def text(content: bytes) -> str:
    return b64encode(content).decode()


def training(user: str, **others: object) -> dict[str, object]:
    """Return the least that a training needs."""
    files = {"input_file": text(INPUT), "expected_output_file": text(EXPECTED)}
    return {"user_id": user, "job_title": "Names", "owner": "Ann", **files, **others}


def is_json(answer: httpx.Response, status: int) -> object:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    assert not [name for name in answer.headers if name.startswith(("grpc-", "x-envoy-"))]
    return answer.json()


def test_training_is_accepted(api: Api, user: str) -> None:
    before = datetime.now(UTC)
    started = is_json(api.rest.post("/api/v1/train", json=training(user), headers=KEY), 202)
    assert list(started) == ["job_id", "user_id", "status", "message", "created_at"]
    assert str(uuid.UUID(started["job_id"])) == started["job_id"]
    assert (started["user_id"], started["status"]) == (user, "JOB_STATUS_QUEUED")
    assert started["job_id"] in started["message"]
    assert re.fullmatch(TIME, started["created_at"])
    assert timedelta() <= datetime.fromisoformat(started["created_at"]) - before < timedelta(minutes=1)


@pytest.mark.parametrize("left_out", ["absent", "null"])
def test_optional_fields_may_be_absent_or_null(api: Api, user: str, left_out: str) -> None:
    optional = ("job_id", "description", "general_instructions", "column_instructions", "request_id")
    body = training(user) | ({} if left_out == "absent" else dict.fromkeys(optional))
    started = is_json(api.rest.post("/api/v1/train", json=body, headers=KEY), 202)
    job = api.rest.get(f"/api/v1/{user}/{started['job_id']}", headers=KEY).json()
    assert (job["description"], job["general_instructions"], job["column_instructions"]) == ("", "", {})


@pytest.mark.parametrize("left_out", ["absent", "null", "empty"])
@pytest.mark.parametrize("field", ["user_id", "input_file", "expected_output_file", "job_title", "owner"])
def test_other_fields_are_required(api: Api, user: str, field: str, left_out: str) -> None:
    body = training(user) | {field: "" if left_out == "empty" else None}
    if left_out == "absent":
        del body[field]
    [error] = is_json(api.rest.post("/api/v1/train", json=body, headers=KEY), 422)["detail"]
    assert error == {"loc": ["body", field], "msg": error["msg"], "type": "missing"}


def test_the_documents_own_body_is_understood(api: Api, user: str) -> None:
    """It holds the names of types instead of values; with an id and files in their place it trains."""
    printed = {
        "user_id": "string",
        "job_id": "string | null",
        "input_file": "string",
        "expected_output_file": "string",
        "job_title": "string",
        "description": "string | null",
        "owner": "string",
        "general_instructions": "string | null",
        "column_instructions": {"additionalProperties": "string"},
    }
    [error] = is_json(api.rest.post("/api/v1/train", json=printed, headers=KEY), 422)["detail"]
    assert error["loc"] == ["body", "job_id"]
    files = {"input_file": text(INPUT), "expected_output_file": text(EXPECTED)}
    filled = printed | files | {"user_id": user, "job_id": "string"}
    assert is_json(api.rest.post("/api/v1/train", json=filled, headers=KEY), 202)["job_id"] == "string"
    job = api.rest.get(f"/api/v1/{user}/string", headers=KEY).json()
    assert job["column_instructions"] == {"additionalProperties": "string"}


def test_inference_answers_with_script_and_file(api: Api, trained: str) -> None:
    body = {"user_id": trained, "job_id": "names", "input_file": text(INPUT)}
    answer = api.rest.post("/api/v1/inference/run", json=body, headers=KEY)
    converted = is_json(answer, 200)
    assert list(converted) == ["script", "output_csv", "rows", "seconds", "warnings"]
    assert b64decode(converted["output_csv"], validate=True) == EXPECTED
    assert b"import pandas as pd" in b64decode(converted["script"], validate=True)
    assert (converted["rows"], converted["warnings"]) == (4, [])
    assert 0 < converted["seconds"] < 60
    assert '"rows":4,' in answer.text


def test_an_idle_queue_is_told_as_documented(api: Api) -> None:
    queue = {"max_workers": 2, "active_jobs": 0, "available_workers": 2, "queue_size": 0}
    capacity = {"workers_busy_percent": 0, "can_accept_new_jobs": True, "estimated_wait_time_minutes": 0}
    idle = {"status": "healthy", "queue_info": queue, "capacity_utilization": capacity}
    assert wait_until(api.idle, 60)
    answer = api.rest.get("/api/v1/queue/status", headers=KEY)
    assert is_json(answer, 200) == idle
    assert answer.text == json.dumps(idle, separators=(",", ":"))  # zeros printed, numbers as numbers, in this order


def test_metadata_is_whole(api: Api, trained: str) -> None:
    answer = api.rest.get(f"/api/v1/{trained}/names", headers=KEY)
    job = is_json(answer, 200)
    assert job.keys() == METADATA.keys()
    assert not {name for name, kind in METADATA.items() if not isinstance(job[name], kind)}
    assert (job["status"], job["iterations"], job["score"]) == ("SUCCEEDED", 1, 1)
    assert all(re.fullmatch(TIME, job[name]) for name in ("created_at", "started_at", "finished_at"))
    assert re.search(r'"iterations":1[,}]', answer.text)  # a whole number, though a Struct holds doubles
    assert job == json.loads((api.artifacts / trained / "names" / "metadata.json").read_text())


def test_an_empty_instruction_means_same_as_input(api: Api, user: str) -> None:
    words = {"Name": "title case", "id": "", "other": None}
    api.rest.post("/api/v1/train", json=training(user, job_id="mine", column_instructions=words), headers=KEY)
    told = api.rest.get(f"/api/v1/{user}/mine", headers=KEY).json()["column_instructions"]
    assert told == {"Name": "title case", "id": "SAME AS INPUT", "other": "SAME AS INPUT"}


def test_unknown_jobs_metadata_is_empty(api: Api, user: str) -> None:
    answer = api.rest.get(f"/api/v1/{user}/none", headers=KEY)
    assert is_json(answer, 200) == {}
    assert answer.text == "{}"


def test_jobs_are_listed_the_newest_first(api: Api, user: str) -> None:
    for job in ("first", "second"):
        api.rest.post("/api/v1/train", json=training(user, job_id=job), headers=KEY)
    listed = is_json(api.rest.get(f"/api/v1/users/{user}/jobs", headers=KEY), 200)
    assert [job["job_id"] for job in listed] == ["second", "first"]
    assert listed[0].keys() == api.rest.get(f"/api/v1/{user}/second", headers=KEY).json().keys()


def test_no_jobs_are_an_empty_array(api: Api, user: str) -> None:
    answer = api.rest.get(f"/api/v1/users/{user}/jobs", headers=KEY)
    assert is_json(answer, 200) == []
    assert answer.text == "[]"


def test_deletions_answer_nothing_however_often(api: Api, user: str) -> None:
    api.rest.post("/api/v1/train", json=training(user, job_id="mine"), headers=KEY)
    for path in (f"/api/v1/delete/job/{user}/mine", f"/api/v1/delete/user/{user}") * 2:
        answer = api.rest.delete(path, headers=KEY)
        assert (answer.status_code, answer.content) == (204, b"")
        assert not answer.headers.keys() & {"content-type", "content-length", "transfer-encoding"}
    assert api.rest.get(f"/api/v1/{user}/mine", headers=KEY).json() == {}
    assert not (api.artifacts / user).exists()


def test_root_leads_to_the_documentation(api: Api) -> None:
    answer = api.rest.get("/")
    assert answer.status_code == 307
    assert api.rest.get("/", follow_redirects=True).status_code == 200
    assert httpx.URL(answer.headers["location"]).path == "/docs"


def test_pages_need_no_key(api: Api) -> None:
    assert api.rest.get("/docs").headers["content-type"].startswith("text/html")
    assert is_openapi(api.rest.get("/openapi.json"))


def is_openapi(answer: httpx.Response) -> bool:
    return answer.headers["content-type"] == "application/json" and answer.json()["openapi"].startswith("3.1")


def test_health_needs_no_key(api: Api) -> None:
    health = is_json(api.rest.get("/health"), 200)
    assert list(health)[:3] == ["status", "app_name", "version"]
    assert (health["status"], health["app_name"]) == ("healthy", "AI CSV Converter")
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", health["version"])
    parts = {"job_store": "sqlite", "artifact_store": "folder", "executor": "process-pool", "agents": "induction"}
    assert health.items() >= parts.items()
    assert "rlimits" in health["sandbox_layers"]


def test_events_end_with_the_job(api: Api, trained: str) -> None:
    answer = api.rest.get(f"/api/v1/{trained}/names/events", params={"after_sequence": 0}, headers=KEY)
    assert answer.headers["content-type"] == "text/event-stream"
    told = [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line]
    events = [update["event"] for update in told if "event" in update]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert ["job_finished" in event for event in events] == [False] * (len(events) - 1) + [True]
    rest = api.rest.get(f"/api/v1/{trained}/names/events", params={"after_sequence": len(events) - 1}, headers=KEY)
    assert rest.text.splitlines() == [line for line in answer.text.splitlines() if "job_finished" in line] + [""]


@pytest.mark.parametrize("body", [None, b"", b"{}"])
def test_cancelling_a_finished_job_changes_nothing(api: Api, trained: str, body: bytes | None) -> None:
    before = api.rest.get(f"/api/v1/{trained}/names", headers=KEY).json()
    job = is_json(api.rest.post(f"/api/v1/{trained}/names:cancel", content=body, headers=KEY), 200)
    assert (job["job_id"], job["status"]) == ("names", "JOB_STATUS_SUCCEEDED")
    assert api.rest.get(f"/api/v1/{trained}/names", headers=KEY).json() == before


def test_a_raw_file_is_converted(api: Api, trained: str) -> None:
    answer = api.rest.post(f"/api/v1/{trained}/names/convert", content=INPUT, headers=KEY)
    assert (answer.status_code, answer.content) == (200, EXPECTED)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="Names.csv"'
    assert answer.headers["content-length"] == str(len(EXPECTED))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("script.py", "text/x-python"),
        ("plan.json", "application/json"),
        ("report.json", "application/json"),
        ("output.csv", "text/csv"),
        ("input.csv", "text/csv"),
        ("expected.csv", "text/csv"),
    ],
)
def test_artifacts_are_downloads(api: Api, trained: str, name: str, kind: str) -> None:
    answer = api.rest.get(f"/api/v1/{trained}/names/artifacts/{name}", headers=KEY)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert f'filename="{name}"' in answer.headers["content-disposition"]
    assert name in api.rest.get(f"/api/v1/{trained}/names", headers=KEY).json()["artifacts"]


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", "/api/v1/ann/none/events", None),
        ("GET", "/api/v1/ann/none/artifacts/script.py", None),
        ("GET", "/api/v1/ann/names/artifacts/none.csv", None),
        ("POST", "/api/v1/ann/none:cancel", {}),
        ("POST", "/api/v1/ann/none/convert", {}),
        ("POST", "/api/v1/inference/run", {"user_id": "ann", "job_id": "none", "input_file": text(INPUT)}),
    ],
)
def test_what_is_not_there_is_not_found(api: Api, trained: str, verb: str, path: str, body: object) -> None:
    told = is_json(api.rest.request(verb, path, json=body, headers=KEY), 404)
    assert list(told) == ["detail"]
    assert told["detail"].startswith("there is no ")
