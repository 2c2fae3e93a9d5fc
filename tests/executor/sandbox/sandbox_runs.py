"""What these tests share: the limits of their runs, and the type of the call that runs a script."""

from typing import Protocol

from agents.script_runner import ScriptRun
from executor.sandbox.limits import MEBIBYTE, Limits

LIMITS = Limits(wall_seconds=20, cpu_seconds=20, memory_bytes=256 * MEBIBYTE, output_bytes=MEBIBYTE)


class RunScript(Protocol):
    def __call__(self, script: str, limits: Limits = LIMITS) -> ScriptRun: ...
