"""The zygote serves on, whatever one of its clients sends, and however few descriptors are to be had."""

import os
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from sandbox_runs import LIMITS

from agents.script_runner import Outcome
from benchmarks.processes import descendants
from executor.sandbox.cgroup import PREFIX, own_places
from executor.sandbox.layers import CGROUP, NAMESPACES
from executor.sandbox.runner import Sandbox, SandboxLost

SCRIPT = "open('output.csv', 'w').write('id')"
SECONDS = 10.0

GARBAGE = (
    b"{",
    b"\xff" * 5000,
    b"[]",
    b'{"folder": "x"}',
    b'{"folder": "x", "limits": {"moat": 1}}',
    b'{"folder": "x", "limits": {"wall_seconds": "long"}}',
    b'{"folder": 7, "limits": {}}',
    b'{"folder": "../../..", "limits": {}}',
)
FEW_DESCRIPTORS = 40


@pytest.mark.parametrize("packet", GARBAGE, ids=range(len(GARBAGE)))
def test_client_that_sends_garbage_is_dropped_and_others_are_served(
    packet: bytes, sandbox: Sandbox, input_file: Path, output_file: Path
) -> None:
    zygote = sandbox.zygote_pid
    with sandbox.runner(LIMITS) as other:
        exit_end, entry = os.pipe()
        with sandbox.connect() as client:
            socket.send_fds(client, [packet], [entry, entry])
            client.settimeout(SECONDS)
            client.recv(1)  # the end, or the answer of a child that found no script
        os.close(entry)
        os.close(exit_end)
        assert other.run(SCRIPT, input_file, output_file).outcome is Outcome.COMPLETED
    assert sandbox.zygote_pid == zygote


def test_zygote_without_free_descriptors_loses_runs_and_nothing_else(
    bare_sandbox: Sandbox, input_file: Path, output_file: Path
) -> None:
    zygote = bare_sandbox.zygote_pid
    processes = {zygote, *descendants(zygote)}
    for pid in processes:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (FEW_DESCRIPTORS, FEW_DESCRIPTORS))
    with ExitStack() as clients:
        for _ in range(FEW_DESCRIPTORS):
            runner = clients.enter_context(bare_sandbox.runner(LIMITS))
            with suppress(SandboxLost):
                runner.run(SCRIPT, input_file, output_file)
    with bare_sandbox.runner(LIMITS) as runner:
        assert runner.run(SCRIPT, input_file, output_file).outcome is Outcome.COMPLETED
    assert bare_sandbox.zygote_pid == zygote
    assert descendants(zygote) == processes - {zygote}


def test_owner_without_free_descriptors_ends_nobodys_run(sandbox: Sandbox, input_file: Path, output_file: Path) -> None:
    zygote = sandbox.zygote_pid
    with sandbox.runner(LIMITS) as runner:
        with one_descriptor_left(), pytest.raises(OSError, match="Too many open files"):
            sandbox.connect()
        assert runner.run(SCRIPT, input_file, output_file).outcome is Outcome.COMPLETED
    assert sandbox.zygote_pid == zygote


def test_zygote_without_room_for_a_spare_waits_for_it_idly(tmp_path: Path, input_file: Path, output_file: Path) -> None:
    with Sandbox(tmp_path / "runs", spares=1) as sandbox, ThreadPoolExecutor(1) as threads:
        if CGROUP not in sandbox.layers:
            pytest.skip("takes a control group")
        zygote = sandbox.zygote_pid
        await_spare(sandbox)
        with sandbox.runner(LIMITS) as runner, no_more_processes(zygote):
            run = threads.submit(runner.run, f"import time\ntime.sleep(1)\n{SCRIPT}", input_file, output_file)
            used = processor_seconds(zygote)
            assert run.result().outcome is Outcome.COMPLETED
            assert processor_seconds(zygote) - used < 0.3
        await_spare(sandbox)


def await_spare(sandbox: Sandbox) -> None:
    """Wait until the zygote, its waiter where it has namespaces, and one child are all that there is."""
    deadline = time.monotonic() + SECONDS
    while len(descendants(sandbox.zygote_pid)) != 1 + (NAMESPACES in sandbox.layers):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def processor_seconds(pid: int) -> float:
    """Add up what a process and those below it have used."""
    ticks = 0
    for each in {pid, *descendants(pid)}:
        with suppress(OSError):  # it went away meanwhile
            ticks += sum(map(int, Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def no_more_processes(zygote: int) -> Iterator[None]:
    """Leave a zygote and its children as many as they are."""
    groups = [place.parent / f"{PREFIX}{zygote}" for place in own_places()]
    (group,) = [group for group in groups if (group / "pids.max").exists()]
    most = (group / "pids.max").read_text()
    (group / "pids.max").write_text((group / "pids.current").read_text())
    yield
    (group / "pids.max").write_text(most)


@contextmanager
def one_descriptor_left() -> Iterator[None]:
    """Take all others that this process may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, hard))
    os.close(free)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
