"""`csv-converter keys`, as a process beside a server or without one."""

import json
import re
import stat
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from csvconverter.cli.app import build_app
from tests.server.server_process import COMMAND, ServerProcess, environment, server_process

KEY = re.compile(r"csvc_([0-9a-f]{10})_[0-9a-f]{64}")


def keys(folder: Path, *arguments: str) -> Result:
    """Run a command in this process, which is quick; one test starts processes."""
    return CliRunner().invoke(build_app(), ["keys", *arguments], env={"CSV_CONVERTER_DATA_DIR": str(folder / "data")})


def made(folder: Path, *arguments: str) -> str:
    """Make a key and return it."""
    told = keys(folder, "create", *arguments)
    assert told.exit_code == 0, told.stderr
    return told.stdout.strip()


def listed(folder: Path) -> list[dict]:
    return [json.loads(line) for line in keys(folder, "list", "--json").stdout.splitlines()]


def status(server: ServerProcess, key: str | bytes, client: str = "acme") -> int:
    path = f"http://{server.told['http_address']}/api/v1/users/{client}/jobs"
    return httpx.get(path, headers={"x-api-key": key}, timeout=60).status_code


def test_keys_are_made_listed_and_revoked_before_any_server_runs(tmp_path):
    key = made(tmp_path, "--client", "acme", "--client", "globex", "--label", "nightly\nimport", "--expires", "90d")
    [key_id] = KEY.fullmatch(key).groups()
    [entry] = listed(tmp_path)
    assert (entry["key_id"], entry["state"]) == (key_id, "active")
    assert (entry["clients"], entry["label"]) == (["acme", "globex"], "nightly\nimport")
    expires_at, created_at = (datetime.fromisoformat(entry[name]) for name in ("expires_at", "created_at"))
    assert abs(expires_at - created_at - timedelta(days=90)) <= timedelta(seconds=1)
    assert entry["last_used_at"] is entry["revoked_at"] is None
    assert keys(tmp_path, "list").stdout.split("\t")[:3] == [key_id, "active", "acme,globex"]

    revoked = json.loads(keys(tmp_path, "revoke", key_id, "--json").stdout)
    assert listed(tmp_path) == [revoked]
    assert revoked["state"] == "revoked"
    again = keys(tmp_path, "revoke", key_id, "--json")
    assert (again.exit_code, json.loads(again.stdout)) == (0, revoked)


def test_only_a_digest_is_kept_for_this_user_alone(tmp_path):
    key = made(tmp_path, "--all")
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert all(key.encode() not in path.read_bytes() for path in kept)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["create"], 2, "--client"),
        (["create", "--all", "--client", "acme"], 2, "--all"),
        (["create", "--client", "*"], 2, "--client"),
        (["create", "--client", "../acme"], 2, "--client"),
        (["create", "--all", "--expires", "soon"], 2, "90d"),
        (["create", "--all", "--expires", "9999-12-31T23:00-12:00"], 2, "90d"),
        (["create", "--all", "--expires", "2020-01-31"], 2, "passed"),
        (["revoke", "0123456789"], 5, "keys list"),
        (["revoke", "0123456789", "--json"], 5, '"error"'),
    ],
)
def test_what_is_wrong_is_said(tmp_path, arguments, code, said):
    told = keys(tmp_path, *arguments)
    assert (told.exit_code, told.stdout) == (code, "")
    assert said in told.stderr


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "data").write_text("a file")
    told = keys(tmp_path, "list")
    assert told.exit_code == 1
    assert "CSV_CONVERTER_DATA_DIR" in told.stderr


def test_many_commands_at_once_on_a_new_folder(tmp_path):
    command = [COMMAND, "keys", "create", "--all"]
    given = {"env": environment(tmp_path / "data"), "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **given) for _ in range(3)]
    told = [process.communicate()[0].strip() for process in processes]
    assert all(map(KEY.fullmatch, told))
    assert {entry["key_id"] for entry in listed(tmp_path)} == {key.split("_")[1] for key in told}


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("keys")) as server:
        yield server


@pytest.fixture
def folder(running: ServerProcess) -> Path:
    return Path(running.told["data_dir"]).parent


def test_a_command_counts_on_the_running_server_when_it_returns(running, folder):
    key = made(folder, "--client", "acme", "--label", "rotated")
    assert status(running, key) == 200
    successor = made(folder, "--client", "acme")
    assert keys(folder, "revoke", key.split("_")[1]).exit_code == 0
    assert [status(running, shown) for shown in (key, successor)] == [401, 200]
    assert status(running, successor, "globex") == 403


def test_the_first_key_is_one_of_those_that_are_kept(running, folder):
    key = running.told["api_key"]
    assert (folder / "data" / "api-key").read_text().strip() == key
    [first] = [entry for entry in listed(folder) if entry["label"] == "made at the first start"]
    assert (first["clients"], first["key_id"]) == (["*"], key.split("_")[1])


def test_a_key_is_shown_in_one_header(running):
    def ask(*shown: bytes) -> int:
        path = f"http://{running.told['http_address']}/api/v1/queue/status"
        return httpx.get(path, headers=[(b"x-api-key", key) for key in shown]).status_code

    right = running.told["api_key"].encode()
    assert ask(right) == 200
    strange = [(), (b"",), (right, right), (right, b"other"), (right + b"," + right,), (b"k" * 9_000,), (b"\xff\xc3",)]
    assert {shown: ask(*shown) for shown in strange} == dict.fromkeys(strange, 401)


def test_the_log_has_the_keys_id_and_no_key(running, folder):
    key, wrong = made(folder, "--all"), KEY.pattern.replace("[0-9a-f]", "a")
    for shown in (key, running.told["api_key"], wrong, key[:-1], "schlüssel".encode("latin-1")):
        status(running, shown)
    wanted = f'"key": "{key.split("_")[1]}"'
    end = time.monotonic() + 20  # the gateway writes its log in batches
    while wanted not in (log := running.log.read_text()) or '"path"' not in log:
        assert time.monotonic() < end, log
        time.sleep(0.1)
    assert "csvc_" not in log
    assert "schl" not in log
    assert wrong[:40] not in log


def test_a_revoked_first_key_leaves_no_file(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "api-key").write_text(made(tmp_path, "--all") + "\n")
    other = made(tmp_path, "--all")
    keys(tmp_path, "revoke", other.split("_")[1])
    key_file = tmp_path / "data" / "api-key"
    keys(tmp_path, "revoke", key_file.read_text().split("_")[1])
    assert not key_file.exists()
