"""The encoding of a file, and what is told of one that is not UTF-8."""

import io

import pytest

from agents.reading.rows import find_encoding

LINE = b"ab,c\n"
FIRST_PIECE, PIECE = 4096, 1 << 20  # as the file is read


@pytest.mark.parametrize(
    "size", [0, 10, FIRST_PIECE - 1, FIRST_PIECE, FIRST_PIECE + PIECE - 1, FIRST_PIECE + 2 * PIECE]
)
@pytest.mark.parametrize("spoilt", [b"\xe9\n", b"\xe2", b"\xe2\x82x", b"\xf0\x9f\x98"])
def test_the_first_line_that_is_not_utf_8_is_told_wherever_it_stands(size: int, spoilt: bytes) -> None:
    above = (LINE * (size // len(LINE) + 1))[:size]
    told: list[str] = []
    assert find_encoding(io.BytesIO(above + spoilt + LINE), told.append) == "cp1252"
    line = 1 + size // len(LINE)
    assert told == [f"the file is not UTF-8, as line {line} shows: read as Windows-1252, which is a guess"]


def test_a_character_that_two_pieces_share_is_utf_8() -> None:
    told: list[str] = []
    assert find_encoding(io.BytesIO(b"a" * (FIRST_PIECE - 1) + "é\n".encode()), told.append) == "utf-8"
    assert told == []
