"""The life of the zygote: what is lost when somebody dies, and what is not."""

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_runs import LIMITS, RunScript

from agents.script_runner import Outcome
from benchmarks.processes import descendants
from executor.sandbox.folder import run_folder
from executor.sandbox.protocol import Request
from executor.sandbox.runner import Sandbox, SandboxedRunner, SandboxLost, SandboxTooWeak

GOOD_SCRIPT = "open('output.csv', 'w').write('id\\n')\n"
TRAPPED_SCRIPT = "import ctypes\nctypes.CDLL(None).ptrace(0, 0, 0, 0)\n"
ENDLESS_SCRIPT = "import time\ntime.sleep(60)\n"
PATIENCE_SECONDS = 10.0


@contextmanager
def watched(pid: int) -> Iterator[int]:
    """Open a descriptor that becomes readable when the process is dead."""
    pidfd = os.pidfd_open(pid)
    try:
        yield pidfd
    finally:
        os.close(pidfd)


def dies(pidfd: int) -> bool:
    return bool(select.select([pidfd], [], [], PATIENCE_SECONDS)[0])


class Run:
    """A script that runs without end in a thread, and its process."""

    def __init__(self, zygote: int, threads: ThreadPoolExecutor, runner: SandboxedRunner, *files: Path) -> None:
        before = descendants(zygote)
        self.result = threads.submit(runner.run, ENDLESS_SCRIPT, *files)
        self.pid = wait_for(lambda: descendants(zygote) - before).pop()


def wait_for(look: Callable[[], set[int]]) -> set[int]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError(f"no process appeared within {PATIENCE_SECONDS} seconds")


def test_killed_zygote_is_lost_and_replaced(bare_sandbox: Sandbox, input_file: Path, output_file: Path) -> None:
    with ThreadPoolExecutor(1) as threads, bare_sandbox.runner(LIMITS) as runner:
        zygote = bare_sandbox.zygote_pid
        run = Run(zygote, threads, runner, input_file, output_file)
        with watched(run.pid) as child:
            os.kill(zygote, signal.SIGKILL)
            with pytest.raises(SandboxLost):
                run.result.result(PATIENCE_SECONDS)
            assert dies(child)
        with pytest.raises(SandboxLost):
            runner.run(GOOD_SCRIPT, input_file, output_file)
        with bare_sandbox.runner(LIMITS) as another:
            assert another.run(GOOD_SCRIPT, input_file, output_file).outcome is Outcome.COMPLETED


def test_child_of_a_vanished_client_dies(bare_sandbox: Sandbox, input_file: Path) -> None:
    zygote = bare_sandbox.zygote_pid
    before = descendants(zygote)
    with run_folder(ENDLESS_SCRIPT, input_file, bare_sandbox.folder) as folder:
        log, log_entry = os.pipe()
        connection = bare_sandbox.connect()
        socket.send_fds(connection, [Request(folder.name, LIMITS).encode()], [log_entry, log_entry])
        with watched(wait_for(lambda: descendants(zygote) - before).pop()) as child:
            connection.close()
            assert dies(child)
        for descriptor in (log, log_entry):
            os.close(descriptor)


def test_closing_a_runner_ends_its_run(bare_sandbox: Sandbox, input_file: Path, output_file: Path) -> None:
    runner = bare_sandbox.runner(LIMITS)
    with ThreadPoolExecutor(1) as threads:
        run = Run(bare_sandbox.zygote_pid, threads, runner, input_file, output_file)
        with watched(run.pid) as child:
            runner.close()
            with pytest.raises(SandboxLost):
                run.result.result(PATIENCE_SECONDS)
            assert dies(child)


def test_closing_the_sandbox_ends_its_runs(bare_sandbox: Sandbox, input_file: Path, output_file: Path) -> None:
    with ThreadPoolExecutor(1) as threads, bare_sandbox.runner(LIMITS) as runner:
        run = Run(bare_sandbox.zygote_pid, threads, runner, input_file, output_file)
        with watched(run.pid) as child:
            bare_sandbox.close()
            with pytest.raises(SandboxLost):
                run.result.result(PATIENCE_SECONDS)
            assert dies(child)


def test_nothing_outlives_a_killed_owner(tmp_path: Path, input_file: Path, output_file: Path) -> None:
    owner_program = f"""
from pathlib import Path
from executor.sandbox.runner import Sandbox
from executor.sandbox.limits import Limits

with Sandbox(Path({str(tmp_path / "runs")!r})) as sandbox, sandbox.runner(Limits()) as runner:
    print(sandbox.zygote_pid, flush=True)
    runner.run({ENDLESS_SCRIPT!r}, Path({str(input_file)!r}), Path({str(output_file)!r}))
"""
    with subprocess.Popen([sys.executable, "-c", owner_program], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        zygote_pid = int(owner.stdout.readline())
        with ExitStack() as stack:
            processes = {zygote_pid, *wait_for(lambda: descendants(zygote_pid))}
            watches = [stack.enter_context(watched(pid)) for pid in processes]
            owner.kill()
            assert all(map(dies, watches))


def test_what_a_killed_owner_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "runs" / "tmpabc" / "input.csv"
    left.parent.mkdir(parents=True)
    left.touch()
    with Sandbox(tmp_path / "runs"):
        assert not left.exists()


def test_owner_may_ignore_and_block_signals(tmp_path: Path, input_file: Path, output_file: Path) -> None:
    owner_program = f"""
import signal
from pathlib import Path
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
with Sandbox(Path({str(tmp_path / "runs")!r})) as sandbox, sandbox.runner(Limits()) as runner:
    print(runner.run({TRAPPED_SCRIPT!r}, Path({str(input_file)!r}), Path({str(output_file)!r})).detail)
"""
    done = subprocess.run([sys.executable, "-c", owner_program], capture_output=True, text=True, timeout=60)
    assert "the system call ptrace (line 2:" in done.stdout


def test_folder_may_lie_behind_links_and_dots(tmp_path: Path, input_file: Path, output_file: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real/deep")
    folder = tmp_path / "link" / ".." / "runs of\nünïcode"
    with Sandbox(folder) as sandbox, sandbox.runner(LIMITS) as runner:
        assert sandbox.folder == (tmp_path / "real" / folder.name).resolve()
        assert runner.run(GOOD_SCRIPT, input_file, output_file).outcome is Outcome.COMPLETED


def test_spares_are_replaced(tmp_path: Path, input_file: Path, output_file: Path) -> None:
    with Sandbox(tmp_path / "runs", spares=2) as sandbox, sandbox.runner(LIMITS) as runner:
        zygote = sandbox.zygote_pid
        waiting = wait_for(lambda: found if len(found := descendants(zygote)) >= 2 else set())
        assert runner.run(GOOD_SCRIPT, input_file, output_file).outcome is Outcome.COMPLETED
        wait_for(lambda: found if len(found := descendants(zygote)) == len(waiting) and found - waiting else set())


def test_killed_spare_costs_no_run(tmp_path: Path, input_file: Path, output_file: Path) -> None:
    with Sandbox(tmp_path / "runs", spares=1) as sandbox, sandbox.runner(LIMITS) as runner:
        spare = max(wait_for(lambda: descendants(sandbox.zygote_pid)))
        os.kill(spare, signal.SIGKILL)
        with watched(spare) as dead:
            assert dies(dead)
        assert runner.run(GOOD_SCRIPT, input_file, output_file).outcome is Outcome.COMPLETED


def test_scripts_are_the_first_to_die_when_the_machine_runs_out_of_memory(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "runs", spares=1) as sandbox:
        for pid in {sandbox.zygote_pid, *wait_for(lambda: descendants(sandbox.zygote_pid))}:
            assert Path(f"/proc/{pid}/oom_score_adj").read_text(encoding="ascii") == "1000\n"


def test_runs_of_several_clients_overlap(sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    script = "import time\ntime.sleep(0.5)\nopen('output.csv', 'w').write('id\\n')\n"

    def run(number: int) -> Outcome:
        with sandbox.runner(LIMITS) as runner:
            return runner.run(script, input_file, tmp_path / f"{number}.csv").outcome

    started = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(run, range(8))) == {Outcome.COMPLETED}
    assert time.monotonic() - started < 8 * 0.5


def test_deadline_of_one_client_spares_the_others(sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    def run(number: int, wall_seconds: float, seconds: float) -> Outcome:
        script = f"import time\ntime.sleep({seconds})\nopen('output.csv', 'w').write('id\\n')\n"
        with sandbox.runner(replace(LIMITS, wall_seconds=wall_seconds)) as runner:
            return runner.run(script, input_file, tmp_path / f"{number}.csv").outcome

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(run, (1, 2), (0.3, 20), (60, 0.6)))
    assert outcomes == [Outcome.TIMED_OUT, Outcome.COMPLETED]


def test_missing_layer_of_the_minimum_stops_every_script(tmp_path: Path) -> None:
    with pytest.raises(SandboxTooWeak, match="lacks moat"):
        Sandbox(tmp_path / "runs", minimum=["rlimits", "moat"])


def test_closed_sandbox_stays_closed(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "runs")
    sandbox.close()
    with pytest.raises(SandboxLost, match="closed"):
        sandbox.connect()


def test_files_on_another_filesystem_are_copied(input_file: Path, output_file: Path) -> None:
    script = "import shutil, sys\nshutil.copyfile(*sys.argv[1:])\n"
    with (
        tempfile.TemporaryDirectory(dir="/dev/shm") as name,
        Sandbox(Path(name) / "runs") as sandbox,
        sandbox.runner(LIMITS) as runner,
    ):
        assert runner.run(script, input_file, output_file).outcome is Outcome.COMPLETED
    assert output_file.read_bytes() == input_file.read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's scripts may write to the user's files anyway")
def test_input_that_everybody_may_write_to_is_kept_as_it_is(
    tmp_path: Path, input_file: Path, output_file: Path
) -> None:
    input_file.chmod(0o666)
    given = input_file.read_bytes()
    with Sandbox(tmp_path / "runs", layers=["identity"]) as sandbox, sandbox.runner(LIMITS) as runner:
        assert runner.run("open('input.csv', 'w')", input_file, output_file).outcome is Outcome.REFUSED
    assert input_file.read_bytes() == given


def test_every_run_says_what_confined_it(sandbox: Sandbox, run_script: RunScript) -> None:
    assert run_script(GOOD_SCRIPT).layers == sandbox.layers
    assert "rlimits" in sandbox.layers
    assert ("identity" in sandbox.layers) == (os.geteuid() == 0)


def test_identity_is_dropped_by_root(run_script: RunScript) -> None:
    log = run_script("import os\nprint(os.getresuid(), os.getresgid(), os.getgroups())\n").log
    if os.geteuid() == 0:
        assert log == "(65534, 65534, 65534) (65534, 65534, 65534) []\n"
    else:
        assert log.startswith(f"({os.geteuid()}, ")
