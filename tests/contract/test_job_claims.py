"""What every JobStore keeps to: claiming jobs, holding and losing them, and finishing them."""

import asyncio

import pytest

from csvconverter.v1.errors_pb2 import JobErrorKind
from csvconverter.v1.jobs_pb2 import JobStatus
from storage.interfaces import JobStore, LeaseLost, QueueLoad
from storage.sql.attempts import MOST_ABANDONED
from tests.contract.conftest import OpenJobStore
from tests.contract.jobs import finished, payloads, said, submission, submit, unfinished_claim

LEASE = 30.0


async def test_oldest_job_is_claimed_first_and_runs(jobs: JobStore) -> None:
    await submit(jobs, submission("newer", second=2))
    await submit(jobs, submission("older", second=1))
    claim = await jobs.claim("me", LEASE)

    assert claim
    assert (claim.stored.job.job_id, claim.attempt, claim.owner) == ("older", 1, "me")
    assert claim.stored.job.status == JobStatus.JOB_STATUS_RUNNING
    assert claim.stored.job.HasField("started_at")
    assert await payloads(jobs, claim.stored.life) == ["job_queued", "job_started"]
    assert await jobs.load() == QueueLoad(queued=1, running=1)


async def test_nothing_to_claim_is_none(jobs: JobStore) -> None:
    assert await jobs.claim("me", LEASE) is None


async def test_claim_is_exclusive_among_many(open_job_store: OpenJobStore) -> None:
    stores = [await open_job_store() for _ in range(2)]
    for number in range(5):
        await submit(stores[0], submission(f"job-{number}"))
    claims = await asyncio.gather(*(stores[n % 2].claim(f"claimer-{n}", LEASE) for n in range(8)))
    won = [claim.stored.life for claim in claims if claim]
    assert len(won) == len(set(won)) == 5


async def test_finished_job_is_what_the_event_carries(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    await jobs.finish(claim, finished(claim), "ann/job/life/attempt-1/")

    stored = await jobs.get("ann", "job")
    assert stored
    assert stored.folder == "ann/job/life/attempt-1/"
    assert stored.job.status == JobStatus.JOB_STATUS_SUCCEEDED
    assert stored.job.HasField("finished_at")
    last = (await jobs.events(claim.stored.life, 0) or [])[-1]
    assert last.job_finished.job == stored.job
    assert await jobs.load() == QueueLoad(queued=0, running=0)


async def test_finished_job_takes_no_more_writes(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    await jobs.finish(claim, finished(claim), "")
    for write in (
        jobs.append(claim, [said("more")]),
        jobs.finish(claim, finished(claim), ""),
        jobs.lose(claim, "gone"),
        jobs.release(claim),
        jobs.renew(claim, LEASE),
    ):
        with pytest.raises(LeaseLost):
            await write
    assert await payloads(jobs, claim.stored.life) == ["job_queued", "job_started", "job_finished"]


async def test_attempt_that_finishes_its_job_once_more_changes_nothing(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    for _ in range(2):
        await jobs.finish(claim, finished(claim), "ann/job/life/attempt-1/")
    assert await payloads(jobs, claim.stored.life) == ["job_queued", "job_started", "job_finished"]
    with pytest.raises(LeaseLost):
        await jobs.finish(claim, finished(claim), "ann/job/life/attempt-2/")


async def test_lost_worker_costs_its_job_one_retry(jobs: JobStore) -> None:
    await submit(jobs, submission())
    first = await unfinished_claim(jobs)
    await jobs.lose(first, "it was killed")
    waiting = await jobs.get("ann", "job")
    assert waiting
    assert waiting.job.status == JobStatus.JOB_STATUS_QUEUED

    second = await unfinished_claim(jobs)
    assert second.attempt == 2
    await jobs.lose(second, "it was killed again")
    failed = await jobs.get("ann", "job")
    assert failed
    assert failed.job.status == JobStatus.JOB_STATUS_FAILED
    assert failed.job.error.kind == JobErrorKind.JOB_ERROR_KIND_WORKER_LOST
    assert "it was killed again" in failed.job.error.message
    assert await payloads(jobs, second.stored.life) == [
        *("job_queued", "job_started", "attempt_lost"),
        *("job_started", "attempt_lost", "job_finished"),
    ]
    assert await jobs.claim("me", LEASE) is None


async def test_released_job_is_queued_and_keeps_its_retry(jobs: JobStore) -> None:
    await submit(jobs, submission())
    for _ in range(3):
        await jobs.release(await unfinished_claim(jobs))
    await jobs.lose(await unfinished_claim(jobs), "it was killed")
    claim = await unfinished_claim(jobs)
    assert claim.attempt == 5


async def test_released_job_is_claimed_when_its_delay_is_over(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    await jobs.release(claim, "its files are out of reach", delay_seconds=0.3)
    assert await jobs.claim("me", LEASE) is None
    lost = (await jobs.events(claim.stored.life, 2) or [])[0].attempt_lost
    assert (lost.reason, lost.will_retry) == ("its files are out of reach", True)
    async with asyncio.timeout(30):
        while not await jobs.claim("me", LEASE):
            await jobs.wait_for_work(LEASE)


async def test_releases_are_never_held_against_a_job(jobs: JobStore) -> None:
    await submit(jobs, submission())
    for _ in range(MOST_ABANDONED):
        await jobs.release(await unfinished_claim(jobs))
    claim = await unfinished_claim(jobs)
    [given_back] = await jobs.reap(claim.owner)
    assert given_back.job.status == JobStatus.JOB_STATUS_QUEUED


async def test_old_holder_is_refused_after_the_job_was_claimed_again(jobs: JobStore) -> None:
    await submit(jobs, submission())
    old = await unfinished_claim(jobs)
    await jobs.release(old)
    new = await unfinished_claim(jobs)
    assert new.owner == old.owner
    with pytest.raises(LeaseLost):
        await jobs.append(old, [said("too late")])
    await jobs.append(new, [said("in time")])


async def test_expired_lease_is_a_lost_attempt(jobs: JobStore) -> None:
    await submit(jobs, submission("silent"))
    silent = await unfinished_claim(jobs, lease_seconds=-1)
    await submit(jobs, submission("alive"))
    alive = await unfinished_claim(jobs)

    assert [lost.life for lost in await jobs.reap()] == [silent.stored.life]
    assert await jobs.reap() == []
    with pytest.raises(LeaseLost):
        await jobs.renew(silent, LEASE)
    await jobs.renew(alive, LEASE)
    assert (await payloads(jobs, silent.stored.life))[-1] == "attempt_lost"


async def test_renewed_lease_does_not_expire(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs, lease_seconds=-1)
    assert await jobs.renew(claim, LEASE) is False
    assert await jobs.reap() == []


async def test_restarted_owner_gives_back_what_it_held_at_once(jobs: JobStore) -> None:
    await submit(jobs, submission("mine"))
    mine = await unfinished_claim(jobs)
    await submit(jobs, submission("other"))
    other = await jobs.claim("somebody else", LEASE)
    assert other
    assert [lost.life for lost in await jobs.reap(mine.owner)] == [mine.stored.life]
    with pytest.raises(LeaseLost):
        await jobs.renew(mine, LEASE)
    await jobs.renew(other, LEASE)


async def test_lost_supervisors_are_not_held_against_a_job_until_they_are_many(jobs: JobStore) -> None:
    await submit(jobs, submission())
    for _ in range(MOST_ABANDONED - 1):
        claim = await unfinished_claim(jobs)
        await jobs.reap(claim.owner)
    stored = await jobs.get("ann", "job")
    assert stored
    assert stored.job.status == JobStatus.JOB_STATUS_QUEUED
    claim = await unfinished_claim(jobs)
    (given_up,) = await jobs.reap(claim.owner)
    assert given_up.job.status == JobStatus.JOB_STATUS_FAILED
    assert given_up.job.error.kind == JobErrorKind.JOB_ERROR_KIND_WORKER_LOST


async def test_cancelled_running_job_is_left_to_its_supervisor(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    cancelled = await jobs.cancel("ann", "job")
    assert cancelled
    assert cancelled.job.status == JobStatus.JOB_STATUS_RUNNING
    assert await jobs.renew(claim, LEASE) is True


@pytest.mark.parametrize("way", ["lose", "release", "reap"])
async def test_cancelled_job_is_not_tried_again(jobs: JobStore, way: str) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs, lease_seconds=-1)
    await jobs.cancel("ann", "job")
    await {"lose": lambda: jobs.lose(claim, "gone"), "release": lambda: jobs.release(claim), "reap": jobs.reap}[way]()
    stored = await jobs.get("ann", "job")
    assert stored
    assert stored.job.status == JobStatus.JOB_STATUS_CANCELLED
    assert not stored.job.HasField("error")


async def test_deleted_running_job_refuses_its_supervisor(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    deleted = await jobs.delete("ann", "job")
    assert deleted
    assert deleted.life == claim.stored.life
    assert await jobs.get("ann", "job") is None
    assert await jobs.events(claim.stored.life, 0) is None
    with pytest.raises(LeaseLost):
        await jobs.renew(claim, LEASE)
