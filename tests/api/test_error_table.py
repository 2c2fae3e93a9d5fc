"""Every reason for which a call is refused, provoked for real and read over both protocols."""

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest

from csvconverter.v1.errors_pb2 import ErrorReason
from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    ConvertRequest,
    CreateUploadRequest,
    DeleteUserRequest,
    GetArtifactRequest,
    GetJobMetadataRequest,
    GetQueueStatusRequest,
    RunInferenceRequest,
    WatchJobRequest,
)
from tests.api.asking import ACME_KEY, ALL_KEY, PATIENCE, Api, Ask, connected, puzzle
from tests.server.caller import Refused
from tests.server.conftest import INPUT, training_request
from tests.server.server_process import server_process

RATE_KEY, OPEN_KEY = "rate-key", "open-key"


@dataclass(frozen=True)
class Scene:
    """Where refusals are provoked."""

    api: Api  # has a trained job
    strict: Api  # allows little
    trained: str  # the user of the trained job
    user: str  # has no jobs


INTERNALS = re.compile(
    r"Traceback|File \"|<class|grpc_json|(?<!script)\.py\b|sqlite|/data/|/tmp/|\b\w*(Error|Exception)\b(?! \(line )"
)
"""What no answer holds; of an exception with its line, which is the learned script's own, the name may be told."""


def convert(user: str, content: bytes = INPUT) -> Ask:
    return Ask("RunInference", RunInferenceRequest(user_id=user, job_id="names", input_file=content))


def train(user: str, **others: object) -> Ask:
    return Ask("StartTraining", training_request(user, **others))


@contextmanager
def wrong_key(scene: Scene) -> Iterator[Ask]:
    yield Ask("GetQueueStatus", GetQueueStatusRequest(), key="wrong")


@contextmanager
def other_client(scene: Scene) -> Iterator[Ask]:
    yield Ask("GetJobMetadata", GetJobMetadataRequest(client_id=scene.trained, job_id="names"), key=ACME_KEY)


@contextmanager
def malformed_id(scene: Scene) -> Iterator[Ask]:
    yield train(scene.user, job_id="../names")


@contextmanager
def header_only(scene: Scene) -> Iterator[Ask]:
    yield train(scene.user, input_file=b"id,name\n")


@contextmanager
def other_columns(scene: Scene) -> Iterator[Ask]:
    yield convert(scene.trained, b"id,surname\n1,x\n")


@contextmanager
def large_file(scene: Scene) -> Iterator[Ask]:
    yield convert(scene.trained, INPUT * 20_000)


@contextmanager
def unknown_job(scene: Scene) -> Iterator[Ask]:
    yield Ask("CancelJob", CancelJobRequest(client_id=scene.user, job_id="none"))


@contextmanager
def unsolved_job(scene: Scene) -> Iterator[Ask]:
    scene.api.train(
        training_request(scene.user, job_id="names", expected_output_file=b"id,Name\n9,q\n1,zz\n5,xyx\n7,w\n")
    )
    yield convert(scene.user)


@contextmanager
def reused_request_id(scene: Scene) -> Iterator[Ask]:
    scene.api.over_grpc(train(scene.user, request_id="once"))
    yield train(scene.user, request_id="once", job_title="Other")


@contextmanager
def unknown_artifact(scene: Scene) -> Iterator[Ask]:
    yield Ask("GetArtifact", GetArtifactRequest(client_id=scene.trained, job_id="names", name="none.csv"))


@contextmanager
def unknown_upload(scene: Scene) -> Iterator[Ask]:
    yield Ask("RunInference", RunInferenceRequest(user_id=scene.trained, job_id="names", input_upload="none"))


@contextmanager
def no_bucket(scene: Scene) -> Iterator[Ask]:
    yield Ask("CreateUpload", CreateUploadRequest(user_id=scene.user, size_bytes=1))


@contextmanager
def crashing_script(scene: Scene) -> Iterator[Ask]:
    with scene.api.script_replaced(scene.trained, "names", "raise SystemExit('the price of row 3 is no number')"):
        yield convert(scene.trained)


@contextmanager
def greedy_script(scene: Scene) -> Iterator[Ask]:
    with scene.api.script_replaced(scene.trained, "names", "bytearray(10**12)"):
        yield convert(scene.trained)


@contextmanager
def dying_sandbox(scene: Scene) -> Iterator[Ask]:
    """Kill the sandbox for as long as the call lasts: it is started again, and tried again once."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.05):
            for pid in scene.api.server.family():
                with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                    if b"sandbox.zygote" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    with scene.api.script_replaced(scene.trained, "names", "while True: pass"):
        killer.start()
        try:
            yield convert(scene.trained)
        finally:
            over.set()
            killer.join()


@contextmanager
def replaced_job(scene: Scene) -> Iterator[Ask]:
    scene.api.over_grpc(train(scene.user, job_id="names"))
    yield Ask("WatchJob", WatchJobRequest(client_id=scene.user, job_id="names", job_uid="that-of-an-earlier-life"))


@contextmanager
def unusable_store(scene: Scene) -> Iterator[Ask]:
    (scene.api.artifacts / scene.user).write_text("a file where the user's folder should be")
    yield train(scene.user)


@contextmanager
def exhausted_rate(scene: Scene) -> Iterator[Ask]:
    ask = Ask("GetQueueStatus", GetQueueStatusRequest(), key=RATE_KEY)
    while until_refused(scene.strict, ask).retry.retry_delay.ToMilliseconds() < 500:
        pass
    yield ask


@contextmanager
def open_call(scene: Scene) -> Iterator[Ask]:
    ended = threading.Event()

    def upload() -> Iterator[ConvertRequest]:
        yield ConvertRequest(client_id=scene.user, job_id="names")
        ended.wait(PATIENCE)

    scene.strict.train(training_request(scene.user, job_id="names"))
    call = scene.strict.stub.Convert(upload(), metadata=(("x-api-key", OPEN_KEY),))
    ask = Ask("GetQueueStatus", GetQueueStatusRequest(), key=OPEN_KEY)
    try:
        until_refused(scene.strict, ask)
        yield ask
    finally:
        call.cancel()
        ended.set()


@contextmanager
def full_queue(scene: Scene) -> Iterator[Ask]:
    ask = Ask("StartTraining", puzzle(scene.user))
    try:
        until_refused(scene.strict, ask)
        yield ask
    finally:
        scene.strict.over_grpc(Ask("DeleteUser", DeleteUserRequest(user_id=scene.user)))


def until_refused(api: Api, ask: Ask) -> Refused:
    """Make a call again and again until it is refused."""
    for _ in range(1000):
        try:
            api.over_grpc(ask)
        except Refused as refusal:
            return refusal
    raise AssertionError(f"{ask.method} was never refused")


@dataclass(frozen=True)
class Row:
    """How a refusal comes about and how it is told."""

    provoke: Callable[[Scene], AbstractContextManager[Ask]]
    code: grpc.StatusCode
    http_status: int
    field: tuple[str, ...] = ()  # the way to the field that is wrong
    limit: bool = False  # of the strict server, which says when to come back


Code = grpc.StatusCode
FILE = ("body", "input_file")
ROWS = {
    "API_KEY_INVALID": Row(wrong_key, Code.UNAUTHENTICATED, 401),
    "CLIENT_FORBIDDEN": Row(other_client, Code.PERMISSION_DENIED, 403),
    "FIELD_INVALID": Row(malformed_id, Code.INVALID_ARGUMENT, 422, ("body", "job_id")),
    "CSV_INVALID": Row(header_only, Code.INVALID_ARGUMENT, 422, FILE),
    "COLUMNS_MISSING": Row(other_columns, Code.INVALID_ARGUMENT, 422, FILE),
    "FILE_TOO_LARGE": Row(large_file, Code.OUT_OF_RANGE, 413),
    "JOB_NOT_FOUND": Row(unknown_job, Code.NOT_FOUND, 404),
    "JOB_NOT_TRAINED": Row(unsolved_job, Code.FAILED_PRECONDITION, 400),
    "REQUEST_ID_REUSED": Row(reused_request_id, Code.ALREADY_EXISTS, 409),
    "ARTIFACT_NOT_FOUND": Row(unknown_artifact, Code.NOT_FOUND, 404),
    "UPLOAD_NOT_FOUND": Row(unknown_upload, Code.NOT_FOUND, 404),
    "URLS_UNAVAILABLE": Row(no_bucket, Code.FAILED_PRECONDITION, 400),
    "SCRIPT_CRASHED": Row(crashing_script, Code.INTERNAL, 500),
    "SCRIPT_LIMIT_EXCEEDED": Row(greedy_script, Code.INTERNAL, 500),
    "TRY_AGAIN": Row(dying_sandbox, Code.UNAVAILABLE, 503),
    "JOB_REPLACED": Row(replaced_job, Code.ABORTED, 409),
    "INTERNAL": Row(unusable_store, Code.INTERNAL, 500),
    "RATE_LIMITED": Row(exhausted_rate, Code.RESOURCE_EXHAUSTED, 429, limit=True),
    "TOO_MANY_CALLS": Row(open_call, Code.RESOURCE_EXHAUSTED, 429, limit=True),
    "QUEUE_FULL": Row(full_queue, Code.RESOURCE_EXHAUSTED, 429, limit=True),
}


def documented() -> dict[str, tuple[str, dict]]:
    """Return the code and the sample that the contract's comments give for each reason."""
    text = Path("protos/csvconverter/v1/errors.proto").read_text()
    found = {}
    for comment, reason in re.findall(r"((?:  //.*\n)+)  ERROR_REASON_(\w+) = [1-9]", text):
        words = " ".join(line.strip(" /") for line in comment.splitlines())
        code, sample = re.search(r"Code (\w+)\. +Sample: `(.*)`", words).groups()
        found[reason] = code, json.loads(sample)
    return found


def test_every_reason_has_a_row_and_a_sample() -> None:
    reasons = {name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys()} - {"UNSPECIFIED"}  # noqa: SIM118
    assert reasons == ROWS.keys() == documented().keys()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    limits = {"CALLS_PER_SECOND": 1, "CALL_BURST": 40, "OPEN_CALLS": 1, "QUEUE_SIZE": 1, "MAX_WORKERS": 1}
    keys = ";".join(f"{key}=*" for key in (ALL_KEY, RATE_KEY, OPEN_KEY))
    with (
        server_process(tmp_path_factory.mktemp("strict"), API_KEYS=keys, **limits) as server,
        connected(server) as connection,
    ):
        yield connection


@pytest.fixture
def scene(api: Api, strict: Api, trained: str, user: str) -> Scene:
    return Scene(api, strict, trained, user)


@pytest.mark.parametrize("reason", ROWS)
def test_refusal_over_grpc(reason: str, scene: Scene) -> None:
    row = ROWS[reason]
    with row.provoke(scene) as ask:
        refusal = (scene.strict if row.limit else scene.api).refusal(ask)
    assert (refusal.info.reason, refusal.info.domain, refusal.code) == (reason, "csvconverter.v1", row.code)
    assert refusal.message
    assert refusal.request_id
    assert refusal.locations == ([list(row.field)] if row.field else [])
    assert [one.field for one in refusal.bad_request.field_violations] == [".".join(row.field[1:])] * bool(row.field)
    assert (refusal.retry.retry_delay.ToMilliseconds() > 0) == row.limit
    keeps_internals(scene.api, str(refusal) + refusal.message)
    code, sample = documented()[reason]
    told = {"reason": refusal.info.reason, "domain": refusal.info.domain, "metadata": sorted(refusal.info.metadata)}
    assert (code, sample | {"metadata": sorted(sample.get("metadata", {}))}) == (refusal.code.name, told)


@pytest.mark.parametrize("reason", ROWS)
def test_refusal_over_rest(reason: str, scene: Scene) -> None:
    row = ROWS[reason]
    with row.provoke(scene) as ask:
        answer = (scene.strict if row.limit else scene.api).over_rest(ask)
    assert (answer.status_code, answer.headers["content-type"]) == (row.http_status, "application/json")
    assert answer.headers["x-request-id"]
    assert not [name for name in answer.headers if name.startswith(("grpc-", "x-envoy-"))]
    assert list(answer.json()) == ["detail"]
    if row.field:
        [error] = answer.json()["detail"]
        assert (list(error), error["loc"]) == (["loc", "msg", "type"], list(row.field))
    else:
        assert isinstance(answer.json()["detail"], str)
        assert answer.json()["detail"]
    assert ("retry-after" in answer.headers) == (row.http_status in (429, 503))
    keeps_internals(scene.api, answer.text)


def keeps_internals(api: Api, told: str) -> None:
    assert str(api.artifacts.parent) not in told
    assert not INTERNALS.search(told), told


def test_a_caller_finds_what_broke_inside_by_its_request_id(scene: Scene) -> None:
    with unusable_store(scene) as ask:
        answer = scene.api.over_rest(ask)
    assert answer.headers["x-request-id"] in answer.json()["detail"]
    lines = [line for line in scene.api.server.log.read_text().splitlines() if answer.headers["x-request-id"] in line]
    assert any("Traceback" in line for line in lines)
