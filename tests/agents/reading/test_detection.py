"""What is found out about untidy files, which headers must stay, and what is told."""

import csv
import time
from collections import Counter

import pytest

from agents.csv_file import CsvFile, check_csv, read_csv, read_example
from benchmarks.messy_files import MessyFile, messy_files
from csvconverter.v1.jobs_pb2 import CSV_QUOTING_MINIMAL, CSV_QUOTING_TEXTS

FILES = 600


def findings(made: MessyFile, found: CsvFile) -> dict[str, bool]:
    """Say what is right about a file that was read."""
    warnings = " ".join(found.warnings)
    right = {
        "encoding": found.dialect.encoding == made.encoding,
        "delimiter": found.dialect.delimiter == made.delimiter,
        header_case(made): found.dialect.has_header == bool(made.header),
        "preamble" if made.preamble_lines else "no preamble": len(found.dialect.preamble) == made.preamble_lines,
    }
    if "several tables" in made.faults:
        return right | {"further tables told": "further tables" in warnings or "below the table" in warnings}
    if made.header and "header of two rows" in made.faults:
        right["header of two rows told"] = "two rows" in warnings
    footer = "footer" if made.footer_lines else "no footer"
    rows = [list(row) for row in found.rows] == made.rows
    return right | {footer: found.dialect.footer_lines == made.footer_lines, "every cell": rows}


def header_case(made: MessyFile) -> str:
    """Name what there is to be found out about a header."""
    if not made.header:
        return "no header"
    return "header below a preamble" if made.preamble_lines else "header kept"


def sniffed(text: str) -> str:
    """Return the delimiter that the standard library finds."""
    try:
        return csv.Sniffer().sniff(text[:8192], ",;\t|").delimiter
    except csv.Error:
        return ""


def test_most_is_found_out_and_nothing_ordinary_is_lost() -> None:
    right, all_of, by_sniffer = Counter[str](), Counter[str](), 0
    for made in messy_files(FILES, seed=2):
        found = findings(made, read_csv(made.content))
        right.update(name for name, good in found.items() if good)
        all_of.update(found.keys())
        by_sniffer += sniffed(made.text) == made.delimiter
    rates = {name: right[name] / all_of[name] for name in all_of}
    floors = {
        **dict.fromkeys(["header kept", "no preamble", "no footer", "encoding"], 1.0),
        "delimiter": 0.98,
        "every cell": 0.97,
        "no header": 0.9,
        "preamble": 0.85,
        "footer": 0.85,
        "header below a preamble": 0.95,
        **dict.fromkeys(["header of two rows told", "further tables told"], 0.85),
    }
    assert {name: rate for name, rate in rates.items() if rate < floors[name]} == {}
    assert rates["delimiter"] > by_sniffer / FILES + 0.05


@pytest.mark.parametrize(
    "text",
    [
        "id,name\n1,ann\n2,bob\n",
        "a\n1\n",
        "name,city\nann,london\nbob,paris\nann,paris\n",
        "country,2019,2020,2021\nAT,5,6,7\nDE,1,2,3\nFR,3,4,8\n",
        "student,1,2,3\nann,5,4,3\nbob,2,2,1\ncarl,1,5,5\n",
        "product,2024-01-01,2024-02-01\nshoe,5,6\nhat,7,8\nsock,9,9\n",
        "name,open\nann,open\nbob,closed\ncarl,open\n",
        "a,b\n1\n2,3,4\n",
        "tags\nred,green,blue\nblue,red\ngreen,red,blue,black\n",
        "name\nLee, Ann\nMay, Bob\nFoo, Eve\n",
        "x,y,z\n,,\n,,\n1,2,3\n",
        "item 1,item 2\nAB-1,AB-2\nAB-3,AB-4\n",
        "#,name\n1,ann\n2,bob\n",
        "total,rows\n1,2\n3,4\n",
        "2019,2020\n5,6\n7,8\n9,9\n",
    ],
)
def test_ordinary_header_is_kept(text: str) -> None:
    file = read_csv(text.encode())
    assert file.dialect.has_header
    assert not file.dialect.preamble
    assert not file.dialect.footer_lines
    assert ",".join(file.written_header) == text.split("\n")[0]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1,ann\n2,bob\n3,carl\n", 3),
        ("ann,5.5\nbob,6.5\ncarl,7\n", 3),
        ("2024-01-05;x\n2024-01-06;y\n2024-01-09;z\n", 3),
        ("ann@example.org\nbob@example.org\neve@example.org\n", 3),
        ("open,red\nopen,blue\nclosed,red\n", 3),
    ],
)
def test_rows_are_no_header(text: str, rows: int) -> None:
    file = read_csv(text.encode())
    assert not file.dialect.has_header
    assert file.header[0] == "column_1"
    assert len(file.rows) == rows
    assert "no header was found; the columns are called column_1, column_2, and so on" in file.warnings


def test_first_row_of_the_input_that_the_output_has_as_a_row_is_no_header() -> None:
    given, wanted = read_example(b"ann,london,x\nbob,paris,y\n", b"city,name\nLondon,Ann\nParis,Bob\n")
    assert given.rows == (("ann", "london", "x"), ("bob", "paris", "y"))
    assert wanted.header == ("city", "name")


def test_first_row_is_no_header_when_the_other_file_has_none_and_as_many_lines() -> None:
    given, wanted = read_example(b"ann lee,2 h\nbob ray,3 h\nzoe may,7 h\n", b"ann lee,120\nbob ray,180\nzoe may,420\n")
    assert given.rows[0] == ("ann lee", "2 h")
    assert wanted.rows[0] == ("ann lee", "120")


@pytest.mark.parametrize("wanted", [b"who,time\n9,120\n8,180\n7,420\n", b"who,time\nann,120 s\nbob,180 s\nzoe,420 s\n"])
def test_header_of_the_output_stays_one_when_the_input_has_none(wanted: bytes) -> None:
    given, output = read_example(b"9,2\n8,3\n7,7\n", wanted)
    assert (given.dialect.has_header, output.header) == (False, ("who", "time"))


def test_same_header_in_both_files_stays_one() -> None:
    given, wanted = read_example(b"name,city\nann,london\nbob,paris\n", b"name,city\nann,london\n")
    assert given.header == wanted.header == ("name", "city")


def test_last_row_that_looks_like_a_total_is_a_row_when_the_output_has_it() -> None:
    given, wanted = read_example(b"name,n,note\ntea,1,new\ntotal yoghurt,2,\n", b"n,name\n1,tea\n2,total yoghurt\n")
    assert given.rows[-1] == ("total yoghurt", "2", "")
    assert (given.dialect.footer_lines, given.warnings, len(wanted.rows)) == (0, (), 2)


@pytest.mark.parametrize(
    ("text", "preamble", "rows", "footer"),
    [
        ("Report\n\nid,n\n1,ann\n2,bob\n", 2, 2, 0),
        ("Report;;\nid;n;x\n1;ann;2\n2;bob;3\n", 1, 2, 0),
        ("# made by hand\nid,n\n1,ann\n", 1, 1, 0),
        ("sep=;\nid;n\n1;ann\n", 1, 1, 0),
        ("\n\nid,n\n1,ann\n", 2, 1, 0),
        ("id,n,x\n1,ann,2\n2,bob,3\n2 rows\n", 0, 2, 1),
        ("id,n,x\n1,ann,2\n2,bob,3\n\nSource: us\n", 0, 2, 2),
        ("id,n,x\n1,ann,2\n2,bob,3\nTotal,,5\n", 0, 2, 1),
        ("id,n,x\n1,ann,2\n2,bob,3\n3\n", 0, 3, 0),
        ("id,n,x\n1,ann,2\n2,bob,3\nTotal,all,5\n", 0, 3, 0),
    ],
)
def test_lines_around_the_table_are_skipped_and_told(text: str, preamble: int, rows: int, footer: int) -> None:
    file = read_csv(text.encode())
    assert (len(file.dialect.preamble), len(file.rows), file.dialect.footer_lines) == (preamble, rows, footer)
    assert any("above the table" in warning for warning in file.warnings) == bool(preamble)
    assert any("below the table" in warning for warning in file.warnings) == bool(footer)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("a,b\n'x,y',2\n'z',3\n", ("x,y", "2")),
        ('a, b\n1, "x, y"\n', ("1", "x, y")),
        ("a, b\n1, x\n", ("1", "x")),
        ('a,b\n"say \\"hi, you\\" now",2\n', ('say "hi, you" now', "2")),
        ('a,b\n5" pipe,2\n', ('5" pipe', "2")),
        ('a,b\n"5" pipe",2\n', ('"5" pipe"', "2")),
        ('a,b\n"x y,2\nz,3\n', ('"x y', "2")),
        ('a,b\n"x\r\ny",2\n', ("x\r\ny", "2")),
        ("a,b\nx\0y,2\n" + "p,q\n" * 20, ("xy", "2")),
        ("a,b\rx,2\ry,3\r", ("x", "2")),
        ("n;m\n1,5;2,5\n3,5;4,5\n", ("1,5", "2,5")),
    ],
)
def test_cells_are_read_as_they_are_meant(text: str, row: tuple[str, ...]) -> None:
    assert read_csv(text.encode()).rows[0] == row


def test_stray_quote_swallows_no_rows_and_is_told() -> None:
    rows = ["1,ok", '2,"lost', *(f'{number},"two\nlines"' for number in range(3, 2000))]
    file = read_csv(("id,text\n" + "\n".join(rows) + "\n").encode())
    assert len(file.rows) == len(rows)
    assert file.rows[-1] == ("1999", "two\nlines")
    assert file.warnings == ("lines whose quotes do not match: 1, the first is line 3; they were kept as text",)


def test_wide_and_huge_files_are_read() -> None:
    wide = read_csv((",".join(f"c{number}" for number in range(20_000)) + "\n" + "1," * 19_999 + "1\n").encode())
    assert (len(wide.header), wide.warnings) == (20_000, ())
    assert len(read_csv(b"a,b\n1," + b"x" * 3_000_000 + b"\n").rows[0][1]) == 3_000_000


@pytest.mark.parametrize(
    "line",
    [
        "12" + "a" * 57 + "!",
        "12" + "_" * 57 + "!",
        "1" * 59 + "!",
        "1 " * 29 + "!",
        "a" * 58 + "@",
        '"' * 99_999,
        '"a,' * 50_000,
        '"a"" ,' * 50_000,
        ', "' * 50_000,
        "'" * 100_000,
        " " * 200_000,
        ", " * 100_000,
        '\\"' * 50_000,
        '"x\n' * 20_000,
        'x","\n' * 20_000,
        ',""x\n' * 20_000,
    ],
)
def test_hostile_lines_take_no_longer_than_others(line: str) -> None:
    started = time.process_time()
    read_csv(f"a,b\n{line},1\n{line},2\n{line},3\n".encode())
    assert time.process_time() - started < 5


def test_cells_of_many_lines_are_whole_below_a_stray_quote() -> None:
    cell = "line\n" * 300
    file = read_csv(f'a,b\n1,"{cell}"\n"stray,2\n3,"{cell}"\n4,x\n5,x\n'.encode())
    assert file.rows == (("1", cell), ('"stray', "2"), ("3", cell), ("4", "x"), ("5", "x"))


def test_rows_far_below_the_header_are_found() -> None:
    data = b"a,b\n" + b"\n" * 300 + b"1,2\n"
    check_csv(data)
    assert read_csv(data).rows == (("1", "2"),)


@pytest.mark.parametrize(("start", "kind"), [(b"PK\x03\x04abc", "Excel"), (b"%PDF-1.7\n", "PDF")])
def test_files_of_other_kinds_are_refused_by_name(start: bytes, kind: str) -> None:
    with pytest.raises(ValueError, match=kind):
        read_csv(start)


@pytest.mark.parametrize(
    ("text", "quoting", "bare_columns"),
    [
        ('"a","n"\n"x",1\n"y",2\n', CSV_QUOTING_TEXTS, (1,)),
        ('"a","n"\n"x",1\n"y",\n', CSV_QUOTING_TEXTS, (1,)),
        ('a,n\n"x",1\n"y",2\n', CSV_QUOTING_MINIMAL, ()),
        ('"a","n"\n"x",1\ny,2\nz,3\n', CSV_QUOTING_MINIMAL, ()),
    ],
)
def test_texts_in_quotes_and_numbers_without_are_a_style(text: str, quoting: int, bare_columns: tuple[int]) -> None:
    dialect = read_csv(text.encode()).dialect
    assert (dialect.quoting, dialect.bare_columns) == (quoting, bare_columns)


def test_numbers_of_thousands_of_digits_are_cells_like_others() -> None:
    file = read_csv(b"id,x\n" + b"".join(b"%d,%s%d\n" % (row, b"9" * 5000, row) for row in range(12)))
    assert file.header == ("id", "x")
    assert file.rows[3] == ("3", "9" * 5000 + "3")
    numbers = b"".join(digit * 5000 + b",1\n" for digit in (b"9", b"8", b"7"))
    assert len(read_csv(numbers).rows) == 3
