"""A change of the contract that breaks callers is found before and after it is committed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HARMLESS = ("  string owner = 6;", "  string owner = 6;\n  // New.\n  string colour = 999;")
ANOTHER_TYPE = ("  string owner = 6;", "  int32 owner = 6;")
ANOTHER_NAME = ("  string owner = 6;", "  string author = 6;")


class Clone:
    """A clone of the project with nothing in it but the contract."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet")
        self.commit()

    def git(self, *arguments: str) -> None:
        settings = {f"GIT_{who}_{what}": "nobody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        settings |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run(["git", *arguments], cwd=self.folder, env=os.environ | settings, check=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")

    def change(self, change: tuple[str, str]) -> None:
        jobs = self.folder / "protos/csvconverter/v1/jobs.proto"
        text = jobs.read_text()
        assert change[0] in text
        jobs.write_text(text.replace(*change))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "protos", folder / "protos", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "buf.yaml", folder)
    return folder


def compare(project: Path) -> tuple[int, str]:
    """Compare as `make check` does, and return the status and what was said."""
    image = project.parent / "contract.binpb"
    run(project / "protos/generate.py", "image", image).check_returncode()
    done = run(project / "protos/breaking.py", image)
    return done.returncode, done.stdout


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(Path(command[0]).parents[2])}
    return subprocess.run([sys.executable, *command], env=environment, stdout=subprocess.PIPE, text=True, timeout=120)


@pytest.mark.parametrize("change", [ANOTHER_TYPE, ANOTHER_NAME])
def test_a_change_that_breaks_callers_is_refused_before_and_after_it_is_committed(project, change):
    clone = Clone(project)
    clone.change(change)
    status, said = compare(project)
    assert status != 0
    assert "owner" in said
    clone.commit()
    clone.commit()  # a later one that leaves the protos alone
    assert compare(project) == (status, said)


def test_a_change_that_breaks_nobody_passes(project):
    clone = Clone(project)
    clone.change(HARMLESS)
    assert compare(project) == (0, "")
    clone.commit()
    assert compare(project) == (0, "")


def test_without_history_there_is_nothing_to_compare_with(project):
    status, said = compare(project)
    assert status == 0
    assert "compared with nothing: fatal: not a git repository" in said


def test_the_first_protos_break_nobody(project):
    Clone(project)
    status, said = compare(project)
    assert status == 0
    assert "compared with nothing" in said
