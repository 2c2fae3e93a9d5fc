"""Reading CSV files as they come."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.csv_file import HEAD_BYTES, CsvError, CsvFile, Dialect, check_csv, parse_csv, read_csv
from csvconverter.v1.jobs_pb2 import CSV_QUOTING_ALL


def test_plain_file_is_read_as_text() -> None:
    file = read_csv(b"id,when\n007,2024-01-05\nNA,\n")
    assert file.header == ("id", "when")
    assert file.rows == (("007", "2024-01-05"), ("NA", ""))
    assert file.dialect == Dialect()
    assert file.warnings == ()


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        (b"a;b\r\n1,5;2\r\n", Dialect(delimiter=";", newline="\r\n")),
        (b"a\tb\n1,5\t2\n", Dialect(delimiter="\t")),
        (b"a|b\n1|2\n", Dialect(delimiter="|")),
        (b'"a","b"\n"1","2,3"\n', Dialect(quoting=CSV_QUOTING_ALL)),
        (b'"a","b"\n"1 ""x""\n","2,3"\n', Dialect(quoting=CSV_QUOTING_ALL)),
        ("a,ä\n1,ü\n".encode("cp1252"), Dialect(encoding="cp1252")),
        ("a,ä\n1,ü\n".encode("utf-8-sig"), Dialect(encoding="utf-8-sig")),
        ("a,ä\r\n1,ü\r\n".encode("utf-16"), Dialect(encoding="utf-16", newline="\r\n")),
        (b'a,b\n"x\r\ny",2\n', Dialect()),
    ],
)
def test_dialect_is_detected(data: bytes, dialect: Dialect) -> None:
    assert read_csv(data).dialect == dialect


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\n\n \n", "empty"),
        (b"a,b\n", "only a header"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        (b"\x1f\x8b\x08\x02\x07\x01", "binary"),
        (b"a,b\n\x81,2\n", "cannot be decoded"),
    ],
)
def test_what_is_no_csv_is_refused(data: bytes, words: str) -> None:
    for read in (read_csv, check_csv):
        with pytest.raises(CsvError, match=words):
            read(data)


def test_ragged_rows_and_odd_headers_are_repaired_and_listed() -> None:
    file = read_csv(b"a,a,\n1,2,3\n4\n5,6,7,8\n")
    assert file.header == ("a", "a.1", "Unnamed: 2")
    assert file.rows == (("1", "2", "3"), ("4", "", ""), ("5", "6", "7"))
    assert file.warnings == (
        "columns without a name: 1; they are called 'Unnamed: 2'",
        "columns with the name of an earlier one: 1; they are called 'a.1'",
        "rows with fewer than 3 cells: 1, the first in line 3; blanks were added",
        "rows with more than 3 cells: 1, the first in line 4; the rest was cut",
    )


def test_many_columns_of_one_name_are_one_warning() -> None:
    file = read_csv(",".join(["a"] * 1000 + [""] * 3).encode() + b"\n1\n")
    assert file.warnings[:2] == (
        "columns without a name: 3; they are called 'Unnamed: 1000', 'Unnamed: 1001', 'Unnamed: 1002'",
        "columns with the name of an earlier one: 999; they are called 'a.1', 'a.2', 'a.3', 'a.4', 'a.5', …",
    )


def test_long_names_are_cut_in_warnings() -> None:
    [warning] = read_csv(b"x" * 5000 + b"," + b"x" * 5000 + b"\n1,2\n").warnings
    assert len(warning) < 300
    assert "…" in warning


def test_long_files_are_judged_by_their_beginning() -> None:
    row = b"1;" + b"x, " * 100 + b";3\n"
    data = b"a;b;c\n" + row * (2 * HEAD_BYTES // len(row))
    check_csv(data)
    assert read_csv(data).dialect.delimiter == ";"


def test_first_row_longer_than_what_is_looked_at_is_whole() -> None:
    name = "x" * (HEAD_BYTES + 1)
    data = f"a,{name}\n1,2\n".encode()
    check_csv(data)
    assert read_csv(data).header == ("a", name)


def test_checking_a_row_of_any_length_takes_little_memory() -> None:
    data = b"ab," * 10_000_000
    tracemalloc.start()
    check_csv(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200 << 20  # taken apart, the row has 600 MB


def test_short_rows_below_a_wide_header_take_no_multiple_of_the_file() -> None:
    data = ",".join(map(str, range(50_000))).encode() + b"\n" + b"1,2\n" * 2_000
    with pytest.raises(CsvError, match="50000 columns, and its rows lack 99996000 cells"):
        read_csv(data)


def test_single_control_character_is_part_of_its_cell() -> None:
    file = read_csv(b"name,city\n" + b"ada,london\n" * 20 + b"al\x02an,wilmslow\n")
    assert file.rows[-1] == ("al\x02an", "wilmslow")


def test_one_column_is_not_cut_at_its_commas() -> None:
    file = read_csv(b"name\nLee, Ann\nO'Brien, Eva; Dr.\nMay\n")
    assert file.rows == (("Lee, Ann",), ("O'Brien, Eva; Dr.",), ("May",))
    assert not file.warnings


def test_note_on_the_delimiter_is_no_header() -> None:
    file = read_csv(b"\xef\xbb\xbfsep=;\r\nid;name\r\n1;ann\r\n")
    assert file.header == ("id", "name")
    assert file.rows == (("1", "ann"),)


def test_header_alone_is_a_file_without_rows_when_the_dialect_is_known() -> None:
    assert parse_csv(b"a,b\n", Dialect()) == CsvFile(("a", "b"), (), Dialect(), ("a", "b"))


def test_output_in_another_encoding_is_refused() -> None:
    with pytest.raises(CsvError, match="not utf-8"):
        parse_csv("a\nü\n".encode("cp1252"), Dialect())


cells = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_written_cells_are_read_back(rows: list[list[str]], newline: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=newline).writerows([["a", "b", "c"], *rows])
    file = read_csv(text.getvalue().encode())
    assert [list(row) for row in file.rows] == rows


PIECES = [
    b"a",
    b"b,c",
    b"\n",
    b"\r\n",
    b'"',
    b"\xc3\xa9",
    b"\xe9",
    b"\x81",
    b"\0",
    b"\x02",
    b"Total",
    b"3 rows\n",
    b"\n\n",
    b";",
    b"1",
    b"#x\n",
    b"\xff\xfe",
    b"sep=;\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_what_is_accepted_can_be_read(data: bytes) -> None:
    outcomes = []
    for read in (check_csv, read_csv):
        try:
            read(data)
            outcomes.append("")
        except CsvError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_no_row_is_lost_silently(data: bytes) -> None:
    try:
        file = read_csv(data)
    except CsvError:
        return
    assert all(len(row) == len(file.header) for row in file.rows)
    if file.dialect.preamble or file.dialect.footer_lines:
        assert any("above the table" in warning or "below the table" in warning for warning in file.warnings)
