"""What a move tells of itself while it works, and when it is done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal


class MoveRefused(Exception):
    """Nothing is copied, since what is there already is in the way; the message says what and what to do."""


@dataclass(frozen=True)
class Progress:
    """How far one step has come."""

    doing: Literal["check", "copy", "compare"]
    name: str  # of a table, or "files"
    done: int
    total: int


Tell = Callable[[Progress], None]


@dataclass
class Result:
    """What became of one table, or of the files."""

    name: str
    compared: int = 0  # that are there and equal
    copied: int = 0  # by this run
    differing: list[str] = field(default_factory=list)  # what they are called
    unknown: int = 0  # that no job knows and that were left where they are
    gone: list[str] = field(default_factory=list)  # that were there when this began, and then no more
