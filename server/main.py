"""Starts and stops a server: the one place where its real parts are chosen."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from grpc_reflection.v1alpha import reflection

from agents.agent_factory import AgentSettings
from csvconverter.v1 import services_pb2
from csvconverter.v1.services_pb2_grpc import add_ConversionServiceServicer_to_server
from executor.inference import InferenceLane
from executor.pool import PoolSettings, ProcessPool
from executor.sandbox.exchange import SandboxLost, SandboxTooWeak
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox
from gateway.config import GatewayOptions
from gateway.launcher import Gateway, GatewayFailed
from server.address import Address
from server.conversion_service import ConversionService
from server.data_folder import DataFolder, DataFolderUnusable
from server.inference import Inference
from server.interceptors import CallInterceptor
from server.keys import KEY_FILE, Keys, generated_key
from server.logs import configure_logs
from server.settings import Settings, SettingsInvalid, read_settings
from server.standing import Standing
from server.training import TrainingJobs
from server.watching import Watches
from storage.folder_artifact_store import FolderArtifactStore
from storage.sql_job_store import SqlJobStore

logger = structlog.get_logger(__name__)

SERVICE_NAME = services_pb2.DESCRIPTOR.services_by_name["ConversionService"].full_name
GATEWAY_GRACE_SECONDS = 4.0
CALL_GRACE_SECONDS = 3.0
LEASE_SECONDS = 15.0  # how long the running jobs of a server that was killed wait at the most
MESSAGE_ROOM = 1 << 20


class AddressTaken(Exception):
    """The server cannot listen where it should."""


CANNOT_START = (AddressTaken, DataFolderUnusable, GatewayFailed, SandboxLost, SandboxTooWeak, SettingsInvalid)


@dataclass(frozen=True)
class RunningServer:
    """A server that takes calls."""

    settings: Settings
    grpc_address: Address
    gateway: Gateway | None
    new_key: str  # made on this first start; empty otherwise

    def announcement(self) -> dict[str, str]:
        """Return what whoever started the server wants to know."""
        facts = {"grpc_address": str(self.grpc_address), "data_dir": str(self.settings.data_dir)}
        if self.gateway:
            facts["http_address"] = self.gateway.address
        if self.new_key:
            facts |= {"api_key": self.new_key, "api_key_file": str(self.settings.data_dir / KEY_FILE)}
        return facts


@asynccontextmanager
async def running_server(settings: Settings, *, with_gateway: bool) -> AsyncIterator[RunningServer]:
    """Start every part of a server in order, and stop them in reverse.

    Raises:
        Exception: one of CANNOT_START.
    """
    async with AsyncExitStack() as parts:
        folder = DataFolder(settings.data_dir)
        parts.enter_context(folder.held())
        keys, new_key = choose_keys(settings)
        jobs = await SqlJobStore.open(folder.database_url)
        parts.push_async_callback(jobs.close)
        artifacts = FolderArtifactStore(folder.artifacts)
        sandbox = await asyncio.to_thread(Sandbox, settings.sandbox_minimum)
        parts.callback(sandbox.close)
        pool = ProcessPool(jobs, artifacts, sandbox, pool_settings(settings, folder))
        await pool.start()
        parts.push_async_callback(pool.stop)

        lane = InferenceLane(sandbox, limits(settings), settings.max_workers)
        inference = Inference(jobs, artifacts, lane, folder.scratch, 2 * settings.max_upload_bytes)
        kinds = {"job_store": jobs.kind, "artifact_store": artifacts.kind, "executor": pool.kind, "agents": "induction"}
        standing = Standing(jobs, settings.max_workers, kinds, sandbox.layers)
        watches = Watches(jobs)
        health = health_aio.HealthServicer()
        service = ConversionService(jobs, artifacts, TrainingJobs(jobs, artifacts), inference, watches, standing)
        server = grpc_server(service, health, keys, settings)
        address = listen(server, settings.grpc_address)
        await server.start()
        parts.push_async_callback(server.stop, CALL_GRACE_SECONDS)

        gateway = None
        if with_gateway:
            gateway = await Gateway.start(gateway_options(settings, address))
            parts.push_async_callback(gateway.stop, GATEWAY_GRACE_SECONDS)
        parts.push_async_callback(begin_to_stop, standing, health, watches)
        await health.set(SERVICE_NAME, health_pb2.HealthCheckResponse.SERVING)
        yield RunningServer(settings, address, gateway, new_key)


def choose_keys(settings: Settings) -> tuple[Keys, str]:
    """Return the configured keys, or the data folder's own, with that key itself when it has just been made."""
    if bindings := settings.key_bindings():
        return Keys(bindings), ""
    key, is_new = generated_key(settings.data_dir)
    return Keys({key: frozenset({"*"})}), key if is_new else ""


def limits(settings: Settings) -> Limits:
    """Return what one run of a script may use."""
    return Limits(wall_seconds=settings.script_timeout_seconds, cpu_seconds=settings.script_timeout_seconds)


def pool_settings(settings: Settings, folder: DataFolder) -> PoolSettings:
    """Return how the pool runs jobs."""
    return PoolSettings(
        folder=folder.scratch,
        max_workers=settings.max_workers,
        lease_seconds=LEASE_SECONDS,
        agents=AgentSettings(settings.max_iterations, settings.induction_seconds),
        limits=limits(settings),
    )


def gateway_options(settings: Settings, grpc_address: Address) -> GatewayOptions:
    """Return where the gateway listens and what it stands in front of."""
    return GatewayOptions(str(settings.http_address), str(grpc_address), settings.max_upload_bytes)


def grpc_server(
    service: ConversionService, health: health_aio.HealthServicer, keys: Keys, settings: Settings
) -> grpc.aio.Server:
    """Put the service, health checks and reflection into a server that is not started yet."""
    server = grpc.aio.server(
        interceptors=[CallInterceptor(keys, settings.max_upload_bytes)],
        options=[
            ("grpc.so_reuseport", 0),  # a port that is taken is an error
            ("grpc.max_receive_message_length", 2 * settings.max_upload_bytes + MESSAGE_ROOM),
            ("grpc.max_send_message_length", -1),  # the service itself says when an answer grows too large
            ("grpc.keepalive_time_ms", 60_000),
            ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ],
    )
    add_ConversionServiceServicer_to_server(service, server)  # type: ignore[no-untyped-call]
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    reflection.enable_server_reflection([SERVICE_NAME, "grpc.health.v1.Health", reflection.SERVICE_NAME], server)
    return server


def listen(server: grpc.aio.Server, address: Address) -> Address:
    """Bind the server to an address and return it with the real port.

    Raises:
        AddressTaken: something else listens there, or it is no address of this machine.
    """
    try:
        return Address(address.host, server.add_insecure_port(str(address)))
    except RuntimeError:
        message = f"cannot listen at {address}: stop what listens there, or set CSV_CONVERTER_GRPC_ADDRESS"
        raise AddressTaken(message) from None


async def begin_to_stop(standing: Standing, health: health_aio.HealthServicer, watches: Watches) -> None:
    """Tell everybody that the server stops, so that they turn elsewhere or come back."""
    standing.stopping = True
    await health.enter_graceful_shutdown()
    watches.stop()


async def serve(settings: Settings, *, with_gateway: bool, as_json: bool) -> int:
    """Run a server until a signal says stop; a second one ends it at once. Return the exit status."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(1)  # every other process ends with this one
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    async with running_server(settings, with_gateway=with_gateway) as server:
        announce(server, as_json=as_json)
        stopping = asyncio.create_task(stop.wait())
        ends = {stopping} | ({asyncio.create_task(server.gateway.wait())} if server.gateway else set())
        done, waiting = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        logger.info("stopping")
    for task in done - {stopping}:
        logger.error("the gateway ended", reason=task.result())
    return 0 if stopping in done else 1


def announce(server: RunningServer, *, as_json: bool) -> None:
    """Print where the server listens."""
    facts = server.announcement()
    sys.stdout.write((json.dumps(facts) if as_json else for_people(facts)) + "\n")
    sys.stdout.flush()


def for_people(facts: dict[str, str]) -> str:
    """Return an announcement as lines of text."""
    lines = [f"gRPC  {facts['grpc_address']}"]
    if http_address := facts.get("http_address"):
        lines.append(f"REST  http://{Address.parse(http_address).reachable}, documentation at /docs")
    lines.append(f"data  {facts['data_dir']}")
    if key := facts.get("api_key"):
        lines.append(f"key   {key}, made now and shown only once; it is kept in {facts['api_key_file']}")
    return "\n".join([*lines, "Ctrl-C stops the server."])


def main() -> None:
    """Run the server from the command line."""
    parser = argparse.ArgumentParser(prog="csv-converter serve", description="Run the server until it is told to stop.")
    parser.add_argument("--no-gateway", action="store_true", help="do not start the REST gateway")
    parser.add_argument("--json", action="store_true", help="announce the addresses and log as JSON")
    options = parser.parse_args()
    configure_logs(as_json=options.json)
    try:
        settings = read_settings()
        status = asyncio.run(serve(settings, with_gateway=not options.no_gateway, as_json=options.json))
    except CANNOT_START as failure:
        sys.exit(f"cannot start: {failure}")
    sys.exit(status)
