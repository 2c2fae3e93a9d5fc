"""Converts one file part by part: several at a time, put together in order, and nothing kept that was used."""

import asyncio
import shutil
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol, TypeVar

from agents.reading.merging import MergedLog
from agents.script_runner import Outcome, ScriptRun
from executor.sandbox.limits import Limits
from executor.sandbox.verdict import too_large
from executor.streaming.joining import Joint
from executor.streaming.survey import (
    MOST_HEADER_BYTES,
    NOT_KNOWN,
    NotCut,
    NotTidy,
    Survey,
    surveying_script,
    tidying_script,
)

GROWTH = 4  # how many times as large as its file a tidied one may be
OUTPUT_GROWTH = 10  # and the output of the whole file, where that is more than one run may write
SURVEY_LOG_BYTES = 1 << 20  # of which each cut takes 20: enough for 100 GB

Result = TypeVar("Result")


class Lane(Protocol):
    """Where scripts run, each in one of a few places."""

    limits: Limits
    width: int
    part_bytes: int
    places: asyncio.Semaphore

    async def run_surely(self, script: str, input_file: Path, output_file: Path, limits: Limits) -> ScriptRun:
        """Run a script in a place that was taken for it."""
        ...

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Do what holds up the loop."""
        ...


class PartwiseConversion:
    """The conversion of one file; its parts and their outputs lie beside its output in the meantime."""

    def __init__(self, lane: Lane, script: str, input_file: Path, output_file: Path) -> None:
        """Take the lane, the learned script, the file, and where the output shall be."""
        self.lane = lane
        self.script = script
        self.source = input_file
        self.output = output_file
        self.told = ""  # what was said about the file as a whole
        # No more parts stand in line for a place, so that others come next.
        self.turns = asyncio.Semaphore(lane.width)

    async def run(self) -> ScriptRun:
        """Convert the file; the first part in order that fails decides.

        Raises:
            NotCut: the file has to be converted as a whole.
            SandboxLost: the sandbox went away twice.
            OSError: with ENOSPC when the disk is full but for the lane's reserve.
        """
        folder = Path(mkdtemp(prefix=".parts-", dir=self.output.parent))
        try:
            survey = await self._survey(folder)
            return await self._convert(survey, folder)
        finally:
            await self.lane.in_thread(partial(shutil.rmtree, folder))

    async def _survey(self, folder: Path) -> Survey:
        """Find out where the file can be cut, writing it anew where that is needed."""
        try:
            return await self._look_through(folder)
        except NotTidy:
            await self._tidy(folder / "tidied.csv")
            return await self._look_through(folder)

    async def _look_through(self, folder: Path) -> Survey:
        limits = replace(self.lane.limits, log_bytes=SURVEY_LOG_BYTES, output_bytes=MOST_HEADER_BYTES)
        run = await self._run(surveying_script(self.script, self.lane.part_bytes), folder / "head.csv", limits)
        if run.outcome is not Outcome.COMPLETED:
            raise NotCut(NOT_KNOWN)
        return Survey.read(run.log, self.source.stat().st_size, self.lane.part_bytes)

    async def _tidy(self, tidied: Path) -> None:
        limits = replace(self.lane.limits, output_bytes=GROWTH * self.source.stat().st_size)
        run = await self._run(tidying_script(self.script), tidied, limits)
        if run.outcome is not Outcome.COMPLETED:
            raise NotCut("it could not be written anew")
        self.source, self.told = tidied, run.log

    async def _run(self, script: str, output: Path, limits: Limits) -> ScriptRun:
        async with self.lane.places:
            return await self.lane.run_surely(script, self.source, output, limits)

    async def _convert(self, survey: Survey, folder: Path) -> ScriptRun:
        """Take the parts over one by one; only when all are there is there an output."""
        whole, head = folder / "output.csv", folder / "head.csv"
        most = max(self.lane.limits.output_bytes, OUTPUT_GROWTH * survey.end)
        joint = await self.lane.in_thread(partial(Joint, whole, head, survey.encoding, survey.newline))
        log, runs = MergedLog(self.told), list[ScriptRun]()
        async with aclosing(self._runs_in_order(survey, folder)) as parts:
            async for run in parts:
                if run.outcome is not Outcome.COMPLETED:
                    return run
                if await self.lane.in_thread(partial(joint.append, output_of(len(runs), folder))) > most:
                    outcome, detail = too_large(replace(self.lane.limits, output_bytes=most))
                    return replace(run, outcome=outcome, detail=detail)
                log.add(run.log, survey.line_shift(len(runs)))
                runs.append(replace(run, log=""))
        whole.replace(self.output)
        return summed(runs, str(log))

    async def _runs_in_order(self, survey: Survey, folder: Path) -> AsyncGenerator[ScriptRun]:
        """Yield the run of each part; some that follow are under way or wait for a turn, and end with whoever asks."""
        parts, ahead = len(survey.cuts), 2 * self.lane.width
        tasks = deque[asyncio.Task[ScriptRun]]()
        try:
            for place in range(parts + ahead):
                if place < parts:
                    tasks.append(asyncio.create_task(self._run_part(survey, place, folder)))
                if place >= ahead and tasks:
                    yield await tasks.popleft()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _run_part(self, survey: Survey, place: int, folder: Path) -> ScriptRun:
        part = folder / f"{place}.csv"
        try:
            async with self.turns, self.lane.places:
                await self.lane.in_thread(partial(survey.write_part, self.source, place, part))
                return await self.lane.run_surely(self.script, part, output_of(place, folder), self.lane.limits)
        finally:
            part.unlink(missing_ok=True)


def output_of(place: int, folder: Path) -> Path:
    """Return where the output of a part lies until it is taken over."""
    return folder / f"{place}.output.csv"


def summed(runs: list[ScriptRun], log: str) -> ScriptRun:
    """Return what the runs of all parts are together: their times added up, the largest peak, and one log."""
    return replace(
        runs[0],
        log=log,
        seconds=sum(run.seconds for run in runs),
        cpu_seconds=sum(run.cpu_seconds for run in runs),
        peak_memory_bytes=max(run.peak_memory_bytes for run in runs),
    )
