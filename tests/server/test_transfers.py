"""Files that go past the server: a whole training and a whole conversion, what the store refuses, and what is left."""

import io
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from csvconverter.client import ConverterClient
from csvconverter.v1.jobs_pb2 import Job
from csvconverter.v1.services_pb2 import (
    CreateUploadRequest,
    CreateUploadResponse,
    DeleteJobRequest,
    DeleteUserRequest,
    GetArtifactUrlRequest,
    RunInferenceRequest,
    StartTrainingRequest,
)
from server.errors import Refusal
from server.transfers import Transfers
from storage.folder_artifact_store import FolderArtifactStore
from tests.api.asking import ALL_KEY, KEYS, Api, Ask, connected
from tests.api.test_documentation_examples import PAST_THE_SERVER, run
from tests.server.conftest import EXPECTED, INPUT, training_request
from tests.server.server_process import COMMAND, server_process
from tests.storage.opened import open_jobs
from tests.stores.rclone import Rclone

LARGE = INPUT + b"011,Eve\n" * 100_000  # more than a request may bring to this server
LARGEST_FILE = 200_000


@pytest.fixture(scope="module")
def bucket(rclone: Rclone) -> str:
    return rclone.create_bucket()


@pytest.fixture(scope="module")
def api(rclone: Rclone, bucket: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Start a server that keeps files in a bucket whose store checks signatures."""
    store = {
        "AWS_BUCKET_NAME": bucket,
        "AWS_ENDPOINT_URL": rclone.endpoint_url,
        "AWS_ACCESS_KEY_ID": rclone.access_key,
        "AWS_SECRET_ACCESS_KEY": rclone.secret_key,
    }
    limits = {"MAX_UPLOAD_BYTES": LARGEST_FILE, "MAX_WORKERS": 2}
    folder = tmp_path_factory.mktemp("transfers")
    with server_process(folder, variables=store, API_KEYS=KEYS, **limits) as server, connected(server) as connection:
        yield connection


@pytest.fixture(scope="module")
def trained(api: Api) -> str:
    """Return the user whose job `names` was trained by uploads."""
    api.train(by_uploads(api, "ann", job_id="names"))
    return "ann"


def upload(api: Api, user: str, content: bytes) -> CreateUploadResponse:
    [created] = api.over_grpc(Ask("CreateUpload", CreateUploadRequest(user_id=user, size_bytes=len(content))))
    httpx.put(created.url, content=content, headers=dict(created.headers), timeout=60).raise_for_status()
    return created


def by_uploads(api: Api, user: str, given: bytes = INPUT, wanted: bytes = EXPECTED, **others: object):
    """Return a training whose files are uploads."""
    uploads = {
        "input_upload": upload(api, user, given).upload_id,
        "expected_output_upload": upload(api, user, wanted).upload_id,
    }
    return StartTrainingRequest(user_id=user, job_title="Names", owner="Ann", **uploads, **others)


def converted(api: Api, user: str, content: bytes) -> str:
    """Return where a converted file may be read."""
    request = RunInferenceRequest(user_id=user, job_id="names", input_upload=upload(api, user, content).upload_id)
    [answer] = api.over_grpc(Ask("RunInference", request))
    assert not answer.output_csv
    assert time.time() < answer.output_url_expires_at.seconds <= time.time() + 3600
    return answer.output_url


def keys(store: Rclone, bucket: str, user: str) -> list[str]:
    """Return the keys of all objects of a user."""
    folder = store.folder_of(bucket)
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return [key.as_posix() for key in found if user in key.parts]


def test_a_file_of_any_size_is_converted_past_the_server(api: Api, trained: str) -> None:
    answer = httpx.get(converted(api, trained, LARGE), timeout=60)
    assert answer.content.startswith(EXPECTED)
    assert answer.content.count(b"\n") == LARGE.count(b"\n")
    assert answer.headers["content-disposition"] == 'attachment; filename="Names.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_jobs_files_are_read_past_the_server(api: Api, trained: str) -> None:
    for name, content in (("input.csv", INPUT), ("output.csv", EXPECTED)):
        request = GetArtifactUrlRequest(client_id=trained, job_id="names", name=name)
        [found] = api.over_grpc(Ask("GetArtifactUrl", request))
        answer = httpx.get(found.url)
        assert answer.content == content
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    missing = GetArtifactUrlRequest(client_id=trained, job_id="names", name="none.csv")
    assert api.refusal(Ask("GetArtifactUrl", missing)).info.reason == "ARTIFACT_NOT_FOUND"


def test_rest_callers_get_the_same(api: Api, trained: str) -> None:
    key = {"X-API-KEY": ALL_KEY}
    created = api.rest.post(f"/api/v1/users/{trained}/uploads", json={"size_bytes": len(INPUT)}, headers=key)
    assert created.status_code == 201
    assert list(created.json()) == ["upload_id", "url", "headers", "expires_at"]
    httpx.put(created.json()["url"], content=INPUT).raise_for_status()
    body = {"user_id": trained, "job_id": "names", "input_upload": created.json()["upload_id"]}
    told = api.rest.post("/api/v1/inference/run", json=body, headers=key).json()
    assert (told["output_csv"], told["rows"]) == ("", 4)
    assert httpx.get(told["output_url"]).content == EXPECTED
    path = f"/api/v1/{trained}/names/artifacts/script.py/url"
    assert b"import pandas" in httpx.get(api.rest.get(path, headers=key).json()["url"]).content


def test_the_store_takes_that_file_alone_and_in_that_length(api: Api, user: str) -> None:
    [created] = api.over_grpc(Ask("CreateUpload", CreateUploadRequest(user_id=user, size_bytes=len(INPUT))))
    another = created.url.replace(created.upload_id, "0" * 32)
    refused = [
        httpx.put(created.url, content=INPUT + b"\n"),
        httpx.put(created.url, content=INPUT[:-1]),
        httpx.put(another, content=INPUT),
        httpx.get(created.url),
        httpx.delete(created.url),
    ]
    assert {answer.status_code for answer in refused} == {403}
    request = RunInferenceRequest(user_id=user, job_id="names", input_upload=created.upload_id)
    assert api.refusal(Ask("RunInference", request)).info.reason == "JOB_NOT_FOUND"
    training = training_request(user, input_file=b"", input_upload=created.upload_id)
    assert api.refusal(Ask("StartTraining", training)).info.reason == "UPLOAD_NOT_FOUND"


def test_an_upload_of_another_user_is_not_there(api: Api, trained: str, user: str) -> None:
    theirs = upload(api, user, INPUT)
    request = RunInferenceRequest(user_id=trained, job_id="names", input_upload=theirs.upload_id)
    refusal = api.refusal(Ask("RunInference", request))
    assert refusal.info.reason == "UPLOAD_NOT_FOUND"
    assert theirs.upload_id in refusal.message


def test_a_request_is_the_same_when_its_files_are(api: Api, user: str) -> None:
    training = by_uploads(api, user, request_id="once")
    same = [training, training, by_uploads(api, user, request_id="once"), training_request(user, request_id="once")]
    assert len({api.over_grpc(Ask("StartTraining", request))[0].job_id for request in same}) == 1
    other = by_uploads(api, user, given=INPUT + b"011,Eve\n", request_id="once")
    assert api.refusal(Ask("StartTraining", other)).info.reason == "REQUEST_ID_REUSED"


def test_an_upload_that_is_sent_again_changes_no_job(api: Api, user: str) -> None:
    sent = upload(api, user, INPUT)
    api.over_grpc(
        Ask("StartTraining", training_request(user, job_id="names", input_file=b"", input_upload=sent.upload_id))
    )
    httpx.put(sent.url, content=INPUT.replace(b"Carl", b"Karl")).raise_for_status()
    [found] = api.over_grpc(
        Ask("GetArtifactUrl", GetArtifactUrlRequest(client_id=user, job_id="names", name="input.csv"))
    )
    assert httpx.get(found.url).content == INPUT


def test_examples_may_be_no_larger_than_in_a_request(api: Api, user: str) -> None:
    refusal = api.refusal(Ask("StartTraining", by_uploads(api, user, given=LARGE)))
    assert (refusal.info.reason, refusal.info.metadata["limit_bytes"]) == ("FILE_TOO_LARGE", str(LARGEST_FILE))


def test_an_upload_that_is_no_table_is_named(api: Api, user: str) -> None:
    refusal = api.refusal(Ask("StartTraining", by_uploads(api, user, wanted=b"\0\1")))
    assert (refusal.info.reason, refusal.locations) == ("CSV_INVALID", [["body", "expected_output_upload"]])


def test_nothing_is_left_of_a_user(api: Api, rclone: Rclone, bucket: str, user: str) -> None:
    api.train(by_uploads(api, user, job_id="names"))
    address = converted(api, user, INPUT)
    api.over_grpc(Ask("DeleteJob", DeleteJobRequest(user_id=user, job_id="names")))
    assert httpx.get(address).status_code == 404
    assert [key.split("/")[0] for key in keys(rclone, bucket, user)] == [".uploads"] * 3
    api.over_grpc(Ask("DeleteUser", DeleteUserRequest(user_id=user)))
    assert not keys(rclone, bucket, user)


async def test_the_python_client_sends_and_reads_past_the_server(api: Api, user: str) -> None:
    async with ConverterClient(api.server.address, api_key=ALL_KEY) as client:
        job = await client.train(user, INPUT, EXPECTED, job_title="Names", owner="Ann", by_url=True)
        events = [event async for event in client.watch(user, job.job_id)]
        assert events[-1].job_finished.job.score == 1
        output, script = io.BytesIO(), io.BytesIO()
        assert await client.convert(user, job.job_id, io.BytesIO(LARGE), output, by_url=True) == []
        assert output.getvalue().startswith(EXPECTED)
        assert await client.download(user, job.job_id, "script.py", script, by_url=True) == len(script.getvalue())


def test_the_command_line_sends_and_reads_past_the_server(api: Api, trained: str, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_bytes(LARGE)
    convert = ["convert", "names", "--by-url", "-o", "converted.csv"]
    assert command_line(api, trained, tmp_path, *convert, "new.csv").returncode == 0
    assert (tmp_path / "converted.csv").read_bytes().startswith(EXPECTED)
    piped = command_line(api, trained, tmp_path, *convert, "-")
    assert (piped.returncode, "--by-url needs a file" in piped.stderr) == (2, True)


def test_the_documented_example_gives_what_is_shown(api: Api) -> None:
    orders = Path("examples/orders")
    given, wanted = (orders / "input.csv").read_bytes(), (orders / "expected.csv").read_bytes()
    api.train(training_request("acme", job_id="orders", input_file=given, expected_output_file=wanted))
    [(command, shown)] = PAST_THE_SERVER
    assert run(command, api) == shown


def command_line(api: Api, user: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    where = {"ADDRESS": api.server.address, "API_KEY": ALL_KEY, "USER": user}
    variables = {f"CSV_CONVERTER_{name}": value for name, value in where.items()}
    command = [COMMAND, *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, timeout=60)


async def test_what_is_converted_while_its_job_is_deleted_is_not_kept(tmp_path: Path) -> None:
    output = tmp_path / "output.csv"
    output.write_bytes(EXPECTED)
    jobs, artifacts = await open_jobs(f"sqlite:///{tmp_path}/jobs.db"), FolderArtifactStore(tmp_path / "artifacts")
    with pytest.raises(Refusal, match="there is no job names of ann"):
        await Transfers(jobs, artifacts).offer(Job(user_id="ann", job_id="names", uid="0" * 32), output)
    await jobs.close()
    assert [page async for page in artifacts.list("")] == []
