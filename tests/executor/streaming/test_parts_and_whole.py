"""A file that is converted part by part gives the same bytes and the same warnings as when it is converted at once."""

import csv
import io
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executor.streaming.survey import NotCut
from tests.agents.induction.learning import make_task, plan_for, script_for
from tests.executor.streaming.in_process import Learned, converted_in_parts, run

PART_BYTES = 40
NAMES = "id,name,price\n007,ann,1.5\n008,bob,2\n009,eve,3.25\n"
PRICED = "id,Name,price\n007,ANN,1.50\n008,BOB,2.00\n009,EVE,3.25\n"
EXAMPLES = {
    "cells": (NAMES, PRICED),
    "windows": (NAMES.replace("\n", "\r\n"), PRICED.replace("\n", "\r\n").rstrip()),
    "single quotes": (
        "id;name;price\n'007';'ann';'1.5'\n'008';'bob';'2'\n'009';'eve';'3.25'\n".replace("id;name", "'id';'name'"),
        "name\nANN\nBOB\nEVE\n",
    ),
    "backslashes": (
        'id,name,price\n007,"a \\"nn\\"",1.5\n008,"b \\"ob\\"",2\n009,eve,3.25\n',
        "name,id\na nn,007\nb ob,008\neve,009\n".replace("a nn", '"a ""nn"""').replace("b ob", '"b ""ob"""'),
    ),
    "blanks": ("id, name, price\n007, ann, 1.5\n008, bob, 2\n009, eve, 3.25\n", "name;id\nann;007\nbob;008\neve;009\n"),
    "no header": (
        "2020-01-01,12,ann\n2020-01-02,13,bob\n2020-01-03,14,eve\n2020-01-04,15,ann\n",
        "ANN,2020-01-01\nBOB,2020-01-02\nEVE,2020-01-03\nANN,2020-01-04\n",
    ),
    "lines above": (f"Prices of May\n\n{NAMES}", f"Export\n\n{PRICED}"),
    "filter": (
        "id,kind,name\n1,a,ann\n2,b,bob\n3,a,eve\n4,b,dan\n5,a,joe\n6,a,kim\n",
        "id,name\n1,ann\n3,eve\n5,joe\n6,kim\n",
    ),
}
CELLS = st.one_of(
    st.sampled_from(["007", "ann", "1.5", "", " ", "id", "name", "price", "a", "b", "12", "2020-01-01", "é", "\ufeff"]),
    st.text("ab1\"',; \n\r\\\ufeff", max_size=6),
)
ROWS = st.one_of(
    st.lists(st.lists(CELLS, max_size=4), min_size=5, max_size=30),
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=5, max_size=30),
)
SPOILT = "ab1\"',; \n\n\n\r\\é"


@cache
def learned(example: str) -> Learned:
    task = make_task(*EXAMPLES[example])
    assert plan_for(task).row_local
    return Learned(script_for(task), PART_BYTES)


def outcome(example: str, data: bytes, folder: Path) -> tuple[bytes | str, list[str]]:
    """Convert at once; a failure is told as the text of the exception."""
    (folder / "given.csv").write_bytes(data)
    try:
        log = run(learned(example).convert, folder / "given.csv", folder / "whole.csv")
    except (SystemExit, UnicodeError) as error:
        return str(error), []
    return (folder / "whole.csv").read_bytes(), warnings(log)


def outcome_in_parts(example: str, folder: Path) -> tuple[bytes | str, list[str]]:
    """Convert what lies there already, part by part."""
    try:
        output, log, _ = converted_in_parts(learned(example), folder / "given.csv", folder)
    except (SystemExit, UnicodeError) as error:
        return str(error), []
    return output, warnings(log)


def warnings(log: str) -> list[str]:
    return sorted(re.findall(r"(?m)^WARNING (.+)$", log))


def assert_same(example: str, data: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        whole = outcome(example, data, folder)
        try:
            parts = outcome_in_parts(example, folder)
        except NotCut:
            return
    if b"\r" in data and whole != parts:  # where a part needs quotes for its line ends, the whole has them throughout
        assert rows_of(whole[0], example) == rows_of(parts[0], example)
        return
    assert parts == whole


def rows_of(output: bytes | str, example: str) -> list[list[str]]:
    text = output.decode() if isinstance(output, bytes) else output
    delimiter = ";" if EXAMPLES[example][1].startswith("name;id") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def written(rows: Sequence[Sequence[str]], header: str, newline: str, **style: str | bool) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=newline, **style).writerows(rows)
    return header.replace("\n", newline) + text.getvalue()


def header_of(example: str) -> str:
    if example == "no header":
        return ""
    first_line, _, _ = EXAMPLES[example][0].replace("Prices of May\n\n", "").partition("\n")
    return f"{first_line}\n"


@pytest.mark.parametrize("example", EXAMPLES)
@settings(deadline=None, max_examples=20)
@given(
    rows=ROWS,
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_tidy_files(example: str, rows: list[list[str]], newline: str, encoding: str) -> None:
    style = {"delimiter": ";", "quotechar": "'"} if example == "single quotes" else {}
    assert_same(example, written(rows, header_of(example), newline, **style).encode(encoding))


@pytest.mark.parametrize("example", EXAMPLES)
@settings(deadline=None, max_examples=20)
@given(
    text=st.text(SPOILT, min_size=50, max_size=300),
    above=st.sampled_from(["", "", "Prices\n\n", "\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8", "cp1252"]),
)
def test_messy_files(example: str, text: str, above: str, encoding: str) -> None:
    assert_same(example, (above + header_of(example) + text).encode(encoding))


@settings(deadline=None, max_examples=10)
@given(text=st.text(SPOILT + "\0", min_size=50, max_size=300))
def test_files_with_nul_characters(text: str) -> None:
    assert_same("cells", (header_of("cells") + "7,ann,1.5\n" * 100 + text).encode())
