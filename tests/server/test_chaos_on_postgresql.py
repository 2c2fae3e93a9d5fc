"""Two servers on one database and one bucket, while servers and the database are killed again and again."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import GetArtifactRequest, GetJobRequest
from tests.server.caller import ALL_KEY, KEYS, Caller, Refused
from tests.server.conftest import EXPECTED, training_request
from tests.server.server_process import ServerProcess
from tests.stores.postgresql import PostgresServer
from tests.stores.rclone import Rclone

pytestmark = pytest.mark.long

CHAOS_SECONDS = 60
MOST_PEACE = 6.0  # seconds between two kills
JOBS = 30
PATIENCE = 300.0


class Servers:
    """Two servers that can be killed and started again."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.variables = variables
        self.folders = [folder / name for name in ("first", "second")]
        for place in self.folders:
            place.mkdir()
        self.running = [self.start(place) for place in self.folders]

    def start(self, place: Path) -> ServerProcess:
        return ServerProcess(place, "--no-gateway", variables=self.variables, API_KEYS=KEYS, MAX_WORKERS=1)

    def kill(self, number: int) -> None:
        self.running[number].end()
        self.running[number] = self.start(self.folders[number])

    def end(self) -> None:
        for server in self.running:
            server.end()

    async def ask(self, method: str, request: object) -> object:
        """Ask any of them until one answers."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with Caller.connected(random.choice(self.running).address, ALL_KEY) as caller:
                        return await caller(method, request)
                except Refused:
                    await asyncio.sleep(0.5)


async def disturb(servers: Servers, postgres: PostgresServer) -> None:
    """Kill a server, or the database, or restart the database, with short times of peace in between."""
    end = time.monotonic() + CHAOS_SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(random.uniform(0, MOST_PEACE))
        match random.choice(("first", "second", "crash", "restart")):
            case "first":
                await asyncio.to_thread(servers.kill, 0)
            case "second":
                await asyncio.to_thread(servers.kill, 1)
            case "crash":
                await asyncio.to_thread(postgres.kill)
                await asyncio.to_thread(postgres.start)
            case "restart":
                await asyncio.to_thread(postgres.stop)
                await asyncio.to_thread(postgres.start)


async def train(servers: Servers, number: int) -> None:
    """Have a job accepted; what was perhaps accepted is asked again with the same request id."""
    await asyncio.sleep(random.uniform(0, CHAOS_SECONDS))
    request = training_request("ann", job_id=f"job-{number}", request_id=f"request-{number}")
    await servers.ask("StartTraining", request)


async def test_every_accepted_job_ends_once_with_its_files(
    postgres: PostgresServer, rclone: Rclone, tmp_path: Path
) -> None:
    url = postgres.create_database()
    servers = Servers(tmp_path, {"CSV_CONVERTER_DATABASE_URL": url} | rclone.variables(rclone.create_bucket()))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(disturb(servers, postgres))
            for number in range(JOBS):
                group.create_task(train(servers, number))
        async with Caller.connected(servers.running[0].address, ALL_KEY) as caller:
            for number in range(JOBS):
                await check(caller, f"job-{number}")
    finally:
        servers.end()


async def check(caller: Caller, job_id: str) -> None:
    """Make sure that a job ends, with all its events in order and one end among them."""
    async with asyncio.timeout(PATIENCE):
        events = await caller.events("ann", job_id)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.HasField("job_finished") for event in events].index(True) == len(events) - 1
    assert (await caller("GetJob", GetJobRequest(client_id="ann", job_id=job_id))).status == JOB_STATUS_SUCCEEDED
    output = GetArtifactRequest(client_id="ann", job_id=job_id, name="output.csv")
    assert await caller.bytes("GetArtifact", output) == EXPECTED
