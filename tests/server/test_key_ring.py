"""Keys that come and go while a server runs; another store on the same database stands for another process."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing

import grpc
import pytest
import pytest_asyncio

from csvconverter.v1.errors_pb2 import ERROR_REASON_API_KEY_INVALID, ERROR_REASON_TRY_AGAIN
from csvconverter.v1.services_pb2 import (
    GetArtifactRequest,
    GetQueueStatusRequest,
    ListJobsRequest,
    WatchJobRequest,
    WatchJobResponse,
)
from server.interceptors import SERVICE
from server.key_ring import KeyRing
from server.keys import VIEW_SECONDS, new_key
from server.open_calls import KeyLimits, OpenCalls
from storage.interfaces import KeyStore, StoredKey, StoreUnavailable
from tests.server.caller import Caller, Refused
from tests.server.conftest import training_request
from tests.storage.opened import open_keys

SOON = 20  # seconds that a busy machine may need for what takes one


@pytest_asyncio.fixture
async def elsewhere(quiet_server) -> AsyncIterator[KeyStore]:
    store = await open_keys(f"sqlite:///{quiet_server.settings.data_dir / 'jobs.db'}")
    yield store
    await store.close()


class Holder:
    """Somebody with a key that was made elsewhere."""

    def __init__(self, quiet: Caller, store: KeyStore) -> None:
        self.quiet, self.store = quiet, store

    async def made(self, client: str = "*", expires_at: float | None = None) -> Caller:
        key, kept = new_key([client], expires_at=expires_at)
        self.key_id = kept.key_id
        await self.store.add(kept)
        caller = self.quiet.with_key(key)
        await asyncio.wait_for(until_accepted(caller), SOON)
        return caller

    async def revoked(self) -> None:
        """Revoke the key and wait as long as the command does."""
        await self.store.revoke(self.key_id, time.time())
        await asyncio.sleep(VIEW_SECONDS)


@pytest.fixture
def holder(quiet, elsewhere) -> Holder:
    return Holder(quiet, elsewhere)


async def accepted(caller: Caller) -> bool:
    try:
        await caller("GetQueueStatus", GetQueueStatusRequest())
    except Refused as refusal:
        if refusal.info.reason != "API_KEY_INVALID":
            raise
        return False
    return True


async def until_accepted(caller: Caller) -> None:
    while not await accepted(caller):
        await asyncio.sleep(0.05)


async def test_a_new_key_opens_its_clients_without_a_restart(holder):
    caller = await holder.made("acme")
    await caller("ListJobs", ListJobsRequest(client_id="acme"))
    with pytest.raises(Refused) as refusal:
        await caller("ListJobs", ListJobsRequest(client_id="globex"))
    assert refusal.value.info.reason == "CLIENT_FORBIDDEN"


async def test_a_revoked_key_opens_nothing_once_the_command_has_returned(holder):
    caller = await holder.made()
    await holder.revoked()
    assert not await accepted(caller)


async def test_a_server_that_missed_its_looks_asks_before_it_judges(holder, quiet_server):
    caller = await holder.made()
    await quiet_server.ring.stop()
    await holder.revoked()
    assert not await accepted(caller)
    await quiet_server.ring.start()


async def test_no_stored_key_is_judged_while_the_store_cannot_be_read(holder, quiet, quiet_server):
    caller = await holder.made()
    with closing(sqlite3.connect(quiet_server.settings.data_dir / "jobs.db", isolation_level=None)) as database:
        database.execute("ALTER TABLE keys RENAME TO keys_elsewhere")
        await asyncio.sleep(VIEW_SECONDS)
        with pytest.raises(Refused) as refusal:
            await accepted(caller)
        assert (refusal.value.code, refusal.value.info.reason) == (grpc.StatusCode.UNAVAILABLE, "TRY_AGAIN")
        assert await accepted(quiet)  # its key is a setting
        database.execute("ALTER TABLE keys_elsewhere RENAME TO keys")
    assert await accepted(caller)


async def test_a_key_expires_by_itself(holder):
    caller = await holder.made(expires_at=time.time() + 2)
    await caller("StartTraining", training_request("ann", job_id="waiting"))
    watch = caller.stream("WatchJob", WatchJobRequest(client_id="ann", job_id="waiting"))
    assert (await anext(watch)).event.sequence == 1
    with pytest.raises(Refused) as refusal:
        await asyncio.wait_for(last_of(watch), SOON)
    assert refusal.value.code is grpc.StatusCode.UNAUTHENTICATED
    assert not await accepted(caller)


async def test_the_open_calls_of_a_revoked_key_end_and_no_others(holder, quiet, quiet_server):
    caller = await holder.made()
    await caller("StartTraining", training_request("ann", job_id="waiting"))
    other = quiet.stream("WatchJob", WatchJobRequest(client_id="ann", job_id="waiting"))
    watch = caller.stream("WatchJob", WatchJobRequest(client_id="ann", job_id="waiting"))
    upload = caller.stub.Convert(metadata=caller.metadata)
    for stream in (other, watch):
        assert (await anext(stream)).event.sequence == 1
    updates: list[WatchJobResponse] = []
    ends = asyncio.gather(last_of(watch, updates), last_of(upload), return_exceptions=True)
    await asyncio.wait_for(until(lambda: len(open_calls(quiet_server)) == 3), SOON)

    await holder.revoked()
    of_watch, of_upload = await asyncio.wait_for(ends, SOON)
    assert (of_watch.code, of_watch.info.reason) == (grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID")
    assert updates[-1].interrupted.reason == ERROR_REASON_API_KEY_INVALID
    assert of_upload.code() is grpc.StatusCode.UNAUTHENTICATED
    assert (await anext(other)).HasField("heartbeat")
    assert len(open_calls(quiet_server)) == 1


async def test_a_request_that_arrives_after_the_revocation_does_nothing(holder, quiet):
    caller = await holder.made()
    call = caller.channel.stream_unary(f"{SERVICE}StartTraining")(metadata=caller.metadata, timeout=SOON)
    await holder.revoked()
    await call.write(training_request("ann").SerializeToString())
    await call.done_writing()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert not (await quiet("ListJobs", ListJobsRequest(client_id="ann"))).jobs


async def test_a_reader_who_stands_still_gets_no_more_than_was_under_way(holder, quiet_server, quiet):
    await quiet("StartTraining", training_request("ann", job_id="large"))
    [file] = (quiet_server.settings.data_dir / "artifacts" / "ann" / "large").glob("*/input.csv")
    file.write_bytes(bytes(64 << 20))
    caller = await holder.made()
    request = GetArtifactRequest(client_id="ann", job_id="large", name="input.csv")
    async with AsyncExitStack() as stack:
        # A channel of its own with a small window: what gRPC itself holds for a slow reader does not count.
        options = [("grpc.http2.lookahead_bytes", 1 << 16), ("grpc.http2.bdp_probe", 0)]
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(quiet_server.address, options))
        download = Caller(channel, caller.key).stream("GetArtifact", request)
        await anext(download)
        await holder.revoked()
        with pytest.raises(Refused) as refusal:
            await last_of(download)
        assert refusal.value.code is grpc.StatusCode.UNAUTHENTICATED


async def test_the_last_use_of_a_key_is_noted(holder, quiet_server):
    before = time.time()
    await holder.made()
    await quiet_server.ring.stop()
    [key] = await holder.store.list_keys()
    assert before <= key.last_used_at <= time.time()
    await quiet_server.ring.start()


class Away:
    """Keys in a store that does not answer and takes its time over it."""

    def __init__(self) -> None:
        self.looks = 0

    async def changes(self, _: int) -> list[StoredKey]:
        self.looks += 1
        await asyncio.sleep(0.1)
        raise StoreUnavailable("the database is away")


async def test_callers_are_not_refused_one_after_the_other_while_keys_cannot_be_read():
    store = Away()
    ring = KeyRing(store, {}, OpenCalls(KeyLimits(1, 1, 1, 1)))
    answers = await asyncio.gather(*(ring.caller("key") for _ in range(200)), return_exceptions=True)
    assert {(answer.reason, answer.retry_seconds > 0) for answer in answers} == {(ERROR_REASON_TRY_AGAIN, True)}
    assert store.looks == 1


def open_calls(quiet_server) -> list:
    return [call for usage in quiet_server.calls._usages.values() for call in usage.calls | usage.watches]


async def until(condition) -> None:
    while not condition():
        await asyncio.sleep(0.02)


async def last_of(stream, seen: list | None = None) -> None:
    async for one in stream:
        if seen is not None:
            seen.append(one)
