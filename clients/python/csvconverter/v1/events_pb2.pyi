import datetime

from csvconverter.v1 import jobs_pb2 as _jobs_pb2
from csvconverter.v1 import plans_pb2 as _plans_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGENT_ROLE_UNSPECIFIED: _ClassVar[AgentRole]
    AGENT_ROLE_PLANNER: _ClassVar[AgentRole]
    AGENT_ROLE_CODER: _ClassVar[AgentRole]
    AGENT_ROLE_TESTER: _ClassVar[AgentRole]

class LogLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOG_LEVEL_UNSPECIFIED: _ClassVar[LogLevel]
    LOG_LEVEL_INFO: _ClassVar[LogLevel]
    LOG_LEVEL_WARNING: _ClassVar[LogLevel]
AGENT_ROLE_UNSPECIFIED: AgentRole
AGENT_ROLE_PLANNER: AgentRole
AGENT_ROLE_CODER: AgentRole
AGENT_ROLE_TESTER: AgentRole
LOG_LEVEL_UNSPECIFIED: LogLevel
LOG_LEVEL_INFO: LogLevel
LOG_LEVEL_WARNING: LogLevel

class JobEvent(_message.Message):
    __slots__ = ("sequence", "event_time", "iteration", "job_queued", "job_started", "iteration_started", "agent_started", "agent_progress", "plan_proposed", "script_written", "script_tested", "feedback_given", "attempt_lost", "log_emitted", "job_finished", "files_read")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    ITERATION_FIELD_NUMBER: _ClassVar[int]
    JOB_QUEUED_FIELD_NUMBER: _ClassVar[int]
    JOB_STARTED_FIELD_NUMBER: _ClassVar[int]
    ITERATION_STARTED_FIELD_NUMBER: _ClassVar[int]
    AGENT_STARTED_FIELD_NUMBER: _ClassVar[int]
    AGENT_PROGRESS_FIELD_NUMBER: _ClassVar[int]
    PLAN_PROPOSED_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_WRITTEN_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_TESTED_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_GIVEN_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_LOST_FIELD_NUMBER: _ClassVar[int]
    LOG_EMITTED_FIELD_NUMBER: _ClassVar[int]
    JOB_FINISHED_FIELD_NUMBER: _ClassVar[int]
    FILES_READ_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    event_time: _timestamp_pb2.Timestamp
    iteration: int
    job_queued: JobQueued
    job_started: JobStarted
    iteration_started: IterationStarted
    agent_started: AgentStarted
    agent_progress: AgentProgress
    plan_proposed: PlanProposed
    script_written: ScriptWritten
    script_tested: ScriptTested
    feedback_given: FeedbackGiven
    attempt_lost: AttemptLost
    log_emitted: LogEmitted
    job_finished: JobFinished
    files_read: FilesRead
    def __init__(self, sequence: _Optional[int] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., iteration: _Optional[int] = ..., job_queued: _Optional[_Union[JobQueued, _Mapping]] = ..., job_started: _Optional[_Union[JobStarted, _Mapping]] = ..., iteration_started: _Optional[_Union[IterationStarted, _Mapping]] = ..., agent_started: _Optional[_Union[AgentStarted, _Mapping]] = ..., agent_progress: _Optional[_Union[AgentProgress, _Mapping]] = ..., plan_proposed: _Optional[_Union[PlanProposed, _Mapping]] = ..., script_written: _Optional[_Union[ScriptWritten, _Mapping]] = ..., script_tested: _Optional[_Union[ScriptTested, _Mapping]] = ..., feedback_given: _Optional[_Union[FeedbackGiven, _Mapping]] = ..., attempt_lost: _Optional[_Union[AttemptLost, _Mapping]] = ..., log_emitted: _Optional[_Union[LogEmitted, _Mapping]] = ..., job_finished: _Optional[_Union[JobFinished, _Mapping]] = ..., files_read: _Optional[_Union[FilesRead, _Mapping]] = ...) -> None: ...

class JobQueued(_message.Message):
    __slots__ = ("jobs_ahead", "job_uid")
    JOBS_AHEAD_FIELD_NUMBER: _ClassVar[int]
    JOB_UID_FIELD_NUMBER: _ClassVar[int]
    jobs_ahead: int
    job_uid: str
    def __init__(self, jobs_ahead: _Optional[int] = ..., job_uid: _Optional[str] = ...) -> None: ...

class JobStarted(_message.Message):
    __slots__ = ("attempt",)
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    attempt: int
    def __init__(self, attempt: _Optional[int] = ...) -> None: ...

class FilesRead(_message.Message):
    __slots__ = ("input_format", "expected_format")
    INPUT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FORMAT_FIELD_NUMBER: _ClassVar[int]
    input_format: _jobs_pb2.CsvFormat
    expected_format: _jobs_pb2.CsvFormat
    def __init__(self, input_format: _Optional[_Union[_jobs_pb2.CsvFormat, _Mapping]] = ..., expected_format: _Optional[_Union[_jobs_pb2.CsvFormat, _Mapping]] = ...) -> None: ...

class IterationStarted(_message.Message):
    __slots__ = ("max_iterations",)
    MAX_ITERATIONS_FIELD_NUMBER: _ClassVar[int]
    max_iterations: int
    def __init__(self, max_iterations: _Optional[int] = ...) -> None: ...

class AgentStarted(_message.Message):
    __slots__ = ("role", "played_by")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PLAYED_BY_FIELD_NUMBER: _ClassVar[int]
    role: AgentRole
    played_by: str
    def __init__(self, role: _Optional[_Union[AgentRole, str]] = ..., played_by: _Optional[str] = ...) -> None: ...

class AgentProgress(_message.Message):
    __slots__ = ("role", "text")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    role: AgentRole
    text: str
    def __init__(self, role: _Optional[_Union[AgentRole, str]] = ..., text: _Optional[str] = ...) -> None: ...

class PlanProposed(_message.Message):
    __slots__ = ("plan", "token_usage")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    TOKEN_USAGE_FIELD_NUMBER: _ClassVar[int]
    plan: _plans_pb2.Plan
    token_usage: _jobs_pb2.TokenUsage
    def __init__(self, plan: _Optional[_Union[_plans_pb2.Plan, _Mapping]] = ..., token_usage: _Optional[_Union[_jobs_pb2.TokenUsage, _Mapping]] = ...) -> None: ...

class ScriptWritten(_message.Message):
    __slots__ = ("script", "token_usage")
    SCRIPT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_USAGE_FIELD_NUMBER: _ClassVar[int]
    script: str
    token_usage: _jobs_pb2.TokenUsage
    def __init__(self, script: _Optional[str] = ..., token_usage: _Optional[_Union[_jobs_pb2.TokenUsage, _Mapping]] = ...) -> None: ...

class ScriptTested(_message.Message):
    __slots__ = ("report", "token_usage")
    REPORT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_USAGE_FIELD_NUMBER: _ClassVar[int]
    report: _plans_pb2.TestReport
    token_usage: _jobs_pb2.TokenUsage
    def __init__(self, report: _Optional[_Union[_plans_pb2.TestReport, _Mapping]] = ..., token_usage: _Optional[_Union[_jobs_pb2.TokenUsage, _Mapping]] = ...) -> None: ...

class FeedbackGiven(_message.Message):
    __slots__ = ("feedback",)
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    feedback: _plans_pb2.Feedback
    def __init__(self, feedback: _Optional[_Union[_plans_pb2.Feedback, _Mapping]] = ...) -> None: ...

class AttemptLost(_message.Message):
    __slots__ = ("attempt", "reason", "will_retry")
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    WILL_RETRY_FIELD_NUMBER: _ClassVar[int]
    attempt: int
    reason: str
    will_retry: bool
    def __init__(self, attempt: _Optional[int] = ..., reason: _Optional[str] = ..., will_retry: _Optional[bool] = ...) -> None: ...

class LogEmitted(_message.Message):
    __slots__ = ("level", "message")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    level: LogLevel
    message: str
    def __init__(self, level: _Optional[_Union[LogLevel, str]] = ..., message: _Optional[str] = ...) -> None: ...

class JobFinished(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _jobs_pb2.Job
    def __init__(self, job: _Optional[_Union[_jobs_pb2.Job, _Mapping]] = ...) -> None: ...
