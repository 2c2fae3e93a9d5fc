"""What /proc tells of processes."""

from pathlib import Path


def state_of(pid: int) -> str:
    """Return the letter of a process's state, Z for a zombie; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
