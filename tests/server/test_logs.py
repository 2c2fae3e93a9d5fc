"""The server's log."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import logging
import structlog
from server.logs import configure_logs
configure_logs(as_json={as_json})
structlog.contextvars.bind_contextvars(request_id="abc-1")
structlog.get_logger("ours").info("call", method="GetJob", seconds=0.001)
logging.getLogger("theirs").warning("took %s", 3)
try:
    raise ValueError("broken")
except ValueError:
    structlog.get_logger("ours").exception("call broke")
print("alive")
"""


def run(*, as_json: bool, **options: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", SCRIPT.format(as_json=as_json)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, **options)


def test_an_entry_is_a_line_of_json_whoever_makes_it():
    ours, theirs, broken = map(json.loads, run(as_json=True, stderr=subprocess.PIPE).stderr.splitlines())
    assert (ours["event"], ours["level"], ours["method"], ours["seconds"]) == ("call", "info", "GetJob", 0.001)
    assert (theirs["event"], theirs["level"]) == ("took 3", "warning")
    assert (broken["event"], broken["level"]) == ("call broke", "error")
    assert "ValueError: broken" in broken["exception"]
    assert {entry["request_id"] for entry in (ours, theirs, broken)} == {"abc-1"}
    assert all(entry["timestamp"].endswith("Z") for entry in (ours, theirs, broken))


def test_an_entry_for_people_begins_with_what_they_look_for():
    ours, theirs, broken = run(as_json=False, stderr=subprocess.PIPE).stderr.splitlines()
    assert ours.partition("Z ")[2].startswith("level=info event=call ")
    assert theirs.partition("Z ")[2].startswith('level=warning event="took 3"')
    assert broken.partition("Z ")[2].startswith('level=error event="call broke"')


@pytest.mark.parametrize("as_json", [True, False])
def test_a_log_that_cannot_be_written_stops_nothing(as_json):
    with open("/dev/full", "w") as full:
        assert run(as_json=as_json, stderr=full).stdout == "alive\n"
