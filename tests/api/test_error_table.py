"""Every reason for which a call is refused, provoked for real and read over both protocols."""

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest

from csvconverter.v1.errors_pb2 import ErrorReason
from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    GetArtifactRequest,
    GetJobMetadataRequest,
    GetQueueStatusRequest,
    RunInferenceRequest,
    WatchJobRequest,
)
from tests.api.asking import ACME_KEY, Api, Ask
from tests.server.conftest import INPUT, training_request

INTERNALS = re.compile(
    r"Traceback|File \"|<class|grpc_json|(?<!script)\.py\b|sqlite|/data/|/tmp/|\b\w*(Error|Exception)\b"
)


def convert(user: str, content: bytes = INPUT) -> Ask:
    return Ask("RunInference", RunInferenceRequest(user_id=user, job_id="names", input_file=content))


def train(user: str, **others: object) -> Ask:
    return Ask("StartTraining", training_request(user, **others))


@contextmanager
def wrong_key(api: Api, user: str, trained: str) -> Iterator[Ask]:
    yield Ask("GetQueueStatus", GetQueueStatusRequest(), key="wrong")


@contextmanager
def other_client(api: Api, user: str, trained: str) -> Iterator[Ask]:
    yield Ask("GetJobMetadata", GetJobMetadataRequest(client_id=trained, job_id="names"), key=ACME_KEY)


@contextmanager
def malformed_id(api: Api, user: str, trained: str) -> Iterator[Ask]:
    yield train(user, job_id="../names")


@contextmanager
def header_only(api: Api, user: str, trained: str) -> Iterator[Ask]:
    yield train(user, input_file=b"id,name\n")


@contextmanager
def other_columns(api: Api, user: str, trained: str) -> Iterator[Ask]:
    yield convert(trained, b"id,surname\n1,x\n")


@contextmanager
def large_file(api: Api, user: str, trained: str) -> Iterator[Ask]:
    yield convert(trained, INPUT * 1000)


@contextmanager
def unknown_job(api: Api, user: str, trained: str) -> Iterator[Ask]:
    yield Ask("CancelJob", CancelJobRequest(client_id=user, job_id="none"))


@contextmanager
def unsolved_job(api: Api, user: str, trained: str) -> Iterator[Ask]:
    api.train(training_request(user, job_id="names", expected_output_file=b"id,Name\n9,q\n1,zz\n5,xyx\n7,w\n"))
    yield convert(user)


@contextmanager
def reused_request_id(api: Api, user: str, trained: str) -> Iterator[Ask]:
    api.over_grpc(train(user, request_id="once"))
    yield train(user, request_id="once", job_title="Other")


@contextmanager
def unknown_artifact(api: Api, user: str, trained: str) -> Iterator[Ask]:
    yield Ask("GetArtifact", GetArtifactRequest(client_id=trained, job_id="names", name="none.csv"))


@contextmanager
def crashing_script(api: Api, user: str, trained: str) -> Iterator[Ask]:
    with api.script_replaced(trained, "names", "raise SystemExit('the price of row 3 is no number')"):
        yield convert(trained)


@contextmanager
def greedy_script(api: Api, user: str, trained: str) -> Iterator[Ask]:
    with api.script_replaced(trained, "names", "bytearray(10**12)"):
        yield convert(trained)


@contextmanager
def dying_sandbox(api: Api, user: str, trained: str) -> Iterator[Ask]:
    """Kill the sandbox for as long as the call lasts: it is started again, and tried again once."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.05):
            for pid in api.server.family():
                if b"sandbox.zygote" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    with api.script_replaced(trained, "names", "while True: pass"):
        killer.start()
        yield convert(trained)
        over.set()
        killer.join()


@contextmanager
def replaced_job(api: Api, user: str, trained: str) -> Iterator[Ask]:
    api.over_grpc(train(user, job_id="names"))
    yield Ask("WatchJob", WatchJobRequest(client_id=user, job_id="names", job_uid="that-of-an-earlier-life"))


@contextmanager
def unusable_store(api: Api, user: str, trained: str) -> Iterator[Ask]:
    (api.artifacts / user).write_text("a file where the user's folder should be")
    yield train(user)


@dataclass(frozen=True)
class Row:
    """How a refusal comes about and how it is told."""

    provoke: Callable[[Api, str, str], AbstractContextManager[Ask]]
    code: grpc.StatusCode
    http_status: int
    field: tuple[str, ...] = ()  # the way to the field that is wrong
    retry: bool = False  # says when to come back


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
    "SCRIPT_CRASHED": Row(crashing_script, Code.INTERNAL, 500),
    "SCRIPT_LIMIT_EXCEEDED": Row(greedy_script, Code.INTERNAL, 500),
    "TRY_AGAIN": Row(dying_sandbox, Code.UNAVAILABLE, 503),
    "JOB_REPLACED": Row(replaced_job, Code.ABORTED, 409),
    "INTERNAL": Row(unusable_store, Code.INTERNAL, 500),
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


@pytest.mark.parametrize("reason", ROWS)
def test_refusal_over_grpc(reason: str, api: Api, user: str, trained: str) -> None:
    row = ROWS[reason]
    with row.provoke(api, user, trained) as ask:
        refusal = api.refusal(ask)
    assert (refusal.info.reason, refusal.info.domain, refusal.code) == (reason, "csvconverter.v1", row.code)
    assert refusal.message
    assert refusal.request_id
    assert refusal.locations == ([list(row.field)] if row.field else [])
    assert [one.field for one in refusal.bad_request.field_violations] == [".".join(row.field[1:])] * bool(row.field)
    assert (refusal.retry.retry_delay.ToMilliseconds() > 0) == row.retry
    keeps_internals(api, str(refusal) + refusal.message)
    code, sample = documented()[reason]
    told = {"reason": refusal.info.reason, "domain": refusal.info.domain, "metadata": sorted(refusal.info.metadata)}
    assert (code, sample | {"metadata": sorted(sample.get("metadata", {}))}) == (refusal.code.name, told)


@pytest.mark.parametrize("reason", ROWS)
def test_refusal_over_rest(reason: str, api: Api, user: str, trained: str) -> None:
    row = ROWS[reason]
    with row.provoke(api, user, trained) as ask:
        answer = api.over_rest(ask)
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
    assert ("retry-after" in answer.headers) >= row.retry
    keeps_internals(api, answer.text)


def keeps_internals(api: Api, told: str) -> None:
    assert str(api.artifacts.parent) not in told
    assert not INTERNALS.search(told), told


def test_a_caller_finds_what_broke_inside_by_its_request_id(api: Api, user: str, trained: str) -> None:
    with unusable_store(api, user, trained) as ask:
        answer = api.over_rest(ask)
    assert answer.headers["x-request-id"] in answer.json()["detail"]
    lines = [line for line in api.server.log.read_text().splitlines() if answer.headers["x-request-id"] in line]
    assert any("Traceback" in line for line in lines)
