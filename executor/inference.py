"""Inference: a learned script on another file, on a lane of its own, so that trainings do not delay it."""

import asyncio
import errno
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from agents.script_runner import Outcome, ScriptRun
from executor.sandbox.exchange import SandboxLost
from executor.sandbox.limits import MEBIBYTE, Limits
from executor.sandbox.runner import Sandbox, SandboxedRunner
from executor.streaming.conversion import PartwiseConversion
from executor.streaming.survey import PART_BYTES, NotCut

LIMITS = {Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.OUTPUT_TOO_LARGE}
SMALL_OUTPUT_BYTES = MEBIBYTE  # of a whole file, which does no harm to a disk that is all but full

Result = TypeVar("Result")


class InferenceLane:
    """Runs learned scripts, a few at the same time."""

    def __init__(
        self, sandbox: Sandbox, limits: Limits, width: int, part_bytes: int = PART_BYTES, reserve_bytes: int = 0
    ) -> None:
        """Make a lane.

        Args:
            sandbox: where scripts run.
            limits: those of each run.
            width: how many there may be at the same time.
            part_bytes: how much of a large file one run takes.
            reserve_bytes: of the disk, for others: no output grows into it.
        """
        self.sandbox = sandbox
        self.limits = limits
        self.width = width
        self.part_bytes = part_bytes
        self.reserve_bytes = reserve_bytes
        self.places = asyncio.Semaphore(width)
        # Others need the usual threads while runs last minutes; each run takes one here, and one more ends it early.
        self.threads = ThreadPoolExecutor(2 * width, "inference")

    async def convert(self, script: str, input_file: Path, output_file: Path, *, row_local: bool = False) -> ScriptRun:
        """Run a script; with a large file part by part, when each row of its output depends on one row alone.

        Each part takes a place of its own, so that a small file does not wait for the end of a large one.

        Raises:
            SandboxLost: the sandbox went away twice.
            OSError: with ENOSPC when the disk is full but for the reserve.
        """
        size = (await self.in_thread(input_file.stat)).st_size
        if not row_local or size <= self.part_bytes:
            return await self._convert_whole(script, input_file, output_file)
        try:
            return await PartwiseConversion(self, script, input_file, output_file).run()
        except NotCut as error:
            run = await self._convert_whole(script, input_file, output_file)
            return _explained(run, error) if run.outcome in LIMITS else run

    async def _convert_whole(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        async with self.places:
            return await self.run_surely(script, input_file, output_file, self.limits, SMALL_OUTPUT_BYTES)

    async def run_surely(
        self, script: str, input_file: Path, output_file: Path, limits: Limits, least_bytes: int = 0
    ) -> ScriptRun:
        """Run a script; a run that the sandbox lost is made once more, for running a script twice has one effect.

        It may write `least_bytes` of the reserve.

        Raises:
            SandboxLost: the sandbox went away twice.
            OSError: with ENOSPC when the disk is full but for the reserve.
        """
        room = max(least_bytes, await self.in_thread(partial(self._share_of_disk, output_file.parent)))
        bounded = replace(limits, output_bytes=min(limits.output_bytes, room))
        try:
            run = await self._run(script, input_file, output_file, bounded)
        except SandboxLost:
            run = await self._run(script, input_file, output_file, bounded)
        if run.outcome is Outcome.OUTPUT_TOO_LARGE and bounded != limits:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return run

    def _share_of_disk(self, folder: Path) -> int:
        """Return how much of what is free beside the reserve one run may take, for others write at the same time."""
        return (shutil.disk_usage(folder).free - self.reserve_bytes) // self.width

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Do what would hold up the loop; whoever leaves meanwhile waits for its end, so that files lie still then."""
        doing = asyncio.get_running_loop().run_in_executor(self.threads, work)
        try:
            return await asyncio.shield(doing)
        finally:
            await asyncio.wait([doing])

    async def _run(self, script: str, input_file: Path, output_file: Path, limits: Limits) -> ScriptRun:
        """Run a script over a connection of its own; the run ends with its caller."""
        loop = asyncio.get_running_loop()
        connecting = loop.run_in_executor(self.threads, self.sandbox.runner, limits)
        try:
            runner = await asyncio.shield(connecting)
            return await loop.run_in_executor(self.threads, runner.run, script, input_file, output_file)
        finally:
            await asyncio.shield(self._disconnect(connecting))

    async def _disconnect(self, connecting: asyncio.Future[SandboxedRunner]) -> None:
        """Wait for the end of the run, which may have lost its caller before there was a connection."""
        await asyncio.wait([connecting])
        if not connecting.exception():
            await asyncio.get_running_loop().run_in_executor(self.threads, connecting.result().close)


def _explained(run: ScriptRun, reason: NotCut) -> ScriptRun:
    """Say why the file was not converted in parts, with which the run might have ended well."""
    return replace(run, detail=f"{run.detail} The file was converted as a whole: {reason}.")
