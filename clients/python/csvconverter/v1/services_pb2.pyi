import datetime

from csvconverter.v1 import errors_pb2 as _errors_pb2
from csvconverter.v1 import events_pb2 as _events_pb2
from csvconverter.v1 import jobs_pb2 as _jobs_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StartTrainingRequest(_message.Message):
    __slots__ = ("user_id", "job_id", "input_file", "expected_output_file", "job_title", "description", "owner", "general_instructions", "column_instructions", "request_id", "input_upload", "expected_output_upload")
    class ColumnInstructionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FILE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_OUTPUT_FILE_FIELD_NUMBER: _ClassVar[int]
    JOB_TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    GENERAL_INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    COLUMN_INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_UPLOAD_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_OUTPUT_UPLOAD_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    job_id: str
    input_file: bytes
    expected_output_file: bytes
    job_title: str
    description: str
    owner: str
    general_instructions: str
    column_instructions: _containers.ScalarMap[str, str]
    request_id: str
    input_upload: str
    expected_output_upload: str
    def __init__(self, user_id: _Optional[str] = ..., job_id: _Optional[str] = ..., input_file: _Optional[bytes] = ..., expected_output_file: _Optional[bytes] = ..., job_title: _Optional[str] = ..., description: _Optional[str] = ..., owner: _Optional[str] = ..., general_instructions: _Optional[str] = ..., column_instructions: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ..., input_upload: _Optional[str] = ..., expected_output_upload: _Optional[str] = ...) -> None: ...

class StartTrainingResponse(_message.Message):
    __slots__ = ("job_id", "user_id", "status", "message", "created_at")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    user_id: str
    status: _jobs_pb2.JobStatus
    message: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, job_id: _Optional[str] = ..., user_id: _Optional[str] = ..., status: _Optional[_Union[_jobs_pb2.JobStatus, str]] = ..., message: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RunInferenceRequest(_message.Message):
    __slots__ = ("user_id", "job_id", "input_file", "input_upload")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FILE_FIELD_NUMBER: _ClassVar[int]
    INPUT_UPLOAD_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    job_id: str
    input_file: bytes
    input_upload: str
    def __init__(self, user_id: _Optional[str] = ..., job_id: _Optional[str] = ..., input_file: _Optional[bytes] = ..., input_upload: _Optional[str] = ...) -> None: ...

class RunInferenceResponse(_message.Message):
    __slots__ = ("script", "output_csv", "rows", "seconds", "warnings", "output_url", "output_url_expires_at")
    SCRIPT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_CSV_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_URL_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_URL_EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    script: bytes
    output_csv: bytes
    rows: int
    seconds: float
    warnings: _containers.RepeatedScalarFieldContainer[str]
    output_url: str
    output_url_expires_at: _timestamp_pb2.Timestamp
    def __init__(self, script: _Optional[bytes] = ..., output_csv: _Optional[bytes] = ..., rows: _Optional[int] = ..., seconds: _Optional[float] = ..., warnings: _Optional[_Iterable[str]] = ..., output_url: _Optional[str] = ..., output_url_expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetQueueStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetQueueStatusResponse(_message.Message):
    __slots__ = ("status", "queue_info", "capacity_utilization")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    QUEUE_INFO_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_UTILIZATION_FIELD_NUMBER: _ClassVar[int]
    status: str
    queue_info: QueueInfo
    capacity_utilization: CapacityUtilization
    def __init__(self, status: _Optional[str] = ..., queue_info: _Optional[_Union[QueueInfo, _Mapping]] = ..., capacity_utilization: _Optional[_Union[CapacityUtilization, _Mapping]] = ...) -> None: ...

class QueueInfo(_message.Message):
    __slots__ = ("max_workers", "active_jobs", "available_workers", "queue_size")
    MAX_WORKERS_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_JOBS_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_WORKERS_FIELD_NUMBER: _ClassVar[int]
    QUEUE_SIZE_FIELD_NUMBER: _ClassVar[int]
    max_workers: int
    active_jobs: int
    available_workers: int
    queue_size: int
    def __init__(self, max_workers: _Optional[int] = ..., active_jobs: _Optional[int] = ..., available_workers: _Optional[int] = ..., queue_size: _Optional[int] = ...) -> None: ...

class CapacityUtilization(_message.Message):
    __slots__ = ("workers_busy_percent", "can_accept_new_jobs", "estimated_wait_time_minutes")
    WORKERS_BUSY_PERCENT_FIELD_NUMBER: _ClassVar[int]
    CAN_ACCEPT_NEW_JOBS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_WAIT_TIME_MINUTES_FIELD_NUMBER: _ClassVar[int]
    workers_busy_percent: float
    can_accept_new_jobs: bool
    estimated_wait_time_minutes: float
    def __init__(self, workers_busy_percent: _Optional[float] = ..., can_accept_new_jobs: _Optional[bool] = ..., estimated_wait_time_minutes: _Optional[float] = ...) -> None: ...

class GetJobMetadataRequest(_message.Message):
    __slots__ = ("client_id", "job_id")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    job_id: str
    def __init__(self, client_id: _Optional[str] = ..., job_id: _Optional[str] = ...) -> None: ...

class ListJobMetadataRequest(_message.Message):
    __slots__ = ("client_id",)
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    def __init__(self, client_id: _Optional[str] = ...) -> None: ...

class GetJobRequest(_message.Message):
    __slots__ = ("client_id", "job_id")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    job_id: str
    def __init__(self, client_id: _Optional[str] = ..., job_id: _Optional[str] = ...) -> None: ...

class ListJobsRequest(_message.Message):
    __slots__ = ("client_id", "page_size", "page_token", "status")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    page_size: int
    page_token: str
    status: _jobs_pb2.JobStatus
    def __init__(self, client_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., status: _Optional[_Union[_jobs_pb2.JobStatus, str]] = ...) -> None: ...

class ListJobsResponse(_message.Message):
    __slots__ = ("jobs", "next_page_token")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[_jobs_pb2.Job]
    next_page_token: str
    def __init__(self, jobs: _Optional[_Iterable[_Union[_jobs_pb2.Job, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteJobRequest(_message.Message):
    __slots__ = ("user_id", "job_id")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    job_id: str
    def __init__(self, user_id: _Optional[str] = ..., job_id: _Optional[str] = ...) -> None: ...

class DeleteUserRequest(_message.Message):
    __slots__ = ("user_id",)
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    def __init__(self, user_id: _Optional[str] = ...) -> None: ...

class GetHealthRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetHealthResponse(_message.Message):
    __slots__ = ("status", "app_name", "version", "sandbox_layers", "job_store", "artifact_store", "executor", "agents", "stores_away")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    APP_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_LAYERS_FIELD_NUMBER: _ClassVar[int]
    JOB_STORE_FIELD_NUMBER: _ClassVar[int]
    ARTIFACT_STORE_FIELD_NUMBER: _ClassVar[int]
    EXECUTOR_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    STORES_AWAY_FIELD_NUMBER: _ClassVar[int]
    status: str
    app_name: str
    version: str
    sandbox_layers: _containers.RepeatedScalarFieldContainer[str]
    job_store: str
    artifact_store: str
    executor: str
    agents: str
    stores_away: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, status: _Optional[str] = ..., app_name: _Optional[str] = ..., version: _Optional[str] = ..., sandbox_layers: _Optional[_Iterable[str]] = ..., job_store: _Optional[str] = ..., artifact_store: _Optional[str] = ..., executor: _Optional[str] = ..., agents: _Optional[str] = ..., stores_away: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchJobRequest(_message.Message):
    __slots__ = ("client_id", "job_id", "after_sequence", "job_uid")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    JOB_UID_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    job_id: str
    after_sequence: int
    job_uid: str
    def __init__(self, client_id: _Optional[str] = ..., job_id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., job_uid: _Optional[str] = ...) -> None: ...

class WatchJobResponse(_message.Message):
    __slots__ = ("event", "heartbeat", "interrupted")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTED_FIELD_NUMBER: _ClassVar[int]
    event: _events_pb2.JobEvent
    heartbeat: Heartbeat
    interrupted: WatchInterrupted
    def __init__(self, event: _Optional[_Union[_events_pb2.JobEvent, _Mapping]] = ..., heartbeat: _Optional[_Union[Heartbeat, _Mapping]] = ..., interrupted: _Optional[_Union[WatchInterrupted, _Mapping]] = ...) -> None: ...

class WatchInterrupted(_message.Message):
    __slots__ = ("reason", "message", "after_sequence")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    reason: _errors_pb2.ErrorReason
    message: str
    after_sequence: int
    def __init__(self, reason: _Optional[_Union[_errors_pb2.ErrorReason, str]] = ..., message: _Optional[str] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class Heartbeat(_message.Message):
    __slots__ = ("heartbeat_time",)
    HEARTBEAT_TIME_FIELD_NUMBER: _ClassVar[int]
    heartbeat_time: _timestamp_pb2.Timestamp
    def __init__(self, heartbeat_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CancelJobRequest(_message.Message):
    __slots__ = ("client_id", "job_id")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    job_id: str
    def __init__(self, client_id: _Optional[str] = ..., job_id: _Optional[str] = ...) -> None: ...

class ConvertRequest(_message.Message):
    __slots__ = ("client_id", "job_id", "content")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    job_id: str
    content: _httpbody_pb2.HttpBody
    def __init__(self, client_id: _Optional[str] = ..., job_id: _Optional[str] = ..., content: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class GetArtifactRequest(_message.Message):
    __slots__ = ("client_id", "job_id", "name")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    job_id: str
    name: str
    def __init__(self, client_id: _Optional[str] = ..., job_id: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class GetArtifactUrlRequest(_message.Message):
    __slots__ = ("client_id", "job_id", "name")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    job_id: str
    name: str
    def __init__(self, client_id: _Optional[str] = ..., job_id: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class GetArtifactUrlResponse(_message.Message):
    __slots__ = ("url", "expires_at")
    URL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    url: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, url: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateUploadRequest(_message.Message):
    __slots__ = ("user_id", "size_bytes")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    size_bytes: int
    def __init__(self, user_id: _Optional[str] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class CreateUploadResponse(_message.Message):
    __slots__ = ("upload_id", "url", "headers", "expires_at")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    upload_id: str
    url: str
    headers: _containers.ScalarMap[str, str]
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, upload_id: _Optional[str] = ..., url: _Optional[str] = ..., headers: _Optional[_Mapping[str, str]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
