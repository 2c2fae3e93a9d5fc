"""Inference: a learned script on another file, on a lane of its own, so that trainings do not delay it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agents.script_runner import ScriptRun
from executor.sandbox.exchange import SandboxLost
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox


class InferenceLane:
    """Runs learned scripts, a few at the same time."""

    def __init__(self, sandbox: Sandbox, limits: Limits, width: int) -> None:
        """Take whoever owns the sandbox, the limits of one run, and how many runs there may be at once."""
        self.sandbox = sandbox
        self.limits = limits
        self.places = asyncio.Semaphore(width)
        # Others need the usual threads while runs last minutes; each run takes one here, and one more ends it early.
        self.threads = ThreadPoolExecutor(2 * width, "inference")

    async def convert(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        """Run a script; a run that the sandbox lost is made once more, for running a script twice has one effect.

        Raises:
            SandboxLost: the sandbox went away twice.
        """
        async with self.places:
            try:
                return await self.run(script, input_file, output_file)
            except SandboxLost:
                return await self.run(script, input_file, output_file)

    async def run(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        """Run a script over a connection of its own; the run ends with its caller."""
        loop = asyncio.get_running_loop()
        runner = await loop.run_in_executor(self.threads, self.sandbox.runner, self.limits)
        try:
            return await loop.run_in_executor(self.threads, runner.run, script, input_file, output_file)
        finally:
            await asyncio.shield(loop.run_in_executor(self.threads, runner.close))  # waits for the end of the run
