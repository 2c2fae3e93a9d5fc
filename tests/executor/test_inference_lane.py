"""The inference lane with the real sandbox."""

import asyncio
import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agents.script_runner import Outcome
from executor.inference import SMALL_OUTPUT_BYTES, InferenceLane
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox

SLOW = "import sys, time\ntime.sleep(1)\nopen(sys.argv[2], 'w').write('a\\n1\\n')\n"
WRITING = "import sys\nopen(sys.argv[2], 'w').write('a\\n' + {size} * '1')\n"
MORE_THAN_ANY_DISK = 1 << 62


async def test_no_output_grows_into_the_reserve_of_the_disk(tmp_path: Path) -> None:
    source, output = tmp_path / "input.csv", tmp_path / "output.csv"
    source.write_text("a\n1\n")
    with Sandbox(tmp_path / "runs") as sandbox:
        lane = InferenceLane(sandbox, Limits(), 2, reserve_bytes=MORE_THAN_ANY_DISK)
        with pytest.raises(OSError, match="No space left") as error:
            await lane.convert(WRITING.format(size=2 * SMALL_OUTPUT_BYTES), source, output)
        assert error.value.errno == errno.ENOSPC
        assert not output.exists()
        small = await lane.convert(WRITING.format(size=SMALL_OUTPUT_BYTES // 2), source, output)
        assert small.outcome is Outcome.COMPLETED


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
