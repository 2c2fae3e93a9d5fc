"""What every JobStore keeps to: events are numbered, folded, replayed and followed."""

import asyncio
import time
from collections.abc import Awaitable

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from csvconverter.v1.events_pb2 import IterationStarted, JobEvent, JobStarted, ScriptTested
from csvconverter.v1.jobs_pb2 import JobStatus
from csvconverter.v1.plans_pb2 import TestReport as Report
from storage.interfaces import JobStore
from tests.contract.conftest import OpenJobStore
from tests.contract.jobs import finished, said, submission, submit, unfinished_claim

SOON, LONG = 5.0, 60.0  # seconds: a wait that is answered, and one that must not last


async def test_events_are_numbered_without_gaps_whatever_numbers_they_bring(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    await jobs.append(claim, [said("a"), said("b")])
    numbered = said("c")
    numbered.sequence = 99
    await jobs.append(claim, [numbered])
    events = await jobs.events(claim.stored.life, 0) or []
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5]
    assert [event.log_emitted.message for event in events[2:]] == ["a", "b", "c"]
    assert numbered.sequence == 99


async def test_first_event_names_the_life_that_begins(jobs: JobStore) -> None:
    for _ in range(2):
        accepted = await submit(jobs, submission())
        [queued] = await jobs.events(accepted.stored.life, 0) or []
        assert queued.job_queued.job_uid == accepted.stored.life


async def test_time_of_an_event_is_kept_or_given(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    timed = said("a")
    timed.event_time.CopyFrom(Timestamp(seconds=7))
    before = time.time()
    await jobs.append(claim, [timed, said("b")])
    first, second = (await jobs.events(claim.stored.life, 2)) or []
    assert first.event_time.seconds == 7
    assert int(before) <= second.event_time.seconds <= time.time()


async def test_events_are_read_in_pieces(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    await jobs.append(claim, [said(str(number)) for number in range(8)])
    read, last = [], 0
    while piece := await jobs.events(claim.stored.life, last, limit=3):
        read += piece
        last = piece[-1].sequence
    assert [event.sequence for event in read] == list(range(1, 11))
    assert await jobs.events(claim.stored.life, last) == []


async def test_running_job_shows_how_far_it_is(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    for iteration, score in [(1, 0.75), (2, 0.5)]:
        begun = JobEvent(iteration=iteration, iteration_started=IterationStarted(max_iterations=5))
        tested = JobEvent(iteration=iteration, script_tested=ScriptTested(report=Report(score=score)))
        await jobs.append(claim, [begun, tested])
    running = await jobs.get("ann", "job")
    assert running
    assert (running.job.iterations, running.job.score) == (2, 0.75)

    await jobs.lose(claim, "it was killed")
    again = await jobs.get("ann", "job")
    assert again
    assert (again.job.iterations, again.job.score) == (0, 0.0)
    assert again.job.started_at == running.job.started_at


async def test_event_that_moves_the_job_on_is_not_appended(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    for event in (finished(claim), JobEvent(job_started=JobStarted(attempt=7))):
        with pytest.raises(ValueError, match="only the store writes"):
            await jobs.append(claim, [said("a"), event])
    assert len(await jobs.events(claim.stored.life, 0) or []) == 2


async def test_event_that_does_not_finish_the_job_is_no_end(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    of_another = finished(claim)
    of_another.job_finished.job.user_id = "bob"
    for event in (said("the end"), finished(claim, JobStatus.JOB_STATUS_RUNNING), of_another):
        with pytest.raises(ValueError, match="end"):
            await jobs.finish(claim, event, "")
    assert len(await jobs.events(claim.stored.life, 0) or []) == 2


async def test_events_that_are_there_already_are_not_stored_again(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    for _ in range(2):
        await jobs.append(claim, [said("a"), said("b")], claim.stored.sequence)
    await jobs.append(claim, [said("c")], claim.stored.sequence + 2)
    events = await jobs.events(claim.stored.life, claim.stored.sequence) or []
    assert [event.log_emitted.message for event in events] == ["a", "b", "c"]


async def test_event_of_a_newer_kind_is_kept(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    newer = JobEvent.FromString(bytes.fromhex("a2060568656c6c6f"))  # field 100, unknown here
    await jobs.append(claim, [newer])
    [event] = await jobs.events(claim.stored.life, 2) or []
    assert newer.SerializeToString() in event.SerializeToString()


async def test_wait_ends_when_an_event_arrives(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    waiting = await started(jobs.wait_for_events(claim.stored.life, 2, LONG))
    await jobs.append(claim, [said("a")])
    await asyncio.wait_for(waiting, SOON)


async def test_wait_for_what_is_already_there_ends_at_once(jobs: JobStore) -> None:
    accepted = await submit(jobs, submission())
    life = accepted.stored.life
    await asyncio.wait_for(jobs.wait_for_events(life, 0, LONG), SOON)
    await asyncio.wait_for(jobs.wait_for_work(LONG), SOON)
    await jobs.delete("ann", "job")
    await asyncio.wait_for(jobs.wait_for_events(life, 1, LONG), SOON)
    await asyncio.wait_for(jobs.wait_for_cancel(life, LONG), SOON)


async def test_wait_ends_after_its_seconds(jobs: JobStore) -> None:
    accepted = await submit(jobs, submission())
    await unfinished_claim(jobs)
    for wait in (
        jobs.wait_for_events(accepted.stored.life, 2, 0.01),
        jobs.wait_for_cancel(accepted.stored.life, 0.01),
        jobs.wait_for_work(0.01),
    ):
        await asyncio.wait_for(wait, SOON)


@pytest.mark.parametrize("through_another_store", [False, True])
@pytest.mark.parametrize("change", ["cancel", "delete", "replace"])
async def test_wait_for_cancel_ends(
    jobs: JobStore, open_job_store: OpenJobStore, change: str, through_another_store: bool
) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    waiting = await started(jobs.wait_for_cancel(claim.stored.life, LONG))
    await jobs.append(claim, [said("an event is no cancel")])
    other = await open_job_store() if through_another_store else jobs
    assert not waiting.done()
    match change:
        case "cancel":
            await other.cancel("ann", "job")
        case "delete":
            await other.delete_user("ann")
        case "replace":
            await submit(other, submission())
    await asyncio.wait_for(waiting, SOON)


async def test_changes_by_another_process_end_every_wait(jobs: JobStore, open_job_store: OpenJobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    waiting = [
        await started(jobs.wait_for_events(claim.stored.life, 2, LONG)),
        await started(jobs.wait_for_work(LONG)),
    ]
    other = await open_job_store()
    await other.append(claim, [said("a")])
    await submit(other, submission("another"))
    await asyncio.wait_for(asyncio.gather(*waiting), SOON)


async def test_lost_job_is_work_again(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    waiting = await started(jobs.wait_for_work(LONG))
    await jobs.release(claim)
    await asyncio.wait_for(waiting, SOON)


async def test_closing_ends_every_wait(jobs: JobStore) -> None:
    accepted = await submit(jobs, submission())
    await unfinished_claim(jobs)
    waiting = [
        await started(jobs.wait_for_events(accepted.stored.life, 2, LONG)),
        await started(jobs.wait_for_cancel(accepted.stored.life, LONG)),
        await started(jobs.wait_for_work(LONG)),
    ]
    await jobs.close()
    await asyncio.wait_for(asyncio.gather(*waiting), SOON)
    await asyncio.wait_for(jobs.wait_for_work(LONG), SOON)


async def test_cancelled_waits_leave_the_store_working(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)
    for turns in range(30):
        waiting = asyncio.create_task(jobs.wait_for_events(claim.stored.life, 2, LONG))
        for _ in range(turns):
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await jobs.append(claim, [said("a")])
    assert len(await jobs.events(claim.stored.life, 2) or []) == 1


async def test_thousand_watchers_see_everything_once(jobs: JobStore) -> None:
    await submit(jobs, submission())
    claim = await unfinished_claim(jobs)

    async def watch(after: int) -> list[int]:
        seen: list[int] = []
        while not seen or seen[-1] < 4:
            last = seen[-1] if seen else after
            await jobs.wait_for_events(claim.stored.life, last, LONG)
            seen += [event.sequence for event in await jobs.events(claim.stored.life, last) or []]
        return seen

    watchers = [asyncio.create_task(watch(number % 3)) for number in range(1000)]
    await jobs.append(claim, [said("a")])
    await jobs.append(claim, [said("b")])
    for number, seen in enumerate(await asyncio.wait_for(asyncio.gather(*watchers), LONG)):
        assert seen == list(range(number % 3 + 1, 5))


async def started(wait: Awaitable[None]) -> asyncio.Task[None]:
    """Return the wait as a task that has looked at the store and found nothing."""
    task = asyncio.ensure_future(wait)
    done, _ = await asyncio.wait([task], timeout=0.05)
    assert not done
    return task
