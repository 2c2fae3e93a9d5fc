"""The doorbell, rung by hand."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import exc
from structlog.testing import capture_logs

from storage.sql.doorbell import Doorbell
from storage.sql.topics import WORK, Change, Ring, Topic

LIFE = Topic(Change.EVENTS, "life")
LOOK_SECONDS = 0.2
SOON, LONG = 5.0, 60.0  # seconds: a wait that is answered, and one that must not last


class Levels:
    """What a store would read; away for the given looks, counted from 1."""

    def __init__(self, away: range = range(0), error: Exception | None = None) -> None:
        self.levels: dict[Topic, int] = {}
        self.away = away
        self.error = error
        self.looks = 0
        self.seen = asyncio.Event()

    async def read(self, topics: Sequence[Topic]) -> Mapping[Topic, int]:
        self.looks += 1
        self.seen.set()
        if self.error and self.looks in self.away:
            raise self.error
        return {topic: self.levels.get(topic, 0) for topic in topics}


async def test_ring_wakes_those_who_know_less() -> None:
    levels = Levels()
    doorbell = Doorbell(levels.read, LOOK_SECONDS)
    waits = [asyncio.create_task(doorbell.wait(LIFE, level, LONG)) for level in (1, 2, 3)]
    work = asyncio.create_task(doorbell.wait(WORK, 0, LONG))
    await asyncio.wait_for(levels.seen.wait(), SOON)
    doorbell.ring(Ring(LIFE, 3))
    await asyncio.wait_for(asyncio.gather(*waits[:2]), SOON)
    assert not waits[2].done()
    assert not work.done()
    await doorbell.close()
    await asyncio.wait_for(asyncio.gather(waits[2], work), SOON)


async def test_missed_ring_is_made_up_for_by_looking() -> None:
    levels = Levels()
    doorbell = Doorbell(levels.read, LOOK_SECONDS)
    waiting = asyncio.create_task(doorbell.wait(LIFE, 1, LONG))
    await asyncio.wait_for(levels.seen.wait(), SOON)
    levels.levels[LIFE] = 2
    await asyncio.wait_for(waiting, SOON)
    await doorbell.close()


@pytest.mark.parametrize(
    "error", [exc.OperationalError("SELECT", {}, Exception("it is away")), exc.TimeoutError("no connection is free")]
)
async def test_store_that_is_away_for_a_while_is_looked_at_again(error: Exception) -> None:
    levels = Levels(away=range(2, 4), error=error)
    doorbell = Doorbell(levels.read, LOOK_SECONDS)
    with capture_logs() as logs:
        waiting = asyncio.create_task(doorbell.wait(LIFE, 1, LONG))
        await asyncio.wait_for(levels.seen.wait(), SOON)
        levels.levels[LIFE] = 2
        await asyncio.wait_for(waiting, SOON)
    assert [entry["error"] for entry in logs] == [repr(error)] * 2
    await doorbell.close()


async def test_nobody_looks_when_nobody_waits() -> None:
    levels = Levels()
    doorbell = Doorbell(levels.read, LOOK_SECONDS)
    await doorbell.wait(LIFE, 0, 0.01)
    looks = levels.looks
    await asyncio.sleep(1.2)  # more than two looks
    assert levels.looks == looks
    await doorbell.close()
