"""HTTP as it comes from the world: odd methods, paths, versions, headers and bodies."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.launcher import Gateway
from tests.gateway.raw_http import answer_to, exchange
from tests.gateway.scripted_service import ScriptedService

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRAINING = b'{"user_id":"acme","job_title":"first","job_title":"t","owner":"o"}'
QUEUE = "/api/v1/queue/status"


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json", QUEUE, "/api/v1/acme/known/artifacts/script.py"])
async def test_head_is_get_without_the_body(rest: httpx.AsyncClient, path: str) -> None:
    head, get = await rest.head(path), await rest.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (QUEUE + "/", 200),
        ("//api/v1/queue/status", 404),
        ("/api//v1/queue/status", 404),
        ("/api/v1/acme/../queue/status", 200),
        ("/api/v1/acme/..", 404),
        ("/api/v1/acme/a%00b", 422),
        ("/api/v1/acme/a%2Fb", 200),
        (f"/api/v1/acme/known/events?after_sequence={'1' * 9000}", 422),
    ],
)
async def test_paths_are_taken_as_they_are(gateway: Gateway, path: str, status: int) -> None:
    assert (await answer_to(gateway, f"GET {path} HTTP/1.1\r\nx-api-key: any"))[0] == status


async def test_an_escaped_slash_parts_no_segments(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    await rest.get("/api/v1/acme/a%2Fb")
    assert service.requests[0].job_id == "a/b"  # which the server refuses as an id


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; x=y", "application/grpcx"],
)
async def test_json_is_read_whatever_it_is_called(
    rest: httpx.AsyncClient, service: ScriptedService, content_type: str
) -> None:
    answer = await rest.post("/api/v1/train", content=TRAINING, headers={"content-type": content_type})
    assert answer.status_code == 202
    assert service.requests[0].job_title == "t"  # the last of equal names counts, as in Python


async def test_json_comes_in_pieces(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for byte in TRAINING:
            yield bytes([byte])

    assert (await rest.post("/api/v1/train", content=pieces())).status_code == 202


async def test_old_clients_are_answered(gateway: Gateway) -> None:
    answer = await exchange(gateway, f"GET {QUEUE} HTTP/1.0\r\nx-api-key: any")
    assert answer.startswith(b"HTTP/1.0 200 OK")
    assert b"transfer-encoding" not in answer


async def test_requests_may_come_without_waiting_for_answers(gateway: Gateway) -> None:
    request = f"GET {QUEUE} HTTP/1.1\r\nhost: converter\r\nx-api-key: any"
    answer = await exchange(gateway, f"{request}\r\n\r\n{request}\r\nconnection: close")
    assert answer.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
async def test_an_upgrade_is_not_made(gateway: Gateway, protocol: str) -> None:
    wish = f"connection: close, upgrade\r\nupgrade: {protocol}"
    answer = await exchange(gateway, f"GET /health HTTP/1.1\r\nhost: converter\r\n{wish}")
    assert answer.startswith(b"HTTP/1.1 200")


async def test_a_client_that_asks_is_told_to_go_on(gateway: Gateway) -> None:
    head = "POST /api/v1/train HTTP/1.1\r\nhost: converter\r\nx-api-key: any\r\nconnection: close"
    answer = await exchange(gateway, f"{head}\r\nexpect: 100-continue\r\ncontent-length: {len(TRAINING)}", TRAINING)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted")


@pytest.mark.parametrize("request_line", ["GARBAGE", "GET /health HTTP/1.1"], ids=["no request", "no host"])
async def test_what_is_no_request_is_refused(gateway: Gateway, request_line: str) -> None:
    assert (await exchange(gateway, f"{request_line}\r\nconnection: close")).startswith(b"HTTP/1.1 400 ")


async def test_large_answers_are_compressed_for_those_who_ask(rest: httpx.AsyncClient) -> None:
    plain = await rest.get("/openapi.json", headers={"accept-encoding": "identity"})
    packed = await rest.get("/openapi.json", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
