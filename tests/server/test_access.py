"""No call reaches another client's data, whether it exists or not."""

from contextlib import aclosing

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    ConvertRequest,
    DeleteJobRequest,
    DeleteUserRequest,
    GetArtifactRequest,
    GetHealthRequest,
    GetJobMetadataRequest,
    GetJobRequest,
    GetQueueStatusRequest,
    ListJobMetadataRequest,
    ListJobsRequest,
    RunInferenceRequest,
    WatchJobRequest,
)
from server.interceptors import NEED_NO_KEY
from server.validation import METHODS
from tests.server.caller import ACME_KEY, ALL_KEY, Refused
from tests.server.conftest import INPUT, training_request

REQUESTS = {
    "StartTraining": lambda client: training_request(client, job_id="mine"),
    "RunInference": lambda client: RunInferenceRequest(user_id=client, job_id="mine", input_file=INPUT),
    "GetQueueStatus": lambda _: GetQueueStatusRequest(),
    "GetJobMetadata": lambda client: GetJobMetadataRequest(client_id=client, job_id="mine"),
    "ListJobMetadata": lambda client: ListJobMetadataRequest(client_id=client),
    "GetJob": lambda client: GetJobRequest(client_id=client, job_id="mine"),
    "ListJobs": lambda client: ListJobsRequest(client_id=client),
    "DeleteJob": lambda client: DeleteJobRequest(user_id=client, job_id="mine"),
    "DeleteUser": lambda client: DeleteUserRequest(user_id=client),
    "WatchJob": lambda client: WatchJobRequest(client_id=client, job_id="mine"),
    "CancelJob": lambda client: CancelJobRequest(client_id=client, job_id="mine"),
    "Convert": lambda client: ConvertRequest(client_id=client, job_id="mine"),
    "GetArtifact": lambda client: GetArtifactRequest(client_id=client, job_id="mine", name="input.csv"),
}
STREAMS = {"WatchJob", "Convert", "GetArtifact"}


async def ask(caller, method, client):
    """Make a call and return the reason of its refusal, or OK."""
    request = REQUESTS[method](client)
    try:
        if method not in STREAMS:
            await caller(method, request)
        else:
            async with aclosing(caller.stream(method, once(request) if method == "Convert" else request)) as stream:
                await anext(stream)
    except Refused as refusal:
        return refusal.info.reason
    return "OK"


async def once(request):
    yield request


def test_every_method_is_tested():
    assert {method.name for method in METHODS.values()} == {*REQUESTS, *NEED_NO_KEY}


@pytest.mark.parametrize("method", REQUESTS)
@pytest.mark.parametrize("key", [None, "", "wrong", ALL_KEY + "x", ALL_KEY[:-1]])
async def test_a_call_needs_a_key(quiet, method, key):
    assert await ask(quiet.with_key(key), method, "acme") == "API_KEY_INVALID"


@pytest.mark.parametrize("method", REQUESTS)
async def test_a_stranger_is_refused_before_the_request_is_read(quiet, method):
    path = f"/csvconverter.v1.ConversionService/{method}"
    nothing_sent = quiet.channel.stream_unary(path)(metadata=(("x-api-key", "wrong"),), timeout=10)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await nothing_sent
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    nothing_sent.cancel()


@pytest.mark.parametrize("method", REQUESTS.keys() - {"GetQueueStatus"})
async def test_a_key_opens_its_own_clients_only(quiet, method):
    bound = quiet.with_key(ACME_KEY)
    assert await ask(bound, method, "globex") == "CLIENT_FORBIDDEN"
    await quiet("StartTraining", REQUESTS["StartTraining"]("globex"))
    assert await ask(bound, method, "globex") == "CLIENT_FORBIDDEN"
    await quiet("StartTraining", REQUESTS["StartTraining"]("acme-too"))
    assert await ask(bound, method, "acme-too") in ("OK", "JOB_NOT_TRAINED")


async def test_another_clients_job_outlives_a_foreign_attempt_to_delete_it(quiet):
    await quiet("StartTraining", REQUESTS["StartTraining"]("globex"))
    for method in ("DeleteJob", "DeleteUser", "CancelJob", "StartTraining"):
        await ask(quiet.with_key(ACME_KEY), method, "globex")
    job = await quiet("GetJob", GetJobRequest(client_id="globex", job_id="mine"))
    assert job.job_title == "Names"


async def test_health_and_reflection_need_no_key(quiet):
    health = await quiet.with_key(None)("GetHealth", GetHealthRequest())
    assert (health.status, health.app_name) == ("healthy", "AI CSV Converter")
    checked = await health_pb2_grpc.HealthStub(quiet.channel).Check(health_pb2.HealthCheckRequest())
    assert checked.status == health_pb2.HealthCheckResponse.SERVING
    call = reflection_pb2_grpc.ServerReflectionStub(quiet.channel).ServerReflectionInfo()
    await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
    services = (await call.read()).list_services_response.service
    assert "csvconverter.v1.ConversionService" in [service.name for service in services]
    await call.done_writing()


async def test_an_unknown_method_is_unimplemented(quiet):
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await quiet.channel.unary_unary("/csvconverter.v1.ConversionService/Nothing")(b"")
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
