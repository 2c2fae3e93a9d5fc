"""A server that is stopped while its database and its bucket take everything and answer nothing."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import GetJobRequest, WatchJobRequest
from tests.executor.place import LONG_EXPECTED, LONG_INPUT
from tests.server.caller import ALL_KEY, Caller
from tests.server.conftest import training_request
from tests.server.server_process import ServerProcess
from tests.stores.moto import Moto
from tests.stores.postgresql import PostgresServer
from tests.stores.proxy import Proxy

STOP_SECONDS = 15


@pytest.mark.long
async def test_server_stops_in_time_and_its_job_is_done_later(
    postgres: PostgresServer, database_url: str, moto: Moto, tmp_path: Path
) -> None:
    near = moto.variables(moto.create_bucket()) | {"CSV_CONVERTER_DATABASE_URL": database_url}
    async with Proxy(postgres.port) as network, Proxy(moto.port) as way:
        far = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{way.port}",
            "CSV_CONVERTER_DATABASE_URL": postgres.url(database_url.rpartition("/")[2], network.port),
        }
        async with served(tmp_path, near | far) as (server, caller):
            request = training_request("ann", job_id="job", input_file=LONG_INPUT, expected_output_file=LONG_EXPECTED)
            await caller("StartTraining", request)
            await running(caller)
            network.hold()
            way.hold()
            waiting = asyncio.create_task(caller("GetJob", GetJobRequest(client_id="ann", job_id="job")))
            asked_at = time.monotonic()
            server.signal_group(signal.SIGTERM)
            assert await asyncio.to_thread(server.process.wait) == 0
            assert time.monotonic() - asked_at < STOP_SECONDS
            await asyncio.gather(waiting, return_exceptions=True)
    async with served(tmp_path, near) as (_, caller):
        events = await caller.events("ann", "job")
    assert events[-1].job_finished.job.status == JOB_STATUS_SUCCEEDED
    assert [event.WhichOneof("payload") for event in events].count("attempt_lost") == 1


@asynccontextmanager
async def served(folder: Path, variables: Mapping[str, str]) -> AsyncIterator[tuple[ServerProcess, Caller]]:
    """Run a server in another process, as long as nobody ends it earlier."""

    def start() -> ServerProcess:
        return ServerProcess(folder, "--no-gateway", variables=variables, API_KEYS=f"{ALL_KEY}=*")

    server = await asyncio.to_thread(start)  # since the proxies are in this one
    try:
        async with Caller.connected(server.address, ALL_KEY) as caller:
            yield server, caller
    finally:
        server.end()


async def running(caller: Caller) -> None:
    """Return when the job has begun to be done."""
    request = WatchJobRequest(client_id="ann", job_id="job")
    async for update in caller.stream("WatchJob", request):
        if update.event.HasField("files_read"):
            return
