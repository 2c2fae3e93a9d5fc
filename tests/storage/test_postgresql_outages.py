"""PostgreSQL and the network to it go away, at any moment: every transaction has its effect once, and no call hangs."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.interfaces import OutcomeUnknown, StoreUnavailable
from storage.sql.postgresql.connections import Patience
from storage.sql.postgresql.database import PostgresqlDatabase
from storage.sql.topics import WORK, Ring, note
from tests.stores.postgresql import PostgresServer
from tests.stores.proxy import Proxy

PATIENCE = 60.0  # seconds that something named may take
IMPATIENT = Patience(connect=0.5, statement=0.5, silence=1.0, tries=1.0)
BYTES = 1_000  # in each direction of a connection that is made for one transaction, and some more
BOUND = 10.0  # seconds within which an impatient call ends, on a machine that has other work


@pytest.fixture
async def proxy(postgres: PostgresServer) -> AsyncIterator[Proxy]:
    async with Proxy(postgres.port) as proxy:
        yield proxy


@pytest.fixture
def url(database_url: str, postgres: PostgresServer, proxy: Proxy) -> str:
    """Return the URL of a database behind the proxy, with a row that counts."""
    name = database_url.rpartition("/")[2]
    postgres.query("INSERT INTO chores VALUES ('count', 0)", name)
    return postgres.url(name, proxy.port)


@pytest.fixture
async def database(url: str) -> AsyncIterator[PostgresqlDatabase]:
    """Open it with one connection: who holds it and asks for a second one would wait for itself."""
    opened = await PostgresqlDatabase.open(url, 1)
    yield opened
    await opened.close()


@pytest.fixture
async def impatient(url: str) -> AsyncIterator[PostgresqlDatabase]:
    opened = await PostgresqlDatabase.open(url, 2, IMPATIENT)
    yield opened
    await opened.close()


def increase(session: Session) -> None:
    session.execute(text("UPDATE chores SET done_at = done_at + 1 WHERE name = 'count'"))


def counted(session: Session) -> int:
    return int(session.scalar(text("SELECT done_at FROM chores WHERE name = 'count'")) or 0)


def dawdle(session: Session) -> None:
    session.execute(text("SELECT pg_sleep(100)"))


async def seconds_until_unavailable(call: Awaitable[object]) -> float:
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(call, PATIENCE)
    return time.monotonic() - began


@pytest.mark.parametrize("lose", [Proxy.lose_request, Proxy.lose_answer])
async def test_transaction_whose_commit_is_cut_has_its_effect_once(
    database: PostgresqlDatabase, proxy: Proxy, lose: Callable[[Proxy, bytes], None]
) -> None:
    lose(proxy, b"COMMIT")
    await database.write(increase)
    assert await database.read(counted) == 1


async def test_commit_that_goes_on_after_the_cut_is_waited_for(
    database: PostgresqlDatabase, proxy: Proxy, postgres: PostgresServer, url: str
) -> None:
    name = url.rpartition("/")[2]
    postgres.query(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END';"
        "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON chores DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION dawdle()",
        name,
    )
    writing = asyncio.create_task(database.write(increase))
    async with asyncio.timeout(PATIENCE):
        while not postgres.query("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = 'COMMIT;'"):
            await asyncio.sleep(0.02)
    await proxy.cut()
    await writing
    assert await database.read(counted) == 1


@pytest.mark.parametrize("cut", [Proxy.cut_request, Proxy.cut_answer])
@pytest.mark.parametrize("step", [149, pytest.param(1, marks=pytest.mark.long)])
async def test_connection_that_is_cut_at_any_byte_costs_nothing(
    database: PostgresqlDatabase, proxy: Proxy, cut: Callable[[Proxy, int], None], step: int
) -> None:
    """Cut a connection that is made for one transaction, from its first byte to those behind its last."""
    for number, after in enumerate(range(0, BYTES, step), 1):
        await proxy.cut()
        cut(proxy, after)
        await database.write(increase)
        assert await database.read(counted) == number, f"after {after} bytes"
        await proxy.restore()


@pytest.mark.parametrize("end", [PostgresServer.stop, PostgresServer.kill])
async def test_restarts_of_the_server_are_survived(
    url: str, postgres: PostgresServer, end: Callable[[PostgresServer], None]
) -> None:
    """Write all the time, from several tasks, while it is restarted twice."""
    database = await PostgresqlDatabase.open(url, 3)
    restarted = asyncio.Event()

    async def go_on() -> int:
        for written in count():
            if restarted.is_set():
                return written
            await database.write(increase)
        raise AssertionError

    writing = [asyncio.create_task(go_on()) for _ in range(4)]
    for _ in range(2):
        before = await database.read(counted)
        async with asyncio.timeout(PATIENCE):
            while await database.read(counted) < before + 20:
                await asyncio.sleep(0.01)
        await asyncio.to_thread(end, postgres)
        await asyncio.to_thread(postgres.start)
    restarted.set()
    assert sum(await asyncio.gather(*writing)) == await database.read(counted)
    await database.close()


async def test_silence_ends_every_call_and_costs_no_connection(impatient: PostgresqlDatabase, proxy: Proxy) -> None:
    await asyncio.gather(*(impatient.write(increase) for _ in range(4)))
    proxy.hold()
    calls = [impatient.read(counted) for _ in range(4)] + [impatient.write(increase) for _ in range(4)]
    assert max(await asyncio.gather(*map(seconds_until_unavailable, calls))) < BOUND
    await proxy.restore()
    await asyncio.gather(*(impatient.read(counted) for _ in range(4)))
    assert await impatient.read(counted) == 4


async def test_commit_of_which_nothing_is_known_says_so(
    impatient: PostgresqlDatabase, proxy: Proxy, postgres: PostgresServer, url: str
) -> None:
    connected = asyncio.Event()

    def work(session: Session) -> None:
        increase(session)
        connected.set()

    proxy.lose_answer(b"COMMIT")
    writing = asyncio.create_task(impatient.write(work))
    await connected.wait()
    postgres.query(f"ALTER DATABASE {url.rpartition('/')[2]} ALLOW_CONNECTIONS false")
    with pytest.raises(OutcomeUnknown):
        await writing
    postgres.query(f"ALTER DATABASE {url.rpartition('/')[2]} ALLOW_CONNECTIONS true")
    assert await impatient.read(counted) == 1


async def test_closing_does_not_wait_for_a_server_that_says_nothing(url: str, proxy: Proxy) -> None:
    database = await PostgresqlDatabase.open(url, 3)
    await asyncio.gather(*(database.write(increase) for _ in range(3)))
    writing = asyncio.create_task(seconds_until_unavailable(database.write(dawdle)))
    await asyncio.sleep(0.1)
    proxy.hold()
    async with asyncio.timeout(BOUND):
        await database.close()
        await writing


async def test_slow_statements_end_and_let_others_in(impatient: PostgresqlDatabase) -> None:
    calls = [impatient.write(dawdle) for _ in range(3)] + [impatient.read(counted) for _ in range(3)]
    await asyncio.gather(*map(seconds_until_unavailable, calls[:3]), *calls[3:], return_exceptions=True)
    assert await impatient.read(counted) == 0


async def test_frozen_process_does_not_keep_others_waiting(url: str, database: PostgresqlDatabase) -> None:
    """Hold a row and say nothing more, as a process does that is stopped, or whose network is gone."""
    freezing = iter([2.0])  # seconds, the first time

    def freeze(session: Session) -> None:
        increase(session)
        time.sleep(next(freezing, 0.0))

    frozen = asyncio.create_task(asyncio.to_thread(asyncio.run, write_and_close(url, freeze)))
    async with asyncio.timeout(PATIENCE):
        while not await database.read(lambda session: session.scalar(IDLE)):
            await asyncio.sleep(0.02)
    await database.write(increase)
    assert await database.read(counted) == 1
    await frozen
    assert await database.read(counted) == 2


IDLE = text(
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"
)


async def write_and_close(url: str, work: Callable[[Session], None]) -> None:
    """Write with an event loop of its own."""
    database = await PostgresqlDatabase.open(url, 1, Patience(silence=1.0))
    await database.write(work)
    await database.close()


async def test_what_others_tell_is_heard_again_after_an_outage(
    database: PostgresqlDatabase, impatient: PostgresqlDatabase, proxy: Proxy
) -> None:
    rings: list[Ring] = []
    database.on_ring(rings.append)
    for _ in range(2):
        await proxy.cut()
        rings.clear()
        async with asyncio.timeout(PATIENCE):
            while not rings:
                await impatient.write(lambda session: note(session, WORK, 1))
                await asyncio.sleep(0.05)
        assert rings[0] == Ring(WORK, 1)
