"""Refusals: why a call was not carried out, and how that travels as a gRPC status."""

from collections.abc import Sequence
from datetime import timedelta

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from csvconverter.v1 import errors_pb2
from csvconverter.v1.errors_pb2 import ErrorReason, FieldError, HttpValidationError
from executor.disk import is_disk_full
from storage.interfaces import StoreUnavailable

DOMAIN = "csvconverter.v1"
STATUS_BYTES = 8192  # Python clients fail when a status is larger than about 16 KB
TEXT_CHARACTERS = 500
STORE_RETRY_SECONDS = 5.0

CODES: dict[ErrorReason, grpc.StatusCode] = {
    errors_pb2.ERROR_REASON_API_KEY_INVALID: grpc.StatusCode.UNAUTHENTICATED,
    errors_pb2.ERROR_REASON_CLIENT_FORBIDDEN: grpc.StatusCode.PERMISSION_DENIED,
    errors_pb2.ERROR_REASON_FIELD_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    errors_pb2.ERROR_REASON_CSV_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    errors_pb2.ERROR_REASON_COLUMNS_MISSING: grpc.StatusCode.INVALID_ARGUMENT,
    errors_pb2.ERROR_REASON_FILE_TOO_LARGE: grpc.StatusCode.OUT_OF_RANGE,
    errors_pb2.ERROR_REASON_JOB_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    errors_pb2.ERROR_REASON_JOB_NOT_TRAINED: grpc.StatusCode.FAILED_PRECONDITION,
    errors_pb2.ERROR_REASON_REQUEST_ID_REUSED: grpc.StatusCode.ALREADY_EXISTS,
    errors_pb2.ERROR_REASON_ARTIFACT_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    errors_pb2.ERROR_REASON_SCRIPT_CRASHED: grpc.StatusCode.INTERNAL,
    errors_pb2.ERROR_REASON_SCRIPT_LIMIT_EXCEEDED: grpc.StatusCode.INTERNAL,
    errors_pb2.ERROR_REASON_TRY_AGAIN: grpc.StatusCode.UNAVAILABLE,
    errors_pb2.ERROR_REASON_JOB_REPLACED: grpc.StatusCode.ABORTED,
    errors_pb2.ERROR_REASON_INTERNAL: grpc.StatusCode.INTERNAL,
    errors_pb2.ERROR_REASON_RATE_LIMITED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors_pb2.ERROR_REASON_TOO_MANY_CALLS: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors_pb2.ERROR_REASON_QUEUE_FULL: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors_pb2.ERROR_REASON_UPLOAD_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    errors_pb2.ERROR_REASON_URLS_UNAVAILABLE: grpc.StatusCode.FAILED_PRECONDITION,
}


class Refusal(Exception):
    """A call is not carried out; the message is for the caller."""

    def __init__(
        self,
        reason: ErrorReason,
        message: str,
        *,
        fields: Sequence[FieldError] = (),
        retry_seconds: float = 0,
        **metadata: str,
    ) -> None:
        """Take the reason, a message for people, what is wrong with which fields, and facts for programs."""
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.fields = list(fields)
        self.retry_seconds = retry_seconds  # when to come back; 0 where that would not help
        self.metadata = metadata

    @property
    def code(self) -> grpc.StatusCode:
        """The canonical code of the reason."""
        return CODES[self.reason]

    def status(self) -> Status:
        """Return the status with its details, cut so that every client can read it."""
        fields = self.fields
        while (status := self._status(fields)).ByteSize() > STATUS_BYTES:
            fields = fields[: len(fields) // 2]
        return status

    def _status(self, fields: Sequence[FieldError]) -> Status:
        info = ErrorInfo(
            reason=ErrorReason.Name(self.reason).removeprefix("ERROR_REASON_"),
            domain=DOMAIN,
            metadata={name: shorten(value) for name, value in self.metadata.items()},
        )
        fields = [FieldError(loc=map(shorten, field.loc), msg=shorten(field.msg), type=field.type) for field in fields]
        details: list[Message] = [info]
        if self.retry_seconds:
            details.append(RetryInfo(retry_delay=timedelta(seconds=self.retry_seconds)))
        if fields:
            details += [bad_request(fields), HttpValidationError(detail=fields)]
        return Status(code=self.code.value[0], message=shorten(self.message), details=[pack(one) for one in details])


def broken(error: Exception, request_id: str) -> Refusal:
    """Return the refusal of a call that broke on the way: full disks and lost stores are told, all else is logged."""
    if isinstance(error, StoreUnavailable):
        message = "the server cannot reach what it stores jobs or files in: send the call again in a while"
        return Refusal(errors_pb2.ERROR_REASON_TRY_AGAIN, message, retry_seconds=STORE_RETRY_SECONDS)
    if is_disk_full(error):
        message = "the server has no space left on its disk: send the call again when there is some"
        return Refusal(errors_pb2.ERROR_REASON_TRY_AGAIN, message)
    message = f"something broke inside the server; its log has the details under request id {request_id}"
    return Refusal(errors_pb2.ERROR_REASON_INTERNAL, message)


def invalid(reason: ErrorReason, *fields: FieldError, **metadata: str) -> Refusal:
    """Return the refusal of a call whose fields are wrong; the message repeats what is said of them."""
    message = "; ".join(f"{'.'.join(field.loc[1:]) or field.loc[0]}: {field.msg}" for field in fields)
    return Refusal(reason, message, fields=fields, retry_seconds=0, **metadata)


def bad_request(fields: Sequence[FieldError]) -> BadRequest:
    """Say the same in the words of google.rpc."""
    violation = BadRequest.FieldViolation
    return BadRequest(
        field_violations=[violation(field=".".join(field.loc[1:]), description=field.msg) for field in fields]
    )


def shorten(text: str) -> str:
    """Cut a text that may repeat parts of a file, such as the names of its columns."""
    return text if len(text) <= TEXT_CHARACTERS else text[: TEXT_CHARACTERS - 1] + "…"


def pack(message: Message) -> PackedMessage:
    """Wrap a message of any type."""
    packed = PackedMessage()
    packed.Pack(message)
    return packed
