"""A job as the JSON that its owner reads: in `metadata.json` beside the artifacts, and through REST."""

import json
from typing import Any, Literal

import structlog
from google.protobuf.timestamp_pb2 import Timestamp

from csvconverter.v1.errors_pb2 import JobErrorKind
from csvconverter.v1.jobs_pb2 import CsvFormat, CsvQuoting, Job, JobStatus
from storage.interfaces import ArtifactStore, JobStore, StoreUnavailable

logger = structlog.get_logger(__name__)


def metadata_key(job: Job) -> str:
    """Return the key of the job's metadata among the artifacts."""
    return f"{job.user_id}/{job.job_id}/metadata.json"


async def write_metadata(jobs: JobStore, artifacts: ArtifactStore, job: Job) -> None:
    """Bring a job's `metadata.json` in step, until the job has not changed meanwhile: who is last has seen the latest.

    Of a job that was deleted nothing stays.
    """
    stored = await jobs.get(job.user_id, job.job_id)
    while True:
        written = stored.job if stored else None
        if written:
            await artifacts.put(metadata_key(job), json.dumps(metadata(written), ensure_ascii=False).encode())
        else:
            await artifacts.remove([metadata_key(job)])
        stored = await jobs.get(job.user_id, job.job_id)
        if written == (stored.job if stored else None):
            break
    if stored and stored.job.HasField("finished_at"):
        await jobs.described(stored)


async def describe(jobs: JobStore, artifacts: ArtifactStore, job: Job) -> None:
    """Do the same as far as the stores let it, since nothing depends on it; `undescribed` finds what is left to do."""
    try:
        await write_metadata(jobs, artifacts, job)
    except (StoreUnavailable, OSError) as error:
        logger.warning("metadata.json is out of date", job_id=job.job_id, user_id=job.user_id, reason=str(error))


def metadata(job: Job) -> dict[str, Any]:
    """Describe a job in JSON; every key is there, and what is unknown is null or empty. Times are RFC 3339 in UTC."""
    return {
        "job_id": job.job_id,
        "user_id": job.user_id,
        "uid": job.uid,
        "status": JobStatus.Name(job.status).removeprefix("JOB_STATUS_"),
        "job_title": job.job_title,
        "description": job.description,
        "owner": job.owner,
        "general_instructions": job.general_instructions,
        "column_instructions": dict(job.column_instructions),
        "created_at": _time(job, "created_at"),
        "started_at": _time(job, "started_at"),
        "finished_at": _time(job, "finished_at"),
        "iterations": job.iterations,
        "score": job.score,
        "error": _error(job),
        "warnings": list(job.warnings),
        "ambiguities": _ambiguities(job),
        "plan": [step.details for step in job.plan.transformation_steps],
        "metrics": _metrics(job),
        "token_usage": _token_usage(job),
        "artifacts": list(job.artifacts),
        "input_format": _format(job, "input_format"),
        "expected_format": _format(job, "expected_format"),
    }


def _time(job: Job, field: Literal["created_at", "started_at", "finished_at"]) -> str | None:
    time: Timestamp = getattr(job, field)
    return time.ToJsonString() if job.HasField(field) else None


def _error(job: Job) -> dict[str, Any] | None:
    if not job.HasField("error"):
        return None
    kind = JobErrorKind.Name(job.error.kind).removeprefix("JOB_ERROR_KIND_")
    return {"kind": kind, "message": job.error.message}


def _ambiguities(job: Job) -> list[dict[str, Any]]:
    return [
        {"column": one.column, "readings": list(one.readings), "row": one.row, "outputs": list(one.outputs)}
        for one in job.ambiguities
    ]


def _format(job: Job, field: Literal["input_format", "expected_format"]) -> dict[str, Any] | None:
    found: CsvFormat = getattr(job, field)
    if not job.HasField(field):
        return None
    return {
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "newline": found.newline,
        "quoting": CsvQuoting.Name(found.quoting).removeprefix("CSV_QUOTING_"),
        "has_header": found.has_header,
        "preamble_lines": found.preamble_lines,
        "footer_lines": found.footer_lines,
    }


def _metrics(job: Job) -> dict[str, Any] | None:
    if not job.HasField("metrics"):
        return None
    return {
        "seconds": job.metrics.seconds,
        "peak_memory_bytes": int(job.metrics.peak_memory_bytes),
        "cpu_seconds": job.metrics.cpu_seconds,
        "rows": job.metrics.rows,
    }


def _token_usage(job: Job) -> dict[str, Any] | None:
    if not job.HasField("token_usage"):
        return None
    used = job.token_usage
    return {
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "requests": used.requests,
        "cost_usd": used.cost_usd if used.HasField("cost_usd") else None,
    }
