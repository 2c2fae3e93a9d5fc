"""A learned script needs pandas and nothing else, and gives the same bytes with any of its versions."""

import json
import subprocess
from pathlib import Path

import pytest
from learning import make_task, run_script, script_for

import bootstrap

CASES = sorted(path.parent for path in (Path(__file__).parents[2] / "golden").glob("*/new.csv"))
INSTALLED = {"older": ["pandas==2.2.*"], "with_arrow": ["pandas>=3", "pyarrow"]}
RUN_ALL = """
import runpy, sys
for folder in sys.argv[1:]:
    sys.argv = ["script.py", f"{folder}/in.csv", f"{folder}/other.csv"]
    runpy.run_path(f"{folder}/script.py", run_name="__main__")
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Learn every case, and convert its new file with the pandas of this process."""
    made = []
    for case in CASES:
        folder = tmp_path_factory.mktemp(case.name)
        notes = case / "instructions.json"
        instructions = json.loads(notes.read_text()) if notes.exists() else {}
        script = script_for(
            make_task((case / "input.csv").read_bytes(), (case / "expected.csv").read_bytes(), instructions)
        )
        (folder / "script.py").write_text(script)
        run_script(script, (case / "new.csv").read_bytes(), folder)
        made.append(folder)
    return made


@pytest.mark.long
@pytest.mark.parametrize("packages", INSTALLED.values(), ids=INSTALLED)
def test_scripts_give_the_same_bytes_with_every_pandas(
    packages: list[str], folders: list[Path], tmp_path: Path
) -> None:
    python = tmp_path / "bin" / "python"
    for command in (["venv", tmp_path], ["pip", "install", "--python", python, *packages]):
        subprocess.run([bootstrap.UV, *command, "--quiet"], check=True)
    subprocess.run([python, "-W", "error", "-c", RUN_ALL, *folders], check=True)
    different = [
        folder.name for folder in folders if (folder / "other.csv").read_bytes() != (folder / "out.csv").read_bytes()
    ]
    assert not different
