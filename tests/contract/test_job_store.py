"""What every JobStore keeps to: accepting, listing, claiming and finishing jobs."""

import asyncio

import pytest

from csvconverter.v1.errors_pb2 import JobErrorKind
from csvconverter.v1.jobs_pb2 import JobStatus
from storage.attempts import MOST_ATTEMPTS
from storage.interfaces import JobStore, LeaseLost, QueueFull, QueueLoad, RequestIdReused
from tests.contract.conftest import OpenJobStore
from tests.contract.jobs import finished, payloads, said, submission, unfinished_claim

LEASE = 30.0


async def test_accepted_job_is_queued_with_its_first_event(jobs: JobStore) -> None:
    first, second = submission("first"), submission("second")
    await jobs.create(first)
    accepted = await jobs.create(second)

    assert not accepted.repeated
    assert accepted.replaced is None
    assert accepted.stored.job == second.job
    assert accepted.stored.life_folder == f"ann/second/{second.job.uid}/"
    assert await jobs.get("ann", "second") == accepted.stored
    [event] = await jobs.events(second.job.uid, 0) or []
    assert event.sequence == 1
    assert event.job_queued.jobs_ahead == 1
    assert event.HasField("event_time")


async def test_jobs_of_two_users_may_share_an_id(jobs: JobStore) -> None:
    await jobs.create(submission("job", "ann"))
    accepted = await jobs.create(submission("job", "bob"))
    assert accepted.replaced is None
    assert len(await jobs.list_jobs("ann")) == len(await jobs.list_jobs("bob")) == 1


async def test_unknown_job_is_none(jobs: JobStore) -> None:
    assert await jobs.get("ann", "job") is None
    assert await jobs.cancel("ann", "job") is None
    assert await jobs.delete("ann", "job") is None
    assert await jobs.events("no-life", 0) is None
    assert await jobs.list_jobs("ann") == []


async def test_repeated_request_gets_the_first_job_back(jobs: JobStore) -> None:
    first = await jobs.create(submission("one", request_id="r", fingerprint="f"))
    again = await jobs.create(submission("two", request_id="r", fingerprint="f"))
    assert again.repeated
    assert again.stored == first.stored
    assert await jobs.get("ann", "two") is None


async def test_request_id_with_another_body_is_refused(jobs: JobStore) -> None:
    await jobs.create(submission("one", request_id="r", fingerprint="f"))
    with pytest.raises(RequestIdReused):
        await jobs.create(submission("one", request_id="r", fingerprint="other"))
    assert await jobs.load() == QueueLoad(queued=1, running=0)


async def test_request_ids_of_two_users_are_apart(jobs: JobStore) -> None:
    await jobs.create(submission("one", "ann", request_id="r", fingerprint="f"))
    assert not (await jobs.create(submission("one", "bob", request_id="r", fingerprint="other"))).repeated


async def test_same_request_sent_many_times_at_once_starts_one_job(jobs: JobStore) -> None:
    sent = [submission(f"job-{n}", request_id="r", fingerprint="f") for n in range(8)]
    answers = await asyncio.gather(*map(jobs.create, sent))
    assert sum(not answer.repeated for answer in answers) == 1
    assert len({answer.stored.life for answer in answers}) == 1


async def test_full_queue_takes_no_more_jobs(jobs: JobStore) -> None:
    await jobs.create(submission("one"), queue_size=1)
    assert not await jobs.has_room(submission("two"), queue_size=1)
    with pytest.raises(QueueFull):
        await jobs.create(submission("two"), queue_size=1)
    assert await jobs.get("ann", "two") is None
    await unfinished_claim(jobs)
    assert (await jobs.create(submission("two"), queue_size=1)).stored.job.job_id == "two"


@pytest.mark.parametrize("again", [{"job_id": "one"}, {"job_id": "two", "request_id": "r", "fingerprint": "f"}])
async def test_full_queue_takes_what_does_not_make_it_longer(jobs: JobStore, again: dict) -> None:
    await jobs.create(submission("one", request_id="r", fingerprint="f"), queue_size=1)
    assert await jobs.has_room(submission(**again), queue_size=1)
    await jobs.create(submission(**again), queue_size=1)
    assert await jobs.load() == QueueLoad(queued=1, running=0)


async def test_full_queue_has_no_room_for_what_runs_or_belongs_to_others(jobs: JobStore) -> None:
    await jobs.create(submission("running", request_id="r"))
    await unfinished_claim(jobs)
    await jobs.create(submission("waiting"), queue_size=1)
    for other in (submission("running"), submission("waiting", "bob"), submission("new", "bob", request_id="r")):
        assert not await jobs.has_room(other, queue_size=1)


async def test_many_at_once_do_not_overfill_the_queue(open_job_store: OpenJobStore) -> None:
    stores = [await open_job_store() for _ in range(2)]
    sent = (stores[n % 2].create(submission(f"job-{n}"), queue_size=3) for n in range(12))
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(isinstance(answer, QueueFull) for answer in answers) == 9
    assert await stores[0].load() == QueueLoad(queued=3, running=0)


async def test_replaced_job_begins_a_new_life(jobs: JobStore) -> None:
    old, new = submission("job"), submission("job")
    await jobs.create(old)
    claim = await unfinished_claim(jobs)
    accepted = await jobs.create(new)

    assert accepted.replaced
    assert accepted.replaced.life == old.job.uid
    assert accepted.stored.life == new.job.uid
    assert await jobs.events(old.job.uid, 0) is None
    assert [event.sequence for event in await jobs.events(new.job.uid, 0) or []] == [1]
    with pytest.raises(LeaseLost):
        await jobs.append(claim, [said("too late")])


async def test_list_is_newest_first(jobs: JobStore) -> None:
    for job_id, second in [("middle", 5), ("newest", 9), ("oldest", 1)]:
        await jobs.create(submission(job_id, second=second))
    assert [stored.job.job_id for stored in await jobs.list_jobs("ann")] == ["newest", "middle", "oldest"]


async def test_pages_meet_exactly_even_when_times_are_equal_and_jobs_vanish(jobs: JobStore) -> None:
    for number in range(10):
        await jobs.create(submission(f"job-{number}", second=number // 5))
    everything = await jobs.list_jobs("ann")
    pages, after = [], ""
    while page := await jobs.list_jobs("ann", after=after, limit=3):
        pages += page
        after = page[-1].position
        await jobs.delete("ann", page[-1].job.job_id)
    assert pages == everything


async def test_list_can_be_narrowed_to_a_status(jobs: JobStore) -> None:
    await jobs.create(submission("runs", second=1))
    await jobs.create(submission("waits", second=2))
    await unfinished_claim(jobs)
    [waiting] = await jobs.list_jobs("ann", status=JobStatus.JOB_STATUS_QUEUED)
    [running] = await jobs.list_jobs("ann", status=JobStatus.JOB_STATUS_RUNNING)
    assert (waiting.job.job_id, running.job.job_id) == ("waits", "runs")


async def test_oldest_job_is_claimed_first_and_runs(jobs: JobStore) -> None:
    await jobs.create(submission("newer", second=2))
    await jobs.create(submission("older", second=1))
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
        await stores[0].create(submission(f"job-{number}"))
    claims = await asyncio.gather(*(stores[n % 2].claim(f"claimer-{n}", LEASE) for n in range(8)))
    won = [claim.stored.life for claim in claims if claim]
    assert len(won) == len(set(won)) == 5


async def test_finished_job_is_what_the_event_carries(jobs: JobStore) -> None:
    await jobs.create(submission())
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
    await jobs.create(submission())
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


async def test_lost_worker_costs_its_job_one_retry(jobs: JobStore) -> None:
    await jobs.create(submission())
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
    await jobs.create(submission())
    for _ in range(3):
        await jobs.release(await unfinished_claim(jobs))
    await jobs.lose(await unfinished_claim(jobs), "it was killed")
    claim = await unfinished_claim(jobs)
    assert claim.attempt == 5


async def test_old_holder_is_refused_after_the_job_was_claimed_again(jobs: JobStore) -> None:
    await jobs.create(submission())
    old = await unfinished_claim(jobs)
    await jobs.release(old)
    new = await unfinished_claim(jobs)
    assert new.owner == old.owner
    with pytest.raises(LeaseLost):
        await jobs.append(old, [said("too late")])
    await jobs.append(new, [said("in time")])


async def test_expired_lease_is_a_lost_attempt(jobs: JobStore) -> None:
    await jobs.create(submission("silent"))
    silent = await unfinished_claim(jobs, lease_seconds=-1)
    await jobs.create(submission("alive"))
    alive = await unfinished_claim(jobs)

    assert [lost.life for lost in await jobs.reap()] == [silent.stored.life]
    assert await jobs.reap() == []
    with pytest.raises(LeaseLost):
        await jobs.renew(silent, LEASE)
    await jobs.renew(alive, LEASE)
    assert (await payloads(jobs, silent.stored.life))[-1] == "attempt_lost"


async def test_renewed_lease_does_not_expire(jobs: JobStore) -> None:
    await jobs.create(submission())
    claim = await unfinished_claim(jobs, lease_seconds=-1)
    assert await jobs.renew(claim, LEASE) is False
    assert await jobs.reap() == []


async def test_restarted_owner_gives_back_what_it_held_at_once(jobs: JobStore) -> None:
    await jobs.create(submission("mine"))
    mine = await unfinished_claim(jobs)
    await jobs.create(submission("other"))
    other = await jobs.claim("somebody else", LEASE)
    assert other
    assert [lost.life for lost in await jobs.reap(mine.owner)] == [mine.stored.life]
    with pytest.raises(LeaseLost):
        await jobs.renew(mine, LEASE)
    await jobs.renew(other, LEASE)


async def test_lost_supervisors_are_not_held_against_a_job_until_they_are_many(jobs: JobStore) -> None:
    await jobs.create(submission())
    for _ in range(MOST_ATTEMPTS - 1):
        claim = await unfinished_claim(jobs)
        await jobs.reap(claim.owner)
    stored = await jobs.get("ann", "job")
    assert stored
    assert stored.job.status == JobStatus.JOB_STATUS_QUEUED
    claim = await unfinished_claim(jobs)
    (given_up,) = await jobs.reap(claim.owner)
    assert given_up.job.status == JobStatus.JOB_STATUS_FAILED
    assert given_up.job.error.kind == JobErrorKind.JOB_ERROR_KIND_WORKER_LOST


async def test_cancelled_queued_job_is_finished(jobs: JobStore) -> None:
    accepted = await jobs.create(submission())
    cancelled = await jobs.cancel("ann", "job")
    assert cancelled
    assert cancelled.job.status == JobStatus.JOB_STATUS_CANCELLED
    assert cancelled.job.HasField("finished_at")
    assert await payloads(jobs, accepted.stored.life) == ["job_queued", "job_finished"]
    assert await jobs.claim("me", LEASE) is None
    assert await jobs.cancel("ann", "job") == cancelled


async def test_cancelled_running_job_is_left_to_its_supervisor(jobs: JobStore) -> None:
    await jobs.create(submission())
    claim = await unfinished_claim(jobs)
    cancelled = await jobs.cancel("ann", "job")
    assert cancelled
    assert cancelled.job.status == JobStatus.JOB_STATUS_RUNNING
    assert await jobs.renew(claim, LEASE) is True


@pytest.mark.parametrize("way", ["lose", "release", "reap"])
async def test_cancelled_job_is_not_tried_again(jobs: JobStore, way: str) -> None:
    await jobs.create(submission())
    claim = await unfinished_claim(jobs, lease_seconds=-1)
    await jobs.cancel("ann", "job")
    await {"lose": lambda: jobs.lose(claim, "gone"), "release": lambda: jobs.release(claim), "reap": jobs.reap}[way]()
    stored = await jobs.get("ann", "job")
    assert stored
    assert stored.job.status == JobStatus.JOB_STATUS_CANCELLED
    assert not stored.job.HasField("error")


async def test_deleted_running_job_refuses_its_supervisor(jobs: JobStore) -> None:
    await jobs.create(submission())
    claim = await unfinished_claim(jobs)
    deleted = await jobs.delete("ann", "job")
    assert deleted
    assert deleted.life == claim.stored.life
    assert await jobs.get("ann", "job") is None
    assert await jobs.events(claim.stored.life, 0) is None
    with pytest.raises(LeaseLost):
        await jobs.renew(claim, LEASE)


async def test_deleting_a_user_spares_the_others(jobs: JobStore) -> None:
    for job_id, user_id in [("one", "ann"), ("two", "ann"), ("one", "bob")]:
        await jobs.create(submission(job_id, user_id))
    await jobs.delete_user("ann")
    await jobs.delete_user("ann")
    assert await jobs.list_jobs("ann") == []
    assert len(await jobs.list_jobs("bob")) == 1


async def test_everything_is_there_after_reopening(jobs: JobStore, open_job_store: OpenJobStore) -> None:
    await jobs.create(submission())
    claim = await unfinished_claim(jobs)
    await jobs.append(claim, [said("before")])
    seen = (await jobs.get("ann", "job"), await jobs.events(claim.stored.life, 0))
    await jobs.close()

    reopened = await open_job_store()
    assert (await reopened.get("ann", "job"), await reopened.events(claim.stored.life, 0)) == seen
    await reopened.append(claim, [said("after")])
    assert [event.sequence for event in await reopened.events(claim.stored.life, 0) or []] == [1, 2, 3, 4]
