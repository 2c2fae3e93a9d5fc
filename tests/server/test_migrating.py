"""`csv-converter migrate` from the stores of one machine to those that servers share and back, and `backup`."""

import asyncio
import json
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from csvconverter.cli.app import build_app
from csvconverter.v1.services_pb2 import (
    GetArtifactRequest,
    GetJobMetadataRequest,
    ListJobsRequest,
    RunInferenceRequest,
)
from server.data_folder import DataFolder
from server.main import running_server
from storage.folder_artifact_store import FolderArtifactStore
from storage.sql.database import open_database
from storage.sql.job_store import SqlJobStore
from tests.server.caller import ALL_KEY, Caller
from tests.server.conftest import EXPECTED, INPUT, settings_for, training_request
from tests.storage.filled import accept, filled_folder
from tests.stores.postgresql import PASSWORD, PostgresServer
from tests.stores.rclone import Rclone
from tests.stores.s3 import S3Server

NO_VARIABLES: Mapping[str, str] = {}


def command(folder: Path, *arguments: str, variables: Mapping[str, str] = NO_VARIABLES) -> Result:
    """Run a command on a data folder."""
    return CliRunner().invoke(build_app(), arguments, env={"CSV_CONVERTER_DATA_DIR": str(folder), **variables})


def reaching(store: S3Server) -> dict[str, str]:
    """Return the environment of a program that may use the store and keeps its files elsewhere."""
    return store.variables("")


@asynccontextmanager
async def served(folder: Path, **settings: object) -> AsyncIterator[Caller]:
    """Start a server and call it."""
    async with (
        running_server(settings_for(folder, **settings), with_gateway=False) as server,
        Caller.connected(str(server.grpc_address), ALL_KEY) as caller,
    ):
        yield caller


async def everything(caller: Caller, user: str) -> dict[str, object]:
    """Return all that a user sees of the jobs that are finished: jobs, events, metadata and files."""
    seen: dict[str, object] = {}
    for job in (await caller("ListJobs", ListJobsRequest(client_id=user))).jobs:
        if job.HasField("finished_at"):
            named = {"client_id": user, "job_id": job.job_id}
            files = [
                await caller.bytes("GetArtifact", GetArtifactRequest(**named, name=name)) for name in job.artifacts
            ]
            metadata = await caller("GetJobMetadata", GetJobMetadataRequest(**named))
            seen[job.job_id] = job, await caller.events(user, job.job_id), metadata, files
    return seen


async def queue_a_job(folder: DataFolder) -> None:
    """Leave a job that a server has accepted before it stopped."""
    database = await open_database(folder.database_url)
    jobs = SqlJobStore(database)
    await accept(jobs, FolderArtifactStore(folder.artifacts), "waiting", "ann", (INPUT, EXPECTED))
    await jobs.close()
    await database.close()


@pytest.mark.parametrize("store", ["rclone", pytest.param("moto", marks=pytest.mark.long)])
async def test_a_server_goes_on_where_everything_was_moved_to(request, database_url, tmp_path, store):
    s3: S3Server = request.getfixturevalue(store)
    bucket = s3.create_bucket()
    old, shared, back = DataFolder(tmp_path / "old"), tmp_path / "shared", tmp_path / "back"
    async with served(old.root) as caller:
        await caller.train(training_request("ann", job_id="orders"))
        before = await everything(caller, "ann")
        refused = await asyncio.to_thread(command, old.root, "migrate", "--to-folder", str(back))
        assert (refused.exit_code, "in use" in refused.stderr) == (1, True)
    key = (await asyncio.to_thread(command, old.root, "keys", "create", "--client", "ann")).stdout.strip()
    await queue_a_job(old)

    places = ["--to-database", database_url, "--to-bucket", bucket, "--json"]
    done = await asyncio.to_thread(command, old.root, "migrate", *places, variables=reaching(s3))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["settings"].keys() == {"CSV_CONVERTER_DATABASE_URL", "AWS_BUCKET_NAME"}

    async with served(shared, database_url=database_url, **s3.variables(bucket)) as caller:
        assert await everything(caller.with_key(key), "ann") == before
        assert (await caller.events("ann", "waiting"))[-1].job_finished.job.score == 1
        ask = RunInferenceRequest(user_id="ann", job_id="orders", input_file=INPUT)
        assert (await caller("RunInference", ask)).output_csv == EXPECTED
    variables = {"CSV_CONVERTER_DATABASE_URL": database_url, **s3.variables(bucket)}
    returned = await asyncio.to_thread(command, shared, "migrate", "--to-folder", str(back), variables=variables)
    assert returned.exit_code == 0, returned.output
    assert f"CSV_CONVERTER_DATA_DIR={back}\n  CSV_CONVERTER_DATABASE_URL=\n  AWS_BUCKET_NAME=\n" in returned.stdout


@pytest.fixture
async def filled(tmp_path: Path) -> DataFolder:
    """Return a data folder in which there is something of everything."""
    folder = DataFolder(tmp_path / "filled")
    folder.make()
    database, _ = await filled_folder(folder.root)
    await database.close()
    return folder


def test_what_was_copied_is_told_and_nobody_else_can_read_it(filled, tmp_path):
    first, second = (command(filled.root, "migrate", "--to-folder", str(tmp_path / "copy")) for _ in range(2))
    assert "jobs: 5 compared and equal, 5 copied now\n" in first.stdout
    assert f"Everything is there. A server finds it with:\n  CSV_CONVERTER_DATA_DIR={tmp_path}/copy\n" in first.stdout
    assert "jobs: 5 compared and equal, 0 copied now\n" in second.stdout
    assert "Nothing was left to copy." in second.stdout
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_files_alone_can_be_moved(filled, rclone: Rclone):
    bucket = rclone.create_bucket()
    done = command(filled.root, "migrate", "--to-bucket", bucket, "--json", variables=reaching(rclone))
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["equal"], told["settings"]) == (True, {"AWS_BUCKET_NAME": bucket})
    assert [result["name"] for result in told["results"]] == ["files"]


def test_a_bucket_that_belongs_to_another_database_is_refused(filled, rclone: Rclone, tmp_path):
    bucket = rclone.create_bucket()
    other = DataFolder(tmp_path / "other")
    shutil.copytree(filled.root, other.root)
    assert command(other.root, "migrate", "--to-bucket", bucket, variables=reaching(rclone)).exit_code == 0
    with closing(sqlite3.connect(filled.database)) as database, database:
        database.execute("UPDATE chores SET done_at = done_at + 1")
    told = command(filled.root, "migrate", "--to-bucket", bucket, variables=reaching(rclone))
    assert (told.exit_code, "another database" in told.stderr) == (1, True)


def test_rows_alone_can_be_moved_and_no_password_is_shown(filled, database_url):
    done = command(filled.root, "migrate", "--to-database", database_url)
    assert done.exit_code == 0, done.output
    assert "CSV_CONVERTER_DATABASE_URL=postgresql://converter@127.0.0.1" in done.stdout
    assert "files" not in done.stdout
    assert PASSWORD not in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "--to-database"),
        (["--to-database", "postgresql://host/db", "--to-bucket", "b", "--to-folder", "f"], 2, "nothing is left"),
        (["--to-database", "mysql://host/db"], 2, "postgresql://"),
        (["--to-folder", "{old}"], 1, "there already"),
        (["--to-folder", "/proc/nowhere"], 1, "/proc/nowhere"),
        (["--to-database", "postgresql://converter:wrong@127.0.0.1:{port}/postgres"], 1, "password"),
        (["--to-bucket", "missing"], 1, "missing"),
    ],
)
def test_what_is_wrong_is_said(filled, rclone: Rclone, postgres: PostgresServer, arguments, code, said):
    given = [argument.format(old=filled.root, port=postgres.port) for argument in arguments]
    told = command(filled.root, "migrate", *given, variables=reaching(rclone))
    assert (told.exit_code, said in told.stderr) == (code, True), told.output


def test_a_setting_that_names_the_new_place_already_is_refused(filled, database_url):
    variables = {"CSV_CONVERTER_DATABASE_URL": database_url, "AWS_BUCKET_NAME": "bucket"}
    for place in (["--to-database", database_url], ["--to-bucket", "bucket"]):
        told = command(filled.root, "migrate", *place, variables=variables)
        assert (told.exit_code, "unset it" in told.stderr) == (1, True)


def test_a_folder_without_a_database_has_nothing_to_move(tmp_path):
    for arguments in (["migrate", "--to-folder", str(tmp_path / "copy")], ["backup", str(tmp_path / "copy")]):
        told = command(tmp_path / "empty", *arguments, "--json")
        assert (told.exit_code, told.stdout) == (1, "")
        assert "there is no database" in json.loads(told.stderr)["error"]["message"]
    assert not (tmp_path / "empty").exists()


async def test_a_server_that_runs_is_backed_up(tmp_path):
    copy = tmp_path / "copy"
    async with served(tmp_path / "data") as caller:
        await caller.train(training_request("ann", job_id="orders"))
        seen = await everything(caller, "ann")
        done = await asyncio.to_thread(command, tmp_path / "data", "backup", str(copy))
        assert done.exit_code == 0, done.output
        again = await asyncio.to_thread(command, tmp_path / "data", "backup", str(copy))
        assert (again.exit_code, "name a new folder" in again.stderr) == (1, True)
        await caller.train(training_request("ann", job_id="later"))
    async with served(copy) as caller:
        assert await everything(caller, "ann") == seen
        ask = RunInferenceRequest(user_id="ann", job_id="orders", input_file=INPUT)
        assert (await caller("RunInference", ask)).output_csv == EXPECTED


async def test_a_database_that_servers_share_is_not_backed_up_here(tmp_path, database_url):
    variables = {"CSV_CONVERTER_DATABASE_URL": database_url}
    told = await asyncio.to_thread(command, tmp_path / "data", "backup", str(tmp_path / "copy"), variables=variables)
    assert (told.exit_code, "pg_dump" in told.stderr) == (1, True)
