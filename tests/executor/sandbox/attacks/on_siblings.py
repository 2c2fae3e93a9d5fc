"""Attacks on other scripts of the same sandbox."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from attacks.attack import DENIED, FORBIDDEN, UNPRIVILEGED, Attack, ended
from attacks.scene import Scene
from executor.sandbox.layers import IDENTITY, LANDLOCK, SECCOMP
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox, SandboxedRunner, SandboxLost

PATIENCE_SECONDS = 10.0

SIBLING = """
import os, time
with open('output.csv', 'w') as file:
    file.write(f'{os.getpid()}\\n')
time.sleep(60)
"""


@contextmanager
def sibling(scene: Scene, sandbox: Sandbox) -> Iterator[Mapping[str, object]]:
    """Another script of the same sandbox, which sleeps, with the secret as its input."""
    runner = sandbox.runner(Limits(wall_seconds=20))
    arguments = (SIBLING, scene.another_jobs_file, scene.folder / "siblings.csv")
    thread = threading.Thread(target=_run_until_closed, args=(runner, *arguments))
    thread.start()
    try:
        yield _wait_for_sibling(sandbox)
    finally:
        runner.close()
        thread.join()


def _run_until_closed(runner: SandboxedRunner, script: str, input_file: Path, output_file: Path) -> None:
    with suppress(SandboxLost):
        runner.run(script, input_file, output_file)


def _wait_for_sibling(sandbox: Sandbox) -> Mapping[str, object]:
    """Tell the name of the sibling's folder, and its process id in its own eyes, which it wrote down."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for output in sandbox.folder.glob("*/output.csv"):
            if (written := output.read_text()).endswith("\n"):
                return {"sibling": int(written), "siblings_folder": output.parent.name}
        time.sleep(0.01)
    raise AssertionError("the sibling did not start")


ATTACKS = (
    Attack(
        "sibling_is_not_killed",
        "os.kill(sibling, signal.SIGKILL)\nprint(won)",
        {SECCOMP: FORBIDDEN, LANDLOCK: FORBIDDEN},
        company=sibling,
    ),
    Attack(
        "files_of_a_sibling_are_not_read",
        "print(open(f'../{siblings_folder}/input.csv').read())",
        {LANDLOCK: DENIED},
        company=sibling,
    ),
    Attack(
        "output_of_a_sibling_is_not_written",
        "open(f'../{siblings_folder}/output.csv', 'a')\nprint(won)",
        {LANDLOCK: DENIED},
        company=sibling,
    ),
    Attack(
        "siblings_are_not_listed",
        "print(won if siblings_folder in os.listdir('..') else '')",
        {IDENTITY: DENIED, LANDLOCK: DENIED},
        company=sibling,
    ),
    Attack(
        "sibling_is_not_traced",
        "call('ptrace', 0x4206, sibling, 0, 0)\nprint(won)",
        {SECCOMP: ended("ptrace"), LANDLOCK: FORBIDDEN, UNPRIVILEGED: FORBIDDEN},
        company=sibling,
    ),
)
