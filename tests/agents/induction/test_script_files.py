"""Scripts read and write files as the example's were read and written."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learning import make_task, run_script, script_for

from agents.csv_file import CsvFile, read_csv
from agents.induction.cells.text import Column
from agents.induction.coder import InductionCoder
from agents.induction.model import OutputColumn, Program
from agents.task import Task
from benchmarks.messy_files import messy_files
from csvconverter.v1.plans_pb2 import Plan


def copying_script(file: CsvFile) -> str:
    """Return the script that a file gets whose columns are all kept."""
    program = Program((), tuple(OutputColumn(name, Column(name)) for name in file.header))
    return InductionCoder().write(Task(file, file, Path("input.csv")), Plan(program=program.dumps()), None, print)


def read_by(script: str, content: bytes, folder: Path) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the header and the rows that a script reads."""
    (folder / "in.csv").write_bytes(content)
    names: dict = {"__name__": "learned"}
    exec(compile(script, "learned.py", "exec"), names)
    table = names["read_input"](str(folder / "in.csv"))
    return tuple(table.columns), table.to_numpy().tolist()


@pytest.mark.parametrize("seed", range(6))
def test_script_reads_untidy_files_as_the_example_was_read(
    seed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for made in messy_files(25, seed):
        caplog.clear()
        file = read_csv(made.content)
        header, rows = read_by(copying_script(file), made.content, tmp_path)
        assert (header, rows) == (file.header, [list(row) for row in file.rows])
        assert set(caplog.messages) <= set(file.warnings)


PIECES = st.sampled_from(
    ["a", "1", "2.5", ",", ";", "\t", "|", '"', '""', "'", " ", "\n", "\r\n", "\r", "é", "#", "\\", "total"]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, min_size=6, max_size=40).map("".join))
def test_script_reads_any_text_as_the_example_was_read(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    content = f"k,v\n{text}\nx,y\n".encode()
    file = read_csv(content)
    header, rows = read_by(copying_script(file), content, tmp_path_factory.getbasetemp())
    assert (header, rows) == (file.header, [list(row) for row in file.rows])


@pytest.mark.parametrize(
    "expected",
    [
        b"B,A\nx,1\ny,2\n",
        b"\xef\xbb\xbfB;A\r\nx;1\r\ny;2\r\n",
        "B\tA\r\nx\t1\r\ny\t2\r\n".encode("utf-16"),
        "Bé;A\nx;1\ny;2\n".encode("cp1252"),
        b"B,A\nx,1\ny,2",
        b'"B","A"\n"x","1"\n"y","2"\n',
        b'"B","A"\n"x",1\n"y",2\n',
        b"#VERSION 1\n\nB,A\nx,1\ny,2\n",
        b"B|A\rx|1\ry|2\r",
    ],
)
def test_output_is_written_as_the_example_was(expected: bytes, tmp_path: Path) -> None:
    script = script_for(make_task("a,b\n1,x\n2,y\n", expected))
    assert run_script(script, b"a,b\n1,x\n2,y\n", tmp_path) == expected


def test_files_without_header_are_converted(tmp_path: Path) -> None:
    given = b"1;ann;5,5\n2;bob;6,5\n3;eve;7,5\n"
    expected = b"ANN,1\nBOB,2\nEVE,3\n"
    script = script_for(make_task(given, expected))
    assert run_script(script, given, tmp_path) == expected
    assert run_script(script, b"9;zoe;1,5\n", tmp_path) == b"ZOE,9\n"


@pytest.mark.parametrize("above", [b"", b"# one\n", b"# one\n# two\n# three\n", b"log\n\n"])
def test_rows_of_a_file_without_header_begin_where_other_lines_end(above: bytes, tmp_path: Path) -> None:
    script = script_for(make_task(b"# one\n# two\n1;ann;5,5\n2;bob;6,5\n3;eve;7,5\n", b"ANN,1\nBOB,2\nEVE,3\n"))
    assert run_script(script, above + b"8;kim;2,5\n9;zoe;1,5\n", tmp_path) == b"KIM,8\nZOE,9\n"


def test_header_that_is_repeated_ends_nothing_and_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = script_for(make_task("Report;\n\na;b\n1;x\n2;y\n", "B\nX\nY\n"))
    assert run_script(script, b"a;b\n1;p\na;b\n2;q\n", tmp_path) == b"B\nP\nB\nQ\n"
    assert "rows that repeat the header: 1, the first in line 3; they were kept" in caplog.messages


@pytest.mark.parametrize("newline", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("inside", ["\n", "\r", "\r\n"])
def test_line_ends_in_cells_stay_there(newline: str, inside: str, tmp_path: Path) -> None:
    given = 'a,b\n1,"x\ny"\n2,z\n'.replace("\n", newline).encode()
    script = script_for(make_task(given, 'b,a\n"x\ny",1\nz,2\n'.replace("\n", newline).encode()))
    output = run_script(script, given.replace(f"x{newline}y".encode(), f"x{inside}y".encode()), tmp_path)
    assert read_csv(output).rows == ((f"x{inside}y", "1"), ("z", "2"))


def test_missing_columns_of_a_file_without_header_are_named(tmp_path: Path) -> None:
    script = script_for(make_task(b"1;ann;x\n2;bob;y\n3;eve;z\n", b"n,c\nann,x\nbob,y\neve,z\n"))
    with pytest.raises(SystemExit, match=r"missing columns: \['column_3'\]"):
        run_script(script, b"1;ann\n2;bob\n", tmp_path)


@pytest.mark.parametrize("new", [b"Title\nx;y\n\nb;a\nq;1\n", b"b\ta\nq\t1\n", "b,a\nq,1\n".encode("utf-16")])
def test_header_is_found_by_its_names_in_other_files(new: bytes, tmp_path: Path) -> None:
    script = script_for(make_task("Report;\n\na;b\n1;x\n2;y\n", "B\nX\nY\n"))
    assert run_script(script, new, tmp_path) == b"B\nQ\n"


def test_another_delimiter_and_skipped_lines_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = script_for(make_task("a;b\n1;x\n2;y\n", "B\nX\nY\n"))
    run_script(script, b"Title\n\nb,a\nq,1\n", tmp_path)
    assert caplog.messages[:2] == [
        "the delimiter is ',', and ';' in the example",
        "lines above the table: 2; they were skipped",
    ]


def test_footer_is_left_out_of_other_files_too(tmp_path: Path) -> None:
    script = script_for(make_task("a;b;c\n1;x;5\n2;y;6\n2 rows\n", "B\nX\nY\n"))
    assert run_script(script, b"a;b;c\n1;p;1\n1;q;1\n1;r;1\n\nTotal;;3\n3 rows\n", tmp_path) == b"B\nP\nQ\nR\n"


def test_tidy_files_need_little_in_their_script() -> None:
    script = script_for(make_task("a,b\n1,x\n2,y\n", "B\nX\nY\n"))
    for name in ("find_footer", "FOOTERS", "INPUT_STYLE", "numbered_columns", "OUTPUT_PREAMBLE", "quote_texts"):
        assert name not in script
    assert script.index("def read_input") < script.index("def main") < script.index("def read_carefully")


def test_totals_that_the_example_had_not_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = script_for(make_task("a;b;c\n1;x;5\n2;y;6\n", "B,C\nX,5\nY,6\n"))
    new = b"a;b;c\n1;p;1\nTotal;;1\n\n2;q;\nTotal care;r;2\n;;\n;Grand Total:;3\ntotal\n"
    run_script(script, new, tmp_path)
    assert "rows that look like totals: 3, the first in line 3; they were kept" in caplog.messages
    assert "rows that look like totals: 3, the first in line 3; they were kept" in read_csv(new, footer=False).warnings


def test_column_that_stands_twice_is_told_unless_both_are_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script = script_for(make_task("a,b\n1,x\n2,y\n", "B\nX\nY\n"))
    assert run_script(script, b"b,a,b\np,1,q\n", tmp_path) == b"B\nP\n"
    assert "columns that stand there more than once: ['b']; the first of each was read" in caplog.messages
    caplog.clear()
    both = script_for(make_task("b,a,b\nx,1,k\ny,2,l\n", "n,m\nX,k\nY,l\n"))
    for learned, new in ((both, b"b,a,b\np,1,q\n"), (both, b"b,a,b.1\np,1,q\n"), (script, b"b,a,b.1\np,1,q\n")):
        run_script(learned, new, tmp_path)
    assert "more than once" not in caplog.text
