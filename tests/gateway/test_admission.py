"""What is said before the server is asked: to callers without a key, with too large a body, or too many requests."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import httpx
import pytest
import pytest_asyncio

from csvconverter.v1 import services_pb2
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub
from gateway.config import GatewayOptions
from gateway.launcher import Gateway
from tests.gateway.conftest import KEY
from tests.gateway.raw_http import answer_to
from tests.gateway.scripted_service import ScriptedService

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEBIBYTE = 1 << 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{gateway.address}", timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", ["/api/v1/train", "/api/v1/inference/run", "/api/v1/acme/known/convert", "/api/v1/x"])
@pytest.mark.parametrize("content_type", ["application/json", "application/grpcx", "application/grpc-web; x=y"])
async def test_a_stranger_is_refused_before_the_body_is_read(
    gateway: Gateway, service: ScriptedService, path: str, content_type: str
) -> None:
    head = f"POST {path} HTTP/1.1\r\ncontent-type: {content_type}\r\ncontent-length: 1000000"
    status, body = await answer_to(gateway, head)
    assert status == 401
    assert "x-api-key" in json.loads(body)["detail"]
    assert not service.requests


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/", 307),
        ("GET", "/nothing", 404),
    ],
)
async def test_a_stranger_reads_what_is_for_all(
    stranger: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    assert (await stranger.request(method, path)).status_code == status


async def test_a_browser_asks_without_a_key_whether_it_may_call(stranger: httpx.AsyncClient) -> None:
    headers = {"origin": "http://ui", "access-control-request-method": "POST"}
    answer = await stranger.options("/api/v1/train", headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "http://ui")
    refused = await stranger.options("/api/v1/train", headers=headers | {"origin": "http://elsewhere"})
    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("length", "body"),
    [
        ("content-length: 3000000", b""),
        ("transfer-encoding: chunked", b"100000\r\n" + bytes(MEBIBYTE) + b"\r\n100000\r\n" + bytes(MEBIBYTE)),
    ],
    ids=["says so", "grows"],
)
async def test_a_body_that_is_too_large_is_refused_before_it_ends(
    small_gateway: Gateway, service: ScriptedService, length: str, body: bytes
) -> None:
    status, answer = await answer_to(small_gateway, f"POST /api/v1/train HTTP/1.1\r\nx-api-key: any\r\n{length}", body)
    assert status == 413
    assert json.loads(answer) == {"detail": "The request is larger than the server accepts"}
    assert not service.requests


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("mine-1.2_3", "mine-1.2_3"),
        ("11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-555555555555"),
        ("a b<\"'>", "a-b----"),
        ("x" * 200, "x" * 128),
    ],
)
async def test_a_callers_own_request_id_is_the_servers_too(
    rest: httpx.AsyncClient, service: ScriptedService, given: str, kept: str
) -> None:
    answer = await rest.get("/api/v1/queue/status", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == kept
    assert service.metadata["x-request-id"] == kept


async def test_too_many_requests_from_one_address_are_refused(server: Path, service: ScriptedService) -> None:
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", server, requests_per_second=3))
    async with (
        httpx.AsyncClient(base_url=f"http://{gateway.address}", headers=KEY) as client,
        grpc.aio.insecure_channel(gateway.address) as channel,
    ):
        stub = ConversionServiceStub(channel)
        answers = await asyncio.gather(*(client.get("/api/v1/queue/status") for _ in range(20)))
        refused = [answer for answer in answers if answer.status_code == 429]
        assert 6 <= len(answers) - len(refused) <= 12
        assert "address" in refused[0].json()["detail"]
        assert refused[0].headers["retry-after"] == "1"
        asked = (stub.GetQueueStatus(services_pb2.GetQueueStatusRequest()) for _ in range(20))
        errors = await asyncio.gather(*asked, return_exceptions=True)
        assert {error.code() for error in errors if isinstance(error, grpc.aio.AioRpcError)} == {
            grpc.StatusCode.RESOURCE_EXHAUSTED
        }
    await gateway.stop()
