"""What the warm sandbox saves: a run of one script in it against `python script.py` from a cold start."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from agents.script_runner import Outcome
from benchmarks.figure import Figure
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox

ROUNDS = 15
SCRIPT = """
import sys
import pandas as pd

pd.read_csv(sys.argv[1], dtype=str).to_csv(sys.argv[2], index=False)
"""


def measure() -> Iterator[Figure]:
    """Take turns, so that a busy machine slows both."""
    with (
        tempfile.TemporaryDirectory() as name,
        Sandbox(Path(name) / "runs") as sandbox,
        sandbox.runner(Limits()) as runner,
    ):
        script, source, target = (Path(name) / file for file in ("script.py", "input.csv", "output.csv"))
        script.write_text(SCRIPT)
        source.write_text("id,name\n" + "007,Ada\n" * 1000)

        def warm() -> None:
            run = runner.run(SCRIPT, source, target)
            assert run.outcome is Outcome.COMPLETED, run.detail

        def cold() -> None:
            subprocess.run([sys.executable, script, source, target], check=True)

        rounds = [(seconds(warm), seconds(cold)) for _ in range(ROUNDS)]
    warm_median, cold_median = (statistics.median(times) for times in zip(*rounds, strict=True))
    baseline = f"python script.py, {cold_median * 1000:.0f} ms"
    yield Figure("script.warm_vs_cold", warm_median / cold_median, "ratio", "lower", baseline)


def seconds(action: Callable[[], None]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
