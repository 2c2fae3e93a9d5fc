"""The script that a model begins with runs as it stands, on files of every kind, sealed as scripts are."""

import re
from pathlib import Path

import pytest

from agents.crew.brief import make_brief
from agents.crew.material.template import template
from agents.csv_file import read_csv
from agents.script_runner import Outcome
from agents.task import Task
from csvconverter.v1.plans_pb2 import PreviousAttempt
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox
from server.inference import MISSING_COLUMNS, listed
from tests.agents.induction.learning import make_task, plan_for, run_script, script_for

FILES = sorted((Path(__file__).parents[3] / "golden").glob("*/*.csv"))
MESSY = {
    "ragged": b"a,b,c\n1,2\n3,4,5,6\n\n7,8,9\n",
    "preamble": b"Report;;\n\nname;amount;when\nann;1,5;2024\nbob;2,5;2025\n",
    "footer": b"name,amount\nann,1\nbob,2\ncyd,3\nTotal,6\n",
    "no header": b"1,2024-01-02,x\n2,2024-01-03,y\n3,2024-01-04,z\n",
    "no header below lines": b"# export\n# of today\n1,2024-01-02,x\n2,2024-01-03,y\n3,2024-01-04,z\n",
    "same names": b"a,a,,\n1,2,3,4\n5,6,7,8\n",
    "latin": "größe;straße\nklein;Köln\ngroß;Fürth\n".encode("cp1252"),
    "utf-16": "a\tb\nx\ty\nz\tw\n".encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbfa,b\r\n1,2\r\n3,4\r\n",
    "all in quotes": b'"a","b"\n"1","x, ""y"""\n"2","z\nw"\n',
    "texts in quotes": b'"a","b"\n1,"x"\n2,"y"\n3,"z"\n',
    "single quotes": b"'a','b'\n'1','x, y'\n'2','z'\n",
    "carriage returns": b"a,b\r1,2\r3,4\r",
    "no last line end": b"a,b\n1,2\n3,4",
    "hostile header": b'"""""""\'\nimport os","{x}"\n1,2\n3,4\n',
}


def same_in_and_out(data: bytes) -> Task:
    return make_task(data, data)


@pytest.mark.parametrize("data", MESSY.values(), ids=MESSY)
def test_messy_file_is_copied(data: bytes, tmp_path: Path) -> None:
    assert copies(data, tmp_path)


def test_files_of_everyday_conversions_are_copied(tmp_path: Path) -> None:
    assert [path for path in FILES if not copies(path.read_bytes(), tmp_path)] == []


def copies(data: bytes, folder: Path) -> bool:
    """Tell whether the script for a file that is to stay as it is gives the same table."""
    task = same_in_and_out(data)
    output = read_csv(run_script(template(make_brief(task), None), data, folder), task.expected.dialect.has_header)
    return (output.written_header, output.rows) == (task.expected.written_header, task.expected.rows)


def test_it_runs_sealed_and_names_missing_columns_as_the_server_reads_it(tmp_path: Path) -> None:
    given, other = tmp_path / "given.csv", tmp_path / "other.csv"
    given.write_bytes(b"a,b\n1,2\n3,4\n")
    other.write_bytes(b"b,c\n1,2\n")
    script = template(make_brief(same_in_and_out(given.read_bytes())), None)
    with Sandbox(tmp_path / "runs", spares=0) as sandbox, sandbox.runner(Limits()) as runner:
        run = runner.run(script, given, tmp_path / "made.csv")
        refused = runner.run(script, other, tmp_path / "none.csv")
    assert run.outcome is Outcome.COMPLETED
    assert (tmp_path / "made.csv").read_bytes() == given.read_bytes()
    assert re.search(r"INFO wrote 2 rows in \d\.\d\d seconds", run.log)
    assert refused.outcome is Outcome.CRASHED
    found = MISSING_COLUMNS.search(refused.log)
    assert found
    assert listed(found[1]) == "a"


def test_what_induction_solved_is_there_and_the_rest_is_left_to_write(tmp_path: Path) -> None:
    animals = ["zebra", "lion", "mouse", "bear", "eel", "fox"]
    given = "id,day,key\n" + "".join(
        f"{n:03},{n + 1:02}.12.2024,{key}\n" for n, key in enumerate(["q", "w", "e", "r", "t", "z"])
    )
    wanted = "id,day,animal,day 2\n" + "".join(f"{n:03},2024-12-{n + 1:02},{one},\n" for n, one in enumerate(animals))
    task = make_task(given, wanted)
    plan = plan_for(task)
    assert list(plan.unsolved_columns) == ["animal"]
    script = template(make_brief(task), PreviousAttempt(plan=plan, script=script_for(task)))
    assert (
        'def make_animal(df: pd.DataFrame) -> pd.Series:\n    """WRITE THIS: make the column \'animal\'."""' in script
    )
    assert len(script) < len(script_for(task)) / 2
    output = read_csv(run_script(script, given.encode(), tmp_path))
    blank = [
        ["" if name == "animal" else cell for name, cell in zip(task.expected.header, row, strict=True)]
        for row in task.expected.rows
    ]
    assert [list(row) for row in output.rows] == blank


def test_cells_that_cannot_be_made_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = template(make_brief(make_task("a\nx\ny\n", "a,b\nx,1\ny,2\n")), None)
    missing = script.replace('pd.Series("", index=df.index, dtype=object)', "pd.Series([None, 'z'])")
    assert run_script(missing, b"a\nx\ny\n", tmp_path) == b"a,b\nx,\ny,z\n"
    assert "b: 1 values could not be read; they were left blank" in caplog.messages


def test_many_columns_that_are_not_solved_leave_a_script_that_runs(tmp_path: Path) -> None:
    animals = ["zebra", "lion", "mouse", "bear", "eel", "fox"]
    given = "table,day\n" + "".join(f"{n:03},{n + 1:02}.12.2024\n" for n in range(6))
    names = ",".join(f"animal {n}" for n in range(30))
    wanted = f"table,day,{names}\n" + "".join(
        f"T{n:03},2024-12-{n + 1:02}," + ",".join(f"{one}{n * m * m}" for m in range(30)) + "\n"
        for n, one in enumerate(animals)
    )
    task = make_task(given, wanted)
    plan = plan_for(task)
    assert {"table", "day"} <= set(plan.solved_columns)
    script = template(make_brief(task), PreviousAttempt(plan=plan, script=script_for(task)))
    assert script.count("WRITE THIS: make the column") == 12
    output = read_csv(run_script(script, given.encode(), tmp_path))
    assert [row[:2] for row in output.rows] == [row[:2] for row in task.expected.rows]
