import datetime

from csvconverter.v1 import errors_pb2 as _errors_pb2
from csvconverter.v1 import plans_pb2 as _plans_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JobStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_STATUS_UNSPECIFIED: _ClassVar[JobStatus]
    JOB_STATUS_QUEUED: _ClassVar[JobStatus]
    JOB_STATUS_RUNNING: _ClassVar[JobStatus]
    JOB_STATUS_SUCCEEDED: _ClassVar[JobStatus]
    JOB_STATUS_FAILED: _ClassVar[JobStatus]
    JOB_STATUS_CANCELLED: _ClassVar[JobStatus]

class CsvQuoting(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CSV_QUOTING_UNSPECIFIED: _ClassVar[CsvQuoting]
    CSV_QUOTING_MINIMAL: _ClassVar[CsvQuoting]
    CSV_QUOTING_ALL: _ClassVar[CsvQuoting]
    CSV_QUOTING_TEXTS: _ClassVar[CsvQuoting]
JOB_STATUS_UNSPECIFIED: JobStatus
JOB_STATUS_QUEUED: JobStatus
JOB_STATUS_RUNNING: JobStatus
JOB_STATUS_SUCCEEDED: JobStatus
JOB_STATUS_FAILED: JobStatus
JOB_STATUS_CANCELLED: JobStatus
CSV_QUOTING_UNSPECIFIED: CsvQuoting
CSV_QUOTING_MINIMAL: CsvQuoting
CSV_QUOTING_ALL: CsvQuoting
CSV_QUOTING_TEXTS: CsvQuoting

class Job(_message.Message):
    __slots__ = ("job_id", "user_id", "status", "job_title", "description", "owner", "general_instructions", "column_instructions", "created_at", "started_at", "finished_at", "iterations", "score", "error", "warnings", "ambiguities", "plan", "metrics", "token_usage", "artifacts", "uid", "input_format", "expected_format")
    class ColumnInstructionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    JOB_TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    GENERAL_INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    COLUMN_INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    ITERATIONS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    AMBIGUITIES_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_USAGE_FIELD_NUMBER: _ClassVar[int]
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    UID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FORMAT_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    user_id: str
    status: JobStatus
    job_title: str
    description: str
    owner: str
    general_instructions: str
    column_instructions: _containers.ScalarMap[str, str]
    created_at: _timestamp_pb2.Timestamp
    started_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    iterations: int
    score: float
    error: _errors_pb2.JobError
    warnings: _containers.RepeatedScalarFieldContainer[str]
    ambiguities: _containers.RepeatedCompositeFieldContainer[_plans_pb2.Ambiguity]
    plan: _plans_pb2.Plan
    metrics: JobMetrics
    token_usage: TokenUsage
    artifacts: _containers.RepeatedScalarFieldContainer[str]
    uid: str
    input_format: CsvFormat
    expected_format: CsvFormat
    def __init__(self, job_id: _Optional[str] = ..., user_id: _Optional[str] = ..., status: _Optional[_Union[JobStatus, str]] = ..., job_title: _Optional[str] = ..., description: _Optional[str] = ..., owner: _Optional[str] = ..., general_instructions: _Optional[str] = ..., column_instructions: _Optional[_Mapping[str, str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., iterations: _Optional[int] = ..., score: _Optional[float] = ..., error: _Optional[_Union[_errors_pb2.JobError, _Mapping]] = ..., warnings: _Optional[_Iterable[str]] = ..., ambiguities: _Optional[_Iterable[_Union[_plans_pb2.Ambiguity, _Mapping]]] = ..., plan: _Optional[_Union[_plans_pb2.Plan, _Mapping]] = ..., metrics: _Optional[_Union[JobMetrics, _Mapping]] = ..., token_usage: _Optional[_Union[TokenUsage, _Mapping]] = ..., artifacts: _Optional[_Iterable[str]] = ..., uid: _Optional[str] = ..., input_format: _Optional[_Union[CsvFormat, _Mapping]] = ..., expected_format: _Optional[_Union[CsvFormat, _Mapping]] = ...) -> None: ...

class CsvFormat(_message.Message):
    __slots__ = ("encoding", "delimiter", "newline", "quoting", "has_header", "preamble_lines", "footer_lines")
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    DELIMITER_FIELD_NUMBER: _ClassVar[int]
    NEWLINE_FIELD_NUMBER: _ClassVar[int]
    QUOTING_FIELD_NUMBER: _ClassVar[int]
    HAS_HEADER_FIELD_NUMBER: _ClassVar[int]
    PREAMBLE_LINES_FIELD_NUMBER: _ClassVar[int]
    FOOTER_LINES_FIELD_NUMBER: _ClassVar[int]
    encoding: str
    delimiter: str
    newline: str
    quoting: CsvQuoting
    has_header: bool
    preamble_lines: int
    footer_lines: int
    def __init__(self, encoding: _Optional[str] = ..., delimiter: _Optional[str] = ..., newline: _Optional[str] = ..., quoting: _Optional[_Union[CsvQuoting, str]] = ..., has_header: _Optional[bool] = ..., preamble_lines: _Optional[int] = ..., footer_lines: _Optional[int] = ...) -> None: ...

class JobMetrics(_message.Message):
    __slots__ = ("seconds", "peak_memory_bytes", "cpu_seconds", "rows")
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    PEAK_MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    CPU_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    seconds: float
    peak_memory_bytes: float
    cpu_seconds: float
    rows: int
    def __init__(self, seconds: _Optional[float] = ..., peak_memory_bytes: _Optional[float] = ..., cpu_seconds: _Optional[float] = ..., rows: _Optional[int] = ...) -> None: ...

class TokenUsage(_message.Message):
    __slots__ = ("prompt_tokens", "completion_tokens", "requests", "cost_usd")
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    prompt_tokens: int
    completion_tokens: int
    requests: int
    cost_usd: float
    def __init__(self, prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., requests: _Optional[int] = ..., cost_usd: _Optional[float] = ...) -> None: ...
