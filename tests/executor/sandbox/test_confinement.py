"""What every run finds, whatever it is up to: no more than it needs, and nothing of the run before."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_runs import LIMITS, RunScript

from agents.script_runner import Outcome
from executor.sandbox.launch import ENVIRONMENT, LOADER_VARIABLE
from executor.sandbox.runner import Sandbox

LIST_DESCRIPTORS = """
import os, stat
kinds = set()
for descriptor in range(1, 64):
    try:
        kinds.add(stat.S_IFMT(os.fstat(descriptor).st_mode))
    except OSError:
        pass
print(kinds <= {stat.S_IFIFO, stat.S_IFDIR})
"""


def test_environment_is_a_known_one(run_script: RunScript, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    run = run_script("import os\nprint(sorted(os.environ))\n")
    assert set(re.findall("'([A-Z_]+)'", run.log)) <= {*ENVIRONMENT, LOADER_VARIABLE}


def test_descriptors_are_pipes_and_folders(run_script: RunScript) -> None:
    assert run_script(LIST_DESCRIPTORS).log == "True\n"  # and no socket


@pytest.mark.parametrize(
    "words",
    [
        r"b'COMPLETED\n' * 10**7",
        r"b'\xff' * 10**6",
        r"b'sealed 0 everything\n'",
        r"b'too-weak everything\n'",
    ],
)
def test_report_pipe_cannot_be_abused(run_script: RunScript, sandbox: Sandbox, words: str) -> None:
    run = run_script(f"import os\nos.write(3, {words})\nos._exit(1)\n")
    assert run.outcome is Outcome.CRASHED
    assert run.layers == sandbox.layers


def test_segmentation_fault_ends_only_the_run(run_script: RunScript) -> None:
    run = run_script("import ctypes\nctypes.string_at(0)\n")
    assert run.outcome is Outcome.CRASHED
    assert "signal 11 (Segmentation fault)" in run.detail
    assert run_script("print('next')\n").log == "next\n"


def test_limits_of_one_run_do_not_bind_the_next(sandbox: Sandbox, input_file: Path, output_file: Path) -> None:
    script = "open('output.csv', 'w').write('x' * 1000)\n"
    outcomes = []
    for size in (10, 10_000):
        with sandbox.runner(replace(LIMITS, output_bytes=size)) as runner:
            outcomes.append(runner.run(script, input_file, output_file).outcome)
    assert outcomes == [Outcome.OUTPUT_TOO_LARGE, Outcome.COMPLETED]


def test_end_of_an_endless_log_is_kept(run_script: RunScript) -> None:
    run = run_script("n = 0\nwhile n < 10**5:\n    n += 1\n    print(n)\nraise SystemExit('enough')\n")
    assert run.log.endswith("99999\n100000\nenough\n")
    assert len(run.log) <= LIMITS.log_bytes


def test_name_lookup_is_refused(run_script: RunScript) -> None:
    run = run_script("import urllib.request\nurllib.request.urlopen('http://example.com')\n")
    assert run.outcome is Outcome.REFUSED
