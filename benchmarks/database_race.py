"""The job store and bare drivers take turns on SQLite and on PostgreSQL."""

import asyncio
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks.bare_databases import BareDatabase, BarePostgresql, BareSqlite
from benchmarks.figure import Figure
from benchmarks.processes import ended
from csvconverter.v1.events_pb2 import JobEvent, JobFinished, LogEmitted
from csvconverter.v1.jobs_pb2 import JOB_STATUS_QUEUED, Job
from storage.interfaces import Claim, Submission
from storage.sql.database import Database, open_database
from storage.sql.job_store import SqlJobStore
from storage.sql.models import JobRow

ROUNDS = 7
TURN_SECONDS = 0.3
BATCHES = (1, 20, 50)  # events in one transaction
MANY = 20  # jobs that have events at the same time
LISTER, LISTED = "lister", 1000  # a user who has so many jobs
DONE = 100  # jobs that are taken to their end
WAKES = 20
LEASE_SECONDS = 3600.0
DRIVERS: dict[str, type[BareSqlite | BarePostgresql]] = {"sqlite": BareSqlite, "postgresql": BarePostgresql}
WAKERS = {"sqlite": "a look twice a second", "postgresql": "NOTIFY"}
EVENT = JobEvent(
    log_emitted=LogEmitted(message="Read 1,000 rows of 12 columns; 3 of them have another number of cells")
)

Call = Callable[[], Awaitable[object]]
Rates = Mapping[tuple[str, str], float]  # of what, by whom: calls a second


@dataclass(frozen=True)
class Contender:
    """A database with its store and its driver, and claims of jobs that run; the last one's job is the driver's."""

    url: str
    jobs: SqlJobStore
    bare: BareDatabase
    claims: Sequence[Claim]

    def calls(self) -> Iterator[tuple[str, str, list[Call]]]:
        """Yield what is measured, by whom, and what to call at the same time."""
        one, last = self.claims[0], self.claims[-1].stored
        user_id, job_id = one.stored.job.user_id, one.stored.job.job_id
        for batch in BATCHES:
            events = [EVENT] * batch
            what, stored = f"events_by_{batch}", [EVENT.SerializeToString()] * batch
            yield what, "store", [partial(self.jobs.append, one, events)]
            yield what, "many", [partial(self.jobs.append, claim, events) for claim in self.claims[:-1]]
            yield what, "bare", [partial(self.bare.append, last.life, stored)]
        yield "get", "store", [partial(self.jobs.get, user_id, job_id)]
        yield "get", "bare", [partial(self.bare.get, user_id, job_id)]
        yield "list", "store", [partial(self.jobs.list_jobs, LISTER)]
        yield "list", "bare", [partial(self.bare.list_jobs, LISTER)]


async def database_figures(urls: Sequence[str], finished: Job) -> list[Figure]:
    """Measure the databases behind the URLs, which have no jobs yet, with jobs that end like this one."""
    async with AsyncExitStack() as parts:
        contenders = [await parts.enter_async_context(contender(url, finished)) for url in urls]
        done = [await jobs_per_second(one, finished) for one in contenders]
        rates = await race(contenders)
        figures = [
            figure
            for one, speed in zip(contenders, done, strict=True)
            for figure in figures_of(f"storage.{one.jobs.kind}", rates[one.url], speed)
        ]
        return [*figures, *await wakes(contenders)]


@asynccontextmanager
async def contender(url: str, finished: Job) -> AsyncIterator[Contender]:
    """Open a database in both ways, fill it, and let jobs run."""
    database = await open_database(url)
    await add_jobs(database, finished)
    jobs = SqlJobStore(database)
    bare = await DRIVERS[database.kind].open(url)
    claims = []
    for number in range(MANY + 1):
        await submit(jobs, new_job("runner", number))
        claims.append(await claimed(jobs))
    try:
        yield Contender(url, jobs, bare, claims)
    finally:
        await bare.close()
        await jobs.close()
        await database.close()


async def add_jobs(database: Database, finished: Job) -> None:
    """Add the jobs of a user who has many, all at once."""
    rows = [JobRow.of(Submission(new_job(LISTER, number, finished))) for number in range(LISTED)]
    await database.write(lambda session: session.add_all(rows))


async def jobs_per_second(contender: Contender, finished: Job) -> float:
    """Let jobs come to their end, one after the other, as far as the store has to do with it."""
    for number in range(DONE):
        await submit(contender.jobs, new_job("doer", number))
    started = time.perf_counter()
    for _ in range(DONE):
        claim = await claimed(contender.jobs)
        job = new_job("doer", int(claim.stored.job.job_id), finished)
        await contender.jobs.finish(claim, JobEvent(job_finished=JobFinished(job=job)), "folder/")
    return DONE / (time.perf_counter() - started)


async def race(contenders: Sequence[Contender]) -> dict[str, Rates]:
    """Let all take turns, so that a busy machine slows all alike; return the medians by URL."""
    found: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(ROUNDS):
        for one in contenders:
            for what, who, calls in one.calls():
                found[one.url][what, who].append(await rate(calls))
    return {url: {which: statistics.median(rates) for which, rates in of_url.items()} for url, of_url in found.items()}


async def rate(calls: Sequence[Call]) -> float:
    """Make calls for a while, each again and again, and return how many there were in a second."""
    started = time.perf_counter()
    counts = await asyncio.gather(*(count_until(started + TURN_SECONDS, call) for call in calls))
    return sum(counts) / (time.perf_counter() - started)


async def count_until(end: float, call: Call) -> int:
    """Make one call after the other until a time, and count them."""
    count = 0
    while time.perf_counter() < end:
        await call()
        count += 1
    return count


def figures_of(name: str, rates: Rates, done: float) -> Iterator[Figure]:
    """Yield what one database reached."""
    for batch in BATCHES:
        store, many, bare = (batch * rates[f"events_by_{batch}", who] for who in ("store", "many", "bare"))
        yield Figure(f"{name}_events_by_{batch}", store, "events/s", "higher", f"the bare driver, {bare:,.0f}/s")
        yield Figure(f"{name}_events_by_{batch}_of_{MANY}_jobs", many, "events/s", "higher", f"one job, {store:,.0f}/s")
    get, bare = rates["get", "store"], rates["get", "bare"]
    yield Figure(f"{name}_gets", get, "calls/s", "higher", f"the bare driver, {bare:,.0f}/s")
    listed, bare = (1000 / rates["list", who] for who in ("store", "bare"))
    yield Figure(f"{name}_list_{LISTED}_ms", listed, "ms", "lower", f"the bare driver, which reads none, {bare:.1f} ms")
    alone = rates["events_by_1", "store"]
    yield Figure(f"{name}_jobs", done, "jobs/s", "higher", f"claimed and finished; single events, {alone:,.0f}/s")


async def wakes(contenders: Sequence[Contender]) -> list[Figure]:
    """Yield how long an event takes from one process to one that waits for it in another."""
    found = {one.jobs.kind: statistics.median([delay async for delay in delays(one)]) for one in contenders}
    return [Figure(f"storage.{kind}_wake_ms", delay, "ms", "lower", WAKERS[kind]) for kind, delay in found.items()]


async def delays(contender: Contender) -> AsyncIterator[float]:
    """Store events at any time and yield how many milliseconds each was on its way."""
    claim = contender.claims[0]
    job = claim.stored.job
    command = [sys.executable, "-m", "benchmarks.event_listener", contender.url, job.user_id, job.job_id]
    with ended(command) as listener:
        await asyncio.to_thread(listener.stdout.readline)
        for _ in range(WAKES):
            await asyncio.sleep(random.uniform(0.1, 0.6))
            await contender.jobs.append(claim, [JobEvent(log_emitted=LogEmitted(message=str(time.monotonic_ns())))])
            yield float(await asyncio.to_thread(listener.stdout.readline))


def new_job(user_id: str, number: int, finished: Job | None = None) -> Job:
    """Return a job that is queued, or one that is otherwise like another."""
    job = Job(status=JOB_STATUS_QUEUED)
    if finished:
        job.CopyFrom(finished)
    job.user_id, job.job_id, job.uid = user_id, str(number), f"{user_id}-{number}"
    job.created_at.GetCurrentTime()
    return job


async def submit(jobs: SqlJobStore, job: Job) -> None:
    """Have a job accepted."""
    await jobs.reserve(Submission(job))
    await jobs.create(Submission(job))


async def claimed(jobs: SqlJobStore) -> Claim:
    """Claim the next job."""
    claim = await jobs.claim("benchmark", LEASE_SECONDS)
    assert claim
    return claim
