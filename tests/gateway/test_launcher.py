"""The life of the Envoy process: it starts or says why not, ends in order, and never outlives the server."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from grpc_health.v1 import health, health_pb2

from gateway.config import GatewayOptions
from gateway.contract import HEALTH_NAME
from gateway.launcher import Gateway, GatewayFailed, until
from tests.gateway.conftest import KEY
from tests.gateway.scripted_service import ScriptedService

pytestmark = pytest.mark.asyncio(loop_scope="module")

IN_A_PROCESS = Path(__file__).with_name("gateway_in_a_process.py")


async def status_of(address: str, path: str = "/health") -> int | None:
    """Return the status of one request on a new connection; None when nobody listens."""
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"http://{address}{path}")).status_code
        except httpx.TransportError:
            return None


def status_becomes(address: str, status: int | None) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return await status_of(address) == status

    return condition


@dataclass
class Parent:
    """A process, in a group of its own, that runs a gateway."""

    process: asyncio.subprocess.Process
    gateway_address: str
    gateway_id: int


@pytest_asyncio.fixture(loop_scope="module")
async def parent(server: Path, tmp_path: Path) -> AsyncIterator[Parent]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(IN_A_PROCESS), str(server)),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    assert process.stdout
    address, gateway_id = (await process.stdout.readline()).decode().split()
    yield Parent(process, address, int(gateway_id))
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_free_port_is_told(gateway: Gateway) -> None:
    assert gateway.port > 0
    assert gateway.address == f"127.0.0.1:{gateway.port}"
    assert await status_of(gateway.address) == 200


async def test_address_in_use_is_named(gateway: Gateway, server: Path) -> None:
    with pytest.raises(GatewayFailed, match=f"{gateway.address}.*Address already in use"):
        await Gateway.start(GatewayOptions(gateway.address, server))
    assert await status_of(gateway.address) == 200


async def test_port_that_another_program_holds_is_named(server: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(GatewayFailed, match="Address already in use"):
            await Gateway.start(GatewayOptions(address, server))


async def test_folder_of_the_run_goes_with_it(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (deep := tmp_path / ("x" * 120)).mkdir()  # deeper than the path of a socket may be
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", server))
    [folder] = os.listdir(deep)
    assert os.stat(deep / folder).st_mode & 0o077 == 0
    await gateway.stop()
    await gateway.stop()
    assert not os.listdir(deep)


async def test_stopping_lets_a_stream_end(server: Path, service: ScriptedService) -> None:
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", server))
    async with (
        httpx.AsyncClient(base_url=f"http://{gateway.address}", headers=KEY) as client,
        client.stream("GET", "/api/v1/acme/known/events") as answer,
    ):
        lines = (line async for line in answer.aiter_lines() if line)
        received = [await anext(lines), await anext(lines)]
        stopping = asyncio.create_task(gateway.drain(20))
        assert await until(status_becomes(gateway.address, None), 10)
        assert not stopping.done()
        service.more_events.set()
        received += [line async for line in lines]
    assert len(received) == 3
    await asyncio.wait_for(stopping, 10)
    await gateway.stop()


async def test_stopping_ends_a_stream_that_goes_on(server: Path, service: ScriptedService) -> None:
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", server))
    async with (
        httpx.AsyncClient(base_url=f"http://{gateway.address}", headers=KEY) as client,
        client.stream("GET", "/api/v1/acme/known/events"),
    ):
        await asyncio.wait_for(gateway.drain(0.5), 5)
        await gateway.stop()
    await asyncio.wait_for(service.watch_ended.wait(), 5)
    assert await status_of(gateway.address) is None


async def test_crash_is_noticed(server: Path) -> None:
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", server))
    waiting = asyncio.create_task(gateway.wait())
    assert await status_of(gateway.address) == 200
    os.kill(gateway.process_id, signal.SIGSEGV)
    assert "-11" in await asyncio.wait_for(waiting, 5)
    await gateway.stop()


async def test_killed_parent_takes_it_along(parent: Parent) -> None:
    assert await status_of(parent.gateway_address) == 200
    parent.process.kill()
    assert await until(status_becomes(parent.gateway_address, None), 2)


async def test_secrets_of_the_server_stay_there(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", server))
    environment = await asyncio.to_thread(Path(f"/proc/{gateway.process_id}/environ").read_bytes)
    await gateway.stop()
    assert b"secret" not in environment


async def test_stop_signal_to_the_group_leaves_it_to_the_server(parent: Parent) -> None:
    os.killpg(parent.process.pid, signal.SIGTERM)
    assert os.getsid(parent.gateway_id) == parent.gateway_id
    assert await status_of(parent.gateway_address) == 200


async def test_server_that_is_away_is_503_until_it_is_back(
    gateway: Gateway, health_service: health.aio.HealthServicer
) -> None:
    await health_service.set(HEALTH_NAME, health_pb2.HealthCheckResponse.NOT_SERVING)
    assert await until(status_becomes(gateway.address, 503), 10)
    assert await status_of(gateway.address, "/docs") == 200
    await health_service.set(HEALTH_NAME, health_pb2.HealthCheckResponse.SERVING)
    assert await until(status_becomes(gateway.address, 200), 10)


async def test_access_log_has_a_json_line_a_request(server: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", server, access_log=log))
    forged = {"x-envoy-original-path": "/forged", "x-envoy-original-method": "FORGED", "x-forwarded-for": "192.0.2.1"}
    async with httpx.AsyncClient(headers=KEY | forged) as client:
        answer = await client.get(f"http://{gateway.address}/api/v1/acme/known?x=secret")
    await gateway.stop()
    [line] = [json.loads(line) for line in log.read_text().splitlines()]
    assert (line["method"], line["path"], line["client"]) == ("GET", "/api/v1/acme/known", "127.0.0.1")
    assert line["status"] == 422
    assert "secret" not in str(line)
    assert line["request_id"] == answer.headers["x-request-id"]
