"""The process-pool backend: takes queued jobs, gives each a child process of its own, and records what happens.

The store is the truth about the queue. A job is claimed under a lease that is renewed until it has ended; whoever
finds a lease that has run out puts the job back. So a killed worker costs its own job one retry and nobody else
anything, and a restarted server takes up every job that was accepted.
"""

import asyncio
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from csvconverter.v1.jobs_pb2 import Job, JobStatus
from executor.child import Child
from executor.disk import is_disk_full
from executor.forkserver import Forkserver
from executor.persistence import persist
from executor.pool_settings import PoolSettings
from executor.reaper import Reaper
from executor.sandbox.runner import Sandbox
from executor.supervisor import AttemptLost, FilesOutOfReach, Supervisor
from executor.worker import DISK_FULL, WorkOrder, run_job
from storage.interfaces import ArtifactStore, Claim, JobStore, LeaseLost, StoredJob, StoreUnavailable
from storage.metadata import describe

logger = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
RELEASE_SECONDS = 2.0  # that a pool which stops waits for the store to take its jobs back
HOME = "home"  # of the workers' user, beside the jobs' own folders


class ProcessPool:
    """Runs queued jobs in supervised children, at most `max_workers` at the same time."""

    kind = "process-pool"

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore, sandbox: Sandbox, settings: PoolSettings) -> None:
        self.jobs = jobs
        self.artifacts = artifacts
        self.sandbox = sandbox
        self.settings = settings
        self.forkserver = Forkserver(settings.agents.preload(), settings.folder / HOME)
        self.reaper = Reaper(jobs, artifacts, settings.lease_seconds)
        self.slots = asyncio.Semaphore(settings.max_workers)
        self.tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to take jobs."""
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        self.forkserver.start()
        self.spawn(self.begin())

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

    async def begin(self) -> None:
        """Put back what an earlier pool of this name held, before anything is held under this name again."""
        given_back = await self.put_back()
        self.spawn(self.dispatch())
        self.spawn(self.reaper.keep_looking())
        await self.reaper.describe(given_back)

    async def put_back(self) -> list[StoredJob]:
        """Take from this name what it held, also from a store that is away or full for a while."""
        while True:
            try:
                return await persist(self.jobs.reap, self.settings.owner)
            except Exception:
                logger.exception("cannot put back what was held before")
                await asyncio.sleep(POLL_SECONDS)

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
                if claim := await persist(self.jobs.claim, self.settings.owner, self.settings.lease_seconds):
                    return claim
                await persist(self.jobs.wait_for_work, POLL_SECONDS)
            except Exception:
                logger.exception("cannot ask the store for work")
                await asyncio.sleep(POLL_SECONDS)

    async def occupy_slot(self, claim: Claim) -> None:
        """Do one claimed job; nothing that goes wrong with it concerns another."""
        log = logger.bind(job_id=claim.stored.job.job_id, user_id=claim.stored.job.user_id, attempt=claim.attempt)
        try:
            log.info("job attempt ended", **account(await self.supervise(claim)))
        except LeaseLost:
            log.info("job belongs to someone else")
        except FilesOutOfReach as away:
            log.warning("job is put back", reason=str(away))
            await self.give_up(claim, self.jobs.release(claim, str(away), self.settings.fetch_seconds))
        except AttemptLost as lost:
            log.warning("job attempt is lost", reason=str(lost))
            await self.give_up(claim, self.jobs.lose(claim, str(lost)))
        except asyncio.CancelledError:
            await self.release(claim)
            raise
        except Exception as error:
            log.exception("job attempt broke")
            reason = DISK_FULL if is_disk_full(error) else "something broke inside the server"
            await self.give_up(claim, self.jobs.lose(claim, reason))
        finally:
            self.slots.release()

    async def supervise(self, claim: Claim) -> Job:
        """Take a job to its end in a folder of its own."""
        with TemporaryDirectory(dir=self.settings.folder) as folder:
            supervisor = Supervisor(self.jobs, self.artifacts, claim, Path(folder), self.settings)
            return await supervisor.supervise(self.start_child)

    async def start_child(self, job: Job, folder: Path) -> Child:
        """Start a process that does a job, whose files are in the folder."""
        order = WorkOrder(
            job.SerializeToString(),
            str(folder),
            str(self.sandbox.folder),
            self.settings.agents,
            self.settings.limits,
            self.settings.worker_memory_bytes,
        )
        await self.forkserver.ready()
        with await asyncio.to_thread(self.sandbox.connect) as connection:
            return Child.start(run_job, order, connection)

    async def give_up(self, claim: Claim, recording: Awaitable[None]) -> None:
        """Record that an attempt brought no result; when even that does not work, its lease runs out."""
        try:
            await recording
            await describe(self.jobs, self.artifacts, claim.stored.job)
        except LeaseLost:
            pass  # the job is someone else's already
        except Exception:
            logger.exception("cannot give an attempt up; its lease will run out", job_id=claim.stored.job.job_id)

    async def release(self, claim: Claim) -> None:
        """Put a job back because this pool stops; when the store does not answer soon, its lease runs out."""
        with suppress(LeaseLost, StoreUnavailable, TimeoutError):
            async with asyncio.timeout(RELEASE_SECONDS):
                await self.jobs.release(claim)


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
