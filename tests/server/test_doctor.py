import asyncio
import json
import os
import socket
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from server import model_check
from server.ailment import Ailment
from server.data_folder import DataFolder
from server.doctor import keys
from server.keys import new_key
from tests.language_model.stub_model import StubModel
from tests.server.conftest import settings_for
from tests.server.server_process import COMMAND, NO_VARIABLES, environment, server_process
from tests.storage.opened import open_keys


def doctor(folder, *options, start=(), variables=NO_VARIABLES, **settings):
    return subprocess.run(
        [*start, COMMAND, "doctor", *options],
        cwd=folder,
        env=environment(folder / "data", **settings) | variables,
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
    assert "at the first start" in keys(nothing)
    folder.make()
    _, kept = new_key(["acme"])

    async def store(change) -> None:
        opened = await open_keys(folder.database_url)
        await change(opened)
        await opened.close()

    asyncio.run(store(lambda stored: stored.add(kept)))
    assert keys(nothing) == "0 configured, 1 stored"
    asyncio.run(store(lambda stored: stored.revoke(kept.key_id, 1.0)))
    with pytest.raises(Ailment):
        keys(nothing)
    assert keys(one) == "1 configured, 0 stored"


def findings(folder, **variables):
    """Return what doctor says of the agents and their model, by name."""
    told = doctor(folder, "--json", variables=variables)
    return {check["name"]: check for check in json.loads(told.stdout)["checks"] if check["name"] in ("agents", "model")}


def test_induction_alone_is_told_with_what_a_model_takes(tmp_path):
    found = findings(tmp_path)
    assert set(found) == {"agents"}
    assert "induction alone; set OPENAI_API_KEY" in found["agents"]["found"]


def test_a_crew_and_its_model_are_looked_at(tmp_path):
    with StubModel({}, key="hush") as model:
        found = findings(tmp_path, OPENAI_API_KEY="hush", OPENAI_BASE_URL=model.base_url, OPENAI_MODEL_NAME="stub")
    assert all(check["ok"] for check in found.values()), found
    assert "auto, with stub and CrewAI 1." in found["agents"]["found"]
    assert found["model"]["found"] == f"stub at {model.base_url}"
    assert "hush" not in json.dumps(found)


def test_a_model_server_that_cannot_be_used_comes_with_how_to_mend_it(tmp_path):
    with StubModel({}, key="right") as model:
        local = settings_for(
            tmp_path, OPENAI_BASE_URL=model.base_url, OPENAI_API_KEY="right", OPENAI_MODEL_NAME="other"
        )
        with pytest.raises(Ailment, match="has no model other") as unknown:
            model_check.model(local)
        assert unknown.value.mend == "set OPENAI_MODEL_NAME to one that it has: stub"
        with pytest.raises(Ailment, match="status 401") as refused:
            model_check.model(settings_for(tmp_path, OPENAI_BASE_URL=model.base_url, OPENAI_API_KEY="wrong"))
        assert "OPENAI_API_KEY" in refused.value.mend
        with pytest.raises(Ailment, match="status 404") as lost:
            model_check.model(settings_for(tmp_path, OPENAI_BASE_URL=f"{model.base_url}/x", OPENAI_API_KEY="right"))
        assert "usually ends with /v1" in lost.value.mend
    with pytest.raises(Ailment, match="does not answer as a model's server") as away:
        model_check.model(settings_for(tmp_path, OPENAI_BASE_URL=model.base_url, OPENAI_API_KEY="right"))
    assert "start the model's server" in away.value.mend


class Pointing(BaseHTTPRequestHandler):
    """Sends everybody on."""

    def do_GET(self):
        self.send_response(307)
        self.send_header("Location", self.server.elsewhere)
        self.end_headers()

    def log_message(self, *_):
        """Stay silent."""


def test_the_key_is_not_taken_to_where_a_model_s_server_points(tmp_path):
    with StubModel({}) as elsewhere, HTTPServer(("127.0.0.1", 0), Pointing) as server:
        server.elsewhere = f"{elsewhere.base_url}/models"
        thread = Thread(target=server.handle_request)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/v1"
        with pytest.raises(Ailment, match="status 307"):
            model_check.model(settings_for(tmp_path, OPENAI_BASE_URL=address, OPENAI_API_KEY="right"))
        thread.join()
    assert elsewhere.lines == []


def test_a_damaged_crewai_is_an_ailment(tmp_path, monkeypatch):
    (tmp_path / "crewai").mkdir()
    (tmp_path / "crewai" / "__init__.py").write_text("raise RuntimeError('half of it is missing')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with pytest.raises(Ailment, match="cannot be imported: RuntimeError: half of it is missing"):
        model_check.import_crew()
