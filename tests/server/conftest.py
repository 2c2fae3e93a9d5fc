"""Servers to call through a real channel: one for all tests that trains for real, and quiet ones without workers."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from grpc_health.v1.health import aio as health_aio
from grpc_health.v1.health_pb2 import HealthCheckResponse

from csvconverter.v1.services_pb2 import StartTrainingRequest
from gateway.contract import HEALTH_NAME
from server.audit_trail import AuditTrail
from server.conversion_service import ConversionService
from server.door import grpc_server, listen
from server.examples import Examples
from server.inference import Inference
from server.interceptors import CallInterceptor
from server.key_ring import KeyRing
from server.main import key_limits, running_server
from server.open_calls import OpenCalls
from server.settings import Settings
from server.spooling import Spool
from server.standing import Standing
from server.training import TrainingJobs
from server.transfers import Transfers
from server.watching import Watches
from storage.folder_artifact_store import FolderArtifactStore
from storage.sql.audit_log import SqlAuditLog
from tests.server.caller import ALL_KEY, KEYS, Caller
from tests.storage.opened import open_jobs, open_keys

NUMBERS = itertools.count(1)

INPUT = b"id,name\n007, ann\n008,BOB \n009,Carl\n010,dora\n"
EXPECTED = b"id,Name\n007,Ann\n008,Bob\n009,Carl\n010,Dora\n"


def settings_for(data_dir: Path, **others: object) -> Settings:
    given = {"grpc_address": "127.0.0.1:0", "http_address": "127.0.0.1:0", "api_keys": KEYS, "max_workers": 2}
    no_model = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
    return Settings(_env_file=None, data_dir=data_dir, **(given | no_model | others))


def training_request(user: str, **others: object) -> StartTrainingRequest:
    given = {"input_file": INPUT, "expected_output_file": EXPECTED, "job_title": "Names", "owner": "Ann"}
    return StartTrainingRequest(user_id=user, **(given | others))


@pytest.fixture
def user() -> str:
    return f"user-{next(NUMBERS)}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server_settings(tmp_path_factory) -> Settings:
    return settings_for(tmp_path_factory.mktemp("server"), max_upload_bytes=100_000, script_timeout_seconds=2)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def caller(server_settings) -> AsyncIterator[Caller]:
    async with (
        running_server(server_settings, with_gateway=False) as server,
        Caller.connected(str(server.grpc_address), ALL_KEY) as connected,
    ):
        yield connected


class QuietServer:
    """A server without workers: its jobs stay queued until the test itself works on them."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.settings = settings_for(folder, **settings)
        self.artifacts = FolderArtifactStore(folder / "artifacts")

    async def start(self, heartbeat_seconds: float) -> None:
        self.jobs = await open_jobs(f"sqlite:///{self.settings.data_dir / 'jobs.db'}")
        self.watches = Watches(self.jobs, heartbeat_seconds)
        spool = Spool(self.settings.data_dir)
        inference = Inference(self.jobs, self.artifacts, None, spool, 0)
        transfers = Transfers(self.jobs, self.artifacts)
        examples = Examples(transfers, spool, self.settings.max_upload_bytes)
        training = TrainingJobs(self.jobs, self.artifacts, examples, self.settings.queue_size)
        standing = Standing(self.jobs, 2, self.settings.queue_size, {}, tuple, tuple)
        self.audit_log = SqlAuditLog(self.jobs.database)
        self.audit = AuditTrail(self.audit_log)
        await self.audit.start()
        service = ConversionService(
            self.jobs, self.artifacts, training, transfers, inference, self.watches, standing, self.audit
        )
        self.keys = await open_keys(f"sqlite:///{self.settings.data_dir / 'jobs.db'}")
        self.calls = OpenCalls(key_limits(self.settings))
        self.ring = KeyRing(self.keys, self.settings.configured_callers(), self.calls)
        await self.ring.start()
        interceptor = CallInterceptor(self.ring, self.calls, self.audit, self.settings.max_upload_bytes)
        health = health_aio.HealthServicer()
        await health.set(HEALTH_NAME, HealthCheckResponse.SERVING)
        self.server = grpc_server(service, health, interceptor, self.settings)
        self.address = str(listen(self.server, self.settings.grpc_address))
        self.socket = self.settings.data_dir / "grpc.sock"
        self.server.add_insecure_port(f"unix:{self.socket}")
        await self.server.start()

    async def stop(self) -> None:
        self.watches.stop()
        await self.server.stop(1)
        await self.audit.stop()
        await self.ring.stop()
        await self.keys.close()
        await self.jobs.close()


@pytest_asyncio.fixture
async def quiet_server(tmp_path) -> AsyncIterator[QuietServer]:
    server = QuietServer(tmp_path)
    await server.start(heartbeat_seconds=0.3)
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def quiet(quiet_server) -> AsyncIterator[Caller]:
    async with Caller.connected(quiet_server.address, ALL_KEY) as connected:
        yield connected
