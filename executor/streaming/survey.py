"""What a survey has found: where a file can be cut, and how its parts are made from it."""

import json
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

PART_BYTES = 2 << 20
"""How much of a file one run takes: runs are long beside their start, and their memory is small."""
COPY_BYTES = 1 << 20
MOST_HEADER_BYTES = 4 << 20
SHARED_FUNCTIONS = ("find_encoding", "read_carefully", "transform", "write_output")
"""Which every script has that was rendered from a plan; the surveyor and the tidier use these and more."""
ENCODINGS = {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"}
"""In which scripts write, as `agents/reading` finds them in examples."""
TIDYING_HELPS = {"encoding", "delimiter", "quotes", "zeros"}
"""What the surveyor says of files that can be cut when they have been written anew."""
OBSTACLES = {
    "length": "a single row, a cell or blank lines take many megabytes",
    "widths": "its rows have different numbers of cells, and there is no header to tell the right one",
}
"""What it says of others."""
NOT_KNOWN = "it could not be looked through"


class NotCut(Exception):
    """The file has to be converted as a whole, because of what the message says."""


class NotTidy(NotCut):
    """It can be cut when it has been written anew."""


@dataclass(frozen=True)
class Cut:
    """Where a part begins: at which byte, and in which line from 1."""

    offset: int
    line: int


@dataclass(frozen=True)
class Survey:
    """How a file is cut."""

    header: tuple[int, int]  # where the header begins and ends; empty when there is none
    lines_above: int  # how many lines stand above the rows of each part but the first
    blank_lines: int  # how many of them stand above the header
    encoding: str  # of outputs
    newline: str
    cuts: tuple[Cut, ...]
    end: int

    @classmethod
    def read(cls, log: str, size: int, part_bytes: int) -> Self:
        """Read what the surveyor said last about a file of so many bytes.

        Raises:
            NotTidy: it cannot be cut as it is written.
            NotCut: it cannot be cut, or what was said makes no sense.
        """
        try:
            found = json.loads(log.rstrip().rpartition("\n")[2])
            if "reason" in found:
                raise _obstacle(found["reason"])
            return cls._checked(found, size, 2 + 2 * size // part_bytes)
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
            raise NotCut(NOT_KNOWN) from error

    @classmethod
    def _checked(cls, found: dict[str, Any], size: int, most: int) -> Self:
        """Take only what can be: the script that was run beside the surveyor may have spoken for it."""
        cuts = tuple(Cut(*map(int, cut)) for cut in found["cuts"])
        begin, end = map(int, found["header"])
        offsets = [cut.offset for cut in cuts]
        blank_lines = int(found["blank_lines"])
        if not 1 <= len(cuts) <= most or offsets != sorted(set(offsets)) or offsets[0] < 0 or offsets[-1] > size:
            raise ValueError("parts lie outside of the file, or are too many")
        if not 0 <= begin <= end <= size or end - begin > MOST_HEADER_BYTES or not 0 <= blank_lines < MOST_HEADER_BYTES:
            raise ValueError("the header lies outside of the file, or is too long")
        if found["newline"] not in ("\n", "\r\n", "\r"):
            raise ValueError("outputs have no lines")
        if found["encoding"] not in ENCODINGS:
            raise ValueError("outputs are written in no encoding of examples")
        return cls(
            header=(begin, end),
            lines_above=blank_lines + int(found["header_lines"]),
            blank_lines=blank_lines,
            encoding=found["encoding"],
            newline=found["newline"],
            cuts=cuts,
            end=size,
        )

    def line_shift(self, place: int) -> int:
        """Return what has to be added to a line of a part to have the line of the file."""
        return self.cuts[place].line - 1 - self.lines_above if place else 0

    def write_part(self, source: Path, place: int, target: Path) -> None:
        """Write a part as a file that stands alone: the header and some rows, marked as UTF-8.

        The first part begins as the file does. In others as many blank lines stand above the header as the example
        has lines there, so that the header is looked for and found there, whatever the rows below it hold.
        """
        begin, end = self.cuts[place].offset, (*self.cuts, Cut(self.end, 0))[place + 1].offset
        with source.open("rb") as file, target.open("wb") as part:
            part.write(BOM_UTF8)
            if place:
                part.write(b"\n" * self.blank_lines)
                file.seek(self.header[0])
                part.write(file.read(self.header[1] - self.header[0]))
            file.seek(begin)
            while begin < end and (piece := file.read(min(COPY_BYTES, end - begin))):
                part.write(piece)
                begin += len(piece)


def _obstacle(reason: str) -> NotCut:
    if reason in TIDYING_HELPS:
        return NotTidy("its records are not written plainly")
    return NotCut(OBSTACLES.get(reason, NOT_KNOWN))


def surveying_script(learned: str, part_bytes: int) -> str:
    """Return the script that surveys files for a learned script.

    Raises:
        NotCut: it is another script, which reads files in its own way.
    """
    if any(f"\ndef {name}(" not in learned for name in SHARED_FUNCTIONS):
        raise NotCut("its script is not one that reads files as the survey does")
    return _with_constants("surveyor.py", LEARNED=learned, PART_BYTES=part_bytes)


def tidying_script(learned: str) -> str:
    """Return the script that tidies files up for a learned script."""
    return _with_constants("tidier.py", LEARNED=learned)


def _with_constants(name: str, **constants: Any) -> str:
    """Return the text of a file beside this one, which is not imported: it needs pandas, this process does not."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    for constant, value in constants.items():
        above, usual, below = re.split(rf"(?m)^({constant} = ).*$", text, maxsplit=1)
        text = f"{above}{usual}{value!r}{below}"
    return text
