"""How fast a large file is converted in parts, against pandas and polars, and in how much memory.

The lane, pandas and polars take turns on one file: the script that was learned, sealed; the same steps in plain pandas;
and polars, which only reads and writes it. The memory is that of a whole server with its gateway, to which a file is
sent over REST.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from agents.csv_file import read_example
from agents.induction.coder import InductionCoder
from agents.induction.planner import InductionPlanner
from agents.script_runner import Outcome
from agents.task import Task
from benchmarks.figure import Figure, seconds
from benchmarks.http_connection import HttpConnection, head
from benchmarks.jobs import JOB, USER, train
from benchmarks.memory import Peak, watched
from benchmarks.processes import KEY, real_server
from executor.inference import InferenceLane
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox

MEGABYTE = 1_000_000
SIZE = 50 * MEGABYTE
ROUNDS = 3
PIECE_BYTES = 1 << 20
GIVEN = "id,name,town,joined\n1,ann,Ulm,2020-01-31\n2,bob,Bonn,2021-12-01\n3,eve,Ulm,2019-06-15\n"
EXPECTED = "id,name,joined\n1,Ann,31/01/2020\n2,Bob,01/12/2021\n3,Eve,15/06/2019\n"
ROWS = "0000007,{name},Ulm,20{year:02}-{month:02}-28\n"
PANDAS = """
import sys
import pandas as pd

df = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
df["name"] = df["name"].str.title()
df["joined"] = pd.to_datetime(df["joined"], format="%Y-%m-%d").dt.strftime("%d/%m/%Y")
df[["id", "name", "joined"]].to_csv(sys.argv[2], index=False)
"""
POLARS = """
import sys
import polars as pl

pl.read_csv(sys.argv[1], infer_schema=False).write_csv(sys.argv[2])
"""


def measure() -> Iterator[Figure]:
    """Yield ratios of times on one file, and the peak of memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "input.csv", SIZE)
        ours, pandas, polars = race(folder)
        rate = SIZE / MEGABYTE
        yield Figure("convert.vs_pandas", pandas / ours, "ratio", "higher", times(rate / ours, rate / pandas, "pandas"))
        yield Figure("convert.vs_polars", polars / ours, "ratio", "higher", times(rate / ours, rate / polars, "polars"))
        if os.geteuid() == 0:  # nobody else may look at sealed processes
            peak, _ = asyncio.run(convert_over_rest(folder / "input.csv"))
            baseline = f"{rate:.0f} MB over REST; {peak.resident / MEGABYTE:.0f} MB with shared pages counted each time"
            yield Figure("convert.peak_mb", peak.proportional / MEGABYTE, "MB", "lower", baseline)


def times(ours: float, theirs: float, name: str) -> str:
    """Say how many megabytes each takes a second."""
    return f"{ours:.0f} MB/s, {name} {theirs:.0f} MB/s, on {os.cpu_count()} cores"


def write_file(path: Path, size: int) -> None:
    """Write a file of about so many bytes."""
    names = ("ann", "bob", "eve", "mary jane", '"o\'neill, dan"')
    block = "".join(
        ROWS.format(name=names[row % 5], year=row % 25, month=row % 12 + 1) for row in range(60_000)
    ).encode()
    with path.open("wb") as file:
        file.write(GIVEN.partition("\n")[0].encode() + b"\n")
        while file.tell() < size:
            file.write(block)


def race(folder: Path) -> tuple[float, float, float]:
    """Let all take turns, so that a busy machine slows all alike; return the median seconds of each."""
    script = learned_script()
    with Sandbox(folder / "runs") as sandbox:
        rounds = [
            (
                seconds(lambda: asyncio.run(convert(sandbox, script, folder))),
                seconds(lambda: run(PANDAS, folder)),
                seconds(lambda: run(POLARS, folder)),
            )
            for _ in range(ROUNDS)
        ]
    ours, pandas, polars = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    return ours, pandas, polars


def learned_script() -> str:
    """Learn the conversion."""
    task = Task(*read_example(GIVEN.encode(), EXPECTED.encode()), Path("input.csv"), {}, "")
    plan = InductionPlanner(10).plan(task, None, lambda text: None)
    assert plan.row_local
    return InductionCoder().write(task, plan, None, lambda text: None)


async def convert(sandbox: Sandbox, script: str, folder: Path) -> None:
    """Convert the file as the server does."""
    lane = InferenceLane(sandbox, Limits(), os.cpu_count() or 1)
    run = await lane.convert(script, folder / "input.csv", folder / "ours.csv", row_local=True)
    assert run.outcome is Outcome.COMPLETED, run.detail


def run(script: str, folder: Path) -> None:
    """Run a script of few lines in a process of its own."""
    subprocess.run([sys.executable, "-c", script, folder / "input.csv", folder / "theirs.csv"], check=True)


async def convert_over_rest(path: Path) -> tuple[Peak, int]:
    """Send a file to a server and take it back; return the most memory that was taken, and the length of the answer."""
    with real_server() as server:
        await train(server, GIVEN.encode(), EXPECTED.encode())
        connection = await HttpConnection.open(server.http_address)
        with watched(server.pid) as peak:
            request = head("POST", f"/api/v1/{USER}/{JOB}/convert", KEY, size_of(path))
            status, length = await connection.upload(request, pieces(path))
        await connection.close()
    assert status == 200, status
    return peak, length


def size_of(path: Path) -> int:
    """Return how many bytes a file has."""
    return path.stat().st_size


async def pieces(path: Path) -> AsyncIterator[bytes]:
    """Yield a file piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
