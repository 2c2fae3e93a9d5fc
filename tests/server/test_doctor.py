import asyncio
import json
import socket
import subprocess

import pytest

from server.data_folder import DataFolder
from server.doctor import Ailment, keys
from server.keys import new_key
from storage.sql_key_store import SqlKeyStore
from tests.server.conftest import settings_for
from tests.server.server_process import COMMAND, environment, server_process


def doctor(folder, *options, start=(), **settings):
    return subprocess.run(
        [*start, COMMAND, "doctor", *options],
        cwd=folder,
        env=environment(folder / "data", **settings),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_sound_installation_is_well(tmp_path):
    told = doctor(tmp_path, "--json")
    report = json.loads(told.stdout)
    assert report["ok"], report
    assert told.returncode == 0
    names = {check["name"] for check in report["checks"]}
    assert names >= {"Python", "pandas", "Envoy", "settings", "sandbox", "data folder", "database", "gRPC address"}
    assert not (tmp_path / "data").exists()


def test_what_is_wrong_comes_with_how_to_mend_it(tmp_path, port_that_is_taken):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "jobs.db").write_text("this is no database, though it is long enough to look like one")
    told = doctor(tmp_path, "--json", GRPC_ADDRESS=f"127.0.0.1:{port_that_is_taken}")
    wrong = {check["name"]: check for check in json.loads(told.stdout)["checks"] if not check["ok"]}
    assert told.returncode == 1
    assert set(wrong) == {"database", "gRPC address"}
    assert "CSV_CONVERTER_GRPC_ADDRESS" in wrong["gRPC address"]["mend"]


def test_a_disk_without_room_for_the_sandbox_is_a_finding(tmp_path):
    no_file_may_grow = ["prlimit", "--fsize=0"]
    told = doctor(tmp_path, "--json", start=no_file_may_grow)
    wrong = {check["name"]: check["found"] for check in json.loads(told.stdout)["checks"] if not check["ok"]}
    assert "temporary directory" in wrong["sandbox"]


def test_wrong_settings_are_named(tmp_path):
    told = doctor(tmp_path, MAX_WORKERS="many")
    assert told.returncode == 1
    assert "CSV_CONVERTER_MAX_WORKERS" in told.stdout


def test_a_running_server_is_no_ailment(tmp_path):
    with server_process(tmp_path, "--no-gateway") as server:
        told = doctor(tmp_path, GRPC_ADDRESS=server.address)
        assert told.returncode == 0, told.stdout
        assert "in use by a running server" in told.stdout


def test_a_server_that_no_key_opens_is_ailing(tmp_path):
    folder = DataFolder(tmp_path)
    nothing, one = settings_for(tmp_path, api_keys=""), settings_for(tmp_path, api_keys="x=*")
    assert "at the first start" in keys(nothing, folder)
    folder.make()
    _, kept = new_key(["acme"])

    async def store(change) -> None:
        opened = await SqlKeyStore.open(folder.database_url)
        await change(opened)
        await opened.close()

    asyncio.run(store(lambda stored: stored.add(kept)))
    assert keys(nothing, folder) == "0 configured, 1 stored"
    asyncio.run(store(lambda stored: stored.revoke(kept.key_id, 1.0)))
    with pytest.raises(Ailment):
        keys(nothing, folder)
    assert keys(one, folder) == "1 configured, 0 stored"
