"""What a watcher sees of an answer while it is written: its newest words, now and then."""

import re
import time

from agents.task import Progress

SECONDS_BETWEEN = 0.5
GLIMPSE_CHARACTERS = 160
FIRST_CHARACTERS = 80  # with fewer there is nothing to see yet
ESCAPE = re.compile(r'\\(["\\/nrt])')
ESCAPED = {"n": "\n", "r": "\n", "t": "  "}


class Glimpses:
    """Takes an answer piece by piece."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.end = ""  # of what has come
        self.next_time = 0.0

    def add(self, piece: str) -> None:
        """Take a piece, and show what it ends in when it is time."""
        self.end = (self.end + piece)[-4 * GLIMPSE_CHARACTERS :]
        if len(self.end) >= FIRST_CHARACTERS and time.monotonic() >= self.next_time:
            self.next_time = time.monotonic() + SECONDS_BETWEEN
            self.progress(newest_words(self.end))


def newest_words(text: str) -> str:
    """Return the last whole lines of what is mostly a script within JSON, or the last words of one line."""
    text = ESCAPE.sub(lambda found: ESCAPED.get(found[1], found[1]), text)
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    whole = lines[1:-1] or lines[-1:]
    shown = whole[-1]
    for line in reversed(whole[:-1]):
        if len(line) + len(shown) >= GLIMPSE_CHARACTERS:
            break
        shown = f"{line}\n{shown}"
    return shown if len(shown) <= GLIMPSE_CHARACTERS else "…" + shown[-GLIMPSE_CHARACTERS:].partition(" ")[2]
