"""A real gateway in front of a real gRPC server with scripted answers."""

from collections.abc import AsyncIterator

import grpc.aio
import httpx
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from csvconverter.v1.services_pb2_grpc import add_ConversionServiceServicer_to_server
from gateway.config import GatewayOptions
from gateway.launcher import Gateway
from tests.gateway.scripted_service import ScriptedService

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


@pytest.fixture
async def service() -> ScriptedService:
    return ScriptedService()


@pytest.fixture
async def health_service() -> health.aio.HealthServicer:
    servicer = health.aio.HealthServicer()
    await servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    return servicer


@pytest.fixture
async def server(service: ScriptedService, health_service: health.aio.HealthServicer) -> AsyncIterator[str]:
    grpc_server = grpc.aio.server(options=UNLIMITED)
    add_ConversionServiceServicer_to_server(service, grpc_server)
    health_pb2_grpc.add_HealthServicer_to_server(health_service, grpc_server)
    port = grpc_server.add_insecure_port("127.0.0.1:0")
    await grpc_server.start()
    yield f"127.0.0.1:{port}"
    await grpc_server.stop(0)


@pytest.fixture
async def gateway(server: str, tmp_path) -> AsyncIterator[Gateway]:
    options = GatewayOptions("127.0.0.1:0", server, access_log=tmp_path / "access.log", allowed_origins=("http://ui",))
    running = await Gateway.start(options)
    yield running
    await running.stop(0)


@pytest.fixture
async def rest(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{gateway.address}", timeout=30) as client:
        yield client


@pytest.fixture
async def small_rest(server: str) -> AsyncIterator[httpx.AsyncClient]:
    """Call a gateway for files of at most 1,000 bytes: JSON bodies end a little above 1 MiB."""
    small = await Gateway.start(GatewayOptions("127.0.0.1:0", server, max_upload_bytes=1000))
    async with httpx.AsyncClient(base_url=f"http://{small.address}", timeout=30) as client:
        yield client
    await small.stop(0)


@pytest.fixture
async def channel(gateway: Gateway) -> AsyncIterator[grpc.aio.Channel]:
    async with grpc.aio.insecure_channel(gateway.address, options=UNLIMITED) as opened:
        yield opened
