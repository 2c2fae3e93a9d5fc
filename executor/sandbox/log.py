"""What came out of a child: cut to a limit, and made safe to show."""

import re

TERMINAL_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-_]")


class Tail:
    """The end of a stream, however long it is."""

    def __init__(self, limit: int) -> None:
        """Keep at most `limit` bytes."""
        self._limit = limit
        self._kept = bytearray()

    def append(self, chunk: bytes) -> None:
        """Take what came last."""
        self._kept += chunk
        del self._kept[: max(0, len(self._kept) - self._limit)]

    def text(self) -> str:
        """Show what was kept, cleaned."""
        return clean(self._kept.decode("utf-8", "replace"))


class Head(Tail):
    """The beginning of a stream."""

    def append(self, chunk: bytes) -> None:
        """Take it as long as there is room."""
        self._kept += chunk
        del self._kept[self._limit :]


def clean(text: str) -> str:
    """Strip terminal sequences and control, bidirectional and other invisible characters."""
    lines = TERMINAL_SEQUENCE.sub("", text.replace("\r\n", "\n")).split("\n")
    return "\n".join(line if line.isprintable() else "".join(map(_visible, line)) for line in lines)


def _visible(character: str) -> str:
    if character.isprintable() or character == "\t":
        return character
    return " " if character.isspace() else ""
