import asyncio

from storage.sql_job_store import SqlJobStore


async def interrupted(store: SqlJobStore, turns: int) -> None:
    """Ask for a job and be cancelled twice, as a call is when its caller leaves while the server stops."""
    asking = asyncio.create_task(store.get("ann", "mine"))
    for _ in range(2):
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_interrupted_calls_leave_nothing_hanging(tmp_path):
    store = await SqlJobStore.open(f"sqlite:///{tmp_path / 'jobs.db'}")
    before = asyncio.all_tasks()
    for turns in range(1, 60):
        await interrupted(store, turns)
    assert await store.get("ann", "mine") is None
    await store.close()
    left = asyncio.all_tasks() - before
    if left:
        _, left = await asyncio.wait(left, timeout=5)
    assert not left


async def test_closing_waits_for_calls_whose_callers_have_left(tmp_path):
    store = await SqlJobStore.open(f"sqlite:///{tmp_path / 'jobs.db'}")
    asking = asyncio.create_task(store.get("ann", "mine"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking.cancel()
    await store.close()  # a connection that is left open would be a warning, and so an error
