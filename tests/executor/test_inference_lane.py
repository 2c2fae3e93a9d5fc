"""The inference lane with the real sandbox."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agents.script_runner import Outcome
from executor.inference import InferenceLane
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox

SLOW = "import sys, time\ntime.sleep(1)\nopen(sys.argv[2], 'w').write('a\\n1\\n')\n"


async def test_long_conversions_leave_other_work_its_threads(tmp_path: Path) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    source = tmp_path / "input.csv"
    source.write_text("a\n1\n")
    with Sandbox(tmp_path / "runs") as sandbox:
        lane = InferenceLane(sandbox, Limits(), 2)
        runs = [asyncio.create_task(lane.convert(SLOW, source, tmp_path / f"{n}.csv")) for n in range(2)]
        while not lane.places.locked():
            await asyncio.sleep(0)
        await asyncio.to_thread(source.read_bytes)
        assert not any(run.done() for run in runs)
        assert [run.outcome for run in await asyncio.gather(*runs)] == [Outcome.COMPLETED] * 2


async def test_conversion_of_a_caller_who_leaves_ends_at_once_and_gives_its_place_back(tmp_path: Path) -> None:
    source = tmp_path / "input.csv"
    source.write_text("a\n1\n")
    with Sandbox(tmp_path / "runs") as sandbox:
        lane = InferenceLane(sandbox, Limits(), 1)
        endless = asyncio.create_task(lane.convert("while True: pass", source, tmp_path / "endless.csv"))
        async with asyncio.timeout(30):
            while not is_running(tmp_path):
                await asyncio.sleep(0.005)
            endless.cancel()
            await asyncio.wait([endless])
            assert endless.cancelled()
            assert not is_running(tmp_path)
            assert (await lane.convert(SLOW, source, tmp_path / "next.csv")).outcome is Outcome.COMPLETED


def is_running(folder: Path) -> bool:
    return any((folder / "runs").iterdir())
