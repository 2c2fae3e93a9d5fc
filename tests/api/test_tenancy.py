"""No call reaches another client's data, whether there is any or not: every call, with every kind of key, both ways."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from google.protobuf.message import Message

from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    ConvertRequest,
    CreateUploadRequest,
    DeleteJobRequest,
    DeleteUserRequest,
    GetArtifactRequest,
    GetArtifactUrlRequest,
    GetHealthRequest,
    GetJobMetadataRequest,
    GetJobRequest,
    GetQueueStatusRequest,
    ListJobMetadataRequest,
    ListJobsRequest,
    RunInferenceRequest,
    WatchJobRequest,
)
from gateway.contract import SERVICE, http_rule
from server.data_folder import DataFolder
from server.keys import new_key
from tests.api.asking import Api, Ask, connected
from tests.server.caller import Refused
from tests.server.conftest import INPUT, training_request
from tests.server.server_process import server_process, wait_until
from tests.storage.opened import open_keys

OWNER, OTHER, JOB = "ann", "bob", "names"

REQUESTS: dict[str, Callable[[str, str], Message]] = {
    "RunInference": lambda client, job: RunInferenceRequest(user_id=client, job_id=job, input_file=INPUT),
    "GetQueueStatus": lambda client, job: GetQueueStatusRequest(),
    "GetJobMetadata": lambda client, job: GetJobMetadataRequest(client_id=client, job_id=job),
    "ListJobMetadata": lambda client, job: ListJobMetadataRequest(client_id=client),
    "GetJob": lambda client, job: GetJobRequest(client_id=client, job_id=job),
    "ListJobs": lambda client, job: ListJobsRequest(client_id=client),
    "GetHealth": lambda client, job: GetHealthRequest(),
    "WatchJob": lambda client, job: WatchJobRequest(client_id=client, job_id=job),
    "Convert": lambda client, job: convert_request(client, job),
    "GetArtifact": lambda client, job: GetArtifactRequest(client_id=client, job_id=job, name="script.py"),
    "GetArtifactUrl": lambda client, job: GetArtifactUrlRequest(client_id=client, job_id=job, name="script.py"),
    "CreateUpload": lambda client, job: CreateUploadRequest(user_id=client, size_bytes=1),
    "CancelJob": lambda client, job: CancelJobRequest(client_id=client, job_id=job),
    "StartTraining": lambda client, job: training_request(client, job_id=job, request_id="once"),
    "DeleteJob": lambda client, job: DeleteJobRequest(user_id=client, job_id=job),
    "DeleteUser": lambda client, job: DeleteUserRequest(user_id=client),
}
"""In an order in which the owner can make all of them."""

NEED_NO_KEY = {"GetHealth"}
NAME_NO_CLIENT = {"GetHealth", "GetQueueStatus"}
NEED_THE_JOB = {"RunInference", "GetJob", "WatchJob", "Convert", "GetArtifact", "GetArtifactUrl", "CancelJob"}
NEED_A_BUCKET = {"GetArtifactUrl", "CreateUpload"}  # which this server has not
TARGETS = [(OWNER, JOB), (OWNER, "none"), ("nobody", JOB), (OWNER, "..malformed")]
OF_THE_CALL_ITSELF = {"date", "x-request-id", "connection"}  # which is closed when the answer overtakes the upload


def convert_request(client: str, job: str) -> ConvertRequest:
    request = ConvertRequest(client_id=client, job_id=job)
    request.content.data = INPUT
    return request


@dataclass(frozen=True)
class Tenants:
    """A server with the owner's trained job, and keys of every kind."""

    api: Api
    keys: dict[str, str | None]
    data: Path

    def answers(self, method: str, request: Message, key: str) -> dict[str, object]:
        """Return what the call is answered, each way that there is, but for what differs from call to call."""
        ask = Ask(method, request, self.keys[key])
        found: dict[str, object] = {"grpc": self.over_grpc(ask)}
        if http_rule(SERVICE.methods_by_name[method]).WhichOneof("pattern"):
            answer = self.api.over_rest(ask)
            headers = sorted((name, value) for name, value in answer.headers.items() if name not in OF_THE_CALL_ITSELF)
            found["rest"] = (answer.status_code, answer.content, headers)
        return found

    def over_grpc(self, ask: Ask) -> object:
        try:
            return "OK", [message.SerializeToString(deterministic=True) for message in self.api.over_grpc(ask)]
        except Refused as refusal:
            return refusal.code.name, refusal.message, str(refusal.info), str(refusal.bad_request), str(refusal.fields)

    def statuses(self, method: str, request: Message, key: str) -> set[object]:
        """Return the bare statuses of the call."""
        return {answer[0] for answer in self.answers(method, request, key).values()}

    def state(self) -> tuple[object, object]:
        """Return all that the owner has."""
        listed = self.over_grpc(Ask("ListJobs", ListJobsRequest(client_id=OWNER), self.keys["right"]))
        files = sorted(path for path in (self.data / "artifacts").rglob("*") if path.is_file())
        return listed, [(path, hashlib.sha256(path.read_bytes()).digest()) for path in files]


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    folder = tmp_path_factory.mktemp("tenancy")
    keys = asyncio.run(stored_keys(DataFolder(folder / "data")))
    with server_process(folder) as server, connected(server) as api:
        right = training_request(OWNER, job_id=JOB)
        [started] = api.over_grpc(Ask("StartTraining", right, keys["right"]))
        api.over_grpc(Ask("WatchJob", WatchJobRequest(client_id=OWNER, job_id=started.job_id), keys["right"]))
        told = folder / "data" / "artifacts" / OWNER / JOB / "metadata.json"
        assert wait_until(lambda: "SUCCEEDED" in told.read_text(), 20)  # the last file that is written
        yield Tenants(api, keys, folder / "data")


async def stored_keys(folder: DataFolder) -> dict[str, str | None]:
    """Make keys before any server runs."""
    folder.make()
    store = await open_keys(folder.database_url)
    keys: dict[str, str | None] = {"none": None, "wrong": new_key([OWNER])[0]}
    for name, client in (("right", OWNER), ("revoked", OWNER), ("expired", OWNER), ("other", OTHER)):
        key, kept = new_key([client], name, expires_at=1.0 if name == "expired" else None)
        await store.add(kept)
        keys[name] = key
        if name == "revoked":
            await store.revoke(kept.key_id, kept.created_at)
    await store.close()
    return keys


def test_every_call_is_in_the_table():
    assert set(REQUESTS) == set(SERVICE.methods_by_name)


def test_every_call_names_the_client_in_a_field_that_the_server_looks_at():
    for method in SERVICE.methods:
        named = {"client_id", "user_id"} & set(method.input_type.fields_by_name)
        assert len(named) == (method.name not in NAME_NO_CLIENT), method.name


@pytest.mark.parametrize("key", ["none", "wrong", "revoked", "expired"])
@pytest.mark.parametrize("method", sorted(REQUESTS.keys() - NEED_NO_KEY))
def test_without_a_valid_key_every_answer_is_the_same(tenants: Tenants, method: str, key: str):
    before = tenants.state()
    answers = [tenants.answers(method, REQUESTS[method](*target), key) for target in TARGETS]
    assert tenants.statuses(method, REQUESTS[method](OWNER, JOB), key) <= {"UNAUTHENTICATED", 401}
    assert answers == answers[:1] * len(TARGETS)
    assert tenants.state() == before


@pytest.mark.parametrize("method", sorted(REQUESTS.keys() - NAME_NO_CLIENT))
def test_another_clients_key_gets_the_same_answer_whether_the_job_exists_or_not(tenants: Tenants, method: str):
    before = tenants.state()
    answers = [tenants.answers(method, REQUESTS[method](*target), "other") for target in TARGETS]
    assert tenants.statuses(method, REQUESTS[method](OWNER, JOB), "other") <= {"PERMISSION_DENIED", 403}
    assert answers == answers[:1] * len(TARGETS)
    assert tenants.state() == before


def test_lists_and_repeated_requests_of_one_client_say_nothing_of_another(tenants: Tenants):
    assert tenants.over_grpc(Ask("ListJobs", ListJobsRequest(client_id=OTHER), tenants.keys["other"])) == ("OK", [b""])
    mine = Ask("StartTraining", training_request(OTHER, job_id=JOB, request_id="once"), tenants.keys["other"])
    [started] = tenants.api.over_grpc(mine)
    assert (started.user_id, started.job_id) == (OTHER, JOB)
    for _ in range(2):
        [page] = tenants.api.over_grpc(Ask("ListJobs", ListJobsRequest(client_id=OTHER), tenants.keys["other"]))
        assert [job.user_id for job in page.jobs] == [OTHER]


def test_a_page_token_of_another_client_is_refused(tenants: Tenants):
    right = tenants.keys["right"]
    [_] = tenants.api.over_grpc(Ask("StartTraining", training_request(OWNER, job_id="second"), right))
    [page] = tenants.api.over_grpc(Ask("ListJobs", ListJobsRequest(client_id=OWNER, page_size=1), right))
    stolen = ListJobsRequest(client_id=OTHER, page_size=1, page_token=page.next_page_token)
    assert page.next_page_token
    assert tenants.statuses("ListJobs", stolen, "other") == {"INVALID_ARGUMENT"}
    tenants.api.over_grpc(Ask("DeleteJob", DeleteJobRequest(user_id=OWNER, job_id="second"), right))


def test_the_right_key_opens_every_call(tenants: Tenants):
    for method in REQUESTS:
        found = tenants.statuses(method, REQUESTS[method](OWNER, "none"), "right") if method in NEED_THE_JOB else set()
        assert found <= {"NOT_FOUND", 404}, method
        opened = {"FAILED_PRECONDITION", 400} if method in NEED_A_BUCKET else {"OK", 200, 202, 204}
        assert tenants.statuses(method, REQUESTS[method](OWNER, JOB), "right") <= opened, method
