"""What a call needs before anything of it is looked at; tests/api/test_tenancy.py has every call with every key."""

import asyncio

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from csvconverter.v1.services_pb2 import GetHealthRequest, GetHealthResponse, GetQueueStatusRequest
from gateway.contract import SERVICE
from server.interceptors import NEED_NO_KEY
from tests.server.caller import ALL_KEY, Refused

KEYED = sorted(set(SERVICE.methods_by_name) - NEED_NO_KEY)


@pytest.mark.parametrize("key", [None, "", " ", "wrong", ALL_KEY + "x", ALL_KEY[:-1], "k" * 8_192, "k" * 60_000])
async def test_a_key_that_is_not_known_is_refused(quiet, key):
    with pytest.raises(Refused) as refusal:
        await quiet.with_key(key)("GetQueueStatus", GetQueueStatusRequest())
    assert (refusal.value.code, refusal.value.info.reason) == (grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID")


@pytest.mark.parametrize("keys", [[ALL_KEY, ALL_KEY], [ALL_KEY, "wrong"], ["wrong", ALL_KEY]])
async def test_a_call_shows_one_key(quiet, keys):
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await quiet.stub.GetQueueStatus(GetQueueStatusRequest(), metadata=[("x-api-key", key) for key in keys])
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert "found 2" in error.value.details()


@pytest.mark.parametrize("method", KEYED)
async def test_a_stranger_is_refused_before_the_request_is_read(quiet, method):
    path = f"/csvconverter.v1.ConversionService/{method}"
    nothing_sent = quiet.channel.stream_unary(path)(metadata=(("x-api-key", "wrong"),), timeout=10)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await nothing_sent
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    nothing_sent.cancel()


async def test_a_request_that_needs_no_key_is_not_read(quiet):
    nothing_sent = quiet.channel.stream_unary("/csvconverter.v1.ConversionService/GetHealth")(timeout=10)
    assert GetHealthResponse.FromString(await nothing_sent).status == "healthy"
    nothing_sent.cancel()


async def test_thousands_of_calls_at_once_are_answered(quiet):
    calls = [quiet.with_key(None)("GetHealth", GetHealthRequest()) for _ in range(3_000)]
    assert {health.status for health in await asyncio.gather(*calls)} == {"healthy"}


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
