"""Makes one log of those of a script that has converted a file part by part: what it would have told of the whole."""

import re
from dataclasses import dataclass, replace

WARNING = re.compile(r"^WARNING (.+)$", re.MULTILINE)
ROWS_READ = re.compile(r"^INFO read (\d{1,18}) rows with ", re.MULTILINE)
ABOVE = "lines above the table: "
COUNTED = (
    re.compile(
        r"(?P<what>rows that repeat the header|rows that look like totals|blank lines|rows of blank cells alone"
        r"|rows with (?:fewer|more) than \d+ cells)"
        r": (?P<count>\d{1,18})(?P<words>, the first in (?P<unit>line) )(?P<place>\d{1,18})(?P<rest>; .*)"
    ),
    re.compile(
        r"(?P<what>.*?): (?P<count>\d{1,18})(?P<words> values could not be read, the first in (?P<unit>row) )"
        r"(?P<place>\d{1,18})(?P<rest>: .*)"
    ),
)
"""Warnings that say how many there are of something and where the first is."""
MOST_CHARACTERS = 1 << 20  # of different warnings


@dataclass(frozen=True)
class Counted:
    """A warning with its count."""

    what: str
    count: int
    words: str
    place: int
    rest: str

    def __str__(self) -> str:
        return f"{self.what}: {self.count}{self.words}{self.place}{self.rest}"


class MergedLog:
    """The warnings of all parts so far: counts added up, each with its first place in the file."""

    def __init__(self, told: str = "") -> None:
        """Begin with what was told before the first part, and is true of the whole file."""
        self.counted: dict[tuple[str, str], Counted] = {}
        self.others = dict.fromkeys(WARNING.findall(told))
        self.room = MOST_CHARACTERS
        self.parts = 0
        self.rows = 0

    def add(self, log: str, line_shift: int) -> None:
        """Take the next part's log; its lines lie `line_shift` further down in the file, its rows below all so far."""
        for text in WARNING.findall(log):
            found = next(filter(None, (form.fullmatch(text) for form in COUNTED)), None)
            if found:
                self._count(found, line_shift if found["unit"] == "line" else self.rows)
            elif text not in self.others and not (self.parts and text.startswith(ABOVE)) and self._fits(text):
                self.others[text] = None
        read = ROWS_READ.search(log)
        self.rows += int(read[1]) if read else 0
        self.parts += 1

    def _count(self, found: re.Match[str], shift: int) -> None:
        key, count = (found["what"], found["unit"]), int(found["count"])
        if known := self.counted.get(key):
            self.counted[key] = replace(known, count=known.count + count)
        elif self._fits(found[0]):
            place = int(found["place"]) + shift
            self.counted[key] = Counted(found["what"], count, found["words"], place, found["rest"])

    def _fits(self, text: str) -> bool:
        """Tell whether another warning can be kept: a script may make up ever new ones."""
        self.room -= len(text)
        return self.room >= 0

    def __str__(self) -> str:
        return "".join(f"WARNING {warning}\n" for warning in (*self.others, *self.counted.values()))
