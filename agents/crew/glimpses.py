"""What a watcher sees of an answer while it is written: its newest words, now and then."""

import re
import time

from agents.task import Progress

SECONDS_BETWEEN = 0.5
GLIMPSE_CHARACTERS = 160
FIRST_CHARACTERS = 80  # with fewer there is nothing to see yet
ESCAPE = re.compile(r'\\(["\\/nrt])')
ESCAPED = {"n": "\n", "r": "\n", "t": "    "}


class Glimpses:
    """Takes an answer piece by piece."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.end = ""  # of what has come
        self.next_time = 0.0

    def add(self, piece: str) -> None:
        """Take a piece, and show what it ends in when it is time."""
        self.end = (self.end + piece)[-4 * GLIMPSE_CHARACTERS :]
        if len(self.end) < FIRST_CHARACTERS or time.monotonic() < self.next_time:
            return
        self.next_time = time.monotonic() + SECONDS_BETWEEN
        if words := newest_words(self.end):
            self.progress(words)


def newest_words(text: str) -> str:
    """Return the last whole lines of what is mostly a script within JSON, or the last words of one line."""
    text = ESCAPE.sub(lambda found: ESCAPED.get(found[1], found[1]), text)
    first, *others = [line.rstrip() for line in text.splitlines() if line.strip()] or [""]
    shown = ""
    for line in reversed(others[:-1]):  # those at the edges are seldom whole
        if len(shown) + len(line) >= GLIMPSE_CHARACTERS:
            break
        shown = f"{line}\n{shown}" if shown else line
    return shown or last_words(others[-1] if others else first)


def last_words(line: str) -> str:
    """Return the end of a line that is too long, from a whole word on if there is one."""
    if len(line) <= GLIMPSE_CHARACTERS:
        return line
    end = line[-GLIMPSE_CHARACTERS:]
    return "…" + (end.partition(" ")[2] or end)
