from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_PASSED: _ClassVar[Verdict]
    VERDICT_MISMATCHED: _ClassVar[Verdict]
    VERDICT_CRASHED: _ClassVar[Verdict]
    VERDICT_TIMED_OUT: _ClassVar[Verdict]
    VERDICT_OUT_OF_MEMORY: _ClassVar[Verdict]
    VERDICT_REFUSED: _ClassVar[Verdict]
    VERDICT_OUTPUT_TOO_LARGE: _ClassVar[Verdict]
    VERDICT_OUTPUT_NOT_CSV: _ClassVar[Verdict]
VERDICT_UNSPECIFIED: Verdict
VERDICT_PASSED: Verdict
VERDICT_MISMATCHED: Verdict
VERDICT_CRASHED: Verdict
VERDICT_TIMED_OUT: Verdict
VERDICT_OUT_OF_MEMORY: Verdict
VERDICT_REFUSED: Verdict
VERDICT_OUTPUT_TOO_LARGE: Verdict
VERDICT_OUTPUT_NOT_CSV: Verdict

class Plan(_message.Message):
    __slots__ = ("transformation_steps", "data_quality_checks", "expected_challenges", "solved_columns", "unsolved_columns", "ambiguities", "warnings", "program", "row_local", "needs_all_rows", "confidence")
    class ConfidenceEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    TRANSFORMATION_STEPS_FIELD_NUMBER: _ClassVar[int]
    DATA_QUALITY_CHECKS_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_CHALLENGES_FIELD_NUMBER: _ClassVar[int]
    SOLVED_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    UNSOLVED_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    AMBIGUITIES_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ROW_LOCAL_FIELD_NUMBER: _ClassVar[int]
    NEEDS_ALL_ROWS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    transformation_steps: _containers.RepeatedCompositeFieldContainer[TransformationStep]
    data_quality_checks: _containers.RepeatedScalarFieldContainer[str]
    expected_challenges: _containers.RepeatedScalarFieldContainer[str]
    solved_columns: _containers.RepeatedScalarFieldContainer[str]
    unsolved_columns: _containers.RepeatedScalarFieldContainer[str]
    ambiguities: _containers.RepeatedCompositeFieldContainer[Ambiguity]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    program: str
    row_local: bool
    needs_all_rows: _containers.RepeatedScalarFieldContainer[str]
    confidence: _containers.ScalarMap[str, float]
    def __init__(self, transformation_steps: _Optional[_Iterable[_Union[TransformationStep, _Mapping]]] = ..., data_quality_checks: _Optional[_Iterable[str]] = ..., expected_challenges: _Optional[_Iterable[str]] = ..., solved_columns: _Optional[_Iterable[str]] = ..., unsolved_columns: _Optional[_Iterable[str]] = ..., ambiguities: _Optional[_Iterable[_Union[Ambiguity, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ..., program: _Optional[str] = ..., row_local: _Optional[bool] = ..., needs_all_rows: _Optional[_Iterable[str]] = ..., confidence: _Optional[_Mapping[str, float]] = ...) -> None: ...

class TransformationStep(_message.Message):
    __slots__ = ("step", "action", "column", "source", "target", "details", "transformation")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    TRANSFORMATION_FIELD_NUMBER: _ClassVar[int]
    step: int
    action: str
    column: str
    source: str
    target: str
    details: str
    transformation: str
    def __init__(self, step: _Optional[int] = ..., action: _Optional[str] = ..., column: _Optional[str] = ..., source: _Optional[str] = ..., target: _Optional[str] = ..., details: _Optional[str] = ..., transformation: _Optional[str] = ...) -> None: ...

class Ambiguity(_message.Message):
    __slots__ = ("column", "readings", "row", "outputs")
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    ROW_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    column: str
    readings: _containers.RepeatedScalarFieldContainer[str]
    row: int
    outputs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, column: _Optional[str] = ..., readings: _Optional[_Iterable[str]] = ..., row: _Optional[int] = ..., outputs: _Optional[_Iterable[str]] = ...) -> None: ...

class TestReport(_message.Message):
    __slots__ = ("verdict", "test_passed", "score", "errors_found", "mismatches", "mismatch_count", "performance_metrics", "script_log", "checks", "sandbox_layers")
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    TEST_PASSED_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FOUND_FIELD_NUMBER: _ClassVar[int]
    MISMATCHES_FIELD_NUMBER: _ClassVar[int]
    MISMATCH_COUNT_FIELD_NUMBER: _ClassVar[int]
    PERFORMANCE_METRICS_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_LOG_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_LAYERS_FIELD_NUMBER: _ClassVar[int]
    verdict: Verdict
    test_passed: bool
    score: float
    errors_found: _containers.RepeatedCompositeFieldContainer[TestError]
    mismatches: _containers.RepeatedCompositeFieldContainer[CellMismatch]
    mismatch_count: int
    performance_metrics: PerformanceMetrics
    script_log: str
    checks: _containers.RepeatedCompositeFieldContainer[Check]
    sandbox_layers: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, verdict: _Optional[_Union[Verdict, str]] = ..., test_passed: _Optional[bool] = ..., score: _Optional[float] = ..., errors_found: _Optional[_Iterable[_Union[TestError, _Mapping]]] = ..., mismatches: _Optional[_Iterable[_Union[CellMismatch, _Mapping]]] = ..., mismatch_count: _Optional[int] = ..., performance_metrics: _Optional[_Union[PerformanceMetrics, _Mapping]] = ..., script_log: _Optional[str] = ..., checks: _Optional[_Iterable[_Union[Check, _Mapping]]] = ..., sandbox_layers: _Optional[_Iterable[str]] = ...) -> None: ...

class TestError(_message.Message):
    __slots__ = ("type", "column", "issue", "suggestion", "held_out_cells")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    ISSUE_FIELD_NUMBER: _ClassVar[int]
    SUGGESTION_FIELD_NUMBER: _ClassVar[int]
    HELD_OUT_CELLS_FIELD_NUMBER: _ClassVar[int]
    type: str
    column: str
    issue: str
    suggestion: str
    held_out_cells: int
    def __init__(self, type: _Optional[str] = ..., column: _Optional[str] = ..., issue: _Optional[str] = ..., suggestion: _Optional[str] = ..., held_out_cells: _Optional[int] = ...) -> None: ...

class CellMismatch(_message.Message):
    __slots__ = ("row", "column", "expected", "actual", "held_out")
    ROW_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    ACTUAL_FIELD_NUMBER: _ClassVar[int]
    HELD_OUT_FIELD_NUMBER: _ClassVar[int]
    row: int
    column: str
    expected: str
    actual: str
    held_out: bool
    def __init__(self, row: _Optional[int] = ..., column: _Optional[str] = ..., expected: _Optional[str] = ..., actual: _Optional[str] = ..., held_out: _Optional[bool] = ...) -> None: ...

class Check(_message.Message):
    __slots__ = ("name", "passed", "detail")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    name: str
    passed: bool
    detail: str
    def __init__(self, name: _Optional[str] = ..., passed: _Optional[bool] = ..., detail: _Optional[str] = ...) -> None: ...

class PerformanceMetrics(_message.Message):
    __slots__ = ("execution_time", "memory_usage", "cpu_time", "rows_processed")
    EXECUTION_TIME_FIELD_NUMBER: _ClassVar[int]
    MEMORY_USAGE_FIELD_NUMBER: _ClassVar[int]
    CPU_TIME_FIELD_NUMBER: _ClassVar[int]
    ROWS_PROCESSED_FIELD_NUMBER: _ClassVar[int]
    execution_time: float
    memory_usage: float
    cpu_time: float
    rows_processed: int
    def __init__(self, execution_time: _Optional[float] = ..., memory_usage: _Optional[float] = ..., cpu_time: _Optional[float] = ..., rows_processed: _Optional[int] = ...) -> None: ...

class Feedback(_message.Message):
    __slots__ = ("previous_attempts", "current_errors", "suggestions", "context")
    PREVIOUS_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    CURRENT_ERRORS_FIELD_NUMBER: _ClassVar[int]
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    previous_attempts: _containers.RepeatedCompositeFieldContainer[PreviousAttempt]
    current_errors: _containers.RepeatedCompositeFieldContainer[TestError]
    suggestions: _containers.RepeatedScalarFieldContainer[str]
    context: TestReport
    def __init__(self, previous_attempts: _Optional[_Iterable[_Union[PreviousAttempt, _Mapping]]] = ..., current_errors: _Optional[_Iterable[_Union[TestError, _Mapping]]] = ..., suggestions: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[TestReport, _Mapping]] = ...) -> None: ...

class PreviousAttempt(_message.Message):
    __slots__ = ("iteration", "plan", "script", "verdict", "score", "wrong_columns")
    ITERATION_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    WRONG_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    iteration: int
    plan: Plan
    script: str
    verdict: Verdict
    score: float
    wrong_columns: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, iteration: _Optional[int] = ..., plan: _Optional[_Union[Plan, _Mapping]] = ..., script: _Optional[str] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., score: _Optional[float] = ..., wrong_columns: _Optional[_Iterable[str]] = ...) -> None: ...
