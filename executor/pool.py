"""The process-pool backend: takes queued jobs, gives each a child process of its own, and records what happens.

The store is the truth about the queue. A job is claimed under a lease that is renewed while its child runs; whoever
finds a lease that has run out puts the job back. So a killed worker costs its own job one retry and nobody else
anything, and a restarted server takes up every job that was accepted.
"""

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from agents.agent_factory import AgentSettings
from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_DEADLINE_EXCEEDED, JOB_ERROR_KIND_INTERNAL, JobError
from csvconverter.v1.events_pb2 import JobEvent, JobFinished
from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_FAILED, Job, JobStatus
from executor.child import Child
from executor.disk import is_disk_full
from executor.forkserver import Forkserver
from executor.sandbox.limits import MEBIBYTE, Limits
from executor.sandbox.runner import Sandbox
from executor.worker import ARTIFACTS, DISK_FULL, EXPECTED, INPUT, WorkOrder, run_job
from storage.interfaces import ArtifactMissing, ArtifactStore, Claim, JobStore, LeaseLost
from storage.metadata import write_metadata

logger = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
HOME = "home"  # of the workers' user, beside the jobs' own folders
FILES_GONE = JobError(kind=JOB_ERROR_KIND_INTERNAL, message="The job's files are gone: train it again with both files.")


@dataclass(frozen=True)
class PoolSettings:
    """How jobs are run."""

    folder: Path  # for the running jobs' files; one pool at a time works in it
    owner: str  # the name under which jobs are held, the same after a restart and no other pool's
    max_workers: int = min(32, os.cpu_count() or 1)
    lease_seconds: float = 15.0  # how long a job waits when its supervisor is gone without a word
    job_seconds: float = 1800.0  # every job's deadline
    agents: AgentSettings = field(default_factory=AgentSettings)
    limits: Limits = field(default_factory=Limits)
    worker_memory_bytes: int = 2048 * MEBIBYTE  # of one child, which reads the examples and searches


class ProcessPool:
    """Runs queued jobs in supervised children, at most `max_workers` at the same time."""

    kind = "process-pool"

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore, sandbox: Sandbox, settings: PoolSettings) -> None:
        self.jobs = jobs
        self.artifacts = artifacts
        self.sandbox = sandbox
        self.settings = settings
        self.forkserver = Forkserver(settings.agents.preload(), settings.folder / HOME)
        self.slots = asyncio.Semaphore(settings.max_workers)
        self.tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to take jobs."""
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        self.forkserver.start()
        await self.give_back(self.settings.owner)
        self.spawn(self.dispatch())
        self.spawn(self.reap())

    async def stop(self) -> None:
        """Take no more jobs and put the running ones back into the queue."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.forkserver.close()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run something until it ends or the pool stops."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def dispatch(self) -> None:
        """Give each claimed job a slot; the slot is taken first, so no job waits in this process."""
        await self.forkserver.ready()
        while True:
            await self.slots.acquire()
            self.spawn(self.occupy_slot(await self.next_claim()))

    async def next_claim(self) -> Claim:
        """Wait for a job, also through a store that is away for a while."""
        while True:
            try:
                if claim := await self.jobs.claim(self.settings.owner, self.settings.lease_seconds):
                    return claim
                await self.jobs.wait_for_work(POLL_SECONDS)
            except Exception:
                logger.exception("cannot ask the store for work")
                await asyncio.sleep(POLL_SECONDS)

    async def reap(self) -> None:
        """Put jobs back whose supervisor has gone without a word."""
        while True:
            try:
                await self.give_back()
            except Exception:
                logger.exception("cannot look for lost jobs")
            await asyncio.sleep(self.settings.lease_seconds / 4)

    async def give_back(self, owner: str = "") -> None:
        """Put jobs back whose lease has run out, and those that an earlier pool of this name held."""
        for lost in await self.jobs.reap(owner):
            await write_metadata(self.jobs, self.artifacts, lost.job)

    async def occupy_slot(self, claim: Claim) -> None:
        """Do one claimed job; nothing that goes wrong with it concerns another."""
        log = logger.bind(job_id=claim.stored.job.job_id, user_id=claim.stored.job.user_id, attempt=claim.attempt)
        try:
            with TemporaryDirectory(dir=self.settings.folder) as folder:
                finished = await self.supervise(claim, Path(folder))
            log.info("job attempt ended", **(account(finished.job_finished.job) if finished else {}))
        except LeaseLost:
            log.info("job belongs to someone else")
        except asyncio.CancelledError:
            await self.jobs.release(claim)
            raise
        except Exception as error:
            log.exception("job attempt broke")
            await self.lose(claim, DISK_FULL if is_disk_full(error) else "something broke inside the server")
        finally:
            self.slots.release()

    async def lose(self, claim: Claim, reason: str) -> None:
        """Give an attempt up; when even that does not work, its lease runs out."""
        try:
            await self.jobs.lose(claim, reason)
            await write_metadata(self.jobs, self.artifacts, claim.stored.job)
        except LeaseLost:
            pass  # the job is someone else's already
        except Exception:
            logger.exception("cannot give an attempt up; its lease will run out", job_id=claim.stored.job.job_id)

    async def supervise(self, claim: Claim, folder: Path) -> JobEvent | None:
        """Take the job to its end, record what came of it, and return how it finished; None when its child was lost."""
        await write_metadata(self.jobs, self.artifacts, claim.stored.job)
        try:
            for name in (INPUT, EXPECTED):
                await self.artifacts.fetch(claim.stored.life_folder + name, folder / name)
        except ArtifactMissing:  # no later attempt would find them
            finished: JobEvent | None = await self.ended(claim, JOB_STATUS_FAILED, FILES_GONE)
        else:
            finished = await self.run_child(claim, folder)
        if finished:
            await self.commit(claim, finished, folder)
        return finished

    async def run_child(self, claim: Claim, folder: Path) -> JobEvent | None:
        """Have a child do the job and return how it finished; None when the child was lost, which is recorded."""
        job = claim.stored.job.SerializeToString()
        order = WorkOrder(
            job,
            str(folder),
            str(self.sandbox.folder),
            self.settings.agents,
            self.settings.limits,
            self.settings.worker_memory_bytes,
        )
        await self.forkserver.ready()
        with await asyncio.to_thread(self.sandbox.connect) as connection:
            child = Child.start(run_job, order, connection)
        try:
            finished = await self.follow(claim, child)
        finally:
            status = await asyncio.shield(child.stop())
        if not finished:
            await self.lose(claim, f"the worker ended with status {status} before the job was finished")
        return finished

    async def follow(self, claim: Claim, child: Child) -> JobEvent | None:
        """Return how the job finished: by itself, by cancel or by deadline; None when its child was lost."""
        recording = asyncio.create_task(self.record(claim, child))
        holding = asyncio.create_task(self.hold(claim))
        try:
            await asyncio.wait(
                {recording, holding}, timeout=self.settings.job_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if recording.done():
                return recording.result()
            status, error = self.why_ended(holding)
            await child.end()
            await recording  # what the child told before counts
            return await self.ended(claim, status, error)
        finally:
            recording.cancel()
            holding.cancel()
            await asyncio.gather(recording, holding, return_exceptions=True)

    async def record(self, claim: Claim, child: Child) -> JobEvent | None:
        """Store the child's events as they come and return its job_finished; None when it ends without one."""
        async for events in child.batches():
            finished = events.pop() if events[-1].HasField("job_finished") else None
            if events:
                await self.jobs.append(claim, events)
            if finished:
                return finished
        return None

    async def hold(self, claim: Claim) -> None:
        """Renew the lease until the job is to be cancelled."""
        lease = self.settings.lease_seconds
        while not await self.jobs.renew(claim, lease):
            await self.jobs.wait_for_cancel(claim.stored.life, lease / 4)

    def why_ended(self, holding: "asyncio.Task[None]") -> tuple[JobStatus, JobError | None]:
        """Return how a job ends whose child is still at work: by cancel, or else by its deadline."""
        if holding.done():
            holding.result()  # the lease may be lost
            return JOB_STATUS_CANCELLED, None
        message = f"the job took longer than {self.settings.job_seconds:g} seconds"
        return JOB_STATUS_FAILED, JobError(kind=JOB_ERROR_KIND_DEADLINE_EXCEEDED, message=message)

    async def ended(self, claim: Claim, status: JobStatus, error: JobError | None = None) -> JobEvent:
        """Return the job_finished event of a job that its supervisor ends, with what it has reached by now.

        Raises:
            LeaseLost: the job was replaced or deleted.
        """
        claimed = claim.stored
        current = await self.jobs.get(claimed.job.user_id, claimed.job.job_id)
        if not current or current.life != claimed.life:
            raise LeaseLost(f"job {claimed.job.job_id} has begun a new life, or is deleted")
        job = current.job
        job.status = status
        if error:
            job.error.CopyFrom(error)
        return JobEvent(job_finished=JobFinished(job=job))

    async def commit(self, claim: Claim, finished: JobEvent, folder: Path) -> None:
        """Store the attempt's files, then the event that makes them count."""
        attempt_folder = f"{claim.stored.life_folder}attempt-{claim.attempt}/"
        for file in sorted((folder / ARTIFACTS).glob("*")):
            await self.artifacts.put(attempt_folder + file.name, file)
        try:
            await self.jobs.finish(claim, finished, attempt_folder)
        except LeaseLost:
            await self.artifacts.delete(attempt_folder)  # the job was deleted or replaced meanwhile
            raise
        await write_metadata(self.jobs, self.artifacts, claim.stored.job)


def account(job: Job) -> dict[str, object]:
    """Return what the log says of a finished job: how it ended, and what it asked of a language model."""
    used = job.token_usage
    asked = {
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "requests": used.requests,
    }
    cost = {"cost_usd": used.cost_usd} if used.HasField("cost_usd") else {}
    ended = {"status": JobStatus.Name(job.status).removeprefix("JOB_STATUS_"), "iterations": job.iterations}
    return ended | (asked | cost if used.requests else {})
