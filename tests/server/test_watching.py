import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import grpc
import pytest

from csvconverter.v1.errors_pb2 import (
    ERROR_REASON_API_KEY_INVALID,
    ERROR_REASON_JOB_NOT_FOUND,
    ERROR_REASON_JOB_REPLACED,
    ERROR_REASON_TRY_AGAIN,
)
from csvconverter.v1.events_pb2 import JobEvent, JobFinished, LogEmitted
from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED, Job
from csvconverter.v1.services_pb2 import DeleteJobRequest, GetJobRequest, WatchJobRequest
from server.errors import Refusal
from tests.server.caller import Caller, Refused
from tests.server.conftest import training_request

EVENTS = 12
LARGE = 100_000
SMALL_WINDOW = [("grpc.http2.bdp_probe", 0)]  # or clients take megabytes that they do not read


def request_of(user: str) -> WatchJobRequest:
    return WatchJobRequest(client_id=user, job_id="mine")


async def work(jobs) -> None:
    """Do the one queued job as a worker would: some events, one by one, and the end."""
    claim = await jobs.claim("worker", 60)
    for number in range(EVENTS - 3):  # job_queued, job_started and job_finished are the others
        await jobs.append(claim, [JobEvent(log_emitted=LogEmitted(message=str(number)))])
    await finish(jobs, claim)


async def finish(jobs, claim) -> None:
    job = Job()
    job.CopyFrom(claim.stored.job)
    job.status = JOB_STATUS_SUCCEEDED
    await jobs.finish(claim, JobEvent(job_finished=JobFinished(job=job)), "")


async def watch(quiet, user, after=0, stop_at=None):
    """Return the sequence numbers that a watcher sees who leaves at one of them, or stays."""
    seen = []
    updates = quiet.stream("WatchJob", WatchJobRequest(client_id=user, job_id="mine", after_sequence=after))
    async for update in updates:
        if update.HasField("event"):
            seen.append(update.event.sequence)
        if seen and seen[-1] == stop_at:
            await updates.aclose()
            break
    return seen


@pytest.mark.parametrize("cut", range(1, EVENTS + 1))
async def test_a_watch_that_is_cut_anywhere_goes_on_without_gap_or_repetition(quiet, quiet_server, user, cut):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    working = asyncio.create_task(work(quiet_server.jobs))
    first = await watch(quiet, user, stop_at=cut)
    second = await watch(quiet, user, after=first[-1])
    await working
    assert first + second == list(range(1, EVENTS + 1))


async def test_a_finished_job_is_replayed_and_the_watch_ends(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    await work(quiet_server.jobs)
    assert await watch(quiet, user) == list(range(1, EVENTS + 1))
    assert await watch(quiet, user, after=EVENTS) == []
    assert await watch(quiet, user, after=1000) == []


async def test_a_watch_beyond_the_end_ends_with_the_job(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    watching = asyncio.create_task(watch(quiet, user, after=1000))
    await work(quiet_server.jobs)
    assert await asyncio.wait_for(watching, 10) == []


async def test_many_watchers_see_the_same(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    watches = [asyncio.create_task(watch(quiet, user)) for _ in range(50)]
    await work(quiet_server.jobs)
    assert await asyncio.gather(*watches) == [list(range(1, EVENTS + 1))] * 50


async def test_a_watcher_who_does_not_read_holds_up_nobody(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    idle = quiet.stub.WatchJob(WatchJobRequest(client_id=user, job_id="mine"), metadata=quiet.metadata)
    watching = asyncio.create_task(watch(quiet, user))
    await work(quiet_server.jobs)
    assert await asyncio.wait_for(watching, 10) == list(range(1, EVENTS + 1))
    idle.cancel()


async def test_watchers_who_do_not_read_cost_little_and_miss_nothing(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    claim = await quiet_server.jobs.claim("worker", 60)
    before = resident_bytes()
    async with grpc.aio.insecure_channel(quiet_server.address, SMALL_WINDOW) as channel:
        lazy = Caller(channel, quiet.key)
        watches = [lazy.stub.WatchJob(request_of(user), metadata=lazy.metadata) for _ in range(40)]
        reading = asyncio.create_task(watch(quiet, user))
        for _ in range(200):
            await quiet_server.jobs.append(claim, [JobEvent(log_emitted=LogEmitted(message="x" * LARGE))])
        await finish(quiet_server.jobs, claim)
        everything = list(range(1, 204))
        assert await asyncio.wait_for(reading, 60) == everything
        assert resident_bytes() - before < 100_000_000  # all that they have not read is 40 times 20 MB
        assert [update.event.sequence async for update in watches[0] if update.HasField("event")] == everything


@pytest.mark.parametrize("after", [0, 1, 150, 201, 202])
async def test_what_is_no_longer_in_memory_comes_from_the_store(quiet, quiet_server, user, after):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    claim = await quiet_server.jobs.claim("worker", 60)
    await quiet_server.jobs.append(claim, [JobEvent(log_emitted=LogEmitted(message="x" * 10_000))] * 200)
    watching = asyncio.create_task(watch(quiet, user, after=after))
    await until(lambda: quiet_server.watches.count)
    await finish(quiet_server.jobs, claim)
    assert await watching == list(range(after + 1, 204))


async def test_a_watch_without_news_says_at_once_that_it_is_alive_and_then_again(quiet, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    updates = quiet.stream("WatchJob", WatchJobRequest(client_id=user, job_id="mine", after_sequence=1))
    for _ in range(3):
        update = await asyncio.wait_for(anext(updates), 10)
        assert update.heartbeat.heartbeat_time.seconds > 0
    await updates.aclose()


async def interrupted_watch(quiet, user, interrupt):
    """Return the last update and the status of a watch that is interrupted after its first event."""
    await quiet("StartTraining", training_request(user, job_id="mine"))
    updates = quiet.stream("WatchJob", request_of(user))
    await anext(updates)
    await interrupt()
    while not (update := await anext(updates)).HasField("interrupted"):
        pass
    with pytest.raises(Refused) as refusal:
        await anext(updates)
    return update.interrupted, refusal.value


async def test_a_watch_of_a_deleted_job_ends(quiet, user):
    async def delete():
        await quiet("DeleteJob", DeleteJobRequest(user_id=user, job_id="mine"))

    told, refusal = await interrupted_watch(quiet, user, delete)
    assert (told.reason, refusal.info.reason) == (ERROR_REASON_JOB_NOT_FOUND, "JOB_NOT_FOUND")


async def test_a_watch_of_a_replaced_job_ends(quiet, user):
    async def replace():
        await quiet("StartTraining", training_request(user, job_id="mine"))

    told, refusal = await interrupted_watch(quiet, user, replace)
    assert (told.reason, refusal.info.reason) == (ERROR_REASON_JOB_REPLACED, "JOB_REPLACED")
    assert told.message == refusal.message


async def test_a_stopping_server_says_where_to_resume(quiet, quiet_server, user):
    async def stop():
        quiet_server.watches.stop()

    told, refusal = await interrupted_watch(quiet, user, stop)
    assert (told.reason, told.after_sequence) == (ERROR_REASON_TRY_AGAIN, 1)
    assert refusal.code is grpc.StatusCode.UNAVAILABLE
    assert refusal.info.metadata["after_sequence"] == "1"
    with pytest.raises(Refused) as late:  # nothing has been said yet, so the status says it all
        await watch(quiet, user)
    assert late.value.info.reason == "TRY_AGAIN"


async def test_a_store_that_is_away_is_worth_another_try(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    with closing(sqlite3.connect(quiet_server.settings.data_dir / "jobs.db", isolation_level=None)) as database:
        database.execute("ALTER TABLE events RENAME TO events_elsewhere")
        with pytest.raises(Refused) as refusal:
            await watch(quiet, user)
        assert (refusal.value.code, refusal.value.info.reason) == (grpc.StatusCode.UNAVAILABLE, "TRY_AGAIN")
        database.execute("ALTER TABLE events_elsewhere RENAME TO events")
    await work(quiet_server.jobs)
    assert await watch(quiet, user) == list(range(1, EVENTS + 1))


async def test_a_watcher_who_stands_still_keeps_no_broken_feed_for_others(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    idle = quiet_server.watches.watch(request_of(user))
    await anext(idle)
    with closing(sqlite3.connect(quiet_server.settings.data_dir / "jobs.db", isolation_level=None)) as database:
        database.execute("ALTER TABLE events RENAME TO events_elsewhere")
        database.execute("UPDATE jobs SET last_seq = 2")  # as if another process had stored an event
        with pytest.raises(Refused) as refusal:
            await watch(quiet, user, after=1)
        assert refusal.value.info.reason == "TRY_AGAIN"
        database.execute("UPDATE jobs SET last_seq = 1")
        database.execute("ALTER TABLE events_elsewhere RENAME TO events")
    await work(quiet_server.jobs)
    assert await watch(quiet, user) == list(range(1, EVENTS + 1))
    await idle.aclose()
    assert quiet_server.watches.count == 0


async def test_a_watch_whose_key_is_revoked_says_so(quiet, quiet_server, user):
    async def revoke():
        [caller] = quiet_server.calls.callers()
        quiet_server.calls.end(caller, Refusal(ERROR_REASON_API_KEY_INVALID, "the key was revoked"))

    told, refusal = await interrupted_watch(quiet, user, revoke)
    assert (told.reason, told.message) == (ERROR_REASON_API_KEY_INVALID, "the key was revoked")
    assert refusal.code is grpc.StatusCode.UNAUTHENTICATED


async def test_a_watch_of_the_life_before_is_refused(quiet, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    updates = quiet.stream("WatchJob", request_of(user))
    uid = (await anext(updates)).event.job_queued.job_uid
    await updates.aclose()
    job = await quiet("GetJob", GetJobRequest(client_id=user, job_id="mine"))
    assert job.uid == uid
    request = WatchJobRequest(client_id=user, job_id="mine", job_uid=uid)
    async for update in quiet.stream("WatchJob", request):
        assert update.event.sequence == 1
        break
    await quiet("StartTraining", training_request(user, job_id="mine"))
    with pytest.raises(Refused) as refusal:
        await anext(quiet.stream("WatchJob", request))
    assert refusal.value.info.reason == "JOB_REPLACED"


async def test_watches_that_leave_leave_nothing_behind(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    before = len(asyncio.all_tasks())
    watches = [asyncio.create_task(watch(quiet, user, after=1)) for _ in range(20)]
    await until(lambda: quiet_server.watches.count == 20)
    for watching in watches:
        watching.cancel()
    await until(lambda: quiet_server.watches.count == 0 and len(asyncio.all_tasks()) <= before)


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)
