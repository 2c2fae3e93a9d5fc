"""A server on a kernel that lacks a layer, played by a filter that answers for it, says so wherever one looks."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from executor.sandbox import seccomp
from tests.server.server_process import COMMAND, environment

KERNEL = Path(__file__).parents[1] / "executor" / "sandbox" / "kernels.py"

pytestmark = pytest.mark.skipif(
    platform.machine() not in seccomp.ARCHITECTURES, reason="no filter can be written for this machine"
)


def start(folder, *command, **settings):
    return subprocess.Popen(
        [sys.executable, KERNEL, "landlock", COMMAND, *command],
        cwd=folder,
        env=environment(folder / "data", **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def sandbox_finding(folder, **settings):
    told, _ = start(folder, "doctor", "--json", **settings).communicate(timeout=120)
    return next(check for check in json.loads(told)["checks"] if check["name"] == "sandbox")


def test_a_weak_server_starts_with_a_warning(tmp_path):
    with start(tmp_path, "serve", "--no-gateway", "--json") as server:
        assert "grpc_address" in json.loads(server.stdout.readline())
        server.terminate()
        _, log = server.communicate(timeout=60)
    assert "the sandbox is weak, it has no landlock: a script may read" in log


def test_the_doctor_tells_what_a_missing_layer_takes(tmp_path):
    finding = sandbox_finding(tmp_path)
    assert finding["ok"]
    assert "landlock" in finding["found"].partition("without")[2]
    assert "landlock takes Linux 5.13" in finding["mend"]


def test_the_doctor_tells_which_demand_cannot_be_met(tmp_path):
    finding = sandbox_finding(tmp_path, SANDBOX_MINIMUM="rlimits,landlock")
    assert not finding["ok"]
    assert finding["found"].endswith("CSV_CONVERTER_SANDBOX_MINIMUM demands landlock")
    assert finding["mend"].startswith("landlock takes Linux 5.13")


def test_a_server_that_may_not_start_says_where_help_is(tmp_path):
    with start(tmp_path, "serve", "--no-gateway", SANDBOX_MINIMUM="landlock") as server:
        _, told = server.communicate(timeout=60)
    assert server.returncode == 1
    assert "it lacks landlock. `csv-converter doctor` says what each layer takes." in told
