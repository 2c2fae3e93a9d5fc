"""Learn from each of many examples without a model, and keep what its script makes of an input that it has not seen.

python -m benchmarks.induction CASES OUT [--jobs N] [--seconds S] [--only 'source/*'] [--with-instructions] [--verbose]

Each folder <source>/<case> below CASES holds input.csv and expected.csv, which are learned from, and perhaps a
test_input.csv. OUT/<source>/<case> receives script.py, fit_output.csv, test_output.csv and result.json. The settings
of the service apply, those of a language model excepted.
"""

import json
import multiprocessing
import os
import statistics
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.agent_factory import AgentSettings
from benchmarks.induction_case import (
    FIT,
    RESULT,
    SCRIPT,
    TEST_OUTPUT,
    Bench,
    Result,
    failure,
    work,
    write_result,
)
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox
from executor.worker import EXPECTED
from server.settings import Settings, read_settings

PRELOADED = ["benchmarks.induction_case", "server.settings"]  # by the process that forks a child for each case
STATUSES = ("solved", "ambiguous", "abstained", "error")
GRACE_SECONDS = 30  # beyond all searches, for reading, running and comparing


def main() -> None:
    """Learn all cases and print how they ended."""
    arguments, settings, results = read_arguments(), read_settings(), []
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
    forkserver.ensure_running()  # it imports while the sandbox starts
    with TemporaryDirectory() as scratch:
        bench = prepare(arguments, settings, Path(scratch))
        with Sandbox(bench.runs, settings.sandbox_minimum) as sandbox, ThreadPoolExecutor(arguments.jobs) as threads:
            names = list(find_cases(arguments.cases, arguments.only))
            for name, result in zip(names, threads.map(partial(supervise, bench, sandbox), names), strict=True):
                results.append(result)
                if arguments.verbose:
                    print(f"{result['status']:9} {result['seconds']:7.2f} s  {name}", flush=True)
    print(summary(results))


def read_arguments() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.induction")
    parser.add_argument("cases", type=Path, help="holds <source>/<case>/{input,expected,test_input}.csv")
    parser.add_argument("out", type=Path, help="receives a folder for each case")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases at the same time; all processors")
    parser.add_argument("--seconds", type=float, help="for one search; CSV_CONVERTER_INDUCTION_SECONDS")
    parser.add_argument("--only", default="*", help="a shell pattern for <source>/<case>")
    parser.add_argument("--with-instructions", action="store_true", help="tell the instructions of case.json")
    parser.add_argument("--verbose", action="store_true", help="print a line for each case")
    return parser.parse_args()


def prepare(arguments: Namespace, settings: Settings, scratch: Path) -> Bench:
    """Return what all cases share, as the service is set up."""
    seconds = settings.script_timeout_seconds
    return Bench(
        cases=arguments.cases.absolute(),
        out=arguments.out.absolute(),
        scratch=scratch,
        agents=AgentSettings(settings.max_iterations, arguments.seconds or settings.induction_seconds),
        limits=Limits(wall_seconds=seconds, cpu_seconds=seconds, memory_bytes=settings.script_memory_bytes),
        memory_bytes=settings.worker_memory_bytes,
        with_instructions=arguments.with_instructions,
    )


def find_cases(folder: Path, pattern: str) -> Iterator[str]:
    """Yield the names of the cases, in order."""
    for file in sorted(folder.glob(f"*/*/{EXPECTED}")):
        name = file.parent.relative_to(folder).as_posix()
        if fnmatch(name, pattern):
            yield name


def supervise(bench: Bench, sandbox: Sandbox, name: str) -> Result:
    """Learn one case in a child of its own, which can neither hang nor break the others; earlier files go."""
    folder, started = bench.out / name, time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    for file in (SCRIPT, FIT, TEST_OUTPUT, RESULT):
        (folder / file).unlink(missing_ok=True)
    with sandbox.connect() as connection:
        child = multiprocessing.get_context("forkserver").Process(target=work, args=(bench, name, connection))
        child.start()
        child.join(bench.agents.max_iterations * bench.agents.induction_seconds + GRACE_SECONDS)
    child.kill()
    child.join()
    if not (folder / RESULT).exists():
        reason = f"the child ended with status {child.exitcode} and without a result"
        write_result(folder, failure("error", reason, time.monotonic() - started))
    result: Result = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    return result


def summary(results: list[Result]) -> str:
    """Count how cases ended, and say how long they took."""
    if not results:
        return "no cases"
    counts = Counter(result["status"] for result in results)
    ended = ", ".join(f"{counts[status]} {status}" for status in STATUSES)
    took = sorted(result["seconds"] for result in results)
    p95 = took[min(len(took) - 1, int(0.95 * len(took)))]
    return f"{len(took)} cases: {ended}; seconds p50 {statistics.median(took):.3f}, p95 {p95:.3f}"


if __name__ == "__main__":
    main()
