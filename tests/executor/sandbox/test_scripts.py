"""Honest scripts run as they would anywhere, and their failures read like Python's."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_runs import LIMITS, MEBIBYTE, RunScript

from agents.script_runner import Outcome
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox

LEARNED_SCRIPT = """\
import argparse
import logging

import pandas as pd

log = logging.getLogger(__name__)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("input")
    parser.add_argument("output")
    paths = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    table = pd.read_csv(paths.input, dtype=str, keep_default_na=False)
    table["name"] = table["name"].str.title()
    table.to_csv(paths.output, index=False)
    log.info("wrote %d rows", len(table))


if __name__ == "__main__":
    main()
"""


def test_learned_script_converts_and_logs(run_script: RunScript, output_file: Path) -> None:
    run = run_script(LEARNED_SCRIPT)
    assert (run.outcome, run.detail) == (Outcome.COMPLETED, "")
    assert output_file.read_text(encoding="utf-8") == "id,name\n007,Ann Lee\n"
    assert run.log == "INFO wrote 1 rows\n"
    assert run.peak_memory_bytes > 0
    assert 0 < run.cpu_seconds < 5


def test_a_file_that_pandas_reads_with_threads_elsewhere_is_converted(
    run_script: RunScript, input_file: Path, output_file: Path
) -> None:
    input_file.write_text("id,name\n" + "007,Ann Lee\n" * 1_000_000, encoding="utf-8")  # pandas: from 5 MiB up
    run = run_script(LEARNED_SCRIPT, replace(LIMITS, memory_bytes=1024 * MEBIBYTE, output_bytes=16 * MEBIBYTE))
    assert (run.outcome, run.detail) == (Outcome.COMPLETED, "")
    assert output_file.read_bytes() == input_file.read_bytes()


def test_output_is_an_ordinary_file_of_the_owner(run_script: RunScript, output_file: Path, tmp_path: Path) -> None:
    run_script(LEARNED_SCRIPT)
    status = output_file.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (os.geteuid(), os.getegid(), 0o644)
    assert {path.name for path in tmp_path.iterdir()} == {"given.csv", "made.csv"}


def test_input_that_others_may_not_read_is_read(run_script: RunScript, input_file: Path, output_file: Path) -> None:
    input_file.chmod(0o600)
    assert run_script(LEARNED_SCRIPT).outcome is Outcome.COMPLETED
    assert output_file.exists()
    assert stat.S_IMODE(input_file.stat().st_mode) == 0o600


def test_file_left_open_is_written_out(run_script: RunScript, output_file: Path) -> None:
    script = "import sys\nfile = open(sys.argv[2], 'w')\nfile.write('id\\n007\\n')\n"
    assert run_script(script).outcome is Outcome.COMPLETED
    assert output_file.read_text(encoding="utf-8") == "id\n007\n"


def test_time_zones_and_rare_modules_are_there(run_script: RunScript) -> None:
    run = run_script(
        "import sys, zoneinfo, xml.dom.minidom\nopen(sys.argv[2], 'w').write(zoneinfo.ZoneInfo('Asia/Tokyo').key)\n"
    )
    assert run.outcome is Outcome.COMPLETED, run.log


def test_random_numbers_differ_between_runs(run_script: RunScript) -> None:
    script = "import random, numpy\nprint(random.random(), numpy.random.random())\n"
    logs = [run_script(script).log for _ in range(2)]
    assert not set(logs[0].split()) & set(logs[1].split())


def test_missing_input_is_the_callers_error(sandbox: Sandbox, tmp_path: Path) -> None:
    with sandbox.runner(Limits()) as runner, pytest.raises(FileNotFoundError):
        runner.run(LEARNED_SCRIPT, tmp_path / "nowhere.csv", tmp_path / "made.csv")
    assert list(tmp_path.iterdir()) == []


def test_script_that_takes_the_exit_away_ends_all_the_same(run_script: RunScript) -> None:
    script = "import os, sys\nos._exit = print\nopen(sys.argv[2], 'w').write('id\\n007\\n')\n"
    run = run_script(script)
    assert (run.outcome, run.log) == (Outcome.COMPLETED, "")
