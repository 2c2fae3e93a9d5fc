"""A server whose files are in a bucket."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from csvconverter.v1.services_pb2 import DeleteUserRequest, GetArtifactRequest, GetHealthRequest, RunInferenceRequest
from server.ailment import Ailment
from server.bucket_check import bucket as check_bucket
from server.doctor import examine
from server.main import running_server
from server.serve import CANNOT_START
from server.settings import Settings
from storage.ownership import MARK
from storage.s3.artifact_store import S3ArtifactStore
from storage.sql.chores import known_begin
from storage.sql.database import open_database
from tests.contract.test_artifact_store import listed, read
from tests.server.caller import ALL_KEY, Caller, Refused
from tests.server.conftest import EXPECTED, INPUT, settings_for, training_request
from tests.stores.proxy import Proxy
from tests.stores.rclone import Rclone

module = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def settings(rclone: Rclone, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_for(tmp_path_factory.mktemp("server"), **rclone.variables(rclone.create_bucket()))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def caller(settings: Settings) -> AsyncIterator[Caller]:
    async with (
        running_server(settings, with_gateway=False) as server,
        Caller.connected(str(server.grpc_address), ALL_KEY) as connected,
    ):
        yield connected


@pytest_asyncio.fixture(loop_scope="module")
async def store(settings: Settings) -> AsyncIterator[S3ArtifactStore]:
    opened = await S3ArtifactStore.open(settings.s3)
    yield opened
    await opened.close()


@module
async def test_files_of_a_job_are_in_the_bucket_alone(
    caller: Caller, settings: Settings, store: S3ArtifactStore
) -> None:
    assert (await caller("GetHealth", GetHealthRequest())).artifact_store == "s3"
    job = await caller.train(training_request("ann", job_id="job"))
    while json.loads(await read(store, "ann/job/metadata.json"))["status"] != "SUCCEEDED":
        await asyncio.sleep(0.01)  # a moment after the last event
    life = f"ann/job/{job.uid}/"
    assert {life + "input.csv", life + "expected.csv", life + "attempt-1/script.py"} <= set(await listed(store, "ann/"))
    assert not [path for path in settings.folder.artifacts.rglob("*") if path.is_file()]

    ask = RunInferenceRequest(user_id="ann", job_id="job", input_file=INPUT)
    assert (await caller("RunInference", ask)).output_csv == EXPECTED
    for name, content in {"input.csv": INPUT, "output.csv": EXPECTED}.items():
        request = GetArtifactRequest(client_id="ann", job_id="job", name=name)
        assert await caller.bytes("GetArtifact", request) == content

    await caller("DeleteUser", DeleteUserRequest(user_id="ann"))
    assert await listed(store, "ann/") == {}
    with pytest.raises(Refused, match="NOT_FOUND"):
        await caller("RunInference", ask)


@module
async def test_bucket_that_is_away_for_a_while_is_a_call_to_send_again(caller: Caller, rclone: Rclone) -> None:
    rclone.stop()
    try:
        with pytest.raises(Refused, match="UNAVAILABLE"):
            await caller("StartTraining", training_request("bob", job_id="job"))
    finally:
        rclone.start()
    assert "script.py" in (await caller.train(training_request("bob", job_id="job"))).artifacts


async def test_server_whose_bucket_is_missing_does_not_start(rclone: Rclone, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, **rclone.variables("missing"))
    with pytest.raises(CANNOT_START, match=r"the bucket missing at http://\S+ does not exist: .* AWS_BUCKET_NAME"):
        async with running_server(settings, with_gateway=False):
            pass


async def test_server_does_not_start_on_the_bucket_of_another_database(
    caller: Caller, settings: Settings, tmp_path: Path
) -> None:
    others = settings.model_copy(update={"data_dir": tmp_path})
    with pytest.raises(CANNOT_START, match=r"another database: correct AWS_BUCKET_NAME"):
        async with running_server(others, with_gateway=False):
            pass


async def test_doctor_tells_of_the_bucket_of_another_database_and_changes_nothing(
    caller: Caller, settings: Settings, tmp_path: Path
) -> None:
    await check_bucket(settings)
    others = settings.model_copy(update={"data_dir": tmp_path})
    for _ in range(2):
        with pytest.raises(Ailment, match="another database") as raised:
            await check_bucket(others)
        assert MARK in raised.value.mend
        database = await open_database(others.store_url)  # the second time there is one, which has not begun
        assert await database.read(known_begin) is None
        await database.close()
    await check_bucket(settings)


def test_doctor_tries_the_bucket(rclone: Rclone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = rclone.create_bucket()
    monkeypatch.setenv("CSV_CONVERTER_DATA_DIR", str(tmp_path))
    for name, value in rclone.variables(bucket).items():
        monkeypatch.setenv(name, value)
    found = next(finding for finding in examine() if finding.name == "bucket")
    assert found.ok, found
    assert bucket in found.found
    assert not [path for path in rclone.folder_of(bucket).rglob("*") if path.is_file()]


async def test_bucket_that_can_only_be_read_is_an_ailment(rclone: Rclone, tmp_path: Path) -> None:
    bucket = rclone.create_bucket()
    async with Proxy(rclone.port) as proxy:
        for _ in range(20):
            proxy.lose_request(b"PUT /")
        url = f"http://127.0.0.1:{proxy.port}"
        with pytest.raises(Ailment) as ailment:
            await check_bucket(settings_for(tmp_path, **rclone.variables(bucket) | {"AWS_ENDPOINT_URL": url}))
    assert "s3:PutObject" in ailment.value.mend
