"""A server on a kernel that lacks a layer, played by a filter that answers for it, says so wherever one looks."""

import errno
import json
import platform
import struct
import subprocess
import sys

import pytest

from executor.sandbox import seccomp
from tests.server.server_process import COMMAND, environment

LANDLOCK_CREATE_RULESET = 444  # on both architectures

WEAKENED = """
import ctypes, os, sys
from executor.sandbox import seccomp

ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
assert seccomp.install(bytes.fromhex(sys.argv[1]))
os.execv(sys.argv[2], sys.argv[2:])
"""

WITHOUT_LANDLOCK = b"".join(
    struct.pack("=HBBI", *instruction)
    for instruction in (
        (seccomp.LOAD, 0, 0, seccomp.NUMBER),
        (seccomp.JUMP_IF_EQUAL, 0, 1, LANDLOCK_CREATE_RULESET),
        (seccomp.RETURN, 0, 0, seccomp.FAIL | errno.ENOSYS),
        (seccomp.RETURN, 0, 0, seccomp.ALLOW),
    )
)

pytestmark = pytest.mark.skipif(
    platform.machine() not in seccomp.ARCHITECTURES, reason="no filter can be written for this machine"
)


def start(folder, *command, **settings):
    return subprocess.Popen(
        [sys.executable, "-c", WEAKENED, WITHOUT_LANDLOCK.hex(), COMMAND, *command],
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
