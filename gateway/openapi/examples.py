"""Examples of requests and answers: one job from its training to its files. The requests work as they stand."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from csvconverter.v1.events_pb2 import JobEvent, JobFinished, JobQueued, JobStarted
from csvconverter.v1.jobs_pb2 import (
    CSV_QUOTING_MINIMAL,
    JOB_STATUS_QUEUED,
    JOB_STATUS_SUCCEEDED,
    CsvFormat,
    Job,
    JobMetrics,
    TokenUsage,
)
from csvconverter.v1.plans_pb2 import Plan, TransformationStep
from csvconverter.v1.services_pb2 import (
    CapacityUtilization,
    CreateUploadResponse,
    GetArtifactUrlResponse,
    GetHealthResponse,
    GetQueueStatusResponse,
    QueueInfo,
    RunInferenceResponse,
    StartTrainingResponse,
    WatchJobResponse,
)

INPUT = b"id,name,date\n007,ada lovelace,10/12/1815\n008,alan turing,23/06/1912\n"
OUTPUT = b"id,name,date\n007,Ada Lovelace,1815-12-10\n008,Alan Turing,1912-06-23\n"
SCRIPT = b"import pandas as pd\n"
BUCKET = "https://files.s3.amazonaws.com"
START, END = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)

FORMAT = CsvFormat(encoding="utf-8", delimiter=",", newline="\n", quoting=CSV_QUOTING_MINIMAL, has_header=True)
STEPS = (
    "id: kept as it is",
    "name: Take name, start every word with a capital",
    "date: Take date, read it as DD/MM/YYYY and write it as YYYY-MM-DD",
)
JOB = Job(
    job_id="people",
    user_id="acme",
    uid="0b8f3c52-6a5e-4d0c-9d5b-3c1f6f5b7f10",
    status=JOB_STATUS_SUCCEEDED,
    job_title="People",
    owner="ada",
    column_instructions={"date": "Convert to YYYY-MM-DD"},
    created_at=START,
    started_at=START,
    finished_at=END,
    iterations=2,
    score=1,
    plan=Plan(transformation_steps=[TransformationStep(step=n, details=text) for n, text in enumerate(STEPS, 1)]),
    metrics=JobMetrics(seconds=0.5, peak_memory_bytes=56815616, cpu_seconds=0.02, rows=2),
    token_usage=TokenUsage(prompt_tokens=5214, completion_tokens=873, requests=2, cost_usd=0.0035),
    artifacts=["input.csv", "expected.csv", "script.py", "plan.json", "report.json", "output.csv"],
    input_format=FORMAT,
    expected_format=FORMAT,
)
EVENTS = [
    JobEvent(sequence=1, event_time=START, job_queued=JobQueued(job_uid=JOB.uid)),
    JobEvent(sequence=2, event_time=START, job_started=JobStarted(attempt=1)),
    JobEvent(sequence=13, event_time=END, job_finished=JobFinished(job=JOB)),
]


def printed(message: Message) -> dict[str, Any]:
    """Return a message as the transcoder prints it."""
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


def in_base64(file: bytes) -> str:
    """Return a file as JSON carries it."""
    return base64.b64encode(file).decode()


METADATA = printed(JOB) | {
    "status": "SUCCEEDED",
    "plan": [step.details for step in JOB.plan.transformation_steps],
    "input_format": printed(FORMAT) | {"quoting": "MINIMAL"},
    "expected_format": printed(FORMAT) | {"quoting": "MINIMAL"},
    "error": None,
}

PARAMETERS = {"client_id": JOB.user_id, "user_id": JOB.user_id, "job_id": JOB.job_id, "name": "script.py"}

REQUESTS: dict[str, Any] = {
    "StartTraining": {
        "user_id": JOB.user_id,
        "job_id": JOB.job_id,
        "input_file": in_base64(INPUT),
        "expected_output_file": in_base64(OUTPUT),
        "job_title": JOB.job_title,
        "owner": JOB.owner,
        "column_instructions": dict(JOB.column_instructions),
    },
    "RunInference": {"user_id": JOB.user_id, "job_id": JOB.job_id, "input_file": in_base64(INPUT)},
    "Convert": INPUT.decode(),
    "CreateUpload": {"size_bytes": len(INPUT)},
}

ANSWERS: dict[str, Any] = {
    "StartTraining": printed(
        StartTrainingResponse(
            job_id=JOB.job_id,
            user_id=JOB.user_id,
            status=JOB_STATUS_QUEUED,
            message="training job people is accepted: watch it, or ask for it",
            created_at=START,
        )
    ),
    "RunInference": printed(RunInferenceResponse(script=SCRIPT, output_csv=OUTPUT, rows=2, seconds=0.03)),
    "GetQueueStatus": printed(
        GetQueueStatusResponse(
            status="healthy",
            queue_info=QueueInfo(max_workers=32, active_jobs=5, available_workers=27),
            capacity_utilization=CapacityUtilization(workers_busy_percent=15.625, can_accept_new_jobs=True),
        )
    ),
    "GetJobMetadata": METADATA,
    "ListJobMetadata": [METADATA],
    "GetHealth": printed(
        GetHealthResponse(
            status="healthy",
            app_name="AI CSV Converter",
            version="0.1.0",
            sandbox_layers=["rlimits", "landlock", "identity", "seccomp"],
            job_store="sqlite",
            artifact_store="folder",
            executor="process-pool",
            agents="auto (gpt-4.1-mini)",
        )
    ),
    "WatchJob": "".join(f"data: {json.dumps(printed(WatchJobResponse(event=event)))}\n\n" for event in EVENTS),
    "CancelJob": printed(JOB),
    "GetArtifactUrl": printed(
        GetArtifactUrlResponse(url=f"{BUCKET}/acme/people/0b8f/attempt-1/script.py?X-Amz-Signature=…", expires_at=END)
    ),
    "CreateUpload": printed(
        CreateUploadResponse(
            upload_id="5d0c9b3e7f1a", url=f"{BUCKET}/.uploads/acme/5d0c9b3e7f1a?X-Amz-Signature=…", expires_at=END
        )
    ),
}
