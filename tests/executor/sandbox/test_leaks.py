"""Nothing is left behind: by hundreds of runs that end in every way there is, and by whoever is killed meanwhile."""

import gc
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import pytest
from processes import state_of
from sandbox_runs import LIMITS

from agents.script_runner import Outcome
from benchmarks.processes import descendants
from executor.sandbox.folder import make_empty, remove_abandoned, run_folder
from executor.sandbox.limits import MEBIBYTE
from executor.sandbox.runner import Sandbox, SandboxLost

CONNECTIONS = 4
SPARES = 2
PATIENCE_SECONDS = 10.0

ENDS = {
    "open('output.csv', 'w').write('id\\n' * 1000)": Outcome.COMPLETED,
    "import pandas as pd\npd.read_csv('input.csv').to_csv('output.csv')": Outcome.COMPLETED,
    "raise ValueError('crashed')": Outcome.CRASHED,
    "import ctypes\nctypes.string_at(0)": Outcome.CRASHED,
    "import os\nos._exit(0)": Outcome.OUTPUT_NOT_CSV,
    "import socket\nsocket.socket()": Outcome.REFUSED,
    "import ctypes\nctypes.CDLL(None).ptrace(0, 0, 0, 0)": Outcome.REFUSED,
    "rows = []\nwhile True:\n    rows.append('x' * 10**6)": Outcome.OUT_OF_MEMORY,
    "open('output.csv', 'w').write('x' * 10**7)": Outcome.OUTPUT_TOO_LARGE,
    "import time\ntime.sleep(60)": Outcome.TIMED_OUT,
}
"""Scripts by how they end."""

SMALL = replace(LIMITS, wall_seconds=0.5, memory_bytes=64 * MEBIBYTE)

MOST_GROWTH = 2 * MEBIBYTE
"""Of the memory of owner and zygote in all runs of a test: less than a page a run was measured."""

OUTPUTS = {f"{number}.csv" for number in range(CONNECTIONS)} | {"made.csv"}

SHORT_SCRIPT = "import time\ntime.sleep(0.02)\nopen('output.csv', 'w').write('id')"

NESTING_PROGRAM = """
import os
for _ in range(2000):
    os.mkdir('in')
    os.chdir('in')
"""

RUNNER_PROGRAM = f"""
import socket, sys
from pathlib import Path
from executor.sandbox.limits import Limits
from executor.sandbox.runner import SandboxedRunner

connection, runs, given, made = socket.socket(fileno=int(sys.argv[1])), *map(Path, sys.argv[2:])
with SandboxedRunner(connection, runs, Limits()) as runner:
    print('runs', flush=True)
    while True:
        runner.run({SHORT_SCRIPT!r}, given, made)
"""

OWNER_PROGRAM = f"""
import sys
from pathlib import Path
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox

runs, given, made = map(Path, sys.argv[1:])
with Sandbox(runs) as sandbox, sandbox.runner(Limits()) as runner:
    print('runs', flush=True)
    while True:
        runner.run({SHORT_SCRIPT!r}, given, made)
"""


@dataclass(frozen=True)
class Belongings:
    """What can leak, of the owner and of all that it started."""

    processes: int
    zombies: int
    descriptors: tuple[int, ...]
    mounts: tuple[int, ...]
    files: frozenset[str]


@pytest.fixture
def small_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "runs", spares=SPARES) as sandbox:
        yield sandbox


def of_zygotes(sandbox: Sandbox) -> list[int]:
    """List the processes that are there however few the runs: the zygote, and its waiter where it has namespaces."""
    below = descendants(sandbox.zygote_pid)
    return [sandbox.zygote_pid, *(pid for pid in sorted(below) if descendants(pid))]


def look(sandbox: Sandbox, folder: Path) -> Belongings:
    gc.collect()
    zygotes = of_zygotes(sandbox)
    ours = [os.getpid(), *(zygotes if os.geteuid() == 0 else [])]  # they hide theirs from all but root
    processes = descendants(os.getpid())
    return Belongings(
        processes=len(processes),
        zombies=sum(state_of(pid) == "Z" for pid in processes),
        descriptors=tuple(len(os.listdir(f"/proc/{pid}/fd")) for pid in ours),
        mounts=tuple(Path(f"/proc/{pid}/mountinfo").read_text().count("\n") for pid in ours),
        files=frozenset(path.name for place in (folder, sandbox.folder) for path in place.iterdir()) - OUTPUTS,
    )


def check_back_to(before: Belongings, sandbox: Sandbox, folder: Path) -> None:
    """See that things are as they were, once spares are replaced and the dead are buried."""

    def changes() -> list[tuple[object, object]]:
        after = look(sandbox, folder)
        return [pair for pair in zip(astuple(before), astuple(after), strict=True) if pair[0] != pair[1]]

    assert settles(lambda: not changes()), changes()


def settles(condition: Callable[[], bool]) -> bool:
    """Wait for a condition: spares are replaced between other work."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return met


def memory_of(pid: int) -> int:
    """Return the bytes that a process has to itself."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("Private_Dirty", "Private_Clean")))


def run_all(sandbox: Sandbox, folder: Path, rounds: int) -> None:
    """Run every script so many times, over several connections at once, and see that each ended as it should."""

    def run(number: int) -> None:
        scripts = list(ENDS.items()) * rounds
        random.Random(number).shuffle(scripts)
        for script, outcome in scripts[number::CONNECTIONS]:
            with sandbox.runner(SMALL) as runner:
                ended = runner.run(script, folder / "given.csv", folder / f"{number}.csv")
            assert ended.outcome in (outcome, Outcome.TIMED_OUT), ended  # on a busy machine half a second is short

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(run, range(CONNECTIONS)))


def check_runs(sandbox: Sandbox, folder: Path, rounds: int) -> None:
    """See that hundreds of runs after the first ones leave things as they were."""
    run_all(sandbox, folder, 4)
    before, pids = look(sandbox, folder), [os.getpid(), *(of_zygotes(sandbox) if os.geteuid() == 0 else [])]
    assert before.zombies == 0
    memory = [memory_of(pid) for pid in pids]
    run_all(sandbox, folder, rounds)
    check_back_to(before, sandbox, folder)
    grown = [memory_of(pid) - had for pid, had in zip(pids, memory, strict=True)]
    assert max(grown) < MOST_GROWTH, grown


def test_hundred_runs_leave_nothing_behind(small_sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    check_runs(small_sandbox, tmp_path, rounds=10)


@pytest.mark.long
def test_five_hundred_runs_leave_nothing_behind(small_sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    check_runs(small_sandbox, tmp_path, rounds=50)


def kill_zygotes(sandbox: Sandbox, folder: Path, times: int) -> None:
    """Kill one zygote after the other, in the middle of whatever its runs were doing."""
    for _ in range(times):
        below = descendants(sandbox.zygote_pid) | {sandbox.zygote_pid}
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            runs = [threads.submit(run_once, sandbox, folder, number) for number in range(CONNECTIONS)]
            time.sleep(random.uniform(0, 0.05))
            os.kill(random.choice(of_zygotes(sandbox)), signal.SIGKILL)
            assert {run.result() for run in runs} <= {Outcome.COMPLETED, None}
        assert settles(lambda: run_once(sandbox, folder, 0) is Outcome.COMPLETED)
        assert settles(lambda: not any(state_of(pid) for pid in below))  # noqa: B023 - it is over before the next turn


def run_once(sandbox: Sandbox, folder: Path, number: int) -> Outcome | None:
    """Run a script; None when the sandbox was lost."""
    with suppress(SandboxLost), sandbox.runner(LIMITS) as runner:
        return runner.run(SHORT_SCRIPT, folder / "given.csv", folder / f"{number}.csv").outcome
    return None


@pytest.mark.long
def test_killed_zygotes_leave_nothing_behind(small_sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    kill_zygotes(small_sandbox, tmp_path, 1)
    before = look(small_sandbox, tmp_path)
    kill_zygotes(small_sandbox, tmp_path, 20)
    check_back_to(before, small_sandbox, tmp_path)


def test_killed_runners_leave_nothing_behind(small_sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    before = look(small_sandbox, tmp_path)
    for _ in range(5):
        with small_sandbox.connect() as connection:
            paths = (small_sandbox.folder, input_file, tmp_path / "made.csv")
            with start(RUNNER_PROGRAM, str(connection.fileno()), *paths, keep=connection.fileno()) as process:
                kill_at_random(process)
    small_sandbox.connect().close()  # when the next one comes, it is tidied up behind the last
    check_back_to(before, small_sandbox, tmp_path)


def test_clearing_up_spares_the_living(small_sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    def run_often(number: int) -> set[Outcome | None]:
        return {run_once(small_sandbox, tmp_path, number) for _ in range(20)}

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        runs = [threads.submit(run_often, number) for number in range(CONNECTIONS)]
        while not all(run.done() for run in runs):
            remove_abandoned(small_sandbox.folder)
        assert [run.result() for run in runs] == [{Outcome.COMPLETED}] * CONNECTIONS


def test_folders_that_a_script_closed_or_nested_hold_up_nobody(input_file: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    make_empty(runs)
    descriptors = len(os.listdir("/proc/self/fd"))
    with run_folder("", input_file, runs) as closed, run_folder("", input_file, runs) as nested:
        (closed / "in").mkdir(mode=0)
        closed.chmod(0)
        subprocess.run([sys.executable, "-c", NESTING_PROGRAM], cwd=nested, check=True)
    try:
        remove_abandoned(runs)
        assert len(os.listdir("/proc/self/fd")) == descriptors
    finally:
        subprocess.run(["chmod", "-R", "u+rwx", runs], check=True)
        subprocess.run(["rm", "-r", runs], check=True)


@pytest.mark.long
def test_killed_owners_leave_nothing_behind(input_file: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for _ in range(20):
        with start(OWNER_PROGRAM, runs, input_file, tmp_path / "made.csv") as process:
            below = descendants(process.pid)
            kill_at_random(process)
        assert settles(lambda: not any(state_of(pid) for pid in below))  # noqa: B023 - it is over before the next turn
    with Sandbox(runs):
        assert list(runs.iterdir()) == []


def start(program: str, *arguments: str | Path, keep: int = 0) -> "subprocess.Popen[str]":
    """Start a program that runs one script after the other, and wait until it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.PIPE, pass_fds=[keep], text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "runs\n"
    return process


def kill_at_random(process: "subprocess.Popen[str]") -> None:
    time.sleep(random.uniform(0, 0.1))
    process.kill()
