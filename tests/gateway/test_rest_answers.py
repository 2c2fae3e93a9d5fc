"""Every row of the REST table that answers at once: status, body and what reached the server."""

import base64

import httpx
import pytest

from csvconverter.v1 import services_pb2
from tests.gateway.scripted_service import ScriptedService

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        (
            "GET",
            "/api/v1/queue/status",
            200,
            {
                "status": "healthy",
                "queue_info": {"max_workers": 32, "active_jobs": 5, "available_workers": 27, "queue_size": 0},
                "capacity_utilization": {
                    "workers_busy_percent": 15.625,
                    "can_accept_new_jobs": True,
                    "estimated_wait_time_minutes": 0,
                },
            },
        ),
        (
            "GET",
            "/api/v1/acme/known",
            200,
            {"job_id": "known", "iterations": 2, "score": 0.5, "error": None, "warnings": []},
        ),
        ("GET", "/api/v1/acme/unknown", 200, {}),
        ("GET", "/api/v1/users/acme/jobs", 200, [{"job_id": "b"}, {"job_id": "a"}]),
        ("GET", "/api/v1/users/nobody/jobs", 200, []),
        ("DELETE", "/api/v1/delete/job/acme/known", 204, None),
        ("DELETE", "/api/v1/delete/user/acme", 204, None),
    ],
)
async def test_answer_is_the_contracts(
    rest: httpx.AsyncClient, method: str, path: str, status: int, body: object
) -> None:
    answer = await rest.request(method, path)
    assert answer.status_code == status
    assert not [name for name in answer.headers if name.startswith(("grpc-", "x-envoy-"))]
    if body is None:
        assert answer.content == b""
        assert "content-type" not in answer.headers
    else:
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == body


async def test_training_is_accepted_with_every_field(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    file = base64.b64encode("id,näme\n007,a\n".encode()).decode()
    body = {
        "user_id": "acme",
        "job_id": None,
        "input_file": file,
        "expected_output_file": file,
        "job_title": "Title",
        "owner": "ada",
        "column_instructions": {"date": "Convert to YYYY-MM-DD", "id": ""},
    }
    answer = await rest.post("/api/v1/train", json=body)
    assert answer.status_code == 202
    assert answer.json() == {
        "job_id": "made",
        "user_id": "acme",
        "status": "JOB_STATUS_QUEUED",
        "message": "Accepted.",
        "created_at": "2026-01-02T03:04:05Z",
    }
    [request] = service.requests
    assert request == services_pb2.StartTrainingRequest(
        user_id="acme",
        input_file="id,näme\n007,a\n".encode(),
        expected_output_file="id,näme\n007,a\n".encode(),
        job_title="Title",
        owner="ada",
        column_instructions={"date": "Convert to YYYY-MM-DD", "id": ""},
    )


async def test_inference_returns_files_as_base64(rest: httpx.AsyncClient) -> None:
    body = {"user_id": "acme", "job_id": "known", "input_file": base64.b64encode(b"\x00\xffa,b\n").decode()}
    answer = await rest.post("/api/v1/inference/run", json=body)
    assert answer.status_code == 200
    assert base64.b64decode(answer.json()["output_csv"]) == b"\x00\xffa,b\n"
    assert base64.b64decode(answer.json()["script"]) == b"print()"
    assert answer.json()["rows"] == 2
    assert answer.json()["seconds"] == 0
    assert answer.json()["warnings"] == []


async def test_health_needs_no_key(rest: httpx.AsyncClient) -> None:
    answer = await rest.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "healthy"
    assert answer.json()["app_name"] == "AI CSV Converter"


@pytest.mark.parametrize("body", [b"", b"{}"])
async def test_cancel_works_with_and_without_a_body(
    rest: httpx.AsyncClient, service: ScriptedService, body: bytes
) -> None:
    answer = await rest.post("/api/v1/acme/known:cancel", content=body)
    assert answer.status_code == 200
    assert answer.json()["job_id"] == "known"
    assert answer.json()["status"] == "JOB_STATUS_CANCELLED"
    assert service.requests == [services_pb2.CancelJobRequest(client_id="acme", job_id="known")]


async def test_root_leads_to_the_documentation(rest: httpx.AsyncClient) -> None:
    answer = await rest.get("/")
    assert answer.status_code == 307
    assert httpx.URL(answer.headers["location"]).path == "/docs"


async def test_key_and_request_id_reach_the_server(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    answer = await rest.get("/api/v1/queue/status", headers={"X-API-KEY": "secret"})
    assert service.metadata["x-api-key"] == "secret"
    assert service.metadata["x-request-id"] == answer.headers["x-request-id"]


async def test_configured_page_may_call_and_another_may_not(rest: httpx.AsyncClient) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    allowed = await rest.options("/api/v1/train", headers={"Origin": "http://ui"} | asks)
    assert allowed.headers["access-control-allow-origin"] == "http://ui"
    assert "x-api-key" in allowed.headers["access-control-allow-headers"]
    assert (
        "content-disposition"
        in (await rest.get("/health", headers={"Origin": "http://ui"})).headers["access-control-expose-headers"]
    )
    other = await rest.options("/api/v1/train", headers={"Origin": "http://elsewhere"} | asks)
    assert "access-control-allow-origin" not in other.headers
