"""Callers that leave while a call is under way, as they do when the server stops."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from storage.interfaces import QueueLoad
from tests.contract.jobs import submission, submit
from tests.storage.opened import open_jobs


async def test_interrupted_calls_leave_nothing_hanging(url: str) -> None:
    jobs = await open_jobs(url)
    before = asyncio.all_tasks()
    for turns in range(1, 60):
        await interrupt(jobs.get("ann", "job"), turns)
    assert await jobs.get("ann", "job") is None
    await jobs.close()
    assert asyncio.all_tasks() <= before


async def test_closing_waits_for_calls_whose_callers_have_left(url: str) -> None:
    jobs = await open_jobs(url)
    sent = submission()
    await jobs.reserve(sent)
    await interrupt(jobs.create(sent), turns=2)
    await jobs.close()  # a connection that is left open would be a warning, and so an error

    reopened = await open_jobs(url)
    assert await reopened.get("ann", "job")
    await reopened.close()


async def test_job_that_was_claimed_for_nobody_is_queued_again(url: str) -> None:
    jobs = await open_jobs(url)
    await submit(jobs, submission())
    for turns in range(1, 60):
        if claim := await interrupt(jobs.claim("me", lease_seconds=60), turns):
            await jobs.release(claim)
    await jobs.close()

    reopened = await open_jobs(url)
    assert await reopened.load() == QueueLoad(queued=1, running=0)
    await reopened.close()


async def interrupt(call: Coroutine[Any, Any, Any], turns: int) -> Any:
    """Cancel a call twice, with so many turns of the loop before each; return what came of it all the same, or None."""
    calling = asyncio.create_task(call)
    for _ in range(2):
        for _ in range(turns):
            await asyncio.sleep(0)
        calling.cancel()
    [result] = await asyncio.gather(calling, return_exceptions=True)
    return None if isinstance(result, asyncio.CancelledError) else result
