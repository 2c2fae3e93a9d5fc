"""How much memory a server takes with all of its processes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.processes import descendants

INTERVAL_SECONDS = 0.1


class Peak:
    """The most memory that was seen at one moment in a process and all below it, in bytes."""

    def __init__(self, pid: int) -> None:
        """Take the topmost process."""
        self.pid = pid
        self.proportional = 0  # pages that several processes share count once in all
        self.resident = 0  # they count for each

    def look(self) -> None:
        """Add up all processes as they are now."""
        found = [memory(pid) for pid in (self.pid, *descendants(self.pid))]
        self.proportional = max(self.proportional, sum(parts.get("Pss", 0) for parts in found))
        self.resident = max(self.resident, sum(parts.get("Rss", 0) for parts in found))


def memory(pid: int) -> dict[str, int]:
    """Return what the kernel says of one process, in bytes; nothing when it is gone."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        return {name: int(size.split()[0]) * 1024 for name, _, size in (line.partition(":") for line in lines)}
    return {}


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """Look again and again until the block ends; sealed processes show themselves to root only."""
    peak, over = Peak(pid), threading.Event()

    def watch() -> None:
        while not over.wait(INTERVAL_SECONDS):
            peak.look()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
