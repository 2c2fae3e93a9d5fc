"""Starts and stops a server: the one place where its real parts are chosen."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2
from grpc_health.v1.health import aio as health_aio

from executor.inference import InferenceLane
from executor.pool import ProcessPool
from executor.pool_settings import PoolSettings
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox
from gateway.config import GatewayOptions
from gateway.contract import HEALTH_NAME
from gateway.launcher import Gateway
from server.address import Address
from server.attendance import Attendance
from server.audit_trail import AuditTrail
from server.caretaker import DAY, Care, Caretaker
from server.conversion_service import ConversionService
from server.data_folder import DataFolder
from server.door import SERVICE_NAME, AddressTaken, grpc_server, listen, private_socket
from server.examples import Examples
from server.first_key import KEY_FILE, make_first_key
from server.inference import Inference
from server.interceptors import CallInterceptor
from server.key_ring import KeyRing
from server.open_calls import KeyLimits, OpenCalls
from server.players import agent_settings, check_crew, conversions, described, uses_model, workers
from server.settings import Settings
from server.spooling import Spool
from server.standing import Standing
from server.stores import artifact_store
from server.training import TrainingJobs
from server.transfers import Transfers
from server.watching import Watches
from storage.interfaces import ArtifactStore, AuditLog, JobStore, KeyStore
from storage.ownership import take_ownership
from storage.sql.audit_log import SqlAuditLog
from storage.sql.database import open_database
from storage.sql.job_store import SqlJobStore
from storage.sql.key_store import SqlKeyStore

TRAINING_NICENESS = 10  # trainings may keep all processors busy, and a conversion is quick all the same
CALL_GRACE_SECONDS = 7.0
IDLE_SECONDS = 300  # how long nothing moves in a call, beside the run of a script


@dataclass(frozen=True)
class RunningServer:
    """A server that takes calls."""

    settings: Settings
    grpc_address: Address
    gateway: Gateway | None
    new_key: str  # made on this first start; empty otherwise
    sandbox_layers: tuple[str, ...]  # that were in force when it started

    def announcement(self) -> dict[str, str]:
        """Return what whoever started the server wants to know."""
        facts = {"grpc_address": str(self.grpc_address), "data_dir": str(self.settings.data_dir)}
        if self.gateway:
            facts["http_address"] = self.gateway.address
        if uses_model(self.settings):
            facts["agents"] = described(self.settings)
        if self.new_key:
            facts |= {"api_key": self.new_key, "api_key_file": str(self.settings.data_dir / KEY_FILE)}
        return facts


@asynccontextmanager
async def running_server(settings: Settings, *, with_gateway: bool) -> AsyncIterator[RunningServer]:
    """Start every part of a server in order, and stop them in reverse.

    Raises:
        AddressTaken, BucketUnusable, CrewUnusable, DatabaseUnusable, DataFolderUnusable, FilesOfAnotherDatabase,
        GatewayFailed, SandboxLost, SandboxTooWeak: a part cannot start.
    """
    check_crew(settings)
    async with AsyncExitStack() as parts:
        folder = settings.folder
        parts.enter_context(folder.held())
        database = await open_database(settings.store_url, settings.database_pool_size)
        parts.push_async_callback(database.close)
        jobs, keys, audit_log = SqlJobStore(database), SqlKeyStore(database), SqlAuditLog(database)
        parts.push_async_callback(close_all, jobs, keys, audit_log)
        artifacts = await artifact_store(settings)
        parts.push_async_callback(artifacts.close)
        if settings.aws_bucket_name:  # a folder is open to one server alone
            await take_ownership(jobs, artifacts)
        configured = settings.configured_callers()
        with folder.writing():
            new_key = "" if configured else await make_first_key(keys, folder.root)
        calls = OpenCalls(key_limits(settings))
        ring = KeyRing(keys, configured, calls)
        await ring.start()
        parts.push_async_callback(ring.stop)
        sandbox = await asyncio.to_thread(Sandbox, folder.runs, settings.sandbox_minimum)
        parts.callback(sandbox.close)
        pool = ProcessPool(jobs, artifacts, sandbox, pool_settings(settings, folder))
        await pool.start()
        parts.push_async_callback(pool.stop)

        caretaker = Caretaker(jobs, artifacts, audit_log, care(settings))
        await caretaker.start()
        parts.push_async_callback(caretaker.stop)
        audit = AuditTrail(audit_log)
        await audit.start()
        parts.push_async_callback(audit.stop)
        attendance = Attendance(jobs, artifacts)

        service = conversion_service(settings, folder, jobs, artifacts, sandbox, attendance, audit)
        health = health_aio.HealthServicer()
        interceptor = CallInterceptor(ring, calls, audit, settings.max_upload_bytes)
        server = grpc_server(service, health, interceptor, settings)
        address = listen(server, settings.grpc_address, settings.grpc_tls())
        socket = parts.enter_context(private_socket(server, folder.scratch))
        await server.start()
        parts.push_async_callback(server.stop, 0)

        gateway = None
        if with_gateway:
            await health.set(HEALTH_NAME, health_pb2.HealthCheckResponse.SERVING)
            gateway = await start_gateway(settings, socket)
            parts.push_async_callback(gateway.stop)
        parts.push_async_callback(end_work, pool, server, gateway, settings.drain_seconds)
        parts.push_async_callback(begin_to_stop, service, health)
        await tell_readiness(health, True)
        await attendance.start(partial(tell_readiness, health))
        parts.push_async_callback(attendance.stop)
        yield RunningServer(settings, address, gateway, new_key, sandbox.layers)


def conversion_service(
    settings: Settings,
    folder: DataFolder,
    jobs: JobStore,
    artifacts: ArtifactStore,
    sandbox: Sandbox,
    attendance: Attendance,
    audit: AuditTrail,
) -> ConversionService:
    """Put the parts together that answer calls."""
    spool = Spool(folder.scratch)
    lane = InferenceLane(sandbox, limits(settings), conversions(settings), reserve_bytes=spool.reserve_bytes)
    kinds = {
        "job_store": jobs.kind,
        "artifact_store": artifacts.kind,
        "executor": ProcessPool.kind,
        "agents": described(settings),
    }
    transfers = Transfers(jobs, artifacts)
    examples = Examples(transfers, spool, settings.max_upload_bytes)
    return ConversionService(
        jobs,
        artifacts,
        TrainingJobs(jobs, artifacts, examples, settings.queue_size),
        transfers,
        Inference(jobs, artifacts, lane, spool, 2 * settings.max_upload_bytes),
        Watches(jobs),
        Standing(
            jobs,
            workers(settings),
            settings.queue_size,
            kinds,
            lambda: sandbox.layers,
            lambda: attendance.away,
        ),
        audit,
    )


def care(settings: Settings) -> Care:
    """Return how long what is kept."""
    return Care(keep_jobs=settings.retention_days * DAY, keep_audit=settings.audit_days * DAY)


def key_limits(settings: Settings) -> KeyLimits:
    """Return what one key may do."""
    return KeyLimits(settings.calls_per_second, settings.call_burst, settings.open_calls, settings.open_watches)


def limits(settings: Settings) -> Limits:
    """Return what one run of a script may use."""
    return Limits(
        wall_seconds=settings.script_timeout_seconds,
        cpu_seconds=settings.script_timeout_seconds,
        memory_bytes=settings.script_memory_bytes,
    )


def pool_settings(settings: Settings, folder: DataFolder) -> PoolSettings:
    """Return how the pool runs jobs."""
    return PoolSettings(
        folder=folder.scratch,
        owner=folder.instance(),
        max_workers=workers(settings),
        job_seconds=settings.job_seconds,
        agents=agent_settings(settings),
        limits=replace(limits(settings), niceness=TRAINING_NICENESS),
        worker_memory_bytes=settings.worker_memory_bytes,
    )


async def start_gateway(settings: Settings, socket: Path) -> Gateway:
    """Start the gateway in front of the server, with its files beside the server's socket.

    Raises:
        AddressTaken: the address is none of this machine.
        GatewayFailed: it does not start.
    """
    options = GatewayOptions(
        str(settings.http_address),
        socket,
        max_upload_bytes=settings.max_upload_bytes,
        allowed_origins=settings.allowed_origins,
        tls=settings.http_tls(),
        requests_per_second=settings.requests_per_second,
        idle_seconds=IDLE_SECONDS + math.ceil(settings.script_timeout_seconds),
        drain_seconds=settings.drain_seconds,
    )
    try:
        return await Gateway.start(options, socket.parent)
    except OSError as error:
        message = f"cannot listen at {settings.http_address}: {error.strerror}; set CSV_CONVERTER_HTTP_ADDRESS"
        raise AddressTaken(message) from None


async def tell_readiness(health: health_aio.HealthServicer, ready: bool) -> None:
    """Tell whether the service can do its work; the server itself, under the empty name, is well in any case."""
    status = health_pb2.HealthCheckResponse.SERVING if ready else health_pb2.HealthCheckResponse.NOT_SERVING
    await health.set(SERVICE_NAME, status)


async def begin_to_stop(service: ConversionService, health: health_aio.HealthServicer) -> None:
    """Tell everybody that the server stops, so that they turn elsewhere or come back; its gateway stays with it."""
    service.standing.stopping = True
    for name in ("", SERVICE_NAME):
        await health.set(name, health_pb2.HealthCheckResponse.NOT_SERVING)
    service.watches.stop()


async def end_work(pool: ProcessPool, server: grpc.aio.Server, gateway: Gateway | None, drain_seconds: int) -> None:
    """Put running jobs back into the queue, and let calls come to an end."""
    await asyncio.gather(pool.stop(), end_calls(server, gateway, drain_seconds))


async def end_calls(server: grpc.aio.Server, gateway: Gateway | None, drain_seconds: int) -> None:
    """Take new calls for a while, until whoever balances the load has turned elsewhere; then let calls come to an end.

    The gateway lives on until the server has ended the last of them, so that REST callers get a status.
    """
    end = time.monotonic() + drain_seconds + CALL_GRACE_SECONDS
    if gateway:
        await gateway.drain(CALL_GRACE_SECONDS)
    else:
        await asyncio.sleep(drain_seconds)
    await server.stop(max(0.0, end - time.monotonic()))


async def close_all(*stores: JobStore | KeyStore | AuditLog) -> None:
    """Let calls come to an end; all of them wait for the same database, should it be away."""
    await asyncio.gather(*(store.close() for store in stores))
