"""The zygote serves on, whatever one of its clients sends, and however few descriptors are to be had."""

import os
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from processes import descendants
from sandbox_runs import LIMITS

from agents.script_runner import Outcome
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


@pytest.fixture
def bare_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Start a sandbox without spares: each process of its zygote is a run."""
    with Sandbox(tmp_path / "runs", spares=0) as sandbox:
        yield sandbox


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
