"""Accepts, replaces, cancels and deletes training jobs."""

import asyncio
import hashlib
import uuid

from agents.csv_file import CsvError, check_csv
from agents.task import process_instructions
from csvconverter.v1.errors_pb2 import (
    ERROR_REASON_CSV_INVALID,
    ERROR_REASON_QUEUE_FULL,
    ERROR_REASON_REQUEST_ID_REUSED,
    ERROR_REASON_TRY_AGAIN,
    FieldError,
)
from csvconverter.v1.jobs_pb2 import JOB_STATUS_QUEUED, Job
from csvconverter.v1.services_pb2 import StartTrainingRequest
from executor.worker import EXPECTED, INPUT
from server.errors import Refusal, invalid
from server.listing import unknown_job
from storage.interfaces import (
    Accepted,
    ArtifactStore,
    JobStore,
    QueueFull,
    RequestIdReused,
    ReservationGone,
    Submission,
)
from storage.metadata import write_metadata
from storage.orphans import remove_orphans

QUEUE_RETRY_SECONDS = 10.0
CHECKS_AT_ONCE = 2  # a check of the largest files takes more than a gigabyte


class TrainingJobs:
    """The jobs of all users, as far as callers change them."""

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore, queue_size: int) -> None:
        self.jobs = jobs
        self.artifacts = artifacts
        self.queue_size = queue_size
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)

    async def start(self, request: StartTrainingRequest) -> Job:
        """Check both files, store them and queue the job.

        Raises:
            Refusal: CSV_INVALID, REQUEST_ID_REUSED or QUEUE_FULL.
        """
        job = queued_job(request)
        if not await self.jobs.has_room(Submission(job, request.request_id), self.queue_size):
            raise queue_full(self.queue_size)
        async with self._checks:
            await asyncio.to_thread(check_files, request)
        submission = Submission(job, request.request_id, await asyncio.to_thread(fingerprint, request))
        return await self._submit(submission, request)

    async def _submit(self, submission: Submission, request: StartTrainingRequest) -> Job:
        """Store the files before the job, since a worker may take it up at once."""
        folder, accepted = submission.stored.life_folder, None
        await self.jobs.reserve(submission)
        try:
            await self.artifacts.put(folder + INPUT, request.input_file)
            await self.artifacts.put(folder + EXPECTED, request.expected_output_file)
            accepted = await self._create(submission)
        finally:
            if accepted is None or accepted.repeated:
                await self.artifacts.delete(folder)
                await self.jobs.unreserve(submission)
        if accepted.replaced:
            await self.artifacts.delete(accepted.replaced.life_folder)
        await write_metadata(self.jobs, self.artifacts, accepted.stored.job)
        return accepted.stored.job

    async def _create(self, submission: Submission) -> Accepted:
        try:
            return await self.jobs.create(submission, self.queue_size)
        except QueueFull:
            raise queue_full(self.queue_size) from None
        except ReservationGone:
            message = "the job or its user was deleted while its files were stored: send the call again"
            raise Refusal(ERROR_REASON_TRY_AGAIN, message) from None
        except RequestIdReused:
            message = "request_id was used before with another body: send a new one, or the same body"
            raise Refusal(ERROR_REASON_REQUEST_ID_REUSED, message) from None

    async def cancel(self, user_id: str, job_id: str) -> Job:
        """Cancel a job and return it as it stands; a running one ends within seconds.

        Raises:
            Refusal: JOB_NOT_FOUND.
        """
        stored = await self.jobs.cancel(user_id, job_id)
        if not stored:
            raise unknown_job(user_id, job_id)
        await write_metadata(self.jobs, self.artifacts, stored.job)
        return stored.job

    async def delete(self, user_id: str, job_id: str) -> None:
        """Delete a job, and what an interrupted deletion left of it."""
        await self.jobs.delete(user_id, job_id)
        await remove_orphans(self.jobs, self.artifacts, f"{user_id}/{job_id}/")

    async def delete_user(self, user_id: str) -> None:
        """Delete all of a user's jobs."""
        await self.jobs.delete_user(user_id)
        await remove_orphans(self.jobs, self.artifacts, f"{user_id}/")


def check_files(request: StartTrainingRequest) -> None:
    """Refuse files that cannot be read as CSV; what can be repaired is the worker's business.

    Raises:
        Refusal: CSV_INVALID naming one or both.
    """
    problems = []
    for field in ("input_file", "expected_output_file"):
        try:
            check_csv(getattr(request, field))
        except CsvError as error:
            problems.append(FieldError(loc=["body", field], msg=str(error), type="csv_invalid"))
    if problems:
        raise invalid(ERROR_REASON_CSV_INVALID, *problems)


def queue_full(queue_size: int) -> Refusal:
    """Return the refusal of a job for which there is no room."""
    message = f"the queue is full with {queue_size} waiting: send the job again later"
    return Refusal(ERROR_REASON_QUEUE_FULL, message, retry_seconds=QUEUE_RETRY_SECONDS, queue_size=str(queue_size))


def queued_job(request: StartTrainingRequest) -> Job:
    """Return the job as it is accepted."""
    job = Job(
        job_id=request.job_id or str(uuid.uuid4()),
        user_id=request.user_id,
        status=JOB_STATUS_QUEUED,
        job_title=request.job_title,
        description=request.description,
        owner=request.owner,
        general_instructions=request.general_instructions,
        column_instructions=process_instructions(request.column_instructions),
        artifacts=[INPUT, EXPECTED],
        uid=uuid.uuid4().hex,
    )
    job.created_at.GetCurrentTime()
    return job


def fingerprint(request: StartTrainingRequest) -> str:
    """Return a digest of the whole request."""
    return hashlib.sha256(request.SerializeToString(deterministic=True)).hexdigest()
