"""What PostgreSQL refuses within a transaction: tried again where that helps, and else told as what it is."""

import asyncio
import errno
from collections.abc import AsyncIterator
from functools import partial
from itertools import count

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from storage.interfaces import StoreUnavailable
from storage.sql.postgresql.connections import Patience
from storage.sql.postgresql.database import DUPLICATES, PostgresqlDatabase
from storage.sql.topics import Change, Ring, Topic

PATIENCE = 60.0  # seconds that something named may take


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[PostgresqlDatabase]:
    opened = await PostgresqlDatabase.open(database_url, 5)
    yield opened
    await opened.close()


@pytest.fixture
async def impatient(database_url: str) -> AsyncIterator[PostgresqlDatabase]:
    opened = await PostgresqlDatabase.open(database_url, 1, Patience(tries=0.5))
    yield opened
    await opened.close()


def refuse(session: Session, code: str) -> None:
    """Have the server refuse something with a code of its own."""
    session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"))


def add(session: Session, name: str) -> None:
    session.execute(text("INSERT INTO chores VALUES (:name, 0)"), {"name": name})


async def test_deadlock_is_resolved(database: PostgresqlDatabase) -> None:
    for name in ("a", "b"):
        await database.write(partial(add, name=name))

    def change(session: Session, names: str) -> None:
        for name in names:
            session.execute(text("UPDATE chores SET done_at = done_at + 1 WHERE name = :name"), {"name": name})
            session.execute(text("SELECT pg_sleep(0.2)"))  # in which the other one takes its first row, too

    await asyncio.gather(*(database.write(partial(change, names=names)) for names in ("ab", "ba")))
    assert await database.read(lambda session: session.scalar(text("SELECT sum(done_at) FROM chores"))) == 4


async def test_row_that_another_one_has_just_added_is_found_when_tried_again(database: PostgresqlDatabase) -> None:
    def add_unless_there(session: Session) -> bool:
        there = session.scalar(text("SELECT 1 FROM chores WHERE name = 'a'"))
        session.execute(text("SELECT pg_sleep(0.1)"))
        if not there:
            add(session, "a")
        return not there

    added = await asyncio.gather(*(database.write(add_unless_there) for _ in range(5)))
    assert sorted(added) == [False] * 4 + [True]


async def test_row_that_is_always_there_is_a_fault_that_comes_out(database: PostgresqlDatabase) -> None:
    tries = count()

    def add_twice(session: Session) -> None:
        next(tries)
        add(session, "a")
        add(session, "a")

    with pytest.raises(IntegrityError):
        await database.write(add_twice)
    assert next(tries) == DUPLICATES + 1


@pytest.mark.parametrize("value", [2**40, "text"])
async def test_value_that_no_column_takes_is_a_fault_that_comes_out(
    database: PostgresqlDatabase, value: object
) -> None:
    with pytest.raises(DBAPIError):
        await database.read(
            lambda session: session.execute(text("SELECT 1 FROM events WHERE seq = :value"), {"value": value})
        )
    assert await database.read(lambda session: session.scalar(text("SELECT 7"))) == 7


async def test_full_disk_is_told_as_such(database: PostgresqlDatabase) -> None:
    with pytest.raises(OSError, match="No space left on device") as full:
        await database.write(lambda session: refuse(session, "53100"))
    assert full.value.errno == errno.ENOSPC


@pytest.mark.parametrize("code", ["53300", "57P01", "57P03", "57014", "25006", "53200", "08006", "40001"])
async def test_what_may_pass_is_tried_again(database: PostgresqlDatabase, code: str) -> None:
    tries = count(1)

    def refuse_twice(session: Session) -> int:
        add(session, "a")
        if (number := next(tries)) < 3:
            refuse(session, code)
        return number

    assert await database.write(refuse_twice) == 3


@pytest.mark.parametrize("code", ["53300", "57014", "25006", "40P01"])
async def test_what_does_not_pass_makes_the_store_unavailable(impatient: PostgresqlDatabase, code: str) -> None:
    with pytest.raises(StoreUnavailable):
        await impatient.write(lambda session: refuse(session, code))


async def test_server_that_takes_no_changes_any_more_is_left(database: PostgresqlDatabase) -> None:
    """Go on with new connections, as when another server has become the primary."""
    servers = set()

    def change(session: Session) -> None:
        servers.add(session.scalar(text("SELECT pg_backend_pid()")))
        if len(servers) == 1:
            session.execute(text("SET TRANSACTION READ ONLY"))
        add(session, "a")

    await database.write(change)
    assert len(servers) == 2


@pytest.mark.parametrize("payload", ["", "events", "events x life", f"events {'9' * 5000} life", "spam 1 life", "💥"])
async def test_nonsense_that_others_tell_does_no_harm(
    database: PostgresqlDatabase, database_url: str, payload: str
) -> None:
    rings: list[Ring] = []
    database.on_ring(rings.append)
    stranger = await asyncpg.connect(database_url)
    async with asyncio.timeout(PATIENCE):
        while not rings:
            await stranger.execute("SELECT pg_notify('csv_converter', $1)", payload)
            await stranger.execute("SELECT pg_notify('csv_converter', 'events 7 life')")
            await asyncio.sleep(0.02)
    await stranger.close()
    assert set(rings) == {Ring(Topic(Change.EVENTS, "life"), 7)}
