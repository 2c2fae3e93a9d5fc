"""Accepts, replaces, cancels and deletes training jobs."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from agents.task import process_instructions
from csvconverter.v1.errors_pb2 import (
    ERROR_REASON_QUEUE_FULL,
    ERROR_REASON_REQUEST_ID_REUSED,
    ERROR_REASON_TRY_AGAIN,
)
from csvconverter.v1.jobs_pb2 import JOB_STATUS_QUEUED, Job
from csvconverter.v1.services_pb2 import StartTrainingRequest
from executor.worker import EXPECTED, INPUT
from server.errors import Refusal
from server.examples import ExampleFile, Examples, check, fingerprint
from server.listing import unknown_job
from storage.interfaces import (
    Accepted,
    ArtifactStore,
    JobStore,
    OutcomeUnknown,
    QueueFull,
    RequestIdReused,
    ReservationGone,
    StoreUnavailable,
    Submission,
)
from storage.metadata import describe
from storage.orphans import remove_orphans
from storage.transfers import delete_downloads, delete_transfers

logger = structlog.get_logger(__name__)

QUEUE_RETRY_SECONDS = 10.0
CHECKS_AT_ONCE = 2  # a check of the largest files takes more than a gigabyte


class TrainingJobs:
    """The jobs of all users, as far as callers change them."""

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore, examples: Examples, queue_size: int) -> None:
        self.jobs = jobs
        self.artifacts = artifacts
        self.examples = examples
        self.queue_size = queue_size
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)

    async def start(self, request: StartTrainingRequest, by: str = "") -> Job:
        """Check both files, store them and queue the job; `by` is the id of the caller's key, as everywhere here.

        Raises:
            Refusal: UPLOAD_NOT_FOUND, FILE_TOO_LARGE, CSV_INVALID, REQUEST_ID_REUSED, QUEUE_FULL or TRY_AGAIN.
        """
        job = queued_job(request)
        if not await self.jobs.has_room(Submission(job, request.request_id), self.queue_size):
            raise queue_full(self.queue_size)
        async with self.examples.of(request) as example:
            async with self._checks:
                await asyncio.to_thread(check, example)
            digest = await asyncio.to_thread(fingerprint, request, example)
            submission = Submission(job, request.request_id, digest, by)
            return await self._submit(submission, example)

    async def _submit(self, submission: Submission, example: Sequence[ExampleFile]) -> Job:
        """Store the files before the job, since a worker may take it up at once.

        Files stay where nobody knows whether the job is there, and when the server is killed: a sweep looks after them.
        """
        await self.jobs.reserve(submission)
        try:
            for file in example:
                await self.artifacts.put(submission.stored.life_folder + file.name, file.content)
            accepted = await self._create(submission)
        except OutcomeUnknown:
            raise perhaps_started() from None
        except Exception:
            await self._give_up(submission)
            raise
        if accepted.repeated:
            await self._give_up(submission)
        if accepted.replaced:
            with swept_later():
                await self.artifacts.delete(accepted.replaced.life_folder)
        await describe(self.jobs, self.artifacts, accepted.stored.job)
        return accepted.stored.job

    async def _give_up(self, submission: Submission) -> None:
        """Remove what was stored for nothing."""
        with swept_later():
            await self.artifacts.delete(submission.stored.life_folder)
            await self.jobs.unreserve(submission)

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

    async def cancel(self, user_id: str, job_id: str, by: str = "") -> Job:
        """Cancel a job and return it as it stands; a running one ends within seconds.

        Raises:
            Refusal: JOB_NOT_FOUND.
        """
        stored = await self.jobs.cancel(user_id, job_id, by)
        if not stored:
            raise unknown_job(user_id, job_id)
        await describe(self.jobs, self.artifacts, stored.job)
        return stored.job

    async def delete(self, user_id: str, job_id: str, by: str = "") -> None:
        """Delete a job, and what an interrupted deletion left of it."""
        await self.jobs.delete(user_id, job_id, by)
        await remove_orphans(self.jobs, self.artifacts, f"{user_id}/{job_id}/")
        await delete_downloads(self.artifacts, user_id, job_id)

    async def delete_user(self, user_id: str, by: str = "") -> None:
        """Delete all of a user's jobs, and what he has sent or converted for jobs."""
        await self.jobs.delete_user(user_id, by)
        await remove_orphans(self.jobs, self.artifacts, f"{user_id}/")
        await delete_transfers(self.artifacts, user_id)


@contextmanager
def swept_later() -> Iterator[None]:
    """Go on where files cannot be removed at once: what was asked for is done or refused, and the caretaker sweeps."""
    try:
        yield
    except (OSError, StoreUnavailable) as error:
        logger.warning("files are left for the caretaker to sweep", error=str(error))


def perhaps_started() -> Refusal:
    """Return the refusal of a call of which nobody knows what became of it."""
    message = "the database went away just when the job was accepted, or was not: look whether it is there"
    return Refusal(ERROR_REASON_TRY_AGAIN, f"{message}, or send the call again with the same request_id")


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
