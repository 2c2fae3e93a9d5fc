"""The life of the zygote: what is lost when somebody dies, and what is not."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_runs import LIMITS, RunScript

from agents.script_runner import Outcome
from executor.sandbox.folder import run_folder
from executor.sandbox.protocol import Request
from executor.sandbox.runner import Sandbox, SandboxedRunner, SandboxLost, SandboxTooWeak

GOOD_SCRIPT = "open('output.csv', 'w').write('id\\n')\n"
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


def children(pid: int) -> list[int]:
    """List the processes that this one forked, zombies included."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it went away meanwhile
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def wait_for_child(pid: int) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := children(pid):
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"process {pid} forked nothing within {PATIENCE_SECONDS} seconds")


def test_killed_zygote_is_lost_and_replaced(input_file: Path, output_file: Path) -> None:
    with Sandbox() as sandbox, ThreadPoolExecutor(1) as threads:
        with SandboxedRunner(sandbox.connect(), LIMITS) as runner:
            zygote = sandbox.zygote_pid
            running = threads.submit(runner.run, ENDLESS_SCRIPT, input_file, output_file)
            with watched(wait_for_child(zygote)) as child:
                os.kill(zygote, signal.SIGKILL)
                with pytest.raises(SandboxLost):
                    running.result(PATIENCE_SECONDS)
                assert dies(child)
            with pytest.raises(SandboxLost):
                runner.run(GOOD_SCRIPT, input_file, output_file)
        with SandboxedRunner(sandbox.connect(), LIMITS) as runner:
            assert runner.run(GOOD_SCRIPT, input_file, output_file).outcome is Outcome.COMPLETED


def test_child_of_a_vanished_client_dies(sandbox: Sandbox, run_script: RunScript, input_file: Path) -> None:
    with run_folder(ENDLESS_SCRIPT, input_file, beside=input_file) as folder:
        place = os.open(folder, os.O_RDONLY)
        log, log_entry = os.pipe()
        connection = sandbox.connect()
        socket.send_fds(connection, [Request(LIMITS).encode()], [place, log_entry, log_entry])
        with watched(wait_for_child(sandbox.zygote_pid)) as child:
            connection.close()
            assert dies(child)
        for descriptor in (place, log, log_entry):
            os.close(descriptor)
    assert run_script(GOOD_SCRIPT).outcome is Outcome.COMPLETED


def test_closing_a_runner_ends_its_run(sandbox: Sandbox, input_file: Path, output_file: Path) -> None:
    runner = SandboxedRunner(sandbox.connect(), LIMITS)
    zygote = sandbox.zygote_pid
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(runner.run, ENDLESS_SCRIPT, input_file, output_file)
        with watched(wait_for_child(zygote)) as child:
            runner.close()
            with pytest.raises(SandboxLost):
                running.result(PATIENCE_SECONDS)
            assert dies(child)


def test_closing_the_sandbox_ends_its_runs(input_file: Path, output_file: Path) -> None:
    with Sandbox() as sandbox, ThreadPoolExecutor(1) as threads, SandboxedRunner(sandbox.connect(), LIMITS) as runner:
        zygote = sandbox.zygote_pid
        running = threads.submit(runner.run, ENDLESS_SCRIPT, input_file, output_file)
        with watched(wait_for_child(zygote)) as child:
            sandbox.close()
            with pytest.raises(SandboxLost):
                running.result(PATIENCE_SECONDS)
            assert dies(child)


def test_nothing_outlives_a_killed_owner(input_file: Path, output_file: Path) -> None:
    owner_program = f"""
from pathlib import Path
from executor.sandbox.runner import Sandbox, SandboxedRunner, SandboxLost, SandboxTooWeak
from executor.sandbox.limits import Limits

with Sandbox() as sandbox, SandboxedRunner(sandbox.connect(), Limits()) as runner:
    print(sandbox.zygote_pid, flush=True)
    runner.run({ENDLESS_SCRIPT!r}, Path({str(input_file)!r}), Path({str(output_file)!r}))
"""
    with subprocess.Popen([sys.executable, "-c", owner_program], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        zygote_pid = int(owner.stdout.readline())
        with watched(zygote_pid) as zygote, watched(wait_for_child(zygote_pid)) as child:
            owner.kill()
            assert dies(zygote)
            assert dies(child)


def test_runs_of_several_clients_overlap(sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    script = "import time\ntime.sleep(0.5)\nopen('output.csv', 'w').write('id\\n')\n"

    def run(number: int) -> Outcome:
        with SandboxedRunner(sandbox.connect(), LIMITS) as runner:
            return runner.run(script, input_file, tmp_path / f"{number}.csv").outcome

    started = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(run, range(8))) == {Outcome.COMPLETED}
    assert time.monotonic() - started < 8 * 0.5


def test_deadline_of_one_client_spares_the_others(sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    def run(number: int, wall_seconds: float, seconds: float) -> Outcome:
        script = f"import time\ntime.sleep({seconds})\nopen('output.csv', 'w').write('id\\n')\n"
        with SandboxedRunner(sandbox.connect(), replace(LIMITS, wall_seconds=wall_seconds)) as runner:
            return runner.run(script, input_file, tmp_path / f"{number}.csv").outcome

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(run, (1, 2), (0.3, 20), (60, 0.6)))
    assert outcomes == [Outcome.TIMED_OUT, Outcome.COMPLETED]


def test_hundred_runs_leave_nothing_behind(sandbox: Sandbox, input_file: Path, tmp_path: Path) -> None:
    output_file = tmp_path / "made.csv"
    with SandboxedRunner(sandbox.connect(), LIMITS) as runner:
        zygote = sandbox.zygote_pid
        pids = ("self", zygote) if os.geteuid() == 0 else ("self",)  # the zygote hides its own from its peers
        runner.run(GOOD_SCRIPT, input_file, output_file)  # the zygote has taken the connection when this is done
        before = [len(os.listdir(f"/proc/{pid}/fd")) for pid in pids]
        for _ in range(100):
            runner.run(GOOD_SCRIPT, input_file, output_file)
        assert [len(os.listdir(f"/proc/{pid}/fd")) for pid in pids] == before
    assert children(zygote) == []
    assert {path.name for path in tmp_path.iterdir()} == {"given.csv", "made.csv"}


def test_missing_layer_of_the_minimum_stops_every_script() -> None:
    with pytest.raises(SandboxTooWeak, match="lacks moat"):
        Sandbox(minimum=["rlimits", "moat"])


def test_closed_sandbox_stays_closed() -> None:
    sandbox = Sandbox()
    sandbox.close()
    with pytest.raises(SandboxLost, match="closed"):
        sandbox.connect()


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
