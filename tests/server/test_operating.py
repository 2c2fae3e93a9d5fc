"""What operators do on the command line, on the database of the data folder and on one that servers share."""

import json
import time
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from csvconverter.cli.app import build_app
from server.doctor import database, keys
from server.keys import VIEW_SECONDS
from tests.server.conftest import settings_for
from tests.stores.postgresql import PASSWORD, PostgresServer

Variables = dict[str, str]


@pytest.fixture(params=["sqlite", "postgresql"])
def variables(request: pytest.FixtureRequest, tmp_path: Path) -> Variables:
    """Return the settings of a server on an empty database of each kind."""
    given = {"CSV_CONVERTER_DATA_DIR": str(tmp_path / "data")}
    if request.param == "postgresql":
        given["CSV_CONVERTER_DATABASE_URL"] = request.getfixturevalue("database_url")
    return given


def run(variables: Variables, *arguments: str) -> Result:
    return CliRunner().invoke(build_app(), arguments, env=variables)


def audit(variables: Variables, *arguments: str) -> list[dict]:
    return [json.loads(line) for line in run(variables, "audit", "--json", *arguments).stdout.splitlines()]


def test_keys_are_changed_and_the_changes_noted(variables: Variables) -> None:
    began = time.monotonic()
    made = json.loads(run(variables, "keys", "create", "--client", "acme", "--json").stdout)
    assert run(variables, "keys", "revoke", made["key_id"]).exit_code == 0
    shared = "CSV_CONVERTER_DATABASE_URL" in variables
    if shared:  # servers may run on it anywhere, and go by what they saw a moment ago
        assert time.monotonic() - began > 2 * VIEW_SECONDS
    [listed] = run(variables, "keys", "list", "--json").stdout.splitlines()
    assert json.loads(listed)["state"] == "revoked"
    noted = [(entry["key_id"], entry["action"], entry["detail"]) for entry in audit(variables)]
    assert noted == [("command-line", action, made["key_id"]) for action in ("create-key", "revoke-key")]
    assert (Path(variables["CSV_CONVERTER_DATA_DIR"]) / "jobs.db").exists() != shared


def test_audit_shows_the_newest_entries_that_were_asked_for(variables: Variables) -> None:
    for _ in range(2):
        run(variables, "keys", "create", "--all")
    everything = audit(variables)
    assert len(everything) == 2
    assert audit(variables, "--limit", "1") == everything[1:]
    assert audit(variables, "--key", "command-line", "--since", "1h") == everything
    assert audit(variables, "--since", "2999-01-01") == audit(variables, "--user", "acme") == []
    cut = run(variables, "audit", "--limit", "1")
    assert cut.stdout.split("\t")[1:3] == ["command-line", "create-key"]
    assert "--limit shows more" in cut.stderr
    wrong = run(variables, "audit", "--since", "yesterday")
    assert (wrong.exit_code, wrong.stdout) == (2, "")


def test_doctor_looks_at_a_shared_database(database_url: str, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, database_url=database_url)
    assert database(settings).startswith("PostgreSQL 1")
    assert keys(settings) == "2 configured, 0 stored"


def test_commands_on_a_database_that_is_not_there_say_so_without_its_password(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    nowhere = {"CSV_CONVERTER_DATA_DIR": str(tmp_path), "CSV_CONVERTER_DATABASE_URL": postgres.url("nowhere")}
    for command in (("keys", "list"), ("audit",)):
        told = run(nowhere, *command)
        assert (told.exit_code, told.stdout) == (1, "")
        assert "nowhere" in told.stderr
        assert PASSWORD not in told.stderr
