"""The inference lane converts files part by part, with the real sandbox."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.script_runner import Outcome, ScriptRun
from executor.inference import InferenceLane
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox
from executor.streaming.conversion import OUTPUT_GROWTH
from tests.agents.induction.learning import make_task, script_for

PART_BYTES = 400
MORE_THAN_ANY_DISK = 1 << 62
ROWS = 200
EXAMPLE = ("id,name,age\n007,ann,1\n008,bob,22\n009,eve,3\n", "id,Name,age\n007,Ann,1.0\n008,Bob,22.0\n009,Eve,3.0\n")
TABLE = "id,name,age\n" + "".join(f"{row:03},eve,{row}\n" for row in range(ROWS))
CONVERTED = "id,Name,age\n" + "".join(f"{row:03},Eve,{row}.0\n" for row in range(ROWS))


@pytest.fixture(scope="module")
def script() -> str:
    return script_for(make_task(*EXAMPLE))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox") / "runs") as sandbox:
        yield sandbox


@pytest.fixture
def source(tmp_path: Path) -> Path:
    put(tmp_path / "input.csv", TABLE)
    return tmp_path / "input.csv"


def lane_of(sandbox: Sandbox, width: int = 2, limits: Limits | None = None) -> InferenceLane:
    return InferenceLane(sandbox, limits or Limits(), width, PART_BYTES)


def put(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.write_bytes(text.encode(encoding))


async def test_parts_are_put_together_in_order(sandbox: Sandbox, script: str, source: Path) -> None:
    run = await lane_of(sandbox).convert(script, source, source.with_name("out.csv"), row_local=True)
    assert (run.outcome, run.log) == (Outcome.COMPLETED, "")
    assert source.with_name("out.csv").read_text() == CONVERTED
    assert run.layers == sandbox.layers
    assert sorted(path.name for path in source.parent.iterdir()) == ["input.csv", "out.csv"]


async def test_a_file_with_odd_quotes_is_written_anew_and_told_of(sandbox: Sandbox, script: str, source: Path) -> None:
    put(source, TABLE.replace("100,eve", '100,"eve').replace("150,eve,150", "150,éve,x"), "cp1252")
    output = source.with_name("out.csv")
    run = await lane_of(sandbox).convert(script, source, output, row_local=True)
    assert run.log.splitlines() == [
        "WARNING the file is not UTF-8, as line 152 shows: read as Windows-1252, which is a guess",
        "WARNING lines whose quotes do not match: 1, the first is line 102; they were kept as text",
        "WARNING age: 1 values could not be read, the first in row 151: 'x'",
    ]
    parts = output.read_bytes()
    whole = await lane_of(sandbox).convert(script, source, output)
    assert whole.outcome is Outcome.COMPLETED
    assert parts == output.read_bytes()


async def test_the_first_part_in_order_that_fails_decides(sandbox: Sandbox, script: str, source: Path) -> None:
    failing = script.replace(
        "def transform(df",
        "def transform(df):\n"
        "    if '150' in set(df['id']):\n"
        "        raise ValueError('at 150')\n"
        "    if '050' in set(df['id']):\n"
        "        time.sleep(0.5)\n"
        "        raise ValueError('at 50')\n"
        "    return transform_rows(df)\n\n\n"
        "def transform_rows(df",
    )
    run = await lane_of(sandbox, width=8).convert(failing, source, source.with_name("out.csv"), row_local=True)
    assert run.outcome is Outcome.CRASHED
    assert "at 50" in run.detail
    assert [path.name for path in source.parent.iterdir()] == ["input.csv"]


async def test_parts_that_grow_without_end_are_ended_as_one_run_would_be(
    sandbox: Sandbox, script: str, source: Path
) -> None:
    growing = script.replace(
        "def transform(df",
        "def transform(df):\n"
        "    return transform_rows(df.loc[df.index.repeat(30)].reset_index(drop=True))\n\n\n"
        "def transform_rows(df",
    )
    lane = lane_of(sandbox, limits=Limits(output_bytes=20_000))
    run = await lane.convert(growing, source, source.with_name("out.csv"), row_local=True)
    assert run.outcome is Outcome.OUTPUT_TOO_LARGE
    assert run.detail == f"The script wrote more than {OUTPUT_GROWTH * len(TABLE)} bytes."
    assert [path.name for path in source.parent.iterdir()] == ["input.csv"]


async def test_parts_take_nothing_of_the_disks_reserve(sandbox: Sandbox, script: str, source: Path) -> None:
    lane = InferenceLane(sandbox, Limits(), 2, PART_BYTES, reserve_bytes=MORE_THAN_ANY_DISK)
    with pytest.raises(OSError, match="No space left"):
        await lane.convert(script, source, source.with_name("out.csv"), row_local=True)
    assert [path.name for path in source.parent.iterdir()] == ["input.csv"]


async def test_missing_columns_are_named_as_for_the_whole_file(sandbox: Sandbox, script: str, source: Path) -> None:
    put(source, TABLE.replace("name", "surname", 1))
    run = await lane_of(sandbox).convert(script, source, source.with_name("out.csv"), row_local=True)
    assert run.outcome is Outcome.CRASHED
    assert "missing columns: ['name']; the input has ['id', 'surname', 'age']" in run.detail


async def test_what_cannot_be_cut_is_converted_whole_and_says_why_when_that_fails(
    sandbox: Sandbox, source: Path
) -> None:
    given = "2020-01-01,12,ann\n2020-01-02,13,bob\n2020-01-03,14,eve\n2020-01-04,15,ann\n"
    script = script_for(make_task(given, "ANN,12\nBOB,13\nEVE,14\nANN,15\n"))
    put(source, "2020-01-01,1,eve\n" * 100 + "2020-01-01\n" + "2020-01-01,2,dan\n" * 100)
    output = source.with_name("out.csv")
    assert (await lane_of(sandbox).convert(script, source, output, row_local=True)).outcome is Outcome.COMPLETED
    assert output.read_text() == "EVE,1\n" * 100 + ",\n" + "DAN,2\n" * 100
    run = await lane_of(sandbox, limits=Limits(output_bytes=50)).convert(script, source, output, row_local=True)
    assert run.outcome is Outcome.OUTPUT_TOO_LARGE
    assert "The file was converted as a whole: its rows have different numbers of cells" in run.detail


async def test_a_caller_who_leaves_ends_all_parts_and_nothing_stays(
    sandbox: Sandbox, script: str, source: Path
) -> None:
    endless = script.replace(
        "def transform(", "def transform(df):\n    while len(df):\n        pass\n    return df\n\n\ndef _("
    )
    lane = lane_of(sandbox)
    conversion = asyncio.create_task(lane.convert(endless, source, source.with_name("out.csv"), row_local=True))
    async with asyncio.timeout(60):
        while not lane.places.locked():
            await asyncio.sleep(0.01)
        conversion.cancel()
        await asyncio.wait([conversion])
    assert conversion.cancelled()
    assert [path.name for path in source.parent.iterdir()] == ["input.csv"]
    assert not any(sandbox.folder.iterdir())
    assert not lane.places.locked()


class NotedLane(InferenceLane):
    """A lane of one place that tells which files it has begun with."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox, Limits(), 1, PART_BYTES)
        self.begun: list[str] = []

    async def run_surely(
        self, script: str, input_file: Path, output_file: Path, limits: Limits, least_bytes: int = 0
    ) -> ScriptRun:
        self.begun.append(input_file.name)
        return await super().run_surely(script, input_file, output_file, limits, least_bytes)


async def test_others_wait_for_a_part_under_way_and_for_no_other(sandbox: Sandbox, script: str, source: Path) -> None:
    lane = NotedLane(sandbox)
    large = asyncio.create_task(lane.convert(script, source, source.with_name("out.csv"), row_local=True))
    async with asyncio.timeout(60):
        while "0.csv" not in lane.begun:
            await asyncio.sleep(0.001)
        begun = list(lane.begun)
        async with lane.places:
            assert lane.begun == begun
    assert (await large).outcome is Outcome.COMPLETED
    assert len(lane.begun) > len(begun)


async def test_a_part_that_the_sandbox_lost_is_run_again(sandbox: Sandbox, script: str, source: Path) -> None:
    lane = lane_of(sandbox)
    conversion = asyncio.create_task(lane.convert(script, source, source.with_name("out.csv"), row_local=True))
    async with asyncio.timeout(60):
        while not any(source.parent.glob(".parts-*/*.output.csv")):
            await asyncio.sleep(0.001)
        os.kill(sandbox.zygote_pid, signal.SIGKILL)
        assert (await conversion).outcome is Outcome.COMPLETED
    assert source.with_name("out.csv").read_text() == CONVERTED


async def test_another_script_in_the_place_of_a_learned_one_gets_the_whole_file(sandbox: Sandbox, source: Path) -> None:
    copying = "import shutil, sys\nshutil.copyfile(sys.argv[1], sys.argv[2])\n"
    run = await lane_of(sandbox).convert(copying, source, source.with_name("out.csv"), row_local=True)
    assert run.outcome is Outcome.COMPLETED
    assert source.with_name("out.csv").read_text() == TABLE
