"""What a sealed run costs: against `python script.py` from a cold start, and against the same script in this process.

Two scripts convert 1,000 rows: a plain one, which shows what the sandbox costs, and one that induction has learned for
the orders of the example, which is hundreds of lines to compile and much to do for the first time besides.
"""

import logging
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.agent_factory import AgentFactory, AgentSettings
from agents.csv_file import read_example
from agents.script_runner import Outcome
from agents.task import Task
from agents.workflow import train
from benchmarks.figure import Figure, seconds
from benchmarks.processes import descendants
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox, SandboxedRunner

EXAMPLE = Path(__file__).parent.parent / "examples" / "orders"
ROWS = 1000
ROUNDS = 25
RUNS = 200  # to be counted by the second
PLAIN = """
import sys
import pandas as pd


def main(arguments):
    df = pd.read_csv(arguments[0], dtype=str, keep_default_na=False)
    df["Customer"] = df["Customer"].str.strip().str.title()
    df["Unit Price"] = pd.to_numeric(df["Unit Price"].str.replace(r"[$,]", "", regex=True)).map("{:.2f}".format)
    df["Shipped At"] = pd.to_datetime(df["Shipped At"], utc=True, errors="coerce").dt.strftime("%Y-%m-%d")
    df.to_csv(arguments[1], index=False)


if __name__ == "__main__":
    main(sys.argv[1:])
"""
WAITING = "\nimport time\ntime.sleep(60)\n"


@dataclass(frozen=True)
class Work:
    """One script and its files."""

    folder: Path
    script: str

    @property
    def source(self) -> Path:
        """The input."""
        return self.folder / "input.csv"

    def run(self, runner: SandboxedRunner, target: str = "sealed.csv") -> None:
        """Run the script sealed."""
        run = runner.run(self.script, self.source, self.folder / target)
        assert run.outcome is Outcome.COMPLETED, run.detail

    def run_cold(self) -> None:
        """Run the script as anybody would."""
        command = [sys.executable, *(str(self.folder / name) for name in ("script.py", "input.csv", "cold.csv"))]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def measure() -> Iterator[Figure]:
    """Take turns, so that a busy machine slows all alike."""
    with tempfile.TemporaryDirectory() as name, Sandbox(Path(name) / "runs") as sandbox:
        with sandbox.runner(Limits()) as runner:
            plain = prepare(Path(name) / "plain", PLAIN)
            yield from against_others(plain, runner, "")
            yield from against_others(prepare(Path(name) / "learned", learned_script(runner)), runner, "learned_")
        pace = runs_per_second(sandbox, plain)
        yield Figure("sandbox.runs_per_second", pace, "1/s", "higher", f"{os.cpu_count()} cores")
        if os.geteuid() == 0:  # nobody else may look at a sealed process
            yield Figure("sandbox.private_mb", private_mb(sandbox, plain), "MB", "lower", f"a run of {ROWS} rows")


def against_others(work: Work, runner: SandboxedRunner, prefix: str) -> Iterator[Figure]:
    """Run a script sealed, cold and bare in turn."""
    bare = in_this_process(work)
    rounds = [[seconds(run) for run in (work.run_cold, lambda: work.run(runner), bare)] for _ in range(ROUNDS)]
    cold, sealed, here = (statistics.median(times) * 1000 for times in zip(*rounds, strict=True))
    yield Figure(f"sandbox.{prefix}sealed_vs_cold", sealed / cold, "ratio", "lower", f"python script.py, {cold:.0f} ms")
    yield Figure(
        f"sandbox.{prefix}over_bare_ms", sealed - here, "ms", "lower", f"the same in one process, {here:.1f} ms"
    )


def learned_script(runner: SandboxedRunner) -> str:
    """Learn the example."""
    given, expected = (EXAMPLE / name for name in ("input.csv", "expected.csv"))
    task = Task(*read_example(given.read_bytes(), expected.read_bytes()), given, {}, "")
    with tempfile.TemporaryDirectory() as folder:
        agents = AgentFactory(AgentSettings(), task, runner, Path(folder))
        training = train(task, agents.get_agents, 1, lambda event: None)
    assert training.passed
    assert training.best
    return training.best.script


def prepare(folder: Path, script: str) -> Work:
    """Lay out a script, and an input of many rows that are those of the example."""
    work = Work(folder, script)
    header, *rows = (EXAMPLE / "input.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    folder.mkdir()
    work.source.write_text(header + "".join(rows[n % len(rows)] for n in range(ROWS)), encoding="utf-8")
    (folder / "script.py").write_text(script, encoding="utf-8")
    return work


def in_this_process(work: Work) -> Callable[[], None]:
    """Return the transform alone: the script's main function, with all that it needs imported and compiled."""
    logging.getLogger().addHandler(logging.NullHandler())  # instead of the script's own, which would print
    script: dict[str, Any] = {"__name__": "script"}
    exec(compile(work.script, "script.py", "exec"), script)
    return lambda: script["main"]([str(work.source), str(work.folder / "bare.csv")])


def runs_per_second(sandbox: Sandbox, work: Work) -> float:
    """Run the script on all cores."""
    local = threading.local()

    def run(number: int) -> None:
        if not hasattr(local, "runner"):
            local.runner = sandbox.runner(Limits())
        work.run(local.runner, f"{number}.csv")

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return RUNS / seconds(lambda: list(threads.map(run, range(RUNS))))


def private_mb(sandbox: Sandbox, work: Work) -> float:
    """Look at a run that has done its work and waits: what it shares with no other process."""
    with sandbox.runner(Limits()) as runner, ThreadPoolExecutor(1) as threads:
        run = threads.submit(runner.run, work.script + WAITING, work.source, work.folder / "waiting.csv")
        try:
            while not any(output.stat().st_size for output in sandbox.folder.glob("*/output.csv")):
                assert not run.done(), run.result()
                time.sleep(0.05)
            (pid,) = (pid for pid in descendants(sandbox.zygote_pid) if is_filtered(pid))
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        finally:
            runner.close()
    return sum(int(line.split()[1]) for line in rollup if line.startswith("Private_")) / 1024


def is_filtered(pid: int) -> bool:
    """Tell whether a process has its seccomp filter, and so is none that waits for a script."""
    return "Seccomp:\t2\n" in Path(f"/proc/{pid}/status").read_text()
