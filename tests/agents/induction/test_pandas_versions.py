"""A learned script needs pandas and nothing else, and gives the same bytes with any of its versions."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from learning import make_task, run_script, script_for

import bootstrap
from agents.induction.code import Code
from agents.induction.model import Expression, Table
from tests.agents.induction.operator_examples import Example, examples

CASES = sorted(path.parent for path in (Path(__file__).parents[2] / "golden").glob("*/new.csv"))
FAR_DATE = re.compile(r"^(?!1[789]|2[01])\d{4}-\d\d-\d\d.*")
INSTALLED = {"older": ["pandas==2.2.*"], "with_arrow": ["pandas>=3", "pyarrow"]}
RUN_ALL = """
import runpy, sys
for folder in sys.argv[1:]:
    sys.argv = ["script.py", f"{folder}/in.csv", f"{folder}/other.csv"]
    runpy.run_path(f"{folder}/script.py", run_name="__main__")
"""
RUN_OPERATORS = """
import json, logging, sys
from collections.abc import Iterable
from typing import Any
import pandas as pd
different = []
for operator, lines, columns, wanted in json.load(open(sys.argv[1])):
    names = {"LOG": logging.getLogger("learned"), "Any": Any, "Iterable": Iterable, "pd": pd}
    names["df"] = pd.DataFrame(columns, dtype=object)
    exec(chr(10).join(lines), names)
    made = names["df"]
    cells = {name: list(made[name].where(made[name].notna(), None)) for name in made}
    if cells != wanted or set(map(str, made.dtypes)) - {"object"}:
        different.append(operator)
print(json.dumps(different))
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


@pytest.fixture(scope="module", params=INSTALLED.values(), ids=INSTALLED)
def python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install another pandas."""
    folder = tmp_path_factory.mktemp("python")
    python = folder / "bin" / "python"
    for command in (["venv", "--clear", folder], ["pip", "install", "--python", python, *request.param]):
        subprocess.run([bootstrap.UV, *command, "--quiet"], check=True)
    return python


@pytest.mark.long
def test_scripts_give_the_same_bytes_with_every_pandas(python: Path, folders: list[Path]) -> None:
    subprocess.run([python, "-W", "error", "-c", RUN_ALL, *folders], check=True)
    different = [
        folder.name for folder in folders if (folder / "other.csv").read_bytes() != (folder / "out.csv").read_bytes()
    ]
    assert not different


@pytest.mark.long
def test_every_operator_gives_the_same_cells_with_every_pandas(python: Path, tmp_path: Path) -> None:
    (tmp_path / "operators.json").write_text(json.dumps(list(map(rendered, examples()))))
    command = [python, "-W", "error", "-c", RUN_OPERATORS, tmp_path / "operators.json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == []


def rendered(example: Example) -> list[object]:
    """Return the name, the code, the table and the result of an example, as JSON knows them."""
    operator, table = example[0], without_far_dates(example[1])
    code = Code()
    wanted: dict[str, list[str | None]]
    if isinstance(operator, Expression):
        statements = [f'df = ({operator.render(code)}).to_frame("cells")']
        wanted = {"cells": operator.run(table)}
    else:
        statements = operator.render(code)
        wanted = {name: list(cells) for name, cells in operator.run(table).columns.items()}
    lines: list[str] = [f"import {module}" for module in sorted(code.imports)]
    lines += [f"{name} = {value!r}" for name, value in code.constants.items()]
    return [operator.op, [*lines, *code.helpers.values(), *statements], dict(table.columns), wanted]


def without_far_dates(table: Table) -> Table:
    """Return a table without the dates that older pandas does not know."""
    return Table({name: [FAR_DATE.sub("", cell) for cell in cells] for name, cells in table.columns.items()})
