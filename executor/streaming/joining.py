"""Puts the outputs of parts together to the output of the whole file."""

import io
import os
import shutil
from itertools import islice
from pathlib import Path
from typing import BinaryIO

COPY_BYTES = 1 << 20
BARE = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}
"""Encodings that begin with a byte order mark, and how the text behind it is written."""


class Joint:
    """The output of a whole file while it grows: every part's output but for what they all begin with."""

    def __init__(self, output: Path, head: Path, encoding: str, newline: str) -> None:
        """Take where the output shall be, and an output without rows, from which it begins."""
        self.output = output
        self.encoding = encoding
        self.newline = newline.encode(BARE.get(encoding, encoding))
        with head.open(encoding=encoding, errors="replace", newline="") as file:
            lines = file.readlines()
        self.head_lines = len(lines)
        self.most_characters = 3 * sum(map(len, lines)) + 3  # if each of its characters were a cell in quotes
        self.parts = 0

    def append(self, part: Path) -> int:
        """Take over a part's output, which is gone then; return how many bytes there are now."""
        if self.parts:
            self._add_rows(part)
            part.unlink()
        else:
            part.replace(self.output)
        self.parts += 1
        return self.output.stat().st_size

    def _add_rows(self, part: Path) -> None:
        with self.output.open("r+b") as whole, part.open("rb") as rows:
            size = whole.seek(0, os.SEEK_END)
            if size > len("".encode(self.encoding)):
                rows.seek(self._head_bytes(part))
                if rows.tell() < os.fstat(rows.fileno()).st_size:
                    self._end_line(whole, size)
            else:  # nothing was written yet but a byte order mark
                whole.seek(0)
            shutil.copyfileobj(rows, whole, COPY_BYTES)

    def _end_line(self, whole: BinaryIO, size: int) -> None:
        """Write the line end that files like the example lack at their end."""
        whole.seek(max(0, size - len(self.newline)))
        if whole.read() != self.newline:
            whole.write(self.newline)

    def _head_bytes(self, part: Path) -> int:
        """Return where the rows begin; the header may be in quotes here that it has not elsewhere."""
        with part.open(encoding=self.encoding, errors="replace", newline="") as file:
            beginning = io.StringIO(file.read(self.most_characters), newline="")
        head = "".join(islice(beginning, self.head_lines))
        return len(head.encode(self.encoding, "replace"))
