"""What callers of a Google-style gRPC API rely on: names, idempotency, pages, deadlines, reflection, health, trailers.

Each is asked of the server itself and through the gateway.
"""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    ConvertRequest,
    DeleteJobRequest,
    DeleteUserRequest,
    GetHealthRequest,
    GetJobRequest,
    GetQueueStatusRequest,
    ListJobsRequest,
    RunInferenceRequest,
)
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub
from gateway.contract import SERVICE
from server.data_folder import DataFolder
from tests.api.asking import ALL_KEY, Api, Ask
from tests.server.conftest import INPUT, training_request
from tests.server.server_process import wait_until

KEY = (("x-api-key", ALL_KEY),)
VERBS = ("Start", "Run", "Get", "List", "Delete", "Watch", "Cancel", "Convert", "Create")
ENDLESS = "import time\nwhile True: time.sleep(0.1)"
PROMPT = 30  # seconds after which nothing of an abandoned call may be left; by itself the script would go on for 300


@pytest.fixture(scope="module", params=["direct", "gateway"])
def channel(request: pytest.FixtureRequest, api: Api) -> Iterator[grpc.Channel]:
    address = api.server.address if request.param == "direct" else api.server.told["http_address"]
    with grpc.insecure_channel(address) as opened:
        yield opened


@pytest.fixture
def stub(channel: grpc.Channel) -> ConversionServiceStub:
    return ConversionServiceStub(channel)


@pytest.fixture
def running_script(api: Api, trained: str) -> Iterator[Callable[[], int]]:
    """Make the learned script endless, and return what counts its runs: each has a folder until its process is dead."""
    assert wait_until(api.idle, 60)
    runs = DataFolder(Path(api.server.told["data_dir"])).runs
    with api.script_replaced(trained, "names", ENDLESS):
        yield lambda: len(list(runs.iterdir()))


@pytest.mark.parametrize("method", list(SERVICE.methods), ids=lambda method: method.name)
def test_methods_are_verbs_with_requests_of_their_own(method: MethodDescriptor) -> None:
    assert method.name.startswith(VERBS)
    assert method.input_type.name == f"{method.name}Request"


def test_deleting_twice_is_no_error(stub: ConversionServiceStub, api: Api, user: str) -> None:
    api.over_grpc(Ask("StartTraining", training_request(user, job_id="mine")))
    for _ in range(2):
        stub.DeleteJob(DeleteJobRequest(user_id=user, job_id="mine"), metadata=KEY)
        stub.DeleteUser(DeleteUserRequest(user_id=user), metadata=KEY)
    assert api.refusal(Ask("GetJob", GetJobRequest(client_id=user, job_id="mine"))).info.reason == "JOB_NOT_FOUND"


def test_cancelling_a_finished_job_returns_it_unchanged(stub: ConversionServiceStub, trained: str) -> None:
    before = stub.GetJob(GetJobRequest(client_id=trained, job_id="names"), metadata=KEY)
    assert before.status == JOB_STATUS_SUCCEEDED
    assert stub.CancelJob(CancelJobRequest(client_id=trained, job_id="names"), metadata=KEY) == before


def test_cancelling_twice_is_no_error(stub: ConversionServiceStub, api: Api, user: str) -> None:
    for name in ("first", "second", "third", "mine"):  # the last one has to wait
        api.over_grpc(Ask("StartTraining", training_request(user, job_id=name)))
    cancelled = [stub.CancelJob(CancelJobRequest(client_id=user, job_id="mine"), metadata=KEY) for _ in range(2)]
    assert cancelled[0] == cancelled[1]
    assert cancelled[0].status == JOB_STATUS_CANCELLED


def test_pages_follow_each_other(stub: ConversionServiceStub, api: Api, user: str) -> None:
    names = ["a", "b", "c"]
    for name in names:
        api.over_grpc(Ask("StartTraining", training_request(user, job_id=name)))
    first = stub.ListJobs(ListJobsRequest(client_id=user, page_size=2), metadata=KEY)
    rest = ListJobsRequest(client_id=user, page_size=1, page_token=first.next_page_token)  # the size may change
    second = stub.ListJobs(rest, metadata=KEY)
    assert [job.job_id for job in (*first.jobs, *second.jobs)] == names[::-1]
    assert second.next_page_token == ""


def test_a_page_size_beyond_the_largest_is_taken_for_the_largest(stub: ConversionServiceStub, trained: str) -> None:
    assert stub.ListJobs(ListJobsRequest(client_id=trained, page_size=2**31 - 1), metadata=KEY).jobs


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"page_size": -1}, "page_size"),
        ({"page_token": "no token"}, "page_token"),
        ({"page_token": "bm8gdG9rZW4gb2Ygb3VycyBhdCBhbGw="}, "page_token"),
        ({"status": 99}, "status"),
    ],
)
def test_what_a_list_cannot_follow_is_refused(api: Api, trained: str, wrong: dict, field: str) -> None:
    refusal = api.refusal(Ask("ListJobs", ListJobsRequest(client_id=trained, **wrong)))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [one.field for one in refusal.bad_request.field_violations] == [field]


def test_a_token_of_another_list_is_refused(api: Api, user: str) -> None:
    for name in ("a", "b"):
        api.over_grpc(Ask("StartTraining", training_request(user, job_id=name)))
    [page] = api.over_grpc(Ask("ListJobs", ListJobsRequest(client_id=user, page_size=1)))
    for other in ({"client_id": f"{user}-2"}, {"client_id": user, "status": JOB_STATUS_CANCELLED}):
        refusal = api.refusal(Ask("ListJobs", ListJobsRequest(page_token=page.next_page_token, **other)))
        assert [one.field for one in refusal.bad_request.field_violations] == ["page_token"]


@pytest.mark.parametrize("seconds", [0.05, 1.0])
def test_a_deadline_ends_the_call_and_its_work(
    stub: ConversionServiceStub, trained: str, running_script: Callable[[], int], seconds: float
) -> None:
    request = RunInferenceRequest(user_id=trained, job_id="names", input_file=INPUT)
    started = time.monotonic()
    with pytest.raises(grpc.RpcError) as error:
        stub.RunInference(request, metadata=KEY, timeout=seconds)
    assert error.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert time.monotonic() - started < seconds + PROMPT
    assert wait_until(lambda: not running_script(), PROMPT)


def test_a_deadline_of_a_rest_caller_is_kept(api: Api, trained: str, running_script: Callable[[], int]) -> None:
    ask = Ask("RunInference", RunInferenceRequest(user_id=trained, job_id="names", input_file=INPUT))
    answer = api.over_rest(ask, {"grpc-timeout": "500m"})
    assert answer.status_code == 504
    assert answer.json().keys() == {"detail"}
    assert wait_until(lambda: not running_script(), PROMPT)


@pytest.mark.parametrize("method", ["RunInference", "Convert"])
def test_a_caller_who_leaves_ends_the_work(
    stub: ConversionServiceStub, trained: str, running_script: Callable[[], int], method: str
) -> None:
    if method == "RunInference":
        request = RunInferenceRequest(user_id=trained, job_id="names", input_file=INPUT)
        call = stub.RunInference.future(request, metadata=KEY)
    else:
        upload = ConvertRequest(client_id=trained, job_id="names")
        upload.content.data = INPUT
        call = stub.Convert(iter([upload]), metadata=KEY)
    assert wait_until(lambda: bool(running_script()), 30)
    call.cancel()
    assert wait_until(lambda: not running_script(), PROMPT)


def test_a_rest_caller_who_leaves_ends_the_work(api: Api, trained: str, running_script: Callable[[], int]) -> None:
    host, _, port = api.server.told["http_address"].rpartition(":")
    head = f"POST /api/v1/{trained}/names/convert HTTP/1.1\r\nhost: x\r\nx-api-key: {ALL_KEY}\r\n"
    with socket.create_connection((host, int(port))) as caller:
        caller.sendall(f"{head}content-length: {len(INPUT)}\r\n\r\n".encode() + INPUT)
        assert wait_until(lambda: bool(running_script()), 30)
    assert wait_until(lambda: not running_script(), PROMPT)


def test_reflection_describes_the_service(channel: grpc.Channel) -> None:
    database = ProtoReflectionDescriptorDatabase(channel)
    assert set(database.get_services()) >= {SERVICE.full_name, "grpc.health.v1.Health"}
    described = DescriptorPool(database).FindServiceByName(SERVICE.full_name)
    assert [method.name for method in described.methods] == [method.name for method in SERVICE.methods]
    fields = described.methods_by_name["StartTraining"].input_type.fields_by_name
    assert list(fields) == list(SERVICE.methods_by_name["StartTraining"].input_type.fields_by_name)


@pytest.mark.parametrize("service", ["", SERVICE.full_name])
def test_health_is_asked_in_the_usual_way(channel: grpc.Channel, service: str) -> None:
    answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_the_request_id_is_in_the_trailers(stub: ConversionServiceStub, api: Api) -> None:
    _, call = stub.GetHealth.with_call(GetHealthRequest())
    request_id = dict(call.trailing_metadata())["x-request-id"]
    assert wait_until(lambda: request_id in api.server.log.read_text(), 10)


def test_a_caller_may_name_its_request(stub: ConversionServiceStub, api: Api) -> None:
    _, call = stub.GetHealth.with_call(GetHealthRequest(), metadata=(("x-request-id", "mine-1"),))
    assert dict(call.trailing_metadata())["x-request-id"] == "mine-1"
    assert api.rest.get("/health", headers={"x-request-id": "mine-2"}).headers["x-request-id"] == "mine-2"
    assert wait_until(lambda: "mine-2" in api.server.log.read_text(), 10)


def test_status_details_reach_callers_of_the_gateway_whole(stub: ConversionServiceStub, api: Api) -> None:
    with pytest.raises(grpc.RpcError) as error:
        stub.GetQueueStatus(GetQueueStatusRequest())
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert dict(error.value.trailing_metadata())["grpc-status-details-bin"]


def test_an_unknown_method_is_unimplemented(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as error:
        channel.unary_unary(f"/{SERVICE.full_name}/Nothing")(b"", metadata=KEY)
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
