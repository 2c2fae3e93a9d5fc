"""What the model is asked stands in files, so that a change of a prompt is seen in review."""

import re
import runpy
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "golden" / "prompts"
SCRIPT = FOLDER / "make.py"


def test_prompts_are_as_the_script_beside_them_writes_them(tmp_path: Path) -> None:
    runpy.run_path(str(SCRIPT), run_name="make")["main"](tmp_path)
    written = {path.relative_to(tmp_path): path.read_text("utf-8") for path in tmp_path.rglob("*.txt")}
    kept = {path.relative_to(FOLDER): path.read_text("utf-8") for path in FOLDER.rglob("*.txt")}
    assert written == kept, "if that is meant: python tests/golden/prompts/make.py"


def test_every_block_of_a_prompt_is_closed_once() -> None:
    for path in FOLDER.rglob("*.txt"):
        text = path.read_text("utf-8")
        opened = re.findall(r"^<([a-z]+)>$", text, re.MULTILINE)
        assert opened == re.findall(r"^</([a-z]+)>$", text, re.MULTILINE), path
        assert {"input", "expected", "rows"} <= set(opened)
        assert len(opened) == len(set(opened)), path
