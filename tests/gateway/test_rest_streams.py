"""Events and files of any size over REST."""

import asyncio
import json

import grpc
import httpx
import pytest

from tests.gateway.scripted_service import ScriptedService

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEBIBYTE = 1 << 20


async def test_events_arrive_while_they_happen(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    url = "/api/v1/acme/known/events?after_sequence=4"
    async with rest.stream("GET", url) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        lines = (line async for line in answer.aiter_lines() if line)
        first, heartbeat = await anext(lines), await anext(lines)
        service.more_events.set()
        rest_of_them = [line async for line in lines]
    updates = [json.loads(line.removeprefix("data: ")) for line in [first, heartbeat, *rest_of_them]]
    assert updates == [
        {"event": {"sequence": 5, "iteration": 0, "job_queued": {"jobs_ahead": 0, "job_uid": ""}}},
        {"heartbeat": {}},
        {"event": {"sequence": 6, "iteration": 0}},
    ]


async def test_watcher_that_leaves_ends_the_call(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    async with rest.stream("GET", "/api/v1/acme/known/events") as answer:
        await anext(answer.aiter_lines())
    await asyncio.wait_for(service.watch_ended.wait(), 10)
    assert not service.more_events.is_set()


async def test_artifact_comes_as_a_file(rest: httpx.AsyncClient) -> None:
    answer = await rest.get("/api/v1/acme/known/artifacts/script.py")
    assert answer.status_code == 200
    assert answer.content == b"import pandas as pd\n"
    assert answer.headers["content-type"] == "text/x-python"
    assert answer.headers["content-disposition"] == 'attachment; filename="script.py"'


async def test_convert_takes_and_gives_raw_csv(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    content = b"id,name\n007,a\n" * (40 * MEBIBYTE // 14)
    headers = {"content-type": "application/x-www-form-urlencoded"}  # what curl sends unless told otherwise
    answer = await rest.post("/api/v1/acme/known/convert", content=content, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv"
    assert answer.content == content
    [first] = service.requests
    assert (first.client_id, first.job_id) == ("acme", "known")


async def test_convert_that_is_refused_has_a_status(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    service.refuse(grpc.StatusCode.FAILED_PRECONDITION, "not trained")
    answer = await rest.post("/api/v1/acme/known/convert", content=b"id,name\n007,a\n")
    assert answer.status_code == 400
    assert answer.json() == {"detail": "not trained"}


async def test_convert_has_no_size_limit(small_rest: httpx.AsyncClient) -> None:
    content = b"x" * (8 * MEBIBYTE)
    answer = await small_rest.post("/api/v1/acme/known/convert", content=content)
    assert answer.content == content


async def test_large_files_pass_as_base64(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    size = 30 * MEBIBYTE
    body = b'{"user_id":"acme","job_id":"known","input_file":"' + b"YWFh" * (size // 3) + b'"}'
    answer = await rest.post("/api/v1/inference/run", content=body)
    assert answer.status_code == 200
    assert len(service.requests[0].input_file) == size
    assert len(answer.json()["output_csv"]) == size // 3 * 4
