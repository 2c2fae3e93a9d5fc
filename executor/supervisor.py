"""One claimed job, from its files to its end.

The job is held from first to last. What a store that is away does not take is offered again for as long as nobody else
has taken the job: no work is thrown away because a store hiccups, and nothing is stored twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_DEADLINE_EXCEEDED, JOB_ERROR_KIND_INTERNAL, JobError
from csvconverter.v1.events_pb2 import JobEvent, JobFinished
from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_FAILED, Job, JobStatus
from executor.child import Child
from executor.lease import CancelRequested, Lease, TimeUp, cut_off
from executor.persistence import persist, persist_for
from executor.pool_settings import PoolSettings
from executor.worker import ARTIFACTS, EXPECTED, INPUT
from storage.interfaces import ArtifactMissing, ArtifactStore, Claim, JobStore, LeaseLost, StoreUnavailable
from storage.metadata import describe

FILES_GONE = JobError(kind=JOB_ERROR_KIND_INTERNAL, message="The job's files are gone: train it again with both files.")

logger = structlog.get_logger(__name__)

StartChild = Callable[[Job, Path], Awaitable[Child]]


class AttemptLost(Exception):
    """The attempt brought no result; the message is the reason, as a clause."""


class FilesOutOfReach(Exception):
    """The job's files could not be read for a while; the message says so, as a clause."""


class JobFailed(Exception):
    """The job fails for a reason that its child cannot tell."""

    def __init__(self, error: JobError) -> None:
        super().__init__(error.message)
        self.error = error


class Supervisor:
    """Takes one claimed job to its end."""

    def __init__(
        self, jobs: JobStore, artifacts: ArtifactStore, claim: Claim, folder: Path, settings: PoolSettings
    ) -> None:
        """Take what to do, and an empty folder for the job's files."""
        self.jobs = jobs
        self.artifacts = artifacts
        self.claim = claim
        self.folder = folder
        self.settings = settings
        self.attempt_folder = f"{claim.stored.life_folder}attempt-{claim.attempt}/"

    async def supervise(self, start_child: StartChild) -> Job:
        """Have a child do the job, record what comes of it, and return the job as it finished.

        Raises:
            AttemptLost, FilesOutOfReach: it did not finish, which is for the caller to record.
            LeaseLost: it belongs to someone else, or is deleted; nothing is left of this attempt.
        """
        try:
            async with Lease(self.jobs, self.claim, self.settings.lease_seconds) as lease:
                finished = await self.work(lease, start_child)
                await persist(self.jobs.finish, self.claim, finished, self.attempt_folder)
        except LeaseLost:
            await self.discard()
            raise
        await self.describe()
        return finished.job_finished.job

    async def work(self, lease: Lease, start_child: StartChild) -> JobEvent:
        """Return how the job finished, by itself or not."""
        try:
            await self.fetch(lease)
            finished = await self.follow(lease, await start_child(self.claim.stored.job, self.folder))
            await self.store(lease)
        except CancelRequested:
            return await self.ended(JOB_STATUS_CANCELLED)
        except JobFailed as failure:
            return await self.ended(JOB_STATUS_FAILED, failure.error)
        return finished

    async def fetch(self, lease: Lease) -> None:
        """Bring the job's files here."""
        try:
            await lease.during(self.fetch_files(), self.settings.job_seconds)
        except StoreUnavailable:
            reason = f"its files could not be read for {self.settings.fetch_seconds:g} seconds"
            raise FilesOutOfReach(reason) from None
        except TimeUp:
            raise JobFailed(self.deadline_exceeded()) from None
        except ArtifactMissing:  # no later attempt would find them
            raise JobFailed(FILES_GONE) from None

    async def fetch_files(self) -> None:
        """Tell that the job runs, and fetch its files."""
        await self.describe()
        for name in (INPUT, EXPECTED):
            key, seconds = self.claim.stored.life_folder + name, self.settings.fetch_seconds
            await persist_for(seconds, self.artifacts.fetch, key, self.folder / name)

    async def follow(self, lease: Lease, child: Child) -> JobEvent:
        """Record what a child tells, and return its job_finished; afterwards the child is gone."""
        recording = asyncio.create_task(self.record(child))
        try:
            await lease.during(asyncio.wait({recording}), self.settings.job_seconds)
        except (CancelRequested, TimeUp) as end:
            await child.end()
            await recording  # what the child told before counts
            if isinstance(end, CancelRequested):
                raise
            raise JobFailed(self.deadline_exceeded()) from None
        finally:
            await cut_off(recording)
            status = await asyncio.shield(child.stop())
        if not (finished := recording.result()):
            raise AttemptLost(f"the worker ended with status {status} before the job was finished")
        return finished

    async def record(self, child: Child) -> JobEvent | None:
        """Store the child's events as they come and return its job_finished; None when it ends without one."""
        sequence = self.claim.stored.sequence
        async for events in child.batches():
            finished = events.pop() if events[-1].HasField("job_finished") else None
            if events:
                await persist(self.jobs.append, self.claim, events, sequence)
                sequence += len(events)
            if finished:
                return finished
        return None

    async def store(self, lease: Lease) -> None:
        """Store the attempt's files, which count once the job has finished with them."""
        try:
            await lease.during(self.store_files(), self.settings.job_seconds)
        except TimeUp:
            raise AttemptLost(f"its files could not be stored for {self.settings.job_seconds:g} seconds") from None

    async def store_files(self) -> None:
        """Store the files one by one."""
        for file in sorted((self.folder / ARTIFACTS).glob("*")):
            await persist(self.artifacts.put, self.attempt_folder + file.name, file)

    async def ended(self, status: JobStatus, error: JobError | None = None) -> JobEvent:
        """Return the job_finished event of a job that its supervisor ends, with what it has reached by now.

        Raises:
            LeaseLost: the job was replaced or deleted.
        """
        claimed = self.claim.stored
        current = await persist(self.jobs.get, claimed.job.user_id, claimed.job.job_id)
        if not current or current.life != claimed.life:
            raise LeaseLost(f"job {claimed.job.job_id} has begun a new life, or is deleted")
        job = current.job
        job.status = status
        if error:
            job.error.CopyFrom(error)
        return JobEvent(job_finished=JobFinished(job=job))

    def deadline_exceeded(self) -> JobError:
        """Return why a job fails that its child takes too long for."""
        message = f"the job took longer than {self.settings.job_seconds:g} seconds"
        return JobError(kind=JOB_ERROR_KIND_DEADLINE_EXCEEDED, message=message)

    async def discard(self) -> None:
        """Leave nothing of an attempt that will never count; what cannot be removed now is swept later."""
        try:
            await self.artifacts.delete(self.attempt_folder)
        except StoreUnavailable as error:
            logger.warning("files of a lost attempt are left for now", folder=self.attempt_folder, reason=str(error))
        await self.describe()

    async def describe(self) -> None:
        """Bring the job's `metadata.json` in step, as far as the stores are there."""
        await describe(self.jobs, self.artifacts, self.claim.stored.job)
