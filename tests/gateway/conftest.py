"""A real gateway in front of a real gRPC server with scripted answers, started once a module.

Tests that use them run in the module's event loop: `pytest.mark.asyncio(loop_scope="module")`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import httpx
import pytest
import pytest_asyncio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from csvconverter.v1.services_pb2_grpc import add_ConversionServiceServicer_to_server
from gateway.config import GatewayOptions
from gateway.contract import HEALTH_NAME
from gateway.launcher import Gateway
from tests.gateway.scripted_service import ScriptedService

KEY = {"x-api-key": "any"}  # the scripted service takes all
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


@pytest.fixture(scope="module")
def scripted_service() -> ScriptedService:
    return ScriptedService()


@pytest.fixture(autouse=True)
def service(scripted_service: ScriptedService) -> ScriptedService:
    """Return the module's service, which has forgotten what the test before told it."""
    scripted_service.reset()
    return scripted_service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def health_service() -> health.aio.HealthServicer:
    servicer = health.aio.HealthServicer()
    await servicer.set(HEALTH_NAME, health_pb2.HealthCheckResponse.SERVING)
    return servicer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(
    scripted_service: ScriptedService,
    health_service: health.aio.HealthServicer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Path]:
    """Return the socket of the server."""
    grpc_server = grpc.aio.server(options=UNLIMITED)
    add_ConversionServiceServicer_to_server(scripted_service, grpc_server)
    health_pb2_grpc.add_HealthServicer_to_server(health_service, grpc_server)
    socket = tmp_path_factory.mktemp("server") / "grpc.sock"
    grpc_server.add_insecure_port(f"unix:{socket}")
    await grpc_server.start()
    yield socket
    await grpc_server.stop(0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(server: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    log = tmp_path_factory.mktemp("gateway") / "access.log"
    running = await Gateway.start(
        GatewayOptions("127.0.0.1:0", server, access_log=log, allowed_origins=("http://ui",)),
    )
    yield running
    await running.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rest(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{gateway.address}", headers=KEY, timeout=30) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def small_gateway(server: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    """Run a gateway for files of at most 1,000 bytes: JSON bodies end a little above 1 MiB."""
    log = tmp_path_factory.mktemp("small_gateway") / "access.log"
    small = await Gateway.start(GatewayOptions("127.0.0.1:0", server, max_upload_bytes=1000, access_log=log))
    yield small
    await small.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def small_rest(small_gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{small_gateway.address}", headers=KEY, timeout=30) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def channel(gateway: Gateway) -> AsyncIterator[grpc.aio.Channel]:
    async with grpc.aio.insecure_channel(gateway.address, options=UNLIMITED) as opened:
        yield opened
