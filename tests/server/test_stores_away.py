"""What a server says while a store is away, and that it goes on when the store is back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from csvconverter.client import ConverterClient
from csvconverter.v1.services_pb2 import GetHealthRequest, GetJobRequest, GetQueueStatusRequest
from server.attendance import Attendance, look_into
from server.door import SERVICE_NAME
from server.first_key import KEY_FILE, make_first_key
from server.keys import VIEW_SECONDS, sha256
from server.main import running_server
from storage.folder_artifact_store import FolderArtifactStore
from storage.s3.artifact_store import S3ArtifactStore
from tests.server.caller import Caller
from tests.server.conftest import settings_for
from tests.storage.opened import open_jobs, open_keys
from tests.stores.postgresql import PostgresServer
from tests.stores.proxy import Proxy
from tests.stores.rclone import Rclone
from tests.stores.s3 import new_bucket

SOON = 60


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_store_that_goes_and_comes_back_is_told_once_each_time(
    rclone: Rclone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs, artifacts = await open_jobs(f"sqlite:///{tmp_path}/jobs.db"), await S3ArtifactStore.open(new_bucket(rclone))
    told: list[bool] = []

    async def tell(ready: bool) -> None:
        told.append(ready)

    attendance = Attendance(jobs, artifacts, look_seconds=0.2)
    await attendance.start(tell)
    rclone.stop()
    try:
        await until(lambda: bool(told))
        assert attendance.away == {"artifact_store"}
    finally:
        rclone.start()
    await until(lambda: len(told) == 2)
    await attendance.stop()
    assert (told, attendance.away) == ([False, True], frozenset())
    log = capsys.readouterr().out
    assert (log.count("a store is away"), log.count("a store is back")) == (1, 1)
    await artifacts.close()
    await jobs.close()


async def test_a_folder_of_files_is_there(tmp_path: Path) -> None:
    await look_into(FolderArtifactStore(tmp_path / "artifacts"))


@pytest.fixture
async def proxy(postgres: PostgresServer) -> AsyncIterator[Proxy]:
    async with Proxy(postgres.port) as proxy:
        yield proxy


@pytest.mark.long
async def test_calls_are_refused_together_while_the_database_is_away_and_go_on_when_it_is_back(
    proxy: Proxy, postgres: PostgresServer, database_url: str, tmp_path: Path
) -> None:
    url = postgres.url(database_url.rpartition("/")[2], proxy.port)
    async with (
        running_server(settings_for(tmp_path, database_url=url, api_keys="x=*"), with_gateway=False) as server,
        Caller.connected(str(server.grpc_address), "x") as caller,
        ConverterClient(str(server.grpc_address), api_key="x") as client,
    ):
        assert (await caller("GetHealth", GetHealthRequest())).status == "healthy"
        await proxy.refuse()
        await asyncio.sleep(VIEW_SECONDS)  # until then keys are judged by what is known of them
        asks = [caller("GetJob", GetJobRequest(client_id="ann", job_id=f"job-{n}")) for n in range(50)]
        stored = [caller.with_key("none")("GetQueueStatus", GetQueueStatusRequest()) for _ in range(50)]
        async with asyncio.timeout(SOON):  # and not one after the other
            refusals = await asyncio.gather(*asks, *stored, return_exceptions=True)
        assert {(one.code, one.info.reason) for one in refusals} == {(grpc.StatusCode.UNAVAILABLE, "TRY_AGAIN")}
        assert all(one.retry.retry_delay.ToSeconds() > 0 for one in refusals)
        await until_ready(caller, ready=False)
        health = await caller("GetHealth", GetHealthRequest())
        assert (health.status, list(health.stores_away)) == ("degraded", ["job_store"])
        patient = asyncio.create_task(client.get_queue_status())
        await proxy.restore()
        assert (await patient).queue_info.max_workers == 2
        await until_ready(caller, ready=True)


async def until_ready(caller: Caller, *, ready: bool) -> None:
    """Wait until the service is said to be ready, or not; the server itself is well all the time."""
    health = health_pb2_grpc.HealthStub(caller.channel)
    wanted = health_pb2.HealthCheckResponse.SERVING if ready else health_pb2.HealthCheckResponse.NOT_SERVING
    async with asyncio.timeout(SOON):
        while (await health.Check(health_pb2.HealthCheckRequest(service=SERVICE_NAME))).status != wanted:
            await asyncio.sleep(0.05)
    alive = await health.Check(health_pb2.HealthCheckRequest())
    assert alive.status == health_pb2.HealthCheckResponse.SERVING


async def test_servers_that_start_together_on_an_empty_database_make_one_key(database_url: str, tmp_path: Path) -> None:
    stores, folders = [], [tmp_path / str(number) for number in range(4)]
    for folder in folders:
        folder.mkdir()
        stores.append(await open_keys(database_url))
    made = await asyncio.gather(*(make_first_key(store, folder) for store, folder in zip(stores, folders, strict=True)))
    [key] = [key for key in made if key]
    [kept] = await stores[0].list_keys()
    assert kept.digest == sha256(key)
    assert [(folder / KEY_FILE).read_text() for folder in folders if (folder / KEY_FILE).exists()] == [key + "\n"]
    for store in stores:
        await store.close()
