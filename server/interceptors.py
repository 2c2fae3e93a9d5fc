"""What happens around every call of the service: its key, its request, its errors and its line in the log."""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, cast

import grpc
import structlog
from google.protobuf.message import DecodeError, Message

from csvconverter.v1.errors_pb2 import (
    ERROR_REASON_API_KEY_INVALID,
    ERROR_REASON_CLIENT_FORBIDDEN,
    ERROR_REASON_FIELD_INVALID,
)
from server.audit_trail import AuditTrail
from server.errors import Refusal, broken
from server.key_ring import KeyRing
from server.keys import CALLER, Caller
from server.open_calls import OpenCall, OpenCalls
from server.validation import undecodable, validate
from server.watching import interrupted
from storage.interfaces import StoreUnavailable

logger = structlog.get_logger(__name__)

SERVICE = "/csvconverter.v1.ConversionService/"
KEY_HEADER = "x-api-key"
REQUEST_ID_HEADER = "x-request-id"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
NEED_NO_KEY = {"GetHealth"}  # nothing stands in its request, so it is not read
LAST_WORDS = {"WatchJob": interrupted}  # of a stream that has begun and is refused

Received = Message | Refusal
"""A request, or why it could not be decoded."""

Admission = Caller | Exception | None
"""Who calls, or why he is not let in; None where nobody is asked."""

Headers = Iterable[tuple[str, str]]


class CallInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # grpc has no types
    """Admits calls of the conversion service; health checks and reflection pass untouched."""

    def __init__(self, keys: KeyRing, calls: OpenCalls, audit: AuditTrail, max_upload_bytes: int) -> None:
        self.keys = keys
        self.calls = calls
        self.audit = audit
        self.max_upload_bytes = max_upload_bytes

    async def intercept_service(
        self, continuation: Callable[[Any], Awaitable[Any]], details: grpc.HandlerCallDetails
    ) -> Any:
        """Put the handler of a call into its surroundings.

        A call that needs no key, or whose key is refused, gets a handler that takes a stream, since gRPC reads a single
        request to its end before it asks the handler: nothing of any size is read from strangers.
        """
        handler = await continuation(details)
        if handler is None or not details.method.startswith(SERVICE):
            return handler
        method = details.method.removeprefix(SERVICE)
        admission = await self._admission(method, details.invocation_metadata)
        if handler.response_streaming:
            streaming = self._stream_stream if handler.request_streaming else self._unary_stream
            return _rpc(grpc.stream_stream_rpc_method_handler, streaming(method, handler, admission), method, handler)
        if not isinstance(admission, Caller):
            return _rpc(grpc.stream_unary_rpc_method_handler, self._unread(method, handler, admission), method, handler)
        return _rpc(grpc.unary_unary_rpc_method_handler, self._unary_unary(method, handler, admission), method, handler)

    def _unread(self, method: str, handler: Any, admission: Admission) -> Any:
        async def handle(_: AsyncIterator[Received], context: Any) -> Any:
            async with self._surroundings(method, context, admission):
                return await handler.unary_unary(handler.request_deserializer(b""), context)

        return handle

    def _unary_unary(self, method: str, handler: Any, admission: Admission) -> Any:
        async def handle(request: Received, context: Any) -> Any:
            async with self._surroundings(method, context, admission) as call:
                return await handler.unary_unary(self._admitted(request, call.caller), context)

        return handle

    def _unary_stream(self, method: str, handler: Any, admission: Admission) -> Any:
        async def handle(requests: AsyncIterator[Received], context: Any) -> AsyncIterator[Any]:
            async with self._surroundings(method, context, admission) as call:
                request = self._admitted(await anext(requests, None), call.caller)
                async for response in call.hand_over(handler.unary_stream(request, context), LAST_WORDS.get(method)):
                    yield response

        return handle

    def _stream_stream(self, method: str, handler: Any, admission: Admission) -> Any:
        async def admitted(requests: AsyncIterator[Received], caller: Caller | None) -> AsyncIterator[Message]:
            first = True
            async for request in requests:
                yield self._admitted(request, caller) if first else whole(request)
                first = False
            if first:
                message = "the stream has no message: the first one names client_id and job_id"
                raise Refusal(ERROR_REASON_FIELD_INVALID, message)

        async def handle(requests: AsyncIterator[Received], context: Any) -> AsyncIterator[Any]:
            async with self._surroundings(method, context, admission) as call:
                async for response in call.hand_over(handler.stream_stream(admitted(requests, call.caller), context)):
                    yield response

        return handle

    def _admitted(self, received: Received | None, caller: Caller | None) -> Message:
        """Refuse another client's data before anything about it is looked at, and then what is malformed."""
        request = whole(received)
        client = getattr(request, "client_id", "") or getattr(request, "user_id", "")
        if caller and client and not caller.may_touch(client):
            self.audit.note_refusal(caller, type(request).__name__.removesuffix("Request"), client)
            raise Refusal(ERROR_REASON_CLIENT_FORBIDDEN, "this key does not open the data of that client")
        validate(request, self.max_upload_bytes)
        return request

    async def _admission(self, method: str, headers: Headers) -> Admission:
        """Look at the key; what goes wrong is raised later, where it becomes a status."""
        if method in NEED_NO_KEY:
            return None
        try:
            return await self._caller(headers)
        except Exception as error:
            return error

    async def _caller(self, headers: Headers) -> Caller:
        shown = _values(headers, KEY_HEADER)
        if len(shown) > 1:  # somebody between may have added his own: which one counts is not for us to guess
            raise Refusal(ERROR_REASON_API_KEY_INVALID, f"wanted one header {KEY_HEADER}, found {len(shown)}")
        if shown and (caller := await self.keys.caller(shown[0])):
            return caller
        raise unknown_key()

    @asynccontextmanager
    async def _surroundings(self, method: str, context: Any, admission: Admission) -> AsyncIterator[OpenCall]:
        """Hold the key to its limits, turn what goes wrong into a status, and log one line when the call is over."""
        request_id = _request_id(context)
        trailer = (REQUEST_ID_HEADER, request_id)
        context.set_trailing_metadata((trailer,))
        structlog.contextvars.bind_contextvars(request_id=request_id)
        line = {"method": method, "code": "OK"}
        started = time.perf_counter()
        try:
            if isinstance(admission, Exception):
                raise admission
            if admission:
                CALLER.set(admission)
                line["key"] = admission.key_id
                if not await self.keys.opens(admission):  # any longer: the request may have taken its time to arrive
                    raise unknown_key()
            with self.calls.opened(admission, method) as call:
                yield call
        except Refusal as refusal:
            line["code"] = refusal.code.name
            await _abort(context, refusal, trailer)
        except (asyncio.CancelledError, GeneratorExit):
            line["code"] = "CANCELLED"
            raise
        except Exception as error:
            if isinstance(error, StoreUnavailable):
                line["reason"] = str(error)
            else:
                logger.exception("call broke", method=method)
            answer = broken(error, request_id)
            line["code"] = answer.code.name
            await _abort(context, answer, trailer)
        finally:
            logger.info("call", **line, seconds=round(time.perf_counter() - started, 6))


def unknown_key() -> Refusal:
    """Return the refusal of a call without a key that opens anything."""
    return Refusal(ERROR_REASON_API_KEY_INVALID, f"wanted a key that this server knows in the header {KEY_HEADER}")


def whole(request: Received | None) -> Message:
    """Return a request that came and could be decoded.

    Raises:
        Refusal: FIELD_INVALID for any other.
    """
    if request is None:
        raise Refusal(ERROR_REASON_FIELD_INVALID, "the call has no message: send one, if only an empty one")
    if isinstance(request, Refusal):
        raise request
    return request


def _rpc(make: Any, behaviour: Any, method: str, handler: Any) -> Any:
    """Make a handler that gets a refusal for what cannot be decoded: gRPC's own answer tells of the inside."""

    def decode(data: bytes) -> Received:
        try:
            return cast("Message", handler.request_deserializer(data))
        except DecodeError:
            return undecodable(method, data)

    def encode(response: Message | bytes) -> bytes:
        return response if isinstance(response, bytes) else cast("bytes", handler.response_serializer(response))

    return make(behaviour, decode, encode)


def _values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key == name]


def _request_id(context: Any) -> str:
    """Return the caller's own id of the request when it is harmless, else a new one."""
    given = _values(context.invocation_metadata(), REQUEST_ID_HEADER)
    return given[0] if given and REQUEST_ID.fullmatch(given[0]) else f"{random.getrandbits(128):032x}"


async def _abort(context: Any, refusal: Refusal, trailer: tuple[str, str]) -> None:
    status = refusal.status()
    details = ("grpc-status-details-bin", status.SerializeToString())
    await context.abort(refusal.code, status.message, (trailer, details))
