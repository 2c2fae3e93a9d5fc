"""The attacks once more, under other owners and from other places."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from kernels import LACKING

CLONE = Path(__file__).resolve().parents[3]
TESTS = "tests/executor/sandbox"
THIS = f"{TESTS}/{Path(__file__).name}"
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="takes root; the attacks just ran as an ordinary user's")


def run_tests(*command: str, clone: Path = CLONE) -> None:
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr[-10_000:]
    assert " passed" in done.stdout


def run_as_ordinary_user(*arguments: str) -> None:
    program = Path(__file__).with_name("ordinary_user.py")
    trial = subprocess.run([sys.executable, str(program), sys.executable, "-c", ""], capture_output=True, text=True)
    if trial.returncode != 0:
        pytest.skip(f"an ordinary user cannot be had here: {trial.stderr.strip().rpartition(chr(10))[2]}")
    run_tests(sys.executable, str(program), sys.executable, *PYTEST, *arguments)


@root_only
def test_scripts_of_an_ordinary_user_are_stopped_too() -> None:
    by_layers = "test_attack_is_stopped and not only and not time"  # the clock is the same for everybody
    run_as_ordinary_user(f"{TESTS}/test_attacks.py", "-k", by_layers)


@root_only
@pytest.mark.long
def test_every_strength_holds_for_an_ordinary_user() -> None:
    run_as_ordinary_user(TESTS, "-m", "long or not long", "--ignore", THIS)


@root_only
@pytest.mark.long
def test_clone_in_the_home_of_root_is_as_strong(tmp_path: Path) -> None:
    home = tmp_path / "root"
    home.mkdir(mode=0o700)
    python = copy_clone(home / "clone")
    run_tests(str(python), *PYTEST, TESTS, "-m", "not long", "--ignore", THIS, clone=home / "clone")


@pytest.mark.long
@pytest.mark.parametrize("lacking", LACKING)
def test_what_is_left_of_a_weaker_sandbox_holds(lacking: str) -> None:
    kernel = Path(__file__).with_name("kernels.py")
    arguments = (f"{TESTS}/test_attacks.py", "-k", "test_attack_is_stopped and not only")
    run_tests(sys.executable, str(kernel), lacking, sys.executable, *PYTEST, *arguments)


def copy_clone(clone: Path) -> Path:
    """Copy what the tests of the sandbox need, with an environment of the copy's own; its interpreter."""
    ours = Path(sys.prefix)
    for name in ("agents", "clients", "docs", "executor", "storage", "tests", "pyproject.toml"):
        copy = shutil.copytree if (CLONE / name).is_dir() else shutil.copy
        copy(CLONE / name, clone / name)
    shutil.copytree(ours, clone / ".venv", symlinks=True, copy_function=_link)
    packages = Path(sysconfig.get_paths()["purelib"]).relative_to(ours)
    for editable in (clone / ".venv" / packages).glob("*.pth"):
        text = editable.read_text()
        editable.unlink()
        editable.write_text(text.replace(str(CLONE), str(clone)))
    return clone / ".venv" / "bin" / "python"


def _link(source: str, place: str) -> None:
    try:
        os.link(source, place)
    except OSError:
        shutil.copy2(source, place)
