"""One sandbox for all of these tests, and a way to run a script in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_runs import LIMITS, RunScript

from agents.script_runner import ScriptRun
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("runs")) as sandbox:
        yield sandbox


@pytest.fixture
def bare_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Start a sandbox without spares: each process of its zygote is a run."""
    with Sandbox(tmp_path / "runs", spares=0) as sandbox:
        yield sandbox


@pytest.fixture
def input_file(tmp_path: Path) -> Path:
    path = tmp_path / "given.csv"
    path.write_text("id,name\n007,ann lee\n", encoding="utf-8")
    return path


@pytest.fixture
def output_file(tmp_path: Path) -> Path:
    return tmp_path / "made.csv"


@pytest.fixture
def run_script(sandbox: Sandbox, input_file: Path, output_file: Path) -> RunScript:
    """Run a script within LIMITS, or others."""

    def run(script: str, limits: Limits = LIMITS) -> ScriptRun:
        with sandbox.runner(limits) as runner:
            return runner.run(script, input_file, output_file)

    return run
