"""The demo as a stranger runs it: a process of its own, from start to finish."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from examples.demo import inherited
from tests.language_model.stub_model import StubModel

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, ROOT / "examples" / "demo.py"]
DEMO_SECONDS = 240
END_SECONDS = 5


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return the folder in which the demo keeps everything; its path marks all that the demo starts."""
    place = tmp_path / "temporary"
    place.mkdir()
    return place


def environment(place: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return inherited | {"TMPDIR": str(place), "COLUMNS": "100"}


def left_behind(place: Path) -> list[str]:
    """Return what the demo left in its place, files and processes, after giving processes time to end."""
    deadline = time.monotonic() + END_SECONDS
    while (alive := started_in(place)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive + [file.name for file in place.iterdir()]


def started_in(place: Path) -> list[str]:
    """Return the command lines of living processes whose environment or command line names the place."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = [(process / name).read_bytes() for name in ("environ", "cmdline")]
        except OSError:  # it ended, or is not ours
            continue
        if any(bytes(place) in text for text in told):
            found.append(told[1].replace(b"\0", b" ").decode())
    return found


def test_the_demo_learns_converts_and_leaves_nothing_behind(place: Path) -> None:
    finished = subprocess.run(
        DEMO, env=environment(place), capture_output=True, text=True, timeout=DEMO_SECONDS, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Everything went well" in finished.stdout
    assert left_behind(place) == []


@pytest.mark.long
def test_the_demo_takes_files_in_other_encodings(place: Path, tmp_path: Path) -> None:
    for name, encoding in (("input", "cp1252"), ("expected", "utf-16"), ("new", "utf-8")):
        (tmp_path / f"{name}.csv").write_text("id;name\n007;Jürgen\n008;Zoë\n", encoding=encoding)
    finished = subprocess.run(
        [*DEMO, tmp_path], env=environment(place), capture_output=True, text=True, timeout=DEMO_SECONDS, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.count("007;Jürgen") == 4  # the three files and the converted one


@pytest.mark.long
def test_a_model_does_in_the_demo_what_induction_cannot(place: Path, tmp_path: Path) -> None:
    script = Path(__file__).with_name("worked_hours.py").read_text()
    with StubModel({"coder": [{"script": script}]}, key="demo-key") as model:
        (tmp_path / ".env").write_text(f"OPENAI_BASE_URL={model.base_url}\nOPENAI_API_KEY=demo-key\n")
        finished = subprocess.run(
            [*DEMO, ROOT / "examples" / "shifts"],
            cwd=tmp_path,
            env=environment(place) | {"OPENAI_MODEL_NAME": "stub-1"},
            capture_output=True,
            text=True,
            timeout=DEMO_SECONDS,
            check=False,
        )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "stub-1" in finished.stdout
    assert left_behind(place) == []


def test_the_demo_keeps_what_is_set_about_a_model_and_nothing_else(tmp_path: Path, monkeypatch) -> None:
    kept = {"OPENAI_API_KEY": "key", "CSV_CONVERTER_PRIVACY": "synthetic"}
    others = {"CSV_CONVERTER_API_KEYS": "key=*", "AWS_BUCKET_NAME": "bucket", "CSV_CONVERTER_DATA_DIR": "/data"}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in (kept | others).items()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("CSV_CONVERTER_API_KEYS", "key=*")
    assert inherited().items() >= kept.items()
    assert not inherited().keys() & others.keys()


def test_an_interrupted_demo_leaves_nothing_behind(place: Path) -> None:
    with subprocess.Popen(DEMO, env=environment(place), stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout
        assert any(line.startswith("gRPC at") for line in demo.stdout)
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert left_behind(place) == []


def test_a_demo_that_cannot_succeed_says_why_and_leaves_nothing_behind(place: Path, tmp_path: Path) -> None:
    (tmp_path / "input.csv").write_text("id\n1\n")
    (tmp_path / "expected.csv").write_text("")
    (tmp_path / "new.csv").write_text("id\n2\n")
    finished = subprocess.run(
        [*DEMO, tmp_path], env=environment(place), capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 1
    assert "csv-converter train ended with exit code" in finished.stdout
    assert left_behind(place) == []
