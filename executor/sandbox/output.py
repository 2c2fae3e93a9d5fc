"""What a script left behind as its output, looked at once it is dead: cheaply, for its reader takes it apart."""

import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from agents.reading.rows import DELIMITERS, find_encoding
from agents.reading.signatures import kind_of_binary
from agents.script_runner import Outcome
from executor.sandbox.limits import Limits
from executor.sandbox.verdict import Verdict, too_large

NEVER_WRITTEN = 0
"""The time of the last change, in nanoseconds, that every output has until its script opens it to write."""

HEAD_BYTES = 64 * 1024
PIECE_CHARACTERS = 64 * 1024
FIRST_PIECES = 256  # a hostile row may be as long as the output: a second of work is enough
FIRST_ROWS = 20  # the header is among them, whatever stands above it
LINE_END = re.compile(r"\r\n|\n|\r")


def judge_output(output: BinaryIO | None, limits: Limits) -> Verdict:
    """Judge, and close, what a script that exited with 0 left behind; None is anything but a plain file of its own.

    A script may have nothing to write: an output that it opened and left empty is one.
    """
    if output is None:
        return Outcome.OUTPUT_NOT_CSV, "The output is not a plain file."
    with output:
        status = os.fstat(output.fileno())
        if status.st_size > limits.output_bytes:
            return too_large(limits)
        if status.st_size:
            return _judge_text(output, status.st_size, limits)
    if status.st_mtime_ns == NEVER_WRITTEN:
        return Outcome.OUTPUT_NOT_CSV, "The script ended without writing anything to its output file."
    return Outcome.COMPLETED, ""


def _judge_text(output: BinaryIO, size: int, limits: Limits) -> Verdict:
    """Look for what no text has, and at how many cells the first rows have."""
    first_hole = os.lseek(output.fileno(), 0, os.SEEK_HOLE)
    os.lseek(output.fileno(), 0, os.SEEK_SET)
    head = output.read(HEAD_BYTES)
    output.seek(0)
    encoding = find_encoding(io.BytesIO(head), lambda _: None)
    if kind := kind_of_binary(head):
        return _binary(kind)
    if first_hole < size or "\0" in head.decode(encoding, "replace") or _holds_zeros(output, encoding):
        return _binary("with NUL characters")
    with io.TextIOWrapper(output, encoding, errors="replace", newline="") as text:
        widest = max(islice(_widths(text), FIRST_ROWS))
    if widest > limits.columns:
        return Outcome.OUTPUT_TOO_LARGE, f"The script wrote a row of more than {limits.columns} columns."
    return Outcome.COMPLETED, ""


def _holds_zeros(output: BinaryIO, encoding: str) -> bool:
    """Tell whether a zero byte stands anywhere, which in UTF-16 is a part of plain letters."""
    zeros = not encoding.startswith("utf-16") and any(
        b"\0" in piece for piece in iter(lambda: output.read(1 << 20), b"")
    )
    output.seek(0)
    return zeros


def _binary(kind: str) -> Verdict:
    return Outcome.OUTPUT_NOT_CSV, f"The output is binary, {kind}: a CSV file is plain text."


def _widths(text: io.TextIOWrapper) -> Iterator[int]:
    """Yield how many cells each row has at the most, whatever the delimiter is, and however long the row."""
    delimiters, quoted = Counter[str](), False
    for piece in islice(iter(lambda: text.read(PIECE_CHARACTERS), ""), FIRST_PIECES):
        unquoted = "".join(piece.split('"')[quoted::2])  # at once: a hostile row may hold nothing but quotes
        quoted ^= bool(piece.count('"') % 2)
        *ends, rest = LINE_END.split(unquoted)
        for end in ends:
            yield 1 + max((delimiters + _delimiters(end)).values(), default=0)
            delimiters.clear()
        delimiters += _delimiters(rest)
    yield 1 + max(delimiters.values(), default=0)


def _delimiters(text: str) -> Counter[str]:
    return Counter({delimiter: text.count(delimiter) for delimiter in DELIMITERS})
