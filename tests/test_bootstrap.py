"""Bootstrapping from an index of our own, in a real process whose Python has no pip."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import bootstrap

FAKE_UV = """#!/bin/sh
mkdir -p .venv/bin && touch .venv/bin/python && echo "$@" >> calls
"""
FILES = ["uv.lock", "pyproject.toml", "clients/python/pyproject.toml"]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """Serve a package index that holds nothing but wheels of a fake uv."""
    folder = tmp_path / "index" / "simple" / "uv"
    folder.mkdir(parents=True)
    for name, _ in bootstrap.WHEELS.values():
        with zipfile.ZipFile(folder / name, "w") as wheel:
            wheel.writestr(f"uv-{bootstrap.UV_VERSION}.data/scripts/uv", FAKE_UV)
    links = (f'<a href="../../simple/uv/{path.name}#sha256=0">{path.name}</a>' for path in folder.iterdir())
    (folder / "index.html").write_text("".join(links))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "index")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the requests out of the test's output."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy what bootstrap reads of a project."""
    project = tmp_path / "project"
    for name in [*FILES, "bootstrap.py"]:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(bootstrap.ROOT / name, project / name)
    return project


@pytest.fixture
def run(project: Path, tmp_path: Path, index: str) -> Run:
    """Run the project's bootstrap with a Python that cannot run pip."""
    crippled = tmp_path / "crippled"
    crippled.mkdir()
    (crippled / "pip.py").write_text("raise SystemExit('No module named pip')")
    chosen = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_CONFIG_FILE", "OPENAI_", "CSV_CONVERTER_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(chosen)}
    environment = clean | {"HOME": str(tmp_path), "PYTHONPATH": str(crippled), "PIP_INDEX_URL": index}

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, project / "bootstrap.py", *arguments]
        options = {"cwd": project, "env": environment | variables, "capture_output": True, "text": True}
        return subprocess.run(command, **options, timeout=60, check=False)

    return run


@pytest.fixture
def trusted(project: Path, tmp_path: Path, index: str) -> None:
    """Pin the fake wheels in the project's bootstrap, as the real ones are pinned in ours."""
    text = (project / "bootstrap.py").read_text()
    for name, digest in bootstrap.WHEELS.values():
        wheel = tmp_path / "index" / "simple" / "uv" / name
        text = text.replace(digest, hashlib.sha256(wheel.read_bytes()).hexdigest())
    (project / "bootstrap.py").write_text(text)


@pytest.mark.usefixtures("trusted")
def test_uv_comes_from_the_index_where_pip_is_missing(run: Run, project: Path) -> None:
    answer = run("--all")
    assert answer.returncode == 0, answer.stderr
    assert os.access(project / ".tools" / f"uv-{bootstrap.UV_VERSION}", os.X_OK)


@pytest.mark.usefixtures("trusted")
def test_a_mirror_is_asked_for_the_locked_packages(run: Run, project: Path) -> None:
    run("--all")
    calls = (project / "calls").read_text().splitlines()
    assert [call.split()[1] for call in calls] == ["venv", "export", "pip", "pip"]
    assert "--require-hashes" in calls[2]


@pytest.mark.usefixtures("trusted")
def test_a_second_run_does_nothing(run: Run, project: Path) -> None:
    run("--all")
    (project / "calls").unlink()
    for arguments in (["--all"], []):
        assert run(*arguments).stderr == ""
    assert not (project / "calls").exists()


@pytest.mark.usefixtures("trusted")
def test_everything_is_installed_after_the_service_alone(run: Run, project: Path) -> None:
    run()
    assert "--no-dev" in (project / "calls").read_text()
    run("--all")
    assert "--all-groups" in (project / "calls").read_text()


CONFIGURED = "OPENAI_API_KEY=x\n"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("settings", "crew"),
    [
        ("", False),
        ("OPENAI_API_KEY=\nOPENAI_BASE_URL= # none\n", False),
        (CONFIGURED, True),
        ("export OPENAI_BASE_URL = 'http://localhost:11434/v1'\n", True),
        ('CSV_CONVERTER_AGENTS="crew"\n', True),
        (f"{CONFIGURED}CSV_CONVERTER_AGENTS=induction\n", False),
    ],
)
def test_crewai_is_installed_where_a_model_is_configured(run: Run, project: Path, settings: str, crew: bool) -> None:
    (project / ".env").write_text(settings)
    told = run()
    assert ("CrewAI" in told.stderr, "--extra=crew" in (project / "calls").read_text()) == (crew, crew)


@pytest.mark.usefixtures("trusted")
def test_crewai_comes_when_a_model_is_configured_later_and_stays(run: Run, project: Path) -> None:
    run()
    assert run(OPENAI_API_KEY="x").stderr.startswith("installing the locked packages, CrewAI among them")
    for answer in (run(OPENAI_API_KEY="x"), run()):
        assert answer.stderr == ""
    run("--all")
    assert run(OPENAI_API_KEY="x").stderr == ""


@pytest.mark.usefixtures("trusted")
def test_a_changed_lock_is_installed(run: Run, project: Path) -> None:
    run()
    (project / "calls").unlink()
    with (project / "uv.lock").open("a") as lock:
        lock.write("# changed\n")
    run()
    assert (project / "calls").exists()


def test_a_wheel_with_another_digest_is_refused(run: Run, project: Path) -> None:
    answer = run()
    assert answer.returncode == 1
    assert "do not use that index" in answer.stderr
    assert not (project / ".tools").exists()


def test_an_index_without_uv_is_named(run: Run, index: str, tmp_path: Path) -> None:
    (tmp_path / "index/simple/uv/index.html").write_text("<html></html>")
    answer = run()
    assert answer.returncode == 1
    assert f"{index}/uv/ lists no uv-" in answer.stderr


def test_an_index_that_does_not_answer_is_named(run: Run, index: str, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "index/simple/uv")
    answer = run()
    assert answer.returncode == 1
    assert f"cannot fetch uv from {index}/uv/" in answer.stderr


def test_a_browser_that_cannot_be_installed_is_named(tmp_path: Path) -> None:
    command = [sys.executable, bootstrap.__file__, "--browser"]
    told = subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=True)
    assert "apt-get install chromium" in told.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
def test_a_browser_is_installed_by_apt(tmp_path: Path) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n')
    apt.chmod(0o755)
    command = [sys.executable, bootstrap.__file__, "--browser"]
    subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, timeout=60, check=True)
    assert (tmp_path / "calls").read_text().split()[-1] == "chromium"
