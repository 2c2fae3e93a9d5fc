"""Where files are cut, and what is believed of it."""

import json
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from executor.streaming.survey import NotCut, NotTidy, Survey
from executor.streaming.surveyor import CannotCut, survey
from tests.agents.induction.learning import make_task, script_for

SCRIPT = script_for(make_task("id,name\n1,ann\n2,bob\n", "name,id\nann,1\nbob,2\n"))
PART_BYTES, LONGEST = 16, 256


def cuts_of(data: str | bytes, folder: Path) -> list[str]:
    """Return the parts as they stand in the file."""
    learned: dict[str, object] = {"__name__": "learned"}
    exec(SCRIPT, learned)
    content = data if isinstance(data, bytes) else data.encode()
    (folder / "input.csv").write_bytes(content)
    found = survey(str(folder / "input.csv"), SimpleNamespace(**learned), PART_BYTES, LONGEST)
    offsets = [offset for offset, _ in found["cuts"]] + [len(content)]
    for offset, line in found["cuts"]:
        assert line == 1 + len(content[:offset].splitlines())
    return [content[begin:end].decode() for begin, end in pairwise(offsets)]


def test_parts_end_with_rows(tmp_path: Path) -> None:
    assert cuts_of("id,name\n1,ann\n2,bob\n3,eve\n4,dan\n5,joe", tmp_path) == [
        "id,name\n1,ann\n",
        "2,bob\n3,eve\n",
        "4,dan\n5,joe",
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_cell_that_is_longer_than_a_part_stays_whole(newline: str, tmp_path: Path) -> None:
    cell = '"' + newline.join(['a, ""b""'] * 10) + '"'
    table = ["id,name", "1,ann", f"2,{cell}", *["3,eve"] * 30, ""]
    parts = cuts_of(newline.join(table), tmp_path)
    assert [cell in part for part in parts].count(True) == 1
    assert len(parts) > 2


def test_quotes_within_cells_are_no_obstacle(tmp_path: Path) -> None:
    assert cuts_of('id,name\n1,5" pipe\n2,6" pipe\n3, "a",\n4,"a, ""b"""\n5,"a\nb"\n6,kim\n', tmp_path) == [
        'id,name\n1,5" pipe\n2,6" pipe\n',
        '3, "a",\n',
        '4,"a, ""b"""\n',
        '5,"a\nb"\n6,kim\n',
    ]


def test_a_file_may_end_where_a_part_does(tmp_path: Path) -> None:
    parts = cuts_of("id,name\n1,annee\n" + 6 * "2,bobbb\n", tmp_path)
    assert parts == ["id,name\n1,annee\n", *3 * ["2,bobbb\n2,bobbb\n"]]


def test_a_cell_without_end_is_not_cut(tmp_path: Path) -> None:
    with pytest.raises(CannotCut, match="length"):
        cuts_of('id,name\n1,"' + "ann\n" * 1000, tmp_path)


def test_parts_do_not_end_with_blank_lines_but_the_last(tmp_path: Path) -> None:
    assert cuts_of("id,name\n1,ann\n\n\n\n\n\n2,bob\n3,eve\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", tmp_path) == [
        "id,name\n1,ann\n",
        "\n\n\n\n\n2,bob\n",
        "3,eve\n" + 19 * "\n",
    ]


@pytest.mark.parametrize(
    "text",
    [
        'id,name\n1,"ann"b\n2,bob\n3,eve\n',
        "id,name\n1,a\0nn\n2,bob\n3,eve\n",
        "id;name\n1;ann\n2;bob\n3;eve\n",
        "id,name\n1,ann\n2,bob\n3,\xe9ve\n".encode("cp1252"),
        "id,name\n1,ann\n2,bob\n3,eve\n".encode("utf-16"),
    ],
)
def test_what_csv_readers_could_see_otherwise_is_tidied_first(text: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(CannotCut) as refusal:
        cuts_of(text, tmp_path)
    with pytest.raises(NotTidy):
        Survey.read(json.dumps({"reason": str(refusal.value)}), 100, PART_BYTES)


def said(**others: object) -> str:
    usual = {"header": [0, 8], "header_lines": 1, "blank_lines": 0, "encoding": "utf-8", "newline": "\n"}
    return f"INFO chatter\n{json.dumps(usual | {'cuts': [[0, 1], [20, 3]]} | others)}\n"


def test_a_survey_is_read_from_the_last_line() -> None:
    found = Survey.read(said(), 100, PART_BYTES)
    assert [cut.offset for cut in found.cuts] == [0, 20]
    assert found.line_shift(0) == 0
    assert found.line_shift(1) == 1


@pytest.mark.parametrize(
    "log",
    [
        "",
        "{",
        "[]",
        "{}",
        said(cuts=[]),
        said(cuts=[[20, 1], [0, 1]]),
        said(cuts=[[0, 1], [200, 3]]),
        said(cuts=[[-5, 1]]),
        said(cuts=[[0]]),
        said(header=[8, 0]),
        said(header=[0, 500]),
        said(blank_lines=-1),
        said(blank_lines=10**12),
        "[" * 100_000,
        said(header_lines=float("inf")),
        said(encoding="base64"),
        said(encoding="idna"),
        said(encoding=7),
        said(newline="x"),
        said(cuts=[[offset, 1] for offset in range(20)]),
        json.dumps({"reason": "x" * 1000}),
        json.dumps({"reason": ["quotes"]}),
    ],
)
def test_what_a_hostile_script_says_in_the_name_of_the_survey_is_not_believed(log: str) -> None:
    with pytest.raises(NotCut, match=r"^it could not be looked through$"):
        Survey.read(log, 100, PART_BYTES)
