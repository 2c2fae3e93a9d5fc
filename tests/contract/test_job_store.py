"""What every JobStore keeps to: accepting, finding, listing, cancelling and deleting jobs."""

import asyncio

import pytest

from csvconverter.v1.jobs_pb2 import JobStatus
from storage.interfaces import AuditLog, JobStore, LeaseLost, QueueFull, QueueLoad, RequestIdReused
from storage.sql.removal import AT_ONCE
from tests.contract.conftest import OpenJobStore
from tests.contract.jobs import payloads, said, submission, submit, unfinished_claim


async def test_accepted_job_is_queued_with_its_first_event(jobs: JobStore) -> None:
    first, second = submission("first"), submission("second")
    await submit(jobs, first)
    accepted = await submit(jobs, second)

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
    await submit(jobs, submission("job", "ann"))
    accepted = await submit(jobs, submission("job", "bob"))
    assert accepted.replaced is None
    assert len(await jobs.list_jobs("ann")) == len(await jobs.list_jobs("bob")) == 1


async def test_unknown_job_is_none(jobs: JobStore) -> None:
    assert await jobs.get("ann", "job") is None
    assert await jobs.cancel("ann", "job") is None
    assert await jobs.delete("ann", "job") is None
    assert await jobs.events("no-life", 0) is None
    assert await jobs.list_jobs("ann") == []


async def test_repeated_request_gets_the_first_job_back(jobs: JobStore) -> None:
    first = await submit(jobs, submission("one", request_id="r", fingerprint="f"))
    again = await submit(jobs, submission("two", request_id="r", fingerprint="f"))
    assert again.repeated
    assert again.stored == first.stored
    assert await jobs.get("ann", "two") is None


async def test_request_id_with_another_body_is_refused(jobs: JobStore) -> None:
    await submit(jobs, submission("one", request_id="r", fingerprint="f"))
    with pytest.raises(RequestIdReused):
        await submit(jobs, submission("one", request_id="r", fingerprint="other"))
    assert await jobs.load() == QueueLoad(queued=1, running=0)


async def test_request_ids_of_two_users_are_apart(jobs: JobStore) -> None:
    await submit(jobs, submission("one", "ann", request_id="r", fingerprint="f"))
    assert not (await submit(jobs, submission("one", "bob", request_id="r", fingerprint="other"))).repeated


async def test_same_request_sent_many_times_at_once_starts_one_job(jobs: JobStore) -> None:
    sent = [submission(f"job-{n}", request_id="r", fingerprint="f") for n in range(8)]
    answers = await asyncio.gather(*(submit(jobs, one) for one in sent))
    assert sum(not answer.repeated for answer in answers) == 1
    assert len({answer.stored.life for answer in answers}) == 1


async def test_full_queue_takes_no_more_jobs(jobs: JobStore) -> None:
    await submit(jobs, submission("one"), queue_size=1)
    assert not await jobs.has_room(submission("two"), queue_size=1)
    with pytest.raises(QueueFull):
        await submit(jobs, submission("two"), queue_size=1)
    assert await jobs.get("ann", "two") is None
    await unfinished_claim(jobs)
    assert (await submit(jobs, submission("two"), queue_size=1)).stored.job.job_id == "two"


@pytest.mark.parametrize("again", [{"job_id": "one"}, {"job_id": "two", "request_id": "r", "fingerprint": "f"}])
async def test_full_queue_takes_what_does_not_make_it_longer(jobs: JobStore, again: dict) -> None:
    await submit(jobs, submission("one", request_id="r", fingerprint="f"), queue_size=1)
    assert await jobs.has_room(submission(**again), queue_size=1)
    await submit(jobs, submission(**again), queue_size=1)
    assert await jobs.load() == QueueLoad(queued=1, running=0)


async def test_full_queue_has_no_room_for_what_runs_or_belongs_to_others(jobs: JobStore) -> None:
    await submit(jobs, submission("running", request_id="r"))
    await unfinished_claim(jobs)
    await submit(jobs, submission("waiting"), queue_size=1)
    for other in (submission("running"), submission("waiting", "bob"), submission("new", "bob", request_id="r")):
        assert not await jobs.has_room(other, queue_size=1)


async def test_many_at_once_do_not_overfill_the_queue(open_job_store: OpenJobStore) -> None:
    stores = [await open_job_store() for _ in range(2)]
    sent = (submit(stores[n % 2], submission(f"job-{n}"), queue_size=3) for n in range(12))
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(isinstance(answer, QueueFull) for answer in answers) == 9
    assert await stores[0].load() == QueueLoad(queued=3, running=0)


async def test_replaced_job_begins_a_new_life(jobs: JobStore) -> None:
    old, new = submission("job"), submission("job")
    await submit(jobs, old)
    claim = await unfinished_claim(jobs)
    accepted = await submit(jobs, new)

    assert accepted.replaced
    assert accepted.replaced.life == old.job.uid
    assert accepted.stored.life == new.job.uid
    assert await jobs.events(old.job.uid, 0) is None
    assert [event.sequence for event in await jobs.events(new.job.uid, 0) or []] == [1]
    with pytest.raises(LeaseLost):
        await jobs.append(claim, [said("too late")])


async def test_list_is_newest_first(jobs: JobStore) -> None:
    for job_id, second in [("middle", 5), ("newest", 9), ("oldest", 1)]:
        await submit(jobs, submission(job_id, second=second))
    assert [stored.job.job_id for stored in await jobs.list_jobs("ann")] == ["newest", "middle", "oldest"]


async def test_pages_meet_exactly_even_when_times_are_equal_and_jobs_vanish(jobs: JobStore) -> None:
    for number in range(10):
        await submit(jobs, submission(f"job-{number}", second=number // 5))
    everything = await jobs.list_jobs("ann")
    pages, after = [], ""
    while page := await jobs.list_jobs("ann", after=after, limit=3):
        pages += page
        after = page[-1].position
        await jobs.delete("ann", page[-1].job.job_id)
    assert pages == everything


async def test_list_can_be_narrowed_to_a_status(jobs: JobStore) -> None:
    await submit(jobs, submission("runs", second=1))
    await submit(jobs, submission("waits", second=2))
    await unfinished_claim(jobs)
    [waiting] = await jobs.list_jobs("ann", status=JobStatus.JOB_STATUS_QUEUED)
    [running] = await jobs.list_jobs("ann", status=JobStatus.JOB_STATUS_RUNNING)
    assert (waiting.job.job_id, running.job.job_id) == ("waits", "runs")


async def test_cancelled_queued_job_is_finished(jobs: JobStore) -> None:
    accepted = await submit(jobs, submission())
    cancelled = await jobs.cancel("ann", "job")
    assert cancelled
    assert cancelled.job.status == JobStatus.JOB_STATUS_CANCELLED
    assert cancelled.job.HasField("finished_at")
    assert await payloads(jobs, accepted.stored.life) == ["job_queued", "job_finished"]
    assert await jobs.claim("me", lease_seconds=30) is None
    assert await jobs.cancel("ann", "job") == cancelled


async def test_deleting_a_user_spares_the_others(jobs: JobStore) -> None:
    for job_id, user_id in [("one", "ann"), ("two", "ann"), ("one", "bob")]:
        await submit(jobs, submission(job_id, user_id))
    await jobs.delete_user("ann")
    await jobs.delete_user("ann")
    assert await jobs.list_jobs("ann") == []
    assert len(await jobs.list_jobs("bob")) == 1


async def test_user_with_more_jobs_than_one_transaction_deletes_is_deleted_and_that_is_noted_once(
    jobs: JobStore, audit: AuditLog
) -> None:
    for number in range(AT_ONCE + 1):
        await submit(jobs, submission(f"job-{number}"))
    await jobs.delete_user("ann", "key")
    assert await jobs.list_jobs("ann") == []
    assert [entry.action for entry in await audit.entries(key_id="key")] == ["delete-user"]


async def test_everything_is_there_after_reopening(jobs: JobStore, open_job_store: OpenJobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    await jobs.append(claim, [said("before")])
    seen = (await jobs.get("ann", "job"), await jobs.events(claim.stored.life, 0))
    await jobs.close()

    reopened = await open_job_store()
    assert (await reopened.get("ann", "job"), await reopened.events(claim.stored.life, 0)) == seen
    await reopened.append(claim, [said("after")])
    assert [event.sequence for event in await reopened.events(claim.stored.life, 0) or []] == [1, 2, 3, 4]


async def test_job_is_there_to_be_cancelled_while_it_is_replaced(open_job_store: OpenJobStore) -> None:
    replacing, cancelling = await open_job_store(), await open_job_store()
    await submit(replacing, submission())

    async def replace() -> None:
        for _ in range(30):
            await submit(replacing, submission())

    replaced = asyncio.create_task(replace())
    while not replaced.done():
        assert await cancelling.cancel("ann", "job")
    await replaced
