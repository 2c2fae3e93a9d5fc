"""What workers are forked from is warm and idle, and what they do is seen by nobody but the model."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.language_model.answers import CutOff, Status
from tests.language_model.stub_model import StubModel

ROOT = Path(__file__).parents[3]
WORKER = """
import os, sys, threading, time
import agents.crew.preload
from agents.crew.answers import ScriptAnswer
from agents.crew.model import LanguageModel
from agents.crew.roles import CODER
from agents.crew.settings import ModelSettings
from agents.planner_agent import ModelUnavailable
from agents.token_meter import TokenMeter

assert len(os.listdir("/proc/self/task")) == 1, threading.enumerate()
assert not [name for name in os.listdir("/proc/self/fd") if int(name) > 2 and os.path.exists(f"/proc/self/fd/{name}")]
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
loaded, model = set(sys.modules), LanguageModel(ModelSettings("stub-1", "key", sys.argv[1]), TokenMeter())
for wanted in ("answer", "failure"):
    try:
        answer = model.ask(CODER, "Write it.", ScriptAnswer, lambda text: None)
    except ModelUnavailable:
        assert wanted == "failure"
    else:
        assert wanted == "answer" and answer.script == "print()"
late = {name.partition(".")[0] for name in set(sys.modules) - loaded} - {"crewai"}
assert not late, f"imported late: {late}"
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_a_forked_worker_asks_without_a_trace(home):
    answers = [{"script": "print()"}, CutOff(0), Status(401, "no")]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "REDIS_URL": "redis://127.0.0.1:9",
        "TMPDIR": str(home),
    }
    with StubModel({"coder": answers}) as stub:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", WORKER, stub.base_url],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert stub.lines == ["POST /v1/chat/completions"] * 3
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["secret.key"]  # of an account that nobody has
