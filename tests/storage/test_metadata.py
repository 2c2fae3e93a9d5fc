"""What metadata.json says, and when it is there."""

import json
from pathlib import Path

import pytest
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from csvconverter.v1.errors_pb2 import JobError, JobErrorKind
from csvconverter.v1.jobs_pb2 import CSV_QUOTING_ALL, CsvFormat, Job, JobMetrics, JobStatus, TokenUsage
from csvconverter.v1.plans_pb2 import Ambiguity, Plan, TransformationStep
from storage.folder_artifact_store import FolderArtifactStore
from storage.metadata import metadata, metadata_key, write_metadata
from tests.contract.jobs import submission, submit
from tests.storage.opened import open_jobs

EMPTY = {
    "job_id": "job",
    "user_id": "ann",
    "uid": "",
    "status": "QUEUED",
    "job_title": "",
    "description": "",
    "owner": "",
    "general_instructions": "",
    "column_instructions": {},
    "created_at": None,
    "started_at": None,
    "finished_at": None,
    "iterations": 0,
    "score": 0.0,
    "error": None,
    "warnings": [],
    "ambiguities": [],
    "plan": [],
    "metrics": None,
    "token_usage": None,
    "artifacts": [],
    "input_format": None,
    "expected_format": None,
}


def test_every_key_is_there_when_nothing_is_known_yet() -> None:
    assert metadata(Job(job_id="job", user_id="ann", status=JobStatus.JOB_STATUS_QUEUED)) == EMPTY


def test_everything_known_is_said_in_plain_json() -> None:
    step = TransformationStep(step=1, action="rename", source="nm", target="name", details="Rename nm to name.")
    job = Job(
        job_id="job",
        user_id="ann",
        status=JobStatus.JOB_STATUS_FAILED,
        column_instructions={"id": "SAME AS INPUT"},
        created_at=Timestamp(seconds=1_800_000_000, nanos=5_000_000),
        iterations=5,
        score=0.5,
        error=JobError(kind=JobErrorKind.JOB_ERROR_KIND_NOT_SOLVED, message="Two cells differ."),
        ambiguities=[Ambiguity(column="day", readings=["Day first.", "Month first."], row=3, outputs=["1", "2"])],
        plan=Plan(transformation_steps=[step], program='{"secret": "of the house"}'),
        metrics=JobMetrics(seconds=1.5, peak_memory_bytes=2**40, cpu_seconds=1.25, rows=12),
        token_usage=TokenUsage(prompt_tokens=7, completion_tokens=8, requests=2, cost_usd=0.25),
        artifacts=["script.py"],
        input_format=CsvFormat(
            encoding="cp1252", delimiter=";", newline="\r\n", quoting=CSV_QUOTING_ALL, has_header=True, preamble_lines=3
        ),
    )
    assert metadata(job) == EMPTY | {
        "status": "FAILED",
        "column_instructions": {"id": "SAME AS INPUT"},
        "created_at": "2027-01-15T08:00:00.005Z",
        "iterations": 5,
        "score": 0.5,
        "error": {"kind": "NOT_SOLVED", "message": "Two cells differ."},
        "ambiguities": [{"column": "day", "readings": ["Day first.", "Month first."], "row": 3, "outputs": ["1", "2"]}],
        "plan": ["Rename nm to name."],
        "metrics": {"seconds": 1.5, "peak_memory_bytes": 2**40, "cpu_seconds": 1.25, "rows": 12},
        "token_usage": {"prompt_tokens": 7, "completion_tokens": 8, "requests": 2, "cost_usd": 0.25},
        "artifacts": ["script.py"],
        "input_format": {
            "encoding": "cp1252",
            "delimiter": ";",
            "newline": "\r\n",
            "quoting": "ALL",
            "has_header": True,
            "preamble_lines": 3,
            "footer_lines": 0,
        },
    }


def test_cost_is_null_unless_the_prices_were_known() -> None:
    usage = metadata(Job(token_usage=TokenUsage(prompt_tokens=7, completion_tokens=8, requests=2)))["token_usage"]
    assert usage == {"prompt_tokens": 7, "completion_tokens": 8, "requests": 2, "cost_usd": None}


def test_metadata_fits_json_and_struct() -> None:
    described = metadata(Job(job_id="job", user_id="ann", ambiguities=[Ambiguity(readings=["a"])]))
    struct = Struct()
    struct.update(described)
    assert json.loads(json.dumps(described)) == described


def test_no_field_of_a_job_is_forgotten() -> None:
    assert set(metadata(Job())) == {field.name for field in Job.DESCRIPTOR.fields}


def test_metadata_lies_beside_the_lives_of_its_job() -> None:
    assert metadata_key(Job(job_id="job", user_id="ann")) == "ann/job/metadata.json"


class Interrupted(FolderArtifactStore):
    """A store in which something else happens just before each of the first writes."""

    def __init__(self, root: Path, *interruptions) -> None:
        super().__init__(root)
        self.interruptions = list(interruptions)

    async def put(self, key, content) -> None:
        if self.interruptions:
            await self.interruptions.pop(0)()
        await super().put(key, content)

    async def remove(self, key) -> None:
        if self.interruptions:
            await self.interruptions.pop(0)()
        await super().remove(key)


@pytest.mark.parametrize("comes_back", [False, True])
async def test_metadata_of_a_job_that_is_deleted_while_it_is_written_does_not_stay(
    tmp_path: Path, comes_back: bool
) -> None:
    jobs = await open_jobs(f"sqlite:///{tmp_path}/jobs.db")

    async def delete() -> None:
        await jobs.delete("ann", "job")

    async def create() -> None:
        await submit(jobs, submission())

    await create()
    artifacts = Interrupted(tmp_path / "artifacts", *([delete, create] if comes_back else [delete]))
    await write_metadata(jobs, artifacts, Job(job_id="job", user_id="ann"))
    assert (tmp_path / "artifacts/ann/job/metadata.json").exists() == comes_back
    assert (tmp_path / "artifacts/ann").exists() == comes_back
    await jobs.close()
