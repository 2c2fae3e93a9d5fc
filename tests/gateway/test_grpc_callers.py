"""What native gRPC and gRPC-Web callers see through the gateway: the server, and nothing else."""

import re
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterator

import grpc
import grpc.aio
import httpx
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from csvconverter.v1 import services_pb2
from csvconverter.v1.errors_pb2 import HttpValidationError
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub
from tests.gateway.scripted_service import ScriptedService, validation_error

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICE = "/csvconverter.v1.ConversionService"


async def test_unary_and_status_that_rest_would_change(channel: grpc.aio.Channel) -> None:
    stub = ConversionServiceStub(channel)
    answer = await stub.StartTraining(services_pb2.StartTrainingRequest(user_id="acme"))
    assert answer.user_id == "acme"
    await stub.DeleteUser(services_pb2.DeleteUserRequest(user_id="acme"))


async def test_forty_mebibytes_in_one_message(channel: grpc.aio.Channel) -> None:
    request = services_pb2.RunInferenceRequest(input_file=bytes(40 << 20))
    answer = await ConversionServiceStub(channel).RunInference(request)
    assert len(answer.output_csv) == 40 << 20


async def test_stream_arrives_while_it_happens(channel: grpc.aio.Channel, service: ScriptedService) -> None:
    watch = ConversionServiceStub(channel).WatchJob(services_pb2.WatchJobRequest(client_id="acme", job_id="known"))
    assert (await watch.read()).event.sequence == 1
    assert (await watch.read()).HasField("heartbeat")
    service.more_events.set()
    assert (await watch.read()).event.sequence == 2
    assert await watch.read() is grpc.aio.EOF


async def test_errors_keep_their_details(channel: grpc.aio.Channel, service: ScriptedService) -> None:
    info = error_details_pb2.ErrorInfo(reason="FIELD_INVALID", domain="csvconverter.v1")
    service.refuse(grpc.StatusCode.INVALID_ARGUMENT, "no", info, validation_error(["body", "owner"], "m", "missing"))
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await ConversionServiceStub(channel).StartTraining(services_pb2.StartTrainingRequest())
    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert raised.value.details() == "no"
    status = rpc_status.from_call(raised.value)
    assert [detail.Is(HttpValidationError.DESCRIPTOR) for detail in status.details] == [False, True]


async def test_health_service_is_in_reach(channel: grpc.aio.Channel) -> None:
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize(
    ("characters", "seconds", "code"), [(60_000, 20, "NOT_FOUND"), (70_000, 2, "DEADLINE_EXCEEDED")]
)
async def test_what_needs_no_key_passes_as_far_as_it_is_small(
    channel: grpc.aio.Channel, characters: int, seconds: float, code: str
) -> None:
    request = health_pb2.HealthCheckRequest(service="x" * characters)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await health_pb2_grpc.HealthStub(channel).Check(request, timeout=seconds)
    assert raised.value.code().name == code


async def test_unknown_method_is_unimplemented(channel: grpc.aio.Channel) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await channel.unary_unary("/csvconverter.v1.ConversionService/Nothing")(b"")
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


def framed(message: Message) -> bytes:
    """Return a message as gRPC-Web sends it."""
    body = message.SerializeToString()
    return struct.pack(">BI", 0, len(body)) + body


def frames(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind of each frame, 0 for a message and 128 for the status, and what is in it."""
    while body:
        kind, size = struct.unpack(">BI", body[:5])
        yield kind, body[5 : 5 + size]
        body = body[5 + size :]


@pytest.mark.parametrize("content_type", ["application/grpc-web", "application/grpc-web+proto"])
async def test_grpc_web_is_answered_as_such(
    rest: httpx.AsyncClient, service: ScriptedService, content_type: str
) -> None:
    request = services_pb2.DeleteUserRequest(user_id="acme")
    answer = await rest.post(f"{SERVICE}/DeleteUser", content=framed(request), headers={"content-type": content_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/grpc-web+proto"
    assert [kind for kind, _ in frames(answer.content)] == [0, 128]
    assert b"grpc-status:0" in answer.content
    assert service.requests == [request]


async def test_grpc_web_streams_as_text(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    service.more_events.set()
    request = services_pb2.WatchJobRequest(client_id="acme", job_id="known")
    headers = {"content-type": "application/grpc-web-text", "accept": "application/grpc-web-text"}
    answer = await rest.post(f"{SERVICE}/WatchJob", content=b64encode(framed(request)), headers=headers)
    assert answer.headers["content-type"] == "application/grpc-web-text+proto"
    pieces = re.findall(r"[^=]+=*", answer.text)  # each is padded by itself
    told = list(frames(b"".join(map(b64decode, pieces))))
    updates = [services_pb2.WatchJobResponse.FromString(body) for kind, body in told if kind == 0]
    assert [update.event.sequence for update in updates] == [1, 0, 2]
    assert b"grpc-status:0" in told[-1][1]


async def test_grpc_web_is_told_errors_in_its_own_way(rest: httpx.AsyncClient, service: ScriptedService) -> None:
    service.refuse(grpc.StatusCode.NOT_FOUND, "no such job")
    request = framed(services_pb2.GetJobMetadataRequest(client_id="acme", job_id="known"))
    headers = {"content-type": "application/grpc-web+proto"}
    answer = await rest.post(f"{SERVICE}/GetJobMetadata", content=request, headers=headers)
    assert answer.status_code == 200
    assert "5" in (answer.headers.get("grpc-status") or answer.text.partition("grpc-status:")[2][:1])
