"""Outputs of parts, put together."""

from pathlib import Path

import pytest

from executor.streaming.joining import Joint

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]


def joined(folder: Path, encoding: str, newline: str, head: str, *parts: str) -> str:
    """Put parts together that are written like files."""
    put(folder / "head.csv", head, encoding)
    joint = Joint(folder / "whole.csv", folder / "head.csv", encoding, newline)
    for part in parts:
        put(folder / "part.csv", part, encoding)
        joint.append(folder / "part.csv")
    data = (folder / "whole.csv").read_bytes()
    text = data.decode(encoding)
    assert data == text.encode(encoding)  # with one byte order mark at most
    return text


def put(path: Path, text: str, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_all_begin_with_stands_there_once(encoding: str, newline: str, tmp_path: Path) -> None:
    head = f"Prices{newline}id,näme{newline}"
    parts = [f"{head}1,é{newline}", head, f"{head}2,b{newline}"]
    assert joined(tmp_path, encoding, newline, head, *parts) == f"{head}1,é{newline}2,b{newline}"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_outputs_without_last_line_end_have_one_between_them(encoding: str, newline: str, tmp_path: Path) -> None:
    parts = [f"a{newline}1", "a", f"a{newline}2{newline}3", "a"]
    assert joined(tmp_path, encoding, newline, "a", *parts) == newline.join("a123")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_outputs_without_header_may_be_empty(encoding: str, newline: str, tmp_path: Path) -> None:
    assert joined(tmp_path, encoding, newline, "", "", "1", "", "2", "") == f"1{newline}2"
    assert joined(tmp_path, encoding, newline, "", "", "") == ""


def test_a_header_in_quotes_is_known_again(tmp_path: Path) -> None:
    head, quoted = 'id,"a\nb",c\n', '"id","a\nb","c"\n'
    assert joined(tmp_path, "utf-8", "\n", head, f"{head}1,2,3\n", f'{quoted}"4","5\r","6"\n') == (
        f'{head}1,2,3\n"4","5\r","6"\n'
    )
