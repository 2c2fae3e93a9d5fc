"""What goes wrong with a call, in the server's words."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.protobuf.any_pb2 import Any
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from csvconverter.v1.errors_pb2 import FieldError, HttpValidationError

BROKEN = {grpc.StatusCode.CANCELLED, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}
"""How a stream that is cut in the middle ends, when the service had no part in it."""


class ConverterError(Exception):
    """A call that did not succeed.

    `reason` is a name of `ErrorReason` without its prefix, such as "JOB_NOT_FOUND"; empty when something other than the
    service answered. `fields` names what an INVALID_ARGUMENT is about.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        reason: str = "",
        fields: tuple[FieldError, ...] = (),
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason
        self.fields = fields
        self.request_id = request_id

    @property
    def is_unanswered(self) -> bool:
        """Tell whether no server was there, or it left during the call."""
        return self.code is grpc.StatusCode.UNAVAILABLE and not self.reason

    @property
    def asks_to_come_back(self) -> bool:
        """Tell whether a server was there that cannot carry the call out at the moment."""
        return self.code is grpc.StatusCode.UNAVAILABLE and bool(self.reason)

    @property
    def is_passing(self) -> bool:
        """Tell whether the server is away or the connection broke, so that the same call may succeed later."""
        return self.code is grpc.StatusCode.UNAVAILABLE or (not self.reason and self.code in BROKEN)


@contextmanager
def server_words() -> Iterator[None]:
    """Raise `ConverterError` where a call inside fails."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error) from None


def from_rpc_error(error: grpc.aio.AioRpcError) -> ConverterError:
    """Read the details that the server put into the status of a failed call."""
    reason = ""
    fields: list[FieldError] = []
    for detail in status_details(error):
        info, validation = ErrorInfo(), HttpValidationError()
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(validation):
            fields.extend(validation.detail)
    request_ids = [str(value) for key, value in error.trailing_metadata() or () if key == "x-request-id"]
    return ConverterError(error.code(), error.details() or error.code().name, reason, tuple(fields), *request_ids[:1])


def status_details(error: grpc.aio.AioRpcError) -> list[Any]:
    """Return the packed details of a failed call; none when it never reached the service."""
    try:
        status = rpc_status.from_call(error)
    except ValueError:  # a status whose code or message contradicts the call's, as a proxy might make it
        return []
    return list(status.details) if status else []
