from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_API_KEY_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_CLIENT_FORBIDDEN: _ClassVar[ErrorReason]
    ERROR_REASON_FIELD_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_CSV_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_COLUMNS_MISSING: _ClassVar[ErrorReason]
    ERROR_REASON_FILE_TOO_LARGE: _ClassVar[ErrorReason]
    ERROR_REASON_JOB_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_JOB_NOT_TRAINED: _ClassVar[ErrorReason]
    ERROR_REASON_REQUEST_ID_REUSED: _ClassVar[ErrorReason]
    ERROR_REASON_ARTIFACT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SCRIPT_CRASHED: _ClassVar[ErrorReason]
    ERROR_REASON_SCRIPT_LIMIT_EXCEEDED: _ClassVar[ErrorReason]
    ERROR_REASON_TRY_AGAIN: _ClassVar[ErrorReason]
    ERROR_REASON_JOB_REPLACED: _ClassVar[ErrorReason]
    ERROR_REASON_INTERNAL: _ClassVar[ErrorReason]
    ERROR_REASON_RATE_LIMITED: _ClassVar[ErrorReason]
    ERROR_REASON_TOO_MANY_CALLS: _ClassVar[ErrorReason]
    ERROR_REASON_QUEUE_FULL: _ClassVar[ErrorReason]
    ERROR_REASON_UPLOAD_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_URLS_UNAVAILABLE: _ClassVar[ErrorReason]

class JobErrorKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_ERROR_KIND_UNSPECIFIED: _ClassVar[JobErrorKind]
    JOB_ERROR_KIND_NOT_SOLVED: _ClassVar[JobErrorKind]
    JOB_ERROR_KIND_DEADLINE_EXCEEDED: _ClassVar[JobErrorKind]
    JOB_ERROR_KIND_WORKER_LOST: _ClassVar[JobErrorKind]
    JOB_ERROR_KIND_MODEL_UNAVAILABLE: _ClassVar[JobErrorKind]
    JOB_ERROR_KIND_INTERNAL: _ClassVar[JobErrorKind]
    JOB_ERROR_KIND_OUT_OF_MEMORY: _ClassVar[JobErrorKind]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_API_KEY_INVALID: ErrorReason
ERROR_REASON_CLIENT_FORBIDDEN: ErrorReason
ERROR_REASON_FIELD_INVALID: ErrorReason
ERROR_REASON_CSV_INVALID: ErrorReason
ERROR_REASON_COLUMNS_MISSING: ErrorReason
ERROR_REASON_FILE_TOO_LARGE: ErrorReason
ERROR_REASON_JOB_NOT_FOUND: ErrorReason
ERROR_REASON_JOB_NOT_TRAINED: ErrorReason
ERROR_REASON_REQUEST_ID_REUSED: ErrorReason
ERROR_REASON_ARTIFACT_NOT_FOUND: ErrorReason
ERROR_REASON_SCRIPT_CRASHED: ErrorReason
ERROR_REASON_SCRIPT_LIMIT_EXCEEDED: ErrorReason
ERROR_REASON_TRY_AGAIN: ErrorReason
ERROR_REASON_JOB_REPLACED: ErrorReason
ERROR_REASON_INTERNAL: ErrorReason
ERROR_REASON_RATE_LIMITED: ErrorReason
ERROR_REASON_TOO_MANY_CALLS: ErrorReason
ERROR_REASON_QUEUE_FULL: ErrorReason
ERROR_REASON_UPLOAD_NOT_FOUND: ErrorReason
ERROR_REASON_URLS_UNAVAILABLE: ErrorReason
JOB_ERROR_KIND_UNSPECIFIED: JobErrorKind
JOB_ERROR_KIND_NOT_SOLVED: JobErrorKind
JOB_ERROR_KIND_DEADLINE_EXCEEDED: JobErrorKind
JOB_ERROR_KIND_WORKER_LOST: JobErrorKind
JOB_ERROR_KIND_MODEL_UNAVAILABLE: JobErrorKind
JOB_ERROR_KIND_INTERNAL: JobErrorKind
JOB_ERROR_KIND_OUT_OF_MEMORY: JobErrorKind

class JobError(_message.Message):
    __slots__ = ("kind", "message")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    kind: JobErrorKind
    message: str
    def __init__(self, kind: _Optional[_Union[JobErrorKind, str]] = ..., message: _Optional[str] = ...) -> None: ...

class FieldError(_message.Message):
    __slots__ = ("loc", "msg", "type")
    LOC_FIELD_NUMBER: _ClassVar[int]
    MSG_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    loc: _containers.RepeatedScalarFieldContainer[str]
    msg: str
    type: str
    def __init__(self, loc: _Optional[_Iterable[str]] = ..., msg: _Optional[str] = ..., type: _Optional[str] = ...) -> None: ...

class HttpValidationError(_message.Message):
    __slots__ = ("detail",)
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    detail: _containers.RepeatedCompositeFieldContainer[FieldError]
    def __init__(self, detail: _Optional[_Iterable[_Union[FieldError, _Mapping]]] = ...) -> None: ...
