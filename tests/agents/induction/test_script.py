"""The learned script as people get it: it stands alone, says what is wrong, and nothing in the data can break it."""

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from learning import make_task, plan_for, run_script, script_for

from agents.csv_file import read_csv

HOSTILE = ['"""', "a'b\"c\\", "line\nbreak", "\\", "import", "", "x}{", "'''\nimport os", "ünï 😀", "#", "%s", "df"]


def test_script_runs_as_a_program(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(script_for(make_task("a,b\n1,x\n2,y\n", "B\nX\nY\n")))
    (tmp_path / "in.csv").write_bytes(b"\xef\xbb\xbfmore,b\r\n1,zed\r\n")
    command = [sys.executable, tmp_path / "script.py", tmp_path / "in.csv", tmp_path / "out.csv"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]})
    assert (tmp_path / "out.csv").read_text() == "B\nZED\n"
    assert ran.stderr.startswith("INFO read 1 rows with 2 columns\nINFO wrote 1 rows in ")


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    script = script_for(make_task("a,b,c\n1,x,p\n2,y,q\n", "A,B\n1,X\n2,Y\n"))
    with pytest.raises(SystemExit, match=r"missing columns: \['a', 'b'\]; the input has \['c', 'd'\]"):
        run_script(script, b"c,d\n1,2\n", tmp_path)


def test_short_and_long_rows_are_repaired_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = script_for(make_task("a,b\n1,x\n2,y\n", "b,a\nx,1\ny,2\n"))
    assert run_script(script, b"a,b\n1\n2,y,z\n\n3,w\n", tmp_path) == b"b,a\n,1\ny,2\nw,3\n"
    assert caplog.messages[:3] == [
        "blank lines: 1, the first in line 4; they were skipped",
        "rows with fewer than 2 cells: 1, the first in line 2; blanks were added",
        "rows with more than 2 cells: 1, the first in line 3; the rest was cut",
    ]


def test_note_on_the_delimiter_is_skipped_whether_the_example_had_it_or_not(tmp_path: Path) -> None:
    for example in ("sep=;\na;b\n1;x\n2;y\n", "a;b\n1;x\n2;y\n"):
        script = script_for(make_task(example, "b,a\nx,1\ny,2\n"))
        assert run_script(script, b"sep=;\r\na;b\r\n3;z\r\n", tmp_path) == b"b,a\nz,3\n"
        assert run_script(script, b"a;b\r\n3;z\r\n", tmp_path) == b"b,a\nz,3\n"


def test_another_encoding_is_read_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = script_for(make_task("a\nx\ny\n", "a\nX\nY\n"))
    assert run_script(script, "a\né\n".encode("cp1252"), tmp_path) == "a\nÉ\n".encode()
    assert "the file is not UTF-8, as line 2 shows: read as Windows-1252, which is a guess" in caplog.messages


def test_what_cannot_be_decoded_is_said(tmp_path: Path) -> None:
    script = script_for(make_task("a\nx\ny\n", "a\nX\nY\n"))
    with pytest.raises(SystemExit, match="the input cannot be decoded"):
        run_script(script, b"a\n\x81\n", tmp_path)


def test_characters_that_the_output_lacks_are_said(tmp_path: Path) -> None:
    script = script_for(make_task("a\nx\nä\n", "a\nX\nÄ\n".encode("cp1252")))
    with pytest.raises(SystemExit, match="the output cannot be written as cp1252"):
        run_script(script, "a\nж\n".encode(), tmp_path)


def test_utf_8_is_read_where_the_example_was_written_in_an_older_encoding(tmp_path: Path) -> None:
    script = script_for(make_task("n\nJürgen\nZoë\n".encode("cp1252"), "n\nJÜRGEN\nZOË\n"))
    for encoding in ("cp1252", "utf-8", "utf-8-sig"):
        assert run_script(script, "n\nChloé\n".encode(encoding), tmp_path) == "n\nCHLOÉ\n".encode()


def test_hostile_names_and_constants_stay_data(tmp_path: Path) -> None:
    header = ",".join('"' + name.replace('"', '""') + '"' for name in HOSTILE)
    rows = "".join(",".join(f"v{row}c{n}" for n in range(len(HOSTILE))) + "\n" for row in range(3))
    constant = '"""\nimport os\nos.abort()\n"""\\'.replace('"', '""')
    wanted = f'{header},"new ""\n"\n' + "".join(f'{line.upper()},"{constant}"\n' for line in rows.splitlines())
    task = make_task(f"{header}\n{rows}", wanted)
    script = script_for(task)
    assert not plan_for(task).unsolved_columns
    imported = {
        alias.name for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Import) for alias in node.names
    }
    assert imported <= {"codecs", "csv", "logging", "re", "sys", "time", "pandas"}
    output = read_csv(run_script(script, f"{header}\n{rows}".encode(), tmp_path))
    assert output.rows == task.expected.rows


def test_unsolved_columns_are_left_blank_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = make_task("k\nqa\nwb\nec\n", "k,v\nqa,zebra\nwb,lion\nec,mouse\n")
    assert run_script(script_for(task), b"k\nz\n", tmp_path) == b"k,v\nz,\n"
    assert "v: it is not known how to compute this column" in caplog.text


def test_header_without_rows_gives_a_header(tmp_path: Path) -> None:
    script = script_for(make_task("a,n\nx y,2\nz w,1\nq r,3\n", "f,n\nZ,1\nX,2\nQ,3\n"))
    assert run_script(script, b"a,n\n", tmp_path) == b"f,n\n"


def test_wide_and_long_files_take_seconds(tmp_path: Path) -> None:
    wide = [[f"c{n}" for n in range(200)], *([f"{r} {n}" for n in range(200)] for r in range(30))]
    text = "\n".join(",".join(row) for row in wide) + "\n"
    long = "id,name\n" + "".join(f"{n:06},name {n}\n" for n in range(100_000))
    started = time.monotonic()
    assert not plan_for(make_task(text, text)).unsolved_columns
    assert not plan_for(make_task(long, long.replace("name", "NAME"))).unsolved_columns
    assert time.monotonic() - started < 30


def test_unreadable_values_are_counted_row_by_row(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = script_for(make_task("k,d\na,31.12.2024\nb,30.11.2024\n", "k,d\na,2024-12-31\nb,2024-11-30\n"))
    given = b"k,d\na,1.2.2024\nb,soon\nc,\nd,soon\ne,1.2.2024\nf,never\n"
    assert run_script(script, given, tmp_path) == b"k,d\na,2024-02-01\nb,\nc,\nd,\ne,2024-02-01\nf,\n"
    assert "d: 3 values could not be read, the first in row 2: 'soon'" in caplog.messages
